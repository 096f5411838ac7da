//! Keys: menus, languages, the call-back and the appointment, in the flow that is shipped.

use serde_json::json;

use super::Book;
use super::telling::{Officer, Tale};

const SHIPPED: &str = "beratungstelefon";

/// Nobody is on duty, and the menu that says so is heard.
fn nobody_free<'w>(it: &Tale<'w>) -> [Officer<'w>; 1] {
    it.hotline(SHIPPED, ("00:00", "24:00"), ["Anna"])
}

/// Consultations by telephone on the day after tomorrow.
fn offers_hours(it: &Tale<'_>, officer: &Officer<'_>) {
    let day = sprechzeit::kernel::local::day(it.world.now()) + chrono::Days::new(2);
    let weekday = day.format("%a").to_string().to_lowercase();
    let hour = json!({"officer": officer.me().id, "weekday": weekday, "opens": "10:00", "closes": "11:00",
        "slot_minutes": 30, "formats": ["telephone"], "topics": [], "first_day": it.day(), "last_day": day});
    it.create("/consultation-hours", hour);
}

#[test]
fn menus_lead_where_their_keys_say() {
    let mut book = Book::default();
    for (key, topic, heard) in
        [("1", "callcenterbetrug", "Betrug"), ("2", "einbruchschutz", "Einbruch"), ("3", "opferrechte", "Opfer")]
    {
        book = book.story(format!("key {key} is about {topic}"), move |it| {
            let [anna] = it.staffed(SHIPPED, ["Anna"]);
            let caller = it.caller();
            caller.dials().waits().presses(key);
            anna.hears(heard).hears("Sprache: Deutsch").accepts().talks(1);
            caller.told("Anna accepted; person");
            assert_eq!(caller.explained()["topic"], topic);
        });
    }
    book.story("silence comes to a person, too", |it| {
        let [anna] = it.staffed(SHIPPED, ["Anna"]);
        let caller = it.caller();
        caller.dials().waits().hears("Worum geht es?").waits().hears("Worum geht es?").waits();
        anna.accepts().talks(1);
        caller.told("Anna accepted; person");
    })
    .story("wrong keys come to a person, too", |it| {
        let [anna] = it.staffed(SHIPPED, ["Anna"]);
        let caller = it.caller();
        caller.dials().waits().presses("7").hears("nicht belegt").presses("7").hears("nicht belegt").presses("7");
        anna.accepts().talks(1);
        caller.told("Anna accepted; person");
    })
    .story("a star repeats", |it| {
        it.staffed(SHIPPED, ["Anna"]);
        it.caller().dials().waits().presses("*").hears("Worum geht es?");
    })
    .story("English is spoken from the key on, and the officer is told so", |it| {
        let [anna] = it.staffed(SHIPPED, ["Anna"]);
        let caller = it.caller();
        caller.dials().presses("9").hears("What is it about?").presses("1").hears("we are connecting you");
        anna.hears("Englisch").declines();
        caller.hears("nobody is free").hears_not("niemand frei");
    })
    .story("plain German is spoken from the key on", |it| {
        let [anna] = it.staffed(SHIPPED, ["Anna"]);
        let caller = it.caller();
        caller.dials().presses("8").hears("Was ist Ihr Thema?").presses("0");
        anna.hears("Leichte Sprache");
    })
    .tell();
}

#[test]
fn a_call_back_is_asked_for_by_key() {
    Book::default()
        .story("under the number that calls", |it| {
            nobody_free(it);
            let caller = it.caller();
            caller.dials().waits().presses("0").hears("niemand frei").presses("1").hears("null drei null");
            caller.presses("1").hears("rufen Sie so bald wie möglich zurück").told("nobody; callback");
            let open = it.get("/callbacks");
            assert_eq!(open["items"][0]["call"], caller.id());
        })
        .story("under another number, which is typed and read back", |it| {
            nobody_free(it);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("1").presses("2").hears("Telefonnummer mit Vorwahl");
            caller.presses("08999998043#").hears("null acht neun").presses("2").hears("Telefonnummer mit Vorwahl");
            caller.presses("08999998044#").presses("1").told("nobody; callback");
            assert!(!caller.explained().to_string().contains("99998044"), "what was typed stays out of the story");
        })
        .story("without a number that calls", |it| {
            nobody_free(it);
            let caller = it.caller_from("anonymous");
            caller.dials().waits().presses("0").presses("1").hears("Telefonnummer mit Vorwahl");
            caller.presses("08999998045#").presses("1").told("nobody; callback");
        })
        .story("and given up: nothing is noted", |it| {
            nobody_free(it);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("1").hangs_up().told("nobody; caller_gone");
            let open = it.get("/callbacks");
            let here = |it: &&serde_json::Value| it["call"] == caller.id();
            assert_eq!(open["items"].as_array().unwrap().iter().filter(here).count(), 0, "{open}");
        })
        .story("after officers were rung, the story has both", |it| {
            let [anna] = it.staffed(SHIPPED, ["Anna"]);
            let caller = it.caller();
            caller.dials().waits().presses("1");
            anna.does_not_answer();
            caller.presses("1").presses("1").told("Anna no_answer; callback");
        })
        .story("out of hours", |it| {
            it.hotline(SHIPPED, ("08:00", "10:00"), ["Anna"]);
            let caller = it.caller();
            caller.dials().waits().hears("nicht besetzt").presses("1").presses("1").told("nobody; callback");
        })
        .story("with the answer to the last key lost, it is noted once", |it| {
            nobody_free(it);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("1").presses("1");
            let (request, answer) = caller.last();
            assert_eq!(caller.again(&request), answer);
            let open = it.get("/callbacks");
            let here = |it: &&serde_json::Value| it["call"] == caller.id();
            assert_eq!(open["items"].as_array().unwrap().iter().filter(here).count(), 1, "{open}");
        })
        .tell();
}

#[test]
fn an_appointment_is_booked_by_key() {
    Book::default()
        .story("but nothing is free", |it| {
            nobody_free(it);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("2").hears("kein Termin am Telefon frei");
            caller.told("nobody; announcement");
        })
        .story("the first time that is offered", |it| {
            let [anna] = nobody_free(it);
            offers_hours(it, &anna);
            let caller = it.caller();
            caller
                .dials()
                .waits()
                .presses("0")
                .presses("2")
                .hears("Diese Termine sind frei")
                .hears("Drücken Sie die 2");
            caller.presses("1").hears("null drei null").presses("1").hears("SMS");
            caller.waits().hears("Ihr Termin ist gebucht").hears("Noch einmal").told("nobody; booking");
        })
        .story("with a confirmation by text message", |it| {
            let [anna] = nobody_free(it);
            offers_hours(it, &anna);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("2").presses("2").presses("1").presses("1");
            caller.hears("Ihr Termin ist gebucht").told("nobody; booking");
        })
        .story("by who has no number, and types one", |it| {
            let [anna] = nobody_free(it);
            offers_hours(it, &anna);
            let caller = it.caller_from("anonymous");
            caller.dials().waits().presses("0").presses("2").presses("1").hears("Telefonnummer mit Vorwahl");
            caller.presses("08999998046#").presses("1").waits().hears("gebucht").told("nobody; booking");
        })
        .story("that somebody else takes a moment before: other times are offered", |it| {
            let [anna] = nobody_free(it);
            offers_hours(it, &anna);
            let (first, second) = (it.caller(), it.caller_from("+493023125001"));
            for caller in [&first, &second] {
                caller.dials().waits().presses("0").presses("2").presses("1").presses("1");
            }
            first.waits().hears("gebucht");
            second.waits().hears("Diese Termine sind frei");
            second.presses("1").presses("1").waits().hears("gebucht");
            first.told("nobody; booking");
            second.told("nobody; booking");
        })
        .story("and the key told twice books once", |it| {
            let [anna] = nobody_free(it);
            offers_hours(it, &anna);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("2").presses("1").presses("1").waits().hears("gebucht");
            let (request, answer) = caller.last();
            assert_eq!(caller.again(&request), answer);
            it.caller().dials().waits().presses("0").presses("2").hears("Diese Termine sind frei");
        })
        .story("and refused: nothing is booked", |it| {
            let [anna] = nobody_free(it);
            offers_hours(it, &anna);
            let caller = it.caller();
            caller.dials().waits().presses("0").presses("2").presses("0").hears("Auf Wiederhören");
            caller.told("nobody; announcement");
        })
        .tell();
}
