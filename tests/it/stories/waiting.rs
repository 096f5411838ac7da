//! Callers who wait: their place, when it is their turn, how they leave, and what happens to the hotline meanwhile.

use serde_json::json;

use super::Book;
use super::telling::{Caller, Officer, Tale};

const WAITING: &str = "waiting: { say: { de: \"Sie sind {position}, es dauert {wait}. Drücken Sie die 5.\" }, every: 20 s }, leave: { key: 5, to: goodbye }";

fn book() -> Book {
    Book::connecting(WAITING)
        .connect("at-once", &format!("strategy: all_at_once, {WAITING}"))
        .connect("idle", &format!("strategy: longest_idle, {WAITING}"))
}

/// Everybody talks; then a caller who waits.
fn waiting<'w>(it: &Tale<'w>, flow: &str) -> ([Officer<'w>; 2], Caller<'w>) {
    let [anna, ben] = it.staffed(flow, ["Anna", "Ben"]);
    for (officer, number) in [(&anna, "+493023125001"), (&ben, "+493023125002")] {
        it.caller_from(number).dials();
        officer.accepts();
    }
    let caller = it.caller();
    caller.dials().hears("Sie sind an erster Stelle");
    ([anna, ben], caller)
}

#[test]
fn who_waits_is_served_in_turn() {
    book()
        .story("whoever becomes free is rung for who waits", |it| {
            let ([anna, ben], caller) = waiting(it, "plain");
            it.seconds(20);
            caller.waits().hears("an erster Stelle");
            ben.talks(1);
            caller.waits();
            ben.accepts().talks(1);
            anna.talks(1);
            caller.told("Ben accepted; person");
            caller.because("Ben", "Reihe 1, Platz 2 der Reihenfolge; davor: Anna im Gespräch");
        })
        .story("who was tried before the queue is passed over while waiting", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials();
            ben.does_not_answer();
            caller.hears("Sie sind an erster Stelle");
            anna.talks(1);
            caller.waits();
            anna.accepts().talks(1);
            caller.told("Ben no_answer, Anna accepted; person");
        })
        .story("the first in the queue is served first, whoever asks first", |it| {
            let ([anna, _], first) = waiting(it, "plain");
            it.seconds(1);
            let second = it.caller_from("+493023125003");
            second.dials().hears("Sie sind an Stelle zwei");
            anna.talks(1);
            second.waits().hears("an Stelle zwei").hears_nobody_ring();
            first.waits();
            anna.accepts().talks(1);
            second.waits();
            anna.accepts().talks(1);
            first.told("Anna accepted; person");
            second.told("Anna accepted; person");
        })
        .story("two become free, and both who wait are served", |it| {
            let ([anna, ben], first) = waiting(it, "plain");
            it.seconds(1);
            let second = it.caller_from("+493023125003");
            second.dials();
            anna.talks(1);
            ben.talks(0);
            // Whoever is the last in the order is kept for the caller in front.
            second.waits();
            anna.accepts();
            first.waits();
            ben.accepts();
            first.told("Ben accepted; none");
            second.told("Anna accepted; none");
        })
        .story("all at once, who waits rings everybody who is free", |it| {
            let [anna, ben] = it.staffed("at-once", ["Anna", "Ben"]);
            let first = it.caller_from("+493023125001");
            first.dials();
            let second = it.caller();
            second.dials().hears("an erster Stelle");
            anna.accepts();
            second.waits();
            ben.accepts().talks(1);
            second.told("Ben accepted; person");
            anna.talks(1);
            first.told("Anna accepted, Ben taken; person");
        })
        .story("among those who are free the strategy chooses for who waits, too", |it| {
            let ([anna, ben], caller) = waiting(it, "idle");
            anna.talks(1);
            ben.talks(1);
            caller.waits();
            anna.accepts().talks(1);
            caller.told("Anna accepted; person").because("Anna", "Reihe 1, am längsten ohne Gespräch");
        })
        .story("after the pause of a talk who waits is served", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            it.rule(json!({"pause_seconds": 30}));
            it.caller_from("+493023125001").dials();
            anna.accepts().talks(1);
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            it.seconds(31);
            caller.waits();
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .tell();
}

#[test]
fn who_waits_can_leave_and_never_waits_for_ever() {
    book()
        .story("a key leaves the queue", |it| {
            let ([anna, _], caller) = waiting(it, "plain");
            caller.presses("5").hears("Auf Wiederhören").told("nobody; announcement");
            anna.talks(1);
            anna.is_not_rung();
        })
        .story("another key does not", |it| {
            let (_, caller) = waiting(it, "plain");
            caller.presses("7").hears("an erster Stelle").told("nobody; none");
        })
        .story("who leaves makes room", |it| {
            let (_, first) = waiting(it, "plain");
            it.seconds(1);
            let second = it.caller_from("+493023125003");
            second.dials().hears("an Stelle zwei");
            first.presses("5");
            second.waits().hears("an erster Stelle");
        })
        .story("who hangs up makes room", |it| {
            let (_, first) = waiting(it, "plain");
            it.seconds(1);
            let second = it.caller_from("+493023125003");
            second.dials().hears("an Stelle zwei");
            first.hangs_up().told("nobody; caller_gone");
            second.waits().hears("an erster Stelle");
        })
        .story("who vanishes without a word makes room in time", |it| {
            let (_, first) = waiting(it, "plain");
            first.vanishes();
            it.minutes(2);
            it.caller_from("+493023125003").dials().hears("an erster Stelle");
        })
        .story("after the longest wait it ends, though somebody is free by then", |it| {
            let ([anna, ben], caller) = waiting(it, "plain");
            it.minutes(3);
            anna.talks(1);
            ben.talks(0);
            caller.waits().hears("Auf Wiederhören").told("nobody; announcement");
            anna.is_not_rung();
        })
        .tell();
}

#[test]
fn the_hotline_changes_while_callers_wait() {
    book()
        .story("the last officer is deployed: nobody is waited for", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            anna.is_deployed();
            caller.waits().hears("Auf Wiederhören").told("nobody; announcement");
            anna.talks(1);
        })
        .story("the last officer's shift ends: nobody is waited for", |it| {
            let [anna] = it.hotline("plain", ("00:00", "24:00"), ["Anna"]);
            anna.works("07:00", "11:01", 1);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            anna.talks(1);
            caller.waits().hears("Auf Wiederhören").told("nobody; announcement");
            anna.is_not_rung();
        })
        .story("the last officer's shift is taken away: nobody is waited for", |it| {
            let [anna] = it.hotline("plain", ("00:00", "24:00"), ["Anna"]);
            let shift = anna.works("07:00", "19:00", 1);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            anna.signs_off(&shift);
            caller.waits().hears("Auf Wiederhören").told("nobody; announcement");
        })
        .story("somebody comes on duty and is rung", |it| {
            let [anna, ben] = it.hotline("plain", ("00:00", "24:00"), ["Anna", "Ben"]);
            anna.works("07:00", "19:00", 1);
            ben.works("11:01", "19:00", 1);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            it.minutes(1);
            caller.waits();
            ben.accepts().talks(1);
            caller.told("Ben accepted; person");
        })
        .story("somebody comes back from a deployment and is rung", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            ben.is_deployed();
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            it.seconds(20);
            ben.is_back();
            caller.waits();
            ben.accepts().talks(1);
            caller.told("Ben accepted; person");
        })
        .story("the hotline is closed by hand: who waits is still served, who comes is not", |it| {
            let ([anna, _], caller) = waiting(it, "plain");
            it.closes_by_hand("Die Anlage wird gewartet.");
            anna.talks(1);
            caller.waits();
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .story("the hotline is taken out of operation: who waits is still served", |it| {
            let ([anna, _], caller) = waiting(it, "plain");
            it.rule(json!({"active": false}));
            anna.talks(1);
            caller.waits();
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
            let late = it.caller_from("+493023125009");
            late.dials().hears("gibt es kein Beratungstelefon");
        })
        .story("the hours end: who waits is still served", |it| {
            let [anna] = it.hotline("plain", ("08:00", "11:01"), ["Anna"]);
            anna.works("07:00", "19:00", 1);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            caller.dials().hears("an erster Stelle");
            anna.talks(2);
            caller.waits();
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .tell();
}

#[test]
fn who_waits_for_somebody_who_fits_is_not_given_to_somebody_else() {
    book()
        .story("a caller waits for who speaks English where the hotline says so", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            it.rule(json!({"if_nobody_fits": "wait"}));
            anna.can(json!({"languages": ["en"]}));
            ben.can(json!({"languages": ["en"]}));
            anna.is_deployed();
            let caller = it.caller();
            caller.dials();
            ben.accepts().talks(1);
            caller.told("Ben accepted; person");
        })
        .story("one who knows the caller is rung before the order", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            it.rule(json!({"known_caller_first": true}));
            let first = it.caller();
            first.dials();
            anna.does_not_answer();
            ben.accepts().talks(1);
            let again = it.caller();
            again.dials();
            ben.hears("zweiter Anruf in dieser Woche").accepts().talks(1);
            again.told("Ben accepted; person").because("Ben", "Reihe 1, hat schon mit dieser Person gesprochen");
        })
        .tell();
}
