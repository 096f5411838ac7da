//! Editions of call flows, on both engines: files and editions agree or say so, drafts, publishing, roll back, two nodes.

use std::path::PathBuf;

use serde_json::json;
use sprechzeit::app;
use sprechzeit::config::{Config, KeyText};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, Instant};
use sprechzeit::library::{self, Agreement, LibraryError, Origin, Seen};
use sprechzeit::people::{Actor, Role};
use sprechzeit::vault::Key;

use crate::shifts::{page, send, signed_in};
use crate::telephone::Stage;
use crate::world::{Engine, Place, World, engines, on_both as with_a_program, runtime};

const FRIDAY: &str = "2026-11-20T09:00:00Z";
const NAME: &str = "nachts";

/// A whole flow that says this at its end.
pub fn flow(last_word: &str) -> String {
    format!(
        "# what callers hear at night\ntitle: Nachts\nhotline: {{ name: Nachts, provider: twilio, longest_wait: 3 min }}\n\
         languages: [de]\nstart: greeting\nnodes:\n  greeting:\n    say:\n      text:\n        de: >-\n          \
         Dies ist kein Notruf, wählen Sie die 110. Das Gespräch wird nicht aufgezeichnet. Siehe {{web}}.\n      \
         next: officers\n  officers: {{ connect: {{ ring: 20 s, longest_wait: 60 s, nobody: goodbye }} }}\n  \
         goodbye: {{ hang_up: {{ say: {{ de: {last_word} }} }} }} # the end\n"
    )
}

/// A database and a folder of flows, on which the program is started again and again.
struct House {
    place: Place,
    folder: PathBuf,
    key: Key,
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl House {
    async fn build(engine: Engine) -> Self {
        let place = Place::make(engine).await;
        let folder =
            std::env::temp_dir().join(format!("sprechzeit_flows_{}_{engine:?}_{}", std::process::id(), rand()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { place, folder, key: Key::mint() }
    }

    fn write(&self, text: &str) {
        std::fs::write(self.folder.join(format!("{NAME}.yaml")), text).unwrap();
    }

    /// Starts the program: a node of its own on the same database.
    async fn start(&self) -> anyhow::Result<Desk> {
        let mut config = Config::default();
        config.vault.keys = vec![KeyText(self.key.clone())];
        config.telephony.flows = Some(self.folder.clone());
        let clock = Clock::starting_at(Instant::parse(FRIDAY).unwrap());
        app::desk(config, &self.place.database_url, clock, Mode::Serve).await
    }
}

fn rand() -> u64 {
    rand::random()
}

fn on_both(story: impl AsyncFn(House)) {
    for engine in engines() {
        runtime().block_on(async { story(House::build(engine).await).await });
    }
}

fn administrator() -> Actor {
    Actor { name: "Adele Amt".into(), ..Actor::system() }
}

/// What new calls of a node end with.
fn last_word(desk: &Desk) -> (i64, bool, bool) {
    let edition = desk.flows.published(NAME).unwrap();
    (edition.version, edition.text.contains("Eins"), edition.text.contains("Zwei"))
}

async fn edit(desk: &Desk, text: &str, reason: &str) -> Result<i64, LibraryError> {
    let (_, sequence) = library::find_draft(desk, NAME).await?;
    library::save_draft(desk, desk.now(), &administrator(), NAME, (text, sequence)).await?;
    let version = library::load_published(desk, NAME).await?.imprint.version;
    let seen = Seen { sequence: sequence + 1, version };
    library::publish(desk, desk.now(), &administrator(), (NAME, reason), seen).await
}

async fn agreement(desk: &Desk) -> Agreement {
    let published = library::load_published(desk, NAME).await.unwrap();
    Agreement::of(&published, library::find_file(desk, NAME).unwrap().as_deref())
}

#[test]
fn file_and_edition_agree_or_somebody_decides() {
    on_both(async |house| {
        let (one, two, three) = (flow("Eins."), flow("Zwei."), flow("Drei."));
        house.write(&one);
        let desk = house.start().await.unwrap();
        assert_eq!(last_word(&desk), (1, true, false));
        let desk = house.start().await.unwrap();
        assert_eq!(last_word(&desk), (1, true, false), "nothing new");

        house.write(&two);
        assert_eq!(agreement(&desk).await, Agreement::FileChanged);
        let desk = house.start().await.unwrap();
        assert_eq!(last_word(&desk), (2, false, true), "a changed file that nobody edited is published");

        edit(&desk, &one, "zurück zum ersten Text").await.unwrap();
        assert_eq!(agreement(&desk).await, Agreement::Edited);
        let desk = house.start().await.unwrap();
        assert_eq!(last_word(&desk), (3, true, false), "the edition stands");

        house.write(&three);
        let desk = house.start().await.unwrap();
        assert_eq!((last_word(&desk), agreement(&desk).await), ((3, true, false), Agreement::Conflict));
        let actor = administrator();
        let other = library::take_file(&desk, desk.now(), &actor, NAME, &library::fingerprint(&two)).await;
        assert!(matches!(other, Err(LibraryError::NoSuchFile)), "{other:?}");
        library::ignore_file(&desk, desk.now(), &actor, NAME, &library::fingerprint(&three)).await.unwrap();
        let desk = house.start().await.unwrap();
        assert_eq!((last_word(&desk), agreement(&desk).await), ((3, true, false), Agreement::Edited));

        house.write(&two);
        let desk = house.start().await.unwrap();
        assert_eq!(agreement(&desk).await, Agreement::Conflict, "another file is news again");
        library::take_file(&desk, desk.now(), &actor, NAME, &library::fingerprint(&two)).await.unwrap();
        assert_eq!((last_word(&desk), agreement(&desk).await), ((4, false, true), Agreement::Same));

        edit(&desk, &one, "doch").await.unwrap();
        house.write(&one);
        let desk = house.start().await.unwrap();
        assert_eq!(agreement(&desk).await, Agreement::Same, "what was edited stands in the file now");
        house.write(&two);
        let desk = house.start().await.unwrap();
        assert_eq!(last_word(&desk), (6, false, true), "and the file leads again");

        house.write("title: kaputt\n");
        let refused = format!("{:#}", house.start().await.unwrap_err());
        assert!(refused.contains("\"nodes\" is missing") && refused.contains("\"start\" is missing"), "{refused}");
        std::fs::remove_file(house.folder.join(format!("{NAME}.yaml"))).unwrap();
        let desk = house.start().await.unwrap();
        assert_eq!((last_word(&desk), agreement(&desk).await), ((6, false, true), Agreement::NoFile));
        let origins: Vec<Origin> =
            library::list_editions(&desk, NAME).await.unwrap().into_iter().map(|it| it.origin).collect();
        use Origin::{Editor, File};
        assert_eq!(origins, [File, Editor, File, Editor, File, File]);
    });
}

#[test]
fn nobody_overwrites_a_draft_that_they_have_not_seen() {
    on_both(async |house| {
        house.write(&flow("Eins."));
        let desk = house.start().await.unwrap();
        let (now, actor) = (desk.now(), administrator());
        let save = async |text: &str, seen: i64| library::save_draft(&desk, now, &actor, NAME, (text, seen)).await;
        save("a", 0).await.unwrap();
        assert!(matches!(save("b", 0).await, Err(LibraryError::DraftChanged)));
        save("b", 1).await.unwrap();
        assert!(matches!(library::discard_draft(&desk, now, &actor, NAME, 1).await, Err(LibraryError::DraftChanged)));
        library::discard_draft(&desk, now, &actor, NAME, 2).await.unwrap();
        assert_eq!(library::find_draft(&desk, NAME).await.unwrap(), (None, 3));
        // Whoever still has the discarded draft before them writes over no new one.
        save("c", 3).await.unwrap();
        assert!(matches!(save("d", 2).await, Err(LibraryError::DraftChanged)));
        for text in ["", " \n", "a\0", &"x".repeat(300_000)] {
            assert!(matches!(save(text, 4).await, Err(LibraryError::BadText)));
        }
        let (draft, _) = library::find_draft(&desk, NAME).await.unwrap();
        assert_eq!(
            draft.map(|draft| (draft.text, draft.base, draft.author)),
            Some(("c".into(), 1, "Adele Amt".into()))
        );
    });
}

#[test]
fn what_does_not_pass_every_check_is_not_published() {
    on_both(async |house| {
        house.write(&flow("Eins."));
        let lead = flow("Zwei.")
            .replace("goodbye: { hang_up: { say: { de: Zwei. } } }", "goodbye: { jump: { flow: nachts } }");
        std::fs::write(house.folder.join("tags.yaml"), &lead).unwrap();
        let desk = house.start().await.unwrap();
        let broken = flow("Zwei.").replace("nobody: goodbye", "nobody: goodby").replace("nicht aufgezeichnet", "gut");
        for (text, told) in [
            (broken, "did you mean \"goodbye\"?"),
            (flow("Zwei.").replace("ring: 20 s", "hotline: \"+49 711 5401 0\", ring: 20 s"), "+49"),
            (lead.replace("nachts }", "tags }"), "nachts -> tags -> nachts"),
            (flow("Two.").replace("languages: [de]", "languages: [en]").replace("de:", "en:"), "does not speak \"de\""),
        ] {
            let refused = edit(&desk, &text, "neu").await.unwrap_err();
            assert!(
                matches!(refused, LibraryError::Wrong(_)) && refused.to_string().contains(told),
                "{told}: {refused}"
            );
            assert_eq!(last_word(&desk), (1, true, false));
        }
        assert!(matches!(edit(&desk, &flow("Zwei."), " ").await, Err(LibraryError::BadReason)));
        assert!(matches!(edit(&desk, &flow("Eins."), "neu").await, Err(LibraryError::NothingNew)));
        assert_eq!(edit(&desk, &flow("Zwei."), "neu").await.unwrap(), 2);
        assert_eq!(last_word(&desk), (2, false, true), "at once");
        assert_eq!(library::find_draft(&desk, NAME).await.unwrap().0, None);
        let stranger = Actor { role: Role::Supervisor, office: "fr".parse().unwrap(), ..administrator() };
        let refused = library::roll_back(&desk, desk.now(), &stranger, (NAME, "so"), (1, 2)).await;
        assert!(matches!(refused, Err(LibraryError::Forbidden)), "{refused:?}");
    });
}

#[test]
fn an_old_edition_comes_back_and_the_other_node_gets_it() {
    on_both(async |house| {
        house.write(&flow("Eins."));
        let (desk, other) = (house.start().await.unwrap(), house.start().await.unwrap());
        edit(&desk, &flow("Zwei."), "neuer Schluss").await.unwrap();
        assert_eq!(last_word(&other), (1, true, false));
        assert_eq!(library::refresh(&other).await.unwrap(), 1);
        assert_eq!(library::refresh(&other).await.unwrap(), 0);
        assert_eq!(last_word(&other), (2, false, true));
        let version =
            library::roll_back(&other, other.now(), &administrator(), (NAME, "war besser"), (1, 2)).await.unwrap();
        assert_eq!((version, last_word(&other)), (3, (3, true, false)));

        // Calls in progress stay on their edition, also on a node that never had it.
        let third = house.start().await.unwrap();
        assert!(third.flows.edition(NAME, 2).is_none());
        assert!(library::load_edition(&third, NAME, 2).await.unwrap().text.contains("Zwei."));
        assert!(third.flows.edition(NAME, 2).is_some(), "at hand from now on");
        assert!(matches!(library::load_edition(&third, NAME, 9).await, Err(LibraryError::NoSuchEdition)));
        let editions = library::list_editions(&third, NAME).await.unwrap();
        let told: Vec<_> = editions.iter().map(|it| (it.version, it.origin, it.reason.as_str())).collect();
        assert_eq!(
            told,
            [(3, Origin::RollBack, "war besser"), (2, Origin::Editor, "neuer Schluss"), (1, Origin::File, "")]
        );
    });
}

// ---- the staff's pages ----

const LINE: &str = "/dienst/ansagen/beratungstelefon";
const GREETING: &str = "nodes/greeting/say/text/de";
const WELCOME: &str = "Grüß Gott, hier ist {hotline}. Dies ist kein Notruf, dort wählen Sie die 110. Das Gespräch wird \
    nicht aufgezeichnet.";

async fn change_greeting(world: &World, cookie: &str, seen: &str, text: &str) -> (u16, String, String) {
    let fields = [("stand", seen), ("pfad", GREETING), ("wert", text)];
    send(world, cookie, &format!("{LINE}/station?name=greeting"), &fields).await
}

#[test]
fn a_supervisor_changes_a_text_publishes_it_and_takes_it_back() {
    with_a_program(FRIDAY, async |world| {
        let stage = Stage::open(world, &["Anna"]).await.everybody_on("2026-11-20").await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (_, list) = page(world, &cookie, "/dienst/ansagen?suche=notlage").await;
        assert!(list.contains("href=\"/dienst/ansagen/beratungstelefon\"") && list.contains("aus der Datei"), "{list}");
        assert!(
            page(world, &cookie, "/dienst/ansagen?suche=gibtesnicht").await.1.contains("Keine Ansage enthält das.")
        );
        let (status, shown) = page(world, &cookie, LINE).await;
        assert_eq!((status, shown.contains("greeting: Ansage")), (200, true), "{shown}");
        let (_, form) = page(world, &cookie, &format!("{LINE}/station?name=greeting")).await;
        assert!(form.contains(GREETING) && form.contains("Text (Leichte Sprache)") && form.contains("nichts gefunden"));
        assert_eq!(page(world, &cookie, &format!("{LINE}/station?name=nirgends")).await.0, 404);

        let (status, to, _) = change_greeting(world, &cookie, "0", WELCOME).await;
        assert_eq!((status, to.as_str()), (303, "/dienst/ansagen/beratungstelefon/entwurf?meldung=gespeichert"));
        let (_, draft) = page(world, &cookie, &to).await;
        assert!(draft.contains("+           Grüß Gott, hier ist {hotline}."), "{draft}");
        assert!(draft.contains("-           Guten Tag. {hotline}.") && draft.contains("nichts gefunden"));
        stage.call().await.hears("Guten Tag");

        let publish = format!("{LINE}/veroeffentlichen");
        let (status, _, told) = send(world, &cookie, &publish, &[("stand", "1"), ("fassung", "1")]).await;
        assert_eq!((status, told.contains("Geben Sie einen Grund")), (409, true), "{told}");
        let good = [("stand", "1"), ("fassung", "1"), ("grund", "freundlicher <b>")];
        let (status, to, _) = send(world, &cookie, &publish, &good).await;
        assert_eq!((status, to.as_str()), (303, "/dienst/ansagen/beratungstelefon?meldung=veroeffentlicht"));
        stage.call().await.hears("Grüß Gott");
        let (_, shown) = page(world, &cookie, &to).await;
        assert!(shown.contains("Fassung 2, hier bearbeitet") && !shown.contains("freundlicher <b>"), "{shown}");
        assert!(shown.contains("ihre Datei ist eine andere"), "{shown}");
        assert_eq!(send(world, &cookie, &publish, &good).await.0, 404, "there is no draft any more");

        let (_, old) = page(world, &cookie, &format!("{LINE}/versionen/1/yaml")).await;
        assert_eq!(old, library::load_kept(&world.desk, "beratungstelefon", 1).await.unwrap().text);
        assert!(page(world, &cookie, &format!("{LINE}/versionen")).await.1.contains("freundlicher &#60;b&#62;"));
        let version = format!("{LINE}/versionen/1");
        assert!(page(world, &cookie, &version).await.1.contains("-           Grüß Gott"));
        assert_eq!(send(world, &cookie, &version, &[("grund", " "), ("fassung", "2")]).await.0, 409);
        // Somebody who saw another edition published does not put it aside.
        assert_eq!(send(world, &cookie, &version, &[("grund", "war besser"), ("fassung", "1")]).await.0, 409);
        assert_eq!(send(world, &cookie, &version, &[("grund", "war besser"), ("fassung", "2")]).await.0, 303);
        stage.call().await.hears("Guten Tag");
        assert_eq!(page(world, &cookie, &format!("{LINE}/versionen/9")).await.0, 404);
    });
}

#[test]
fn whoever_saves_later_sees_what_the_other_made_of_it() {
    with_a_program(FRIDAY, async |world| {
        let _stage = Stage::open(world, &[]).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        assert_eq!(change_greeting(world, &cookie, "0", WELCOME).await.0, 303);
        let (status, _, told) = change_greeting(world, &cookie, "0", "Hallo. Notruf: 110. Nicht aufgezeichnet.").await;
        assert_eq!(status, 409);
        assert!(told.contains("hat den Entwurf inzwischen geändert") && told.contains("+           Hallo."), "{told}");
        assert!(told.contains("-           Grüß Gott") && told.contains("name=\"stand\" value=\"1\""), "{told}");
        let text = format!("{LINE}/text");
        let (status, _, told) = send(world, &cookie, &text, &[("stand", "0"), ("text", "title: nur das\r\n")]).await;
        assert_eq!((status, told.contains("+ title: nur das")), (409, true), "{told}");
        let (status, to, _) = send(world, &cookie, &text, &[("stand", "1"), ("text", "title: nur das\r\n")]).await;
        assert_eq!(status, 303);
        let (_, draft) = page(world, &cookie, &to).await;
        assert!(draft.contains("beratungstelefon.yaml, Zeile 1, Spalte 1"), "{draft}");
        let publish = [("stand", "2"), ("fassung", "1"), ("grund", "so")];
        let (status, _, told) = send(world, &cookie, &format!("{LINE}/veroeffentlichen"), &publish).await;
        assert_eq!((status, told.contains("Beheben Sie zuerst die Befunde")), (409, true), "{told}");
        assert!(page(world, &cookie, LINE).await.1.contains("Der Text lässt sich so nicht lesen"));

        let discard = format!("{LINE}/verwerfen");
        assert!(page(world, &cookie, &discard).await.1.contains("Diesen Entwurf verwerfen?"));
        let (_, to, _) = send(world, &cookie, &discard, &[("stand", "1")]).await;
        assert!(to.ends_with("meldung=inzwischen"), "{to}");
        let (_, to, _) = send(world, &cookie, &discard, &[("stand", "2")]).await;
        assert!(to.ends_with("meldung=verworfen"), "{to}");
        let (_, to, _) = send(world, &cookie, &text, &[("stand", "3"), ("text", "")]).await;
        assert_eq!(to, "", "an empty text is refused");
    });
}

#[test]
fn a_conflict_with_the_file_is_decided_on_the_page() {
    for engine in engines() {
        runtime().block_on(async {
            let house = House::build(engine).await;
            house.write(&flow("Eins."));
            let folder = house.folder.clone();
            let mut world = World::start_with(engine, FRIDAY, |config| config.telephony.flows = Some(folder)).await;
            let cookie = signed_in(&world, "amt", Role::Administrator, None).await;
            edit(&world.desk, &flow("Zwei."), "neu").await.unwrap();
            let path = format!("/dienst/ansagen/{NAME}");
            let decide = async |choice: &str, seen: &str| {
                let fields = [("wahl", choice), ("stand", seen)];
                send(&world, &cookie, &format!("{path}/datei"), &fields).await
            };
            house.write(&flow("Drei."));
            let (_, shown) = page(&world, &cookie, &path).await;
            assert!(shown.contains("Datei übernehmen") && shown.contains("de: Drei."), "{shown}");
            assert!(page(&world, &cookie, "/dienst/ansagen").await.1.contains("Datei ist anders"));
            let three = library::fingerprint(&flow("Drei."));
            house.write("title: kaputt\n");
            assert!(decide("uebernehmen", &three).await.1.ends_with("meldung=inzwischen"));
            let (status, _, told) = decide("uebernehmen", &library::fingerprint("title: kaputt\n")).await;
            assert_eq!((status, told.contains("Die Datei besteht die Prüfung nicht")), (409, true), "{told}");
            house.write(&flow("Drei."));
            assert!(decide("ignorieren", &three).await.1.ends_with("meldung=datei-ignoriert"));
            assert!(!page(&world, &cookie, &path).await.1.contains("Datei übernehmen"));
            assert_eq!(last_word(&world.desk), (2, false, true));
            house.write(&flow("Eins."));
            let one = library::fingerprint(&flow("Eins."));
            assert!(decide("uebernehmen", &one).await.1.ends_with("meldung=datei"));
            assert_eq!(last_word(&world.desk), (3, true, false));
            world.shut_down().await;
        });
    }
}

#[test]
fn the_checks_answer_while_somebody_types() {
    with_a_program(FRIDAY, async |world| {
        let _stage = Stage::open(world, &[]).await;
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let path = format!("{LINE}/pruefen");
        let checked = async |fields: &[(&str, &str)]| -> serde_json::Value {
            let (status, _, answer) = send(world, &cookie, &path, fields).await;
            assert_eq!(status, 200, "{answer}");
            serde_json::from_str(&answer).unwrap()
        };
        assert_eq!(checked(&[("pfad", GREETING), ("wert", WELCOME)]).await["findings"], json!([]));
        let wrong = checked(&[("pfad", GREETING), ("wert", "Drücken Sie {hotlin}.")]).await;
        assert!(wrong["summary"].as_str().unwrap().contains("Sachen gefunden"), "{wrong}");
        assert!(
            wrong["findings"].as_array().unwrap().iter().any(|it| it["help"] == "did you mean \"hotline\"?"),
            "{wrong}"
        );
        assert_eq!(checked(&[("text", "title: x\ttab: [")]).await["findings"].as_array().unwrap().len(), 1);
        assert_eq!(library::find_draft(&world.desk, "beratungstelefon").await.unwrap(), (None, 0), "nothing is saved");

        let token = world.token(Role::Supervisor, "ka").await;
        let (_, flows) = world.api("GET", "/flows", Some(&token), None).await;
        assert!(
            flows["items"].as_array().unwrap().iter().any(|it| it["name"] == "beratungstelefon" && it["version"] == 1)
        );
        let (_, flow) = world.api("GET", "/flows/beratungstelefon", Some(&token), None).await;
        let check = async |text: &str| {
            world.api("POST", "/flows/beratungstelefon/check", Some(&token), Some(json!({ "text": text }))).await
        };
        assert_eq!(check(flow["text"].as_str().unwrap()).await, (200, json!({ "findings": [] })));
        let (_, checked) = check("title: x\n").await;
        assert_eq!(checked["findings"][0]["line"], json!(1), "{checked}");
        assert_eq!(world.api("GET", "/flows/nirgends", Some(&token), None).await.0, 404);
        let officer = world.token(Role::Officer, "ka").await;
        assert_eq!(world.api("GET", "/flows", Some(&officer), None).await.0, 200, "what callers hear is no secret");
        assert_eq!(world.api("GET", "/flows", None, None).await.0, 401);
    });
}

#[test]
fn only_who_plans_for_a_hotline_of_the_flow_changes_it() {
    with_a_program(FRIDAY, async |world| {
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        assert_eq!(page(world, &cookie, LINE).await.0, 200, "to read");
        assert_eq!(page(world, &cookie, &format!("{LINE}/text")).await.0, 403);
        assert_eq!(change_greeting(world, &cookie, "0", WELCOME).await.0, 403);
        let _stage = Stage::open(world, &[]).await;
        assert_eq!(change_greeting(world, &cookie, "0", WELCOME).await.0, 303);
        let officer = signed_in(world, "beratung", Role::Officer, None).await;
        for path in ["/dienst/ansagen", LINE, &format!("{LINE}/versionen"), &format!("{LINE}/entwurf")] {
            assert_eq!(page(world, &officer, path).await.0, 200, "{path}: to read");
            assert_eq!(page(world, "", path).await.0, 303, "{path}");
        }
        assert_eq!(send(world, &officer, &format!("{LINE}/verwerfen"), &[("stand", "1")]).await.0, 403);
    });
}
