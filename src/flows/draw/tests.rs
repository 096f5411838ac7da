use std::time::{Duration, Instant};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::layout::{Placed, Shape};
use super::*;

fn station(name: &str, group: Group, kind: &str, said: &str) -> Station {
    Station { name: name.to_owned(), kind: kind.to_owned(), said: said.to_owned(), group }
}

fn ways(list: &[(&str, &str, &str)]) -> Vec<Arrow> {
    let way = |&(from, label, to): &(&str, &str, &str)| Arrow { from: from.into(), to: to.into(), label: label.into() };
    list.iter().map(way).collect()
}

/// The shipped advice line, by hand.
fn advice_line() -> Graph {
    let call_back = "Im Moment ist leider niemand frei. Wenn wir Sie zurückrufen sollen, drücken Sie die 1.";
    Graph {
        title: "Beratungstelefon".into(),
        start: "greeting".into(),
        stations: vec![
            station("all_busy", Group::Ask, "Auswahl", call_back),
            station(
                "call_back",
                Group::Note,
                "Rückruf",
                "Sie rufen an von der Nummer {number}. Sollen wir Sie zurückrufen?",
            ),
            station("call_back_noted", Group::End, "Ende", "Vielen Dank. Wir rufen Sie so bald wie möglich zurück."),
            station("closed", Group::Ask, "Auswahl", "Das Beratungstelefon ist im Moment nicht besetzt. {hours}"),
            station("goodbye", Group::End, "Ende", "In einer Notlage wählen Sie bitte die 110. Auf Wiederhören."),
            station(
                "greeting",
                Group::Ask,
                "Auswahl",
                "Guten Tag, hier ist {hotline}. Dies ist kein Notruf. In einer Notlage legen Sie bitte auf.",
            ),
            station(
                "officers",
                Group::Connect,
                "Verbinden",
                "Einen Moment bitte, wir verbinden Sie mit einer Beraterin oder einem Berater.",
            ),
            station("opening_hours", Group::Decide, "Öffnungszeiten", ""),
            station(
                "subject",
                Group::Ask,
                "Auswahl",
                "Worum geht es? Bei Betrug am Telefon oder im Internet drücken Sie die 1.",
            ),
        ],
        ways: ways(&[
            ("all_busy", "1", "call_back"),
            ("all_busy", "nach Stille", "goodbye"),
            ("call_back", "notiert", "call_back_noted"),
            ("call_back", "abgelehnt", "goodbye"),
            ("closed", "1", "call_back"),
            ("closed", "nach Stille", "goodbye"),
            ("greeting", "9", "greeting"),
            ("greeting", "nach Stille", "opening_hours"),
            ("officers", "niemand frei", "all_busy"),
            ("opening_hours", "offen", "subject"),
            ("opening_hours", "geschlossen", "closed"),
            ("subject", "1", "officers"),
            ("subject", "2", "officers"),
            ("subject", "3", "officers"),
            ("subject", "0", "officers"),
            ("subject", "nach Stille", "officers"),
            ("subject", "*", "subject"),
        ]),
    }
}

fn last_month() -> Overlay {
    Overlay {
        path: vec![7, 9, 16, 12, 8, 0, 2],
        callers: (0..).zip([412, 130, 388, 24, 96, 301, 66, 1804, 542, 1290, 448, 210, 388, 74, 0, 511, 35]).collect(),
        hung_up: [("greeting", 41), ("subject", 72), ("officers", 1204)].map(|(name, n)| (name.to_owned(), n)).into(),
        findings: [("closed".to_owned(), "Es fehlt der englische Text.".to_owned())].into(),
    }
}

/// A flow of any size: menus that lead on, back, to each other's officers and to one goodbye.
fn large(n: usize) -> Graph {
    let kinds = [
        (Group::Ask, "Auswahl"),
        (Group::Say, "Ansage"),
        (Group::Decide, "Verzweigung"),
        (Group::Connect, "Verbinden"),
        (Group::Note, "Terminvergabe"),
        (Group::Leave, "Weiterleitung"),
    ];
    let mut graph = Graph { title: format!("Groß {n}"), start: "s0".into(), ..Graph::default() };
    let name = |i: usize| if i + 1 == n { "goodbye".to_owned() } else { format!("s{i}") };
    for i in 0..n {
        let (group, kind) = if i + 1 == n { (Group::End, "Ende") } else { kinds[(i * i + i / 3) % 6] };
        let said =
            ["", "Bitte bleiben Sie in der Leitung.", "Für Fragen zum Einbruchschutz drücken Sie die 1, sonst die 2."]
                [i % 3];
        graph.stations.push(station(&name(i), group, kind, said));
    }
    let last = n.saturating_sub(1);
    let mut fresh = 1;
    for i in 0..last {
        let mut next = || {
            fresh += 1;
            (fresh - 1).min(last)
        };
        let found: Vec<(usize, &str)> = match graph.stations[i].group {
            Group::Ask => vec![(next(), "1"), (next(), "2"), (i, "*"), (i / 2, "#"), (next(), "nach Stille")],
            Group::Decide => vec![(next(), "offen"), (next(), "geschlossen"), (i / 3, "Feiertag")],
            Group::Connect => vec![(next(), "niemand frei"), (last, "Taste *")],
            Group::Note => vec![(last, "notiert"), (next(), "abgelehnt")],
            Group::Say | Group::Leave | Group::End => vec![(next(), "")],
        };
        for (to, label) in found {
            graph.ways.push(Arrow { from: name(i), to: name(to), label: label.into() });
        }
    }
    graph
}

/// Everything that is written in a picture, and whether it is well-formed.
fn read(svg: &str) -> Vec<String> {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let (mut texts, mut depth) = (vec![String::new()], 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                tag.attributes().for_each(|attribute| drop(attribute.unwrap()));
                depth += 1;
                texts.push(String::new());
            }
            Event::End(_) => {
                depth -= 1;
                texts.push(String::new());
            }
            Event::Text(text) => texts.last_mut().unwrap().push_str(&text),
            Event::GeneralRef(name) => {
                let entity = quick_xml::escape::resolve_predefined_entity(&name);
                texts.last_mut().unwrap().push_str(entity.expect("only XML's own entities"));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element is closed");
    texts.retain(|text| !text.trim().is_empty());
    texts
}

fn one_station(name: &str) -> Graph {
    let stations = vec![station(name, Group::End, "Ende", "Auf Wiederhören.")];
    Graph { title: "Klein".into(), start: name.into(), stations, ways: Vec::new() }
}

#[test]
fn every_station_and_label_is_in_the_picture() {
    for form in [Form::Page(""), Form::File] {
        let graph = advice_line();
        let texts = read(&svg(&graph, &last_month(), form));
        for station in &graph.stations {
            assert!(texts.contains(&station.name), "{}", station.name);
            assert!(texts.contains(&station.kind), "{}", station.kind);
        }
        for label in
            ["9", "offen", "niemand frei", "1, 2, 3, 0, nach Stille", "*", "1.183 Anrufe", "1.204 aufgelegt", "!"]
        {
            assert!(texts.iter().any(|text| text == label), "{label}: {texts:?}");
        }
        for step in 1..=7 {
            assert!(texts.contains(&step.to_string()), "step {step}");
        }
    }
}

#[test]
fn the_description_says_what_the_picture_shows() {
    let mut graph = advice_line();
    graph.stations.push(station("vergessen", Group::Say, "Ansage", ""));
    let texts = read(&svg(&graph, &last_month(), Form::File));
    let words = texts.iter().find(|text| text.starts_with("10 Stationen, 17 Wege.")).unwrap();
    for said in [
        "Der Anruf beginnt bei greeting.",
        "Öffnungszeiten: opening_hours. offen: weiter zu subject, 1.290 Anrufe.",
        "Hier 1.204 aufgelegt.",
        "Auswahl: closed. 1: weiter zu call_back, 96 Anrufe.",
        "Befund: Es fehlt der englische Text.",
        "Ansage: vergessen, nicht erreichbar.",
        "Der hervorgehobene Anruf: greeting, nach Stille: opening_hours, offen: subject, *: subject,",
    ] {
        assert!(words.contains(said), "{said}\n{words}");
    }
}

#[test]
fn the_same_flow_gives_the_same_picture() {
    for n in [2, 17, 60] {
        assert_eq!(svg(&large(n), &last_month(), Form::Page("")), svg(&large(n), &last_month(), Form::Page("")));
    }
}

#[test]
fn nothing_stands_on_anything_else() {
    let graphs = [advice_line(), one_station("a"), large(2), large(5), large(12), large(40), large(60), large(200)];
    for graph in &graphs {
        for overlay in [Overlay::default(), last_month()] {
            let placed = arrange(&Scene::new(graph, &overlay)).2;
            assert_eq!(placed.boxes.iter().flatten().count(), graph.stations.len() + 1);
            assert!(placed.routes.iter().all(Option::is_some));
            nothing_overlaps(&placed);
            no_line_touches_a_box(&placed);
        }
    }
}

fn nothing_overlaps(placed: &Placed) {
    let labels = placed.routes.iter().flatten().filter_map(|route| route.label).filter(|rect| rect.size.width > 0.0);
    let all: Vec<_> = placed.boxes.iter().flatten().copied().chain(labels).collect();
    for (i, a) in all.iter().enumerate() {
        assert!(a.left >= 0.0 && a.top >= 0.0 && a.right() <= placed.width && a.bottom() <= placed.height, "{a:?}");
        for b in &all[i + 1..] {
            let apart = a.right() <= b.left || b.right() <= a.left || a.bottom() <= b.top || b.bottom() <= a.top;
            assert!(apart, "{a:?} {b:?}");
        }
    }
}

/// Straight pieces pass beside boxes; curves stay between layers. Ends may touch their own box.
fn no_line_touches_a_box(placed: &Placed) {
    let boxes: Vec<_> = placed.boxes.iter().flatten().collect();
    for route in placed.routes.iter().flatten() {
        let Shape::Through(pieces) = &route.shape else { continue };
        for (x, begin, end) in pieces {
            let (upper, lower) = (begin.min(*end) + 0.1, begin.max(*end) - 0.1);
            let hit = boxes.iter().find(|b| b.left < *x && *x < b.right() && b.top < lower && upper < b.bottom());
            assert!(hit.is_none(), "{x} {upper} {lower}: {hit:?}");
        }
        for pair in pieces.windows(2) {
            let (upper, lower) = (pair[0].2.min(pair[1].1) + 0.1, pair[0].2.max(pair[1].1) - 0.1);
            let (left, right) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
            let hit = boxes.iter().find(|b| b.left < right && left < b.right() && b.top < lower && upper < b.bottom());
            assert!(hit.is_none(), "{pair:?}: {hit:?}");
        }
    }
}

#[test]
fn what_leads_back_leads_up() {
    let names = ["d", "c", "b", "a"];
    let graph = Graph {
        start: "a".into(),
        stations: names.map(|name| station(name, Group::Ask, "Auswahl", "")).into(),
        ways: ways(&[
            ("a", "1", "b"),
            ("d", "#", "b"),
            ("b", "1", "c"),
            ("c", "*", "a"),
            ("c", "1", "d"),
            ("b", "2", "d"),
        ]),
        ..Graph::default()
    };
    let overlay = Overlay::default();
    let scene = Scene::new(&graph, &overlay);
    let placed = arrange(&scene).2;
    let top = |i: usize| placed.boxes[i].unwrap().top;
    for line in &scene.lines {
        let up = ["#", "*"].iter().any(|back| line.labels.iter().any(|label| label == back));
        assert_eq!(top(line.to) < top(line.from), up, "{:?}", line.labels);
    }
}

#[test]
fn hostile_names_and_texts_stay_text() {
    let name = "\"><script>alert('1')</script>&amp;\u{0}\u{1b}]]>";
    let mut graph = one_station(name);
    graph.title = name.into();
    graph.stations[0].kind = name.into();
    graph.stations[0].said = name.repeat(9);
    graph.ways = ways(&[(name, name, name), (name, "</svg>", name)]);
    let overlay = Overlay {
        path: vec![0, 1, 99],
        callers: [(0, u64::MAX), (1, u64::MAX), (77, 1)].into(),
        hung_up: [(name.to_owned(), u64::MAX), ("nobody".to_owned(), 3)].into(),
        findings: [(name.to_owned(), name.to_owned())].into(),
    };
    for form in [Form::Page(""), Form::File] {
        let text = svg(&graph, &overlay, form);
        assert!(!text.contains("<script") && !text.contains('\u{0}') && !text.contains('\u{1b}'));
        assert!(read(&text).iter().any(|text| text.contains("<script>")));
    }
}

#[test]
fn a_page_has_links_and_no_styles_and_a_file_has_styles_and_no_links() {
    let graph = one_station("grüße aus_köln");
    let page = svg(&graph, &Overlay::default(), Form::Page(""));
    assert!(page.contains("href=\"#n-gr%C3%BC%C3%9Fe%20aus_k%C3%B6ln\"") && !page.contains("<style"));
    let file = svg(&graph, &Overlay::default(), Form::File);
    assert!(file.contains(".sz-graph__shape") && file.contains("role=\"img\"") && !file.contains("<a "));
    assert!(!file.contains("var("), "a drawing program knows no variables");
    assert!(!page.contains(" style=") && !file.contains(" style="));
}

#[test]
fn small_and_broken_graphs_are_drawn_too() {
    read(&svg(&Graph::default(), &Overlay::default(), Form::File));
    read(&svg(&Graph { start: "nowhere".into(), ..one_station("a") }, &Overlay::default(), Form::Page("")));
    let mut graph = one_station("a");
    graph.ways = ways(&[("a", "1", "nowhere"), ("nowhere", "2", "a"), ("a", "", "a")]);
    graph.stations.push(graph.stations[0].clone());
    read(&svg(&graph, &Overlay::default(), Form::Page("")));
}

#[test]
fn a_way_is_found_by_its_label() {
    assert_eq!(advice_line().find_way("subject", "*"), Some(16));
    assert_eq!(advice_line().find_way("subject", "7"), None);
}

#[test]
fn five_hundred_stations_are_drawn_at_once() {
    let graph = large(500);
    let begun = Instant::now();
    svg(&graph, &Overlay::default(), Form::File);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
}
