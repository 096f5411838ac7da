//! Editions of call flows, on both engines: files and editions agree or say so, drafts, publishing, roll back, two nodes.

use std::path::PathBuf;

use sprechzeit::app;
use sprechzeit::config::{Config, KeyText};
use sprechzeit::desk::{Desk, Mode};
use sprechzeit::kernel::{Clock, Instant};
use sprechzeit::library::{self, Agreement, LibraryError, Origin, Seen};
use sprechzeit::people::{Actor, Role};
use sprechzeit::vault::Key;

use crate::world::{Engine, Place, engines, runtime};

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
        let refused = library::roll_back(&desk, desk.now(), &stranger, (NAME, "so"), 1).await;
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
        let version = library::roll_back(&other, other.now(), &administrator(), (NAME, "war besser"), 1).await.unwrap();
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
