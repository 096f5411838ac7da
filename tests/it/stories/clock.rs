//! Time: the two nights in which clocks change, midnight, hours that end, holidays, and closures by hand.

use super::Book;
use super::telling::{Tale, moment};

/// Greets, asks for the hours, and connects or says why not.
const HOURS: &str = "  first:\n    hours: { open: officers, closed: closed, holiday: holiday, by_hand: by_hand }\n  officers:\n    \
    connect: { ring: 20 s, longest_wait: 3 min, nobody: goodbye }\n  closed:\n    hang_up: { say: { de: \"Geschlossen. {hours}\" \
    } }\n  holiday:\n    hang_up: { say: { de: \"Feiertag: {holiday}\" } }\n  by_hand:\n    hang_up: { say: { de: \"Heute nicht: \
    {reason}\" } }\n";

fn book() -> Book {
    Book::default().flow("hours", HOURS)
}

/// At this moment, in UTC, these are rung one after another, and nobody else.
fn rung(it: &Tale<'_>, at: &str, names: &[&str]) {
    it.until(at);
    let caller = it.caller();
    caller.dials();
    for name in names {
        assert_eq!(it.rung().name, *name, "{at}");
        it.rung().is_engaged();
    }
    caller.hears_nobody_ring();
    let story: Vec<_> = names.iter().map(|name| format!("{name} busy")).collect();
    let story = if story.is_empty() { "nobody".to_owned() } else { story.join(", ") };
    caller.told(&format!("{story}; announcement"));
}

#[test]
fn the_nights_in_which_clocks_change_have_no_gap() {
    book()
        .story("in autumn 02:30 comes twice: a shift ends at the second, the next begins at the first", |it| {
            it.until("2026-10-24T12:00:00Z");
            let [anna, ben] = it.hotline("hours", ("00:00", "24:00"), ["Anna", "Ben"]);
            anna.works_on("2026-10-24", ("20:00", "02:30"), 1);
            ben.works_on("2026-10-25", ("02:30", "08:00"), 1);
            rung(it, "2026-10-25T00:29:59Z", &["Anna"]);
            rung(it, "2026-10-25T00:30:00Z", &["Anna", "Ben"]);
            rung(it, "2026-10-25T01:29:59Z", &["Anna", "Ben"]);
            rung(it, "2026-10-25T01:30:00Z", &["Ben"]);
        })
        .story("in spring 02:30 never comes: who begins then begins at three", |it| {
            it.until("2027-03-27T12:00:00Z");
            let [anna, ben] = it.hotline("hours", ("00:00", "24:00"), ["Anna", "Ben"]);
            anna.works_on("2027-03-27", ("20:00", "02:30"), 1);
            ben.works_on("2027-03-28", ("02:30", "08:00"), 1);
            rung(it, "2027-03-28T00:59:59Z", &["Anna"]);
            rung(it, "2027-03-28T01:00:00Z", &["Ben"]);
        })
        .tell();
}

#[test]
fn a_ring_goes_on_over_the_change_of_the_clock() {
    book()
        .story("in autumn, when 03:00 becomes 02:00", |it| {
            it.until("2026-10-24T12:00:00Z");
            let [anna, ben] = it.hotline("hours", ("00:00", "24:00"), ["Anna", "Ben"]);
            anna.works_on("2026-10-24", ("20:00", "06:00"), 1);
            ben.works_on("2026-10-24", ("20:00", "06:00"), 2);
            it.until("2026-10-25T00:59:50Z");
            let caller = it.caller();
            caller.dials();
            anna.does_not_answer();
            ben.accepts().talks(10);
            caller.told("Anna no_answer, Ben accepted; person");
        })
        .story("in spring, when 02:00 becomes 03:00", |it| {
            it.until("2027-03-27T12:00:00Z");
            let [anna, ben] = it.hotline("hours", ("00:00", "24:00"), ["Anna", "Ben"]);
            anna.works_on("2027-03-27", ("20:00", "02:30"), 1);
            ben.works_on("2027-03-28", ("02:30", "08:00"), 1);
            it.until("2027-03-28T00:59:50Z");
            let caller = it.caller();
            caller.dials();
            anna.does_not_answer();
            ben.accepts().talks(10);
            caller.told("Anna no_answer, Ben accepted; person");
        })
        .tell();
}

#[test]
fn hours_holidays_and_closures_are_announced_as_they_are() {
    book()
        .story("the last second of the hours and the first after them", |it| {
            let [anna] = it.hotline("hours", ("08:00", "18:00"), ["Anna"]);
            anna.works("07:00", "20:00", 1);
            it.clock("18:00");
            it.caller().dials().hears("Geschlossen").hears("täglich von 8 bis 18 Uhr");
            anna.is_not_rung();
        })
        .story("a talk that began within the hours goes on after them", |it| {
            let [anna] = it.hotline("hours", ("08:00", "18:00"), ["Anna"]);
            anna.works("07:00", "18:00", 1);
            it.clock("17:59");
            let caller = it.caller();
            caller.dials();
            anna.accepts().talks(15);
            caller.told("Anna accepted; person");
        })
        .story("a hotline that is closed by hand, opened again", |it| {
            let [anna] = it.staffed("hours", ["Anna"]);
            let closure = it.closes_by_hand("Die Anlage wird gewartet.");
            let caller = it.caller();
            caller.dials().hears("Heute nicht: Die Anlage wird gewartet.").told("nobody; announcement");
            it.minutes(1);
            it.opens_again(&closure);
            it.minutes(1);
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("a hotline that is closed by hand while it rings: the ring goes on", |it| {
            let [anna, ben] = it.staffed("hours", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.rings();
            it.closes_by_hand("Alle sind im Einsatz.");
            anna.does_not_answer();
            ben.accepts().talks(1);
            caller.told("Anna no_answer, Ben accepted; person");
        })
        .story("a shift over midnight belongs to both days", |it| {
            let [anna] = it.hotline("hours", ("00:00", "24:00"), ["Anna"]);
            anna.works("20:00", "06:00", 1);
            it.clock("23:59");
            it.caller().dials();
            anna.does_not_answer();
            it.minutes(2);
            it.caller().dials();
            anna.accepts().talks(1);
            assert!(it.world.now() > moment("2026-06-08T22:00:00Z"));
        })
        .story("a holiday is said by its name", |it| {
            it.until("2026-10-02T09:00:00Z");
            let [anna] = it.hotline("hours", ("08:00", "18:00"), ["Anna"]);
            anna.works_on("2026-10-03", ("07:00", "20:00"), 1);
            it.until("2026-10-03T09:00:00Z");
            it.caller().dials().hears("Feiertag: Tag der Deutschen Einheit").told("nobody; announcement");
            anna.is_not_rung();
        })
        .tell();
}
