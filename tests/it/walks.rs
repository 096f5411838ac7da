//! Whole calls through the shipped flows, written down: keys and decisions beside what the caller hears.
//!
//! Each file of tests/flows/walks begins with a scene and holds the call itself; UPDATE_EXPECT=1 writes what is heard anew.

use std::path::Path;

use sprechzeit::flows::{Files, Load, Rehearsal, Shelf, Surroundings};
use sprechzeit::library::scene::{self, Scene};

fn shipped() -> Shelf {
    let editions = Files::read(None).unwrap().parse(&Surroundings::default()).unwrap();
    let shelf = Shelf::default();
    editions.into_iter().for_each(|edition| shelf.publish(edition));
    shelf
}

/// The call of a file, played anew: the scene and the lines that begin with `>` are kept, the rest is written.
fn replay(shelf: &Shelf, text: &str) -> String {
    let (head, call) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
    let said = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let flow = said("flow").expect("flow: …");
    let at = scene::moment(said("at").expect("at: …")).expect("at: 2026-11-20 10:00");
    let mut scene = Scene::at(at, &shelf.published(flow).expect(flow).flow.hotline.name);
    scene.opening = said("opening").map(|words| scene::opening(words).expect(words));
    scene.caller = said("caller").map_or(scene.caller, |number| number.parse().ok());
    scene.load = Load {
        on_duty: said("on duty").map_or(scene.load.on_duty, |count| count.parse().unwrap()),
        longest_waiting: said("waiting seconds").map_or(0, |seconds| seconds.parse().unwrap()),
    };
    let (mut rehearsal, told) = Rehearsal::begin(shelf, flow, scene.context()).unwrap();
    let mut lines = told;
    for line in call.lines().filter_map(|line| line.strip_prefix("> ")) {
        lines.extend([String::new(), format!("> {line}")]);
        lines.extend(rehearsal.answer(line).unwrap_or_else(|unclear| vec![format!("? {unclear}")]));
    }
    if !rehearsal.has_ended() {
        lines.push("? the call goes on".to_owned());
    }
    format!("{head}\n\n{}\n", lines.join("\n"))
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a switch of this test, not configuration of the program")]
fn calls_through_the_shipped_flows_go_as_they_are_written_down() {
    let rewrite = std::env::var("UPDATE_EXPECT").is_ok();
    let shelf = shipped();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flows/walks");
    let mut walks: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    walks.sort();
    assert!(walks.len() >= 14, "{}", walks.len());
    let mut faults = Vec::new();
    for walk in walks {
        let text = std::fs::read_to_string(&walk).unwrap();
        let played = replay(&shelf, &text);
        if rewrite {
            std::fs::write(&walk, &played).unwrap();
        } else if played != text {
            faults.push(format!("{} goes otherwise:\n{played}", walk.display()));
        }
        if played.lines().any(|line| line.starts_with("? ")) {
            faults.push(format!("{} is no whole call:\n{played}", walk.display()));
        }
    }
    assert_eq!(faults.join("\n"), "", "if the new words are right, run with UPDATE_EXPECT=1");
}
