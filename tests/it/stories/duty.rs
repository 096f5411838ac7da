//! Duty changes while telephones ring, and telephones that fail.

use serde_json::json;

use super::Book;

fn book() -> Book {
    Book::connecting("strategy: in_order")
}

#[test]
fn duty_changes_while_it_rings() {
    book()
        .story("who is deployed while it rings may still accept", |it| {
            let [anna, _] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.rings().is_deployed();
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .story("who is deployed while it rings, and does not answer, is followed by the next", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.rings().is_deployed();
            anna.does_not_answer();
            ben.accepts().talks(1);
            caller.told("Anna no_answer, Ben accepted; person");
            let why = "Reihe 1, Platz 1 der Reihenfolge; davor: Anna nicht im Dienst (im Einsatz)";
            caller.because("Ben", why);
        })
        .story("who is next, and is deployed while it rings, is passed over", |it| {
            let [anna, ben, cem] = it.staffed("plain", ["Anna", "Ben", "Cem"]);
            let caller = it.caller();
            caller.dials();
            anna.rings();
            ben.is_deployed();
            anna.is_engaged();
            cem.accepts().talks(1);
            caller.told("Anna busy, Cem accepted; person");
            assert!(caller.why("Cem").contains("Ben nicht im Dienst (im Einsatz)"), "{}", caller.why("Cem"));
        })
        .story("everybody is deployed while it rings", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.is_deployed();
            ben.is_deployed();
            anna.does_not_answer();
            caller.hears("Auf Wiederhören").told("Anna no_answer; announcement");
        })
        .story("the shift changes while it rings", |it| {
            let [anna, ben] = it.hotline("plain", ("00:00", "24:00"), ["Anna", "Ben"]);
            anna.works("07:00", "11:01", 1);
            ben.works("11:01", "19:00", 1);
            let caller = it.caller();
            caller.dials();
            it.seconds(50);
            anna.does_not_answer();
            ben.accepts().talks(1);
            caller.told("Anna no_answer, Ben accepted; person").because("Ben", "Reihe 1, Platz 1 der Reihenfolge");
        })
        .story("who accepts after the end of the shift has the call", |it| {
            let [anna] = it.hotline("plain", ("00:00", "24:00"), ["Anna"]);
            anna.works("07:00", "11:01", 1);
            let caller = it.caller();
            caller.dials();
            it.minutes(1);
            anna.accepts().talks(10);
            caller.told("Anna accepted; person");
        })
        .story("the last one signs off while it rings", |it| {
            let [anna] = it.hotline("plain", ("00:00", "24:00"), ["Anna"]);
            let shift = anna.works("07:00", "19:00", 1);
            let caller = it.caller();
            caller.dials();
            anna.signs_off(&shift);
            anna.does_not_answer();
            caller.hears("Auf Wiederhören").told("Anna no_answer; announcement");
        })
        .story("who is absent is not rung, and the story says so", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let absence = json!({"officer": anna.me().id, "kind": "sick", "start": it.world.now().rfc3339(),
                "end": (it.world.now() + chrono::TimeDelta::hours(8)).rfc3339()});
            it.create("/absences", absence);
            let caller = it.caller();
            caller.dials();
            ben.accepts().talks(1);
            caller.told("Ben accepted; person");
            assert!(caller.why("Ben").contains("davor: Anna nicht im Dienst"), "{}", caller.why("Ben"));
        })
        .story("another hotline's officer is not rung", |it| {
            let [anna] = it.hotline("plain", ("00:00", "24:00"), ["Anna"]);
            let caller = it.caller();
            caller.dials().hears("Auf Wiederhören").told("nobody; announcement");
            anna.is_not_rung();
        })
        .tell();
}

#[test]
fn telephones_that_fail_are_left_out() {
    book()
        .story("after two failures nobody is kept waiting by that telephone", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            for _ in 0..2 {
                it.caller().dials();
                anna.cannot_be_reached();
                ben.accepts().talks(1);
            }
            let caller = it.caller();
            caller.dials();
            ben.accepts().talks(1);
            caller.told("Ben accepted; person");
            let why = caller.why("Ben");
            assert!(
                why.ends_with("Anna nicht mehr angerufen: Telefon in diesem Dienst zweimal nicht erreichbar"),
                "{why}"
            );
        })
        .story("one failure of each is no reason to skip anybody", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.cannot_be_reached();
            ben.has_no_such_number();
            caller.hears("Auf Wiederhören").told("Anna failed, Ben invalid_number; announcement");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("declining, mailboxes and lines that are busy are no failures", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            for number in 0..4 {
                it.caller().dials();
                match number {
                    0 => anna.declines(),
                    1 => anna.is_engaged(),
                    2 => anna.does_not_answer(),
                    _ => anna.mailbox_answers(),
                };
                ben.accepts().talks(1);
            }
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("who accepts and vanishes twice is skipped", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            for _ in 0..2 {
                it.caller().dials();
                anna.accepts_and_vanishes();
                ben.accepts().talks(1);
            }
            it.caller().dials();
            ben.accepts().talks(1);
        })
        .tell();
}
