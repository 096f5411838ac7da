//! What a network does to calls: it repeats, reorders and loses; nothing counts twice, and nobody is stuck.

use super::Book;
use super::telling::{Caller, wait};

fn book() -> Book {
    Book::connecting("waiting: { say: { de: \"Sie sind {position}.\" }, every: 20 s }")
        .connect("at-once", "strategy: all_at_once")
        .flow(
            "menu",
            "  first:\n    menu: { prompt: { de: Worum geht es? }, keys: { 2: { say: { de: \"Drücken Sie die 2.\" }, to: \
             officers } }, silence: { to: goodbye } }\n  officers:\n    connect: { ring: 20 s, longest_wait: 3 min, nobody: \
             goodbye }\n",
        )
}

/// The webhook that was sent last comes again: it is answered alike.
fn again(caller: &Caller<'_>) {
    let (request, answer) = caller.last();
    for _ in 0..2 {
        assert_eq!(caller.again(&request), answer);
    }
}

#[test]
fn what_is_told_twice_counts_once() {
    book()
        .story("the announcement of the call", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            again(caller.dials());
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
            assert_eq!(it.get("/calls")["items"].as_array().unwrap().len(), 1);
        })
        .story("a key", |it| {
            let [anna] = it.staffed("menu", ["Anna"]);
            let caller = it.caller();
            again(caller.dials().presses("2"));
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .story("silence in the queue", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            it.caller_from("+493023125001").dials();
            anna.accepts();
            let caller = it.caller();
            again(caller.dials().waits());
            anna.talks(1);
            caller.waits();
            again(&caller);
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .story("how a ring ended", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.is_engaged();
            again(&caller);
            ben.accepts().talks(1);
            caller.told("Anna busy, Ben accepted; person");
        })
        .story("the end of the talk", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.accepts().talks(1);
            again(&caller);
            caller.reports("completed").reports("completed").told("Anna accepted; person");
        })
        .story("the report of an officer's leg", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            for _ in 0..3 {
                anna.reports(&[("CallStatus", "busy"), ("SequenceNumber", "2")]);
            }
            anna.is_engaged();
            ben.accepts().talks(1);
            caller.told("Anna busy, Ben accepted; person");
        })
        .story("the key that accepts", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.presses("1");
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        })
        .story("the key that declines", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.presses("2");
            anna.declines();
            ben.accepts().talks(1);
            caller.told("Anna declined, Ben accepted; person");
        })
        .story("that the caller has hung up", |it| {
            it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials().hangs_up().reports("completed").reports("canceled");
            caller.told("Anna caller_gone; caller_gone");
        })
        .story("a decline, and then a change of mind that comes too late", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.presses("2");
            let late = anna.presses("1");
            assert!(late.contains("besteht nicht mehr"), "{late}");
            anna.ends("completed", None);
            ben.accepts().talks(1);
            caller.told("Anna declined, Ben accepted; person");
        })
        .tell();
}

#[test]
fn what_comes_in_another_order_or_late_is_understood() {
    book()
        .story("the leg is over before it is told to ring", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.reports(&[("CallStatus", "no-answer"), ("SequenceNumber", "3")]);
            anna.reports(&[("CallStatus", "ringing"), ("SequenceNumber", "1")]);
            anna.reports(&[("CallStatus", "initiated"), ("SequenceNumber", "0")]);
            anna.does_not_answer();
            ben.accepts().talks(1);
            caller.told("Anna no_answer, Ben accepted; person");
        })
        .story("the end of the ring comes before the report of the leg", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            let telephone = anna.telephone();
            caller.ring_ends(&[("DialCallStatus", "busy"), ("DialBridged", "false")]);
            wait(caller.leg().leg_reports(&telephone, &[("CallStatus", "busy"), ("SequenceNumber", "2")]));
            ben.accepts().talks(1);
            caller.told("Anna busy, Ben accepted; person");
        })
        .story("the end of the call comes before the end of the talk", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.accepts();
            caller.reports("completed");
            anna.talks(0);
            caller.told("Anna accepted; person");
        })
        .story("a report comes long after the end of the call", |it| {
            let [anna, _] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            let telephone = anna.telephone();
            anna.accepts().talks(1);
            it.minutes(30);
            for status in ["no-answer", "failed", "busy", "completed"] {
                wait(caller.leg().leg_reports(&telephone, &[("CallStatus", status)]));
            }
            caller.reports("no-answer").reports("in-progress");
            caller.told("Anna accepted; person");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("the end of the caller's leg overtakes the ring, which was never connected", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.accepts();
            caller.reports("completed").told("Anna accepted; person");
            caller.ring_ends(&[("DialCallStatus", "completed"), ("DialBridged", "false"), ("CallStatus", "completed")]);
            caller.told("Anna caller_gone; caller_gone");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("a late accept after the caller has hung up", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.picks_up();
            let (telephone, asked) = (anna.telephone(), anna.heard());
            caller.hangs_up();
            let late = wait(caller.leg().officer_presses(&telephone, &asked, "1"));
            assert!(late.contains("besteht nicht mehr"), "{late}");
            caller.told("Anna caller_gone; caller_gone");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("the officer of an earlier ring presses 1 while the next rings", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.picks_up();
            let (telephone, asked) = (anna.telephone(), anna.heard());
            anna.does_not_answer();
            ben.rings();
            let late = wait(caller.leg().officer_presses(&telephone, &asked, "1"));
            assert!(late.contains("besteht nicht mehr"), "{late}");
            ben.accepts().talks(1);
            caller.told("Anna no_answer, Ben accepted; person");
        })
        .story("an old webhook comes again while the call has gone on", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            let (request, answer) = caller.dials().last();
            anna.is_engaged();
            assert_eq!(caller.again(&request), answer);
            ben.accepts().talks(1);
            caller.told("Anna busy, Ben accepted; person");
        })
        .tell();
}

#[test]
fn what_is_lost_keeps_nobody() {
    book()
        .story("the end of a ring: the officer is free in time, and the call ends by itself", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials().vanishes();
            it.minutes(2);
            it.caller_from("+493023125001").dials();
            anna.accepts().talks(1);
            it.minutes(20);
            it.round();
            caller.told("Anna caller_gone; lost");
        })
        .story("the end of a talk: told by the status of the call alone", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.accepts();
            it.minutes(5);
            caller.reports("completed").vanishes();
            caller.told("Anna accepted; person");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("the end of a ring in which who accepted was gone at once: the officer's own leg tells it", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.accepts().reports(&[("CallStatus", "completed")]);
            it.seconds(3);
            caller.reports("completed").vanishes();
            caller.told("Anna caller_gone; caller_gone");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("everything after the talk began: the officer is free when the longest talk is over", |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            anna.accepts();
            caller.vanishes();
            it.minutes(4 * 60 + 20);
            it.round();
            caller.told("Anna accepted; lost");
            it.caller().dials();
            anna.accepts().talks(1);
        })
        .story("all reports of legs: the end of the ring tells enough", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            let caller = it.caller();
            caller.dials();
            anna.rings();
            caller.ring_ends(&[("DialCallStatus", "no-answer"), ("DialBridged", "false")]);
            ben.rings();
            caller.ring_ends(&[("DialCallStatus", "completed"), ("DialBridged", "false")]);
            caller.hears("Auf Wiederhören").told("Anna no_answer, Ben not_accepted; announcement");
        })
        .story("a caller in a menu, who never comes back", |it| {
            it.staffed("menu", ["Anna"]);
            let caller = it.caller();
            caller.dials();
            it.minutes(16);
            it.round();
            caller.told("nobody; lost");
        })
        .tell();
}
