//! Each strategy, and each way in which the first telephone's ring can go.

use super::Book;
use super::telling::{Officer, Tale};

/// A strategy as a flow names it; who of Anna, Ben and Cem comes first when Anna has had the last call; and why.
struct Strategy {
    name: &'static str,
    first: [&'static str; 2],
    why: &'static str,
}

const STRATEGIES: [Strategy; 4] = [
    Strategy { name: "in_order", first: ["Anna", "Ben"], why: "Platz {} der Reihenfolge" },
    Strategy { name: "by_turns", first: ["Ben", "Cem"], why: "reihum: am längsten nicht angerufen" },
    Strategy { name: "longest_idle", first: ["Ben", "Cem"], why: "am längsten ohne Gespräch" },
    Strategy { name: "fewest_calls", first: ["Ben", "Cem"], why: "die wenigsten Gespräche in diesem Dienst (0)" },
];

impl Strategy {
    fn why(&self, place: usize) -> String {
        format!("Reihe 1, {}", self.why.replace("{}", &place.to_string()))
    }
}

/// What the first telephone does, what is recorded of it, and whether the call goes on to the next.
type Turn = (&'static str, for<'o, 'w> fn(&'o Officer<'w>) -> &'o Officer<'w>, &'static str);

const TURNS: [Turn; 8] = [
    ("does not answer", |it| it.does_not_answer(), "no_answer"),
    ("is busy", |it| it.is_engaged(), "busy"),
    ("declines", |it| it.declines(), "declined"),
    ("cannot be reached", |it| it.cannot_be_reached(), "failed"),
    ("has a number that does not exist", |it| it.has_no_such_number(), "invalid_number"),
    ("has a mailbox that answers", |it| it.mailbox_answers(), "not_accepted"),
    ("picks up and hangs up", |it| it.picks_up().ends("completed", None), "not_accepted"),
    ("accepts and vanishes", |it| it.accepts_and_vanishes(), "failed"),
];

/// Anna talks with the first caller of the day, so that strategies differ from then on.
fn staffed<'w>(it: &Tale<'w>, strategy: &str) -> [Officer<'w>; 3] {
    let [anna, ben, cem] = it.staffed(&strategy.replace('_', "-"), ["Anna", "Ben", "Cem"]);
    if strategy != "random" && strategy != "all_at_once" {
        it.caller().dials();
        anna.accepts().talks(2);
        it.minutes(1);
    }
    [anna, ben, cem]
}

fn book() -> Book {
    ["in_order", "by_turns", "longest_idle", "fewest_calls", "random", "all_at_once"]
        .iter()
        .fold(Book::default(), |book, name| book.connect(&name.replace('_', "-"), &format!("strategy: {name}")))
}

fn of<'o, 'w>(officers: &'o [Officer<'w>], name: &str) -> &'o Officer<'w> {
    officers.iter().find(|officer| officer.name == name).unwrap()
}

#[test]
fn each_strategy_goes_on_after_whatever_the_first_telephone_does() {
    let mut book = book();
    for strategy in &STRATEGIES {
        for (what, turn, outcome) in TURNS {
            book = book.story(format!("{}: the first {what}", strategy.name), move |it| {
                let officers = staffed(it, strategy.name);
                let [first, second] = strategy.first.map(|name| of(&officers, name));
                let caller = it.caller();
                caller.dials();
                turn(first.rings());
                second.accepts().talks(3);
                let [one, two] = strategy.first;
                caller.told(&format!("{one} {outcome}, {two} accepted; person"));
                caller.because(one, &strategy.why(1));
                // Who was rung a moment ago is the last by turns, so nobody stands before.
                let before = if strategy.name == "by_turns" { "" } else { &format!("; davor: {one} schon versucht") };
                caller.because(two, &format!("{}{before}", strategy.why(2)));
            });
        }
    }
    book.tell();
}

#[test]
fn each_strategy_ends_with_the_first_who_accepts_and_with_a_caller_who_hangs_up() {
    let mut book = book();
    for strategy in &STRATEGIES {
        let first = strategy.first[0];
        book = book
            .story(format!("{}: the first accepts", strategy.name), move |it| {
                let officers = staffed(it, strategy.name);
                let caller = it.caller();
                caller.dials();
                of(&officers, first).accepts().talks(3);
                caller.told(&format!("{first} accepted; person")).because(first, &strategy.why(1));
            })
            .story(format!("{}: the caller hangs up while it rings", strategy.name), move |it| {
                let officers = staffed(it, strategy.name);
                let caller = it.caller();
                caller.dials();
                let telephone = of(&officers, first).telephone();
                caller.hangs_up().hears_nobody_ring();
                caller.told(&format!("{first} caller_gone; caller_gone"));
                let late = super::telling::wait(caller.leg().picks_up(&telephone));
                assert!(late.contains("besteht nicht mehr"), "{late}");
            });
    }
    book.tell();
}

#[test]
fn chance_rings_each_of_them_once_and_says_that_it_was_chance() {
    let mut book = book();
    for (what, turn, outcome) in TURNS {
        book = book.story(format!("random: the first {what}"), move |it| {
            staffed(it, "random");
            let caller = it.caller();
            caller.dials();
            let first = it.rung();
            turn(&first);
            let second = it.rung();
            second.accepts().talks(3);
            assert_ne!(first.name, second.name);
            caller.told(&format!("{} {outcome}, {} accepted; person", first.name, second.name));
            caller.because(&first.name, "Reihe 1, ausgelost");
            caller.because(&second.name, &format!("Reihe 1, ausgelost; davor: {} schon versucht", first.name));
        });
    }
    book = book
        .story("random: the first accepts", |it| {
            staffed(it, "random");
            let caller = it.caller();
            caller.dials();
            let first = it.rung();
            first.accepts().talks(1);
            caller.told(&format!("{} accepted; person", first.name));
        })
        .story("random: the caller hangs up while it rings", |it| {
            staffed(it, "random");
            let caller = it.caller();
            caller.dials();
            let first = it.rung();
            caller.hangs_up();
            caller.told(&format!("{} caller_gone; caller_gone", first.name));
        });
    book.tell();
}

#[test]
fn all_at_once_the_others_ring_on_whatever_one_telephone_does() {
    let mut book = book();
    // That somebody picked up and hung up is told with the end of the ring only, and this ring ends well.
    for (what, turn, outcome) in &TURNS[..6] {
        book = book.story(format!("all at once: one {what}"), move |it| {
            let [anna, ben, cem] = staffed(it, "all_at_once");
            let caller = it.caller();
            caller.dials();
            for officer in [&anna, &ben, &cem] {
                officer.rings();
            }
            turn(&anna);
            ben.rings();
            cem.accepts().talks(3);
            caller.told(&format!("Anna {outcome}, Ben taken, Cem accepted; person"));
            for name in ["Anna", "Ben", "Cem"] {
                caller.because(name, "Reihe 1, alle zugleich");
            }
        });
    }
    book = book
        .story("all at once: the first accepts", |it| {
            let [anna, ..] = staffed(it, "all_at_once");
            let caller = it.caller();
            caller.dials();
            anna.accepts().talks(3);
            caller.told("Anna accepted, Ben taken, Cem taken; person");
        })
        .story("all at once: who accepts vanishes, and those who were too late are rung again", |it| {
            let [anna, ben, cem] = staffed(it, "all_at_once");
            let caller = it.caller();
            caller.dials();
            ben.accepts_and_vanishes();
            cem.rings();
            anna.accepts().talks(2);
            caller.told("Anna taken, Ben failed, Cem taken, Anna accepted, Cem taken; person");
        })
        .story("all at once: nobody answers", |it| {
            let officers = staffed(it, "all_at_once");
            let caller = it.caller();
            caller.dials();
            for officer in &officers {
                officer.does_not_answer();
            }
            caller.hears("Auf Wiederhören").told("Anna no_answer, Ben no_answer, Cem no_answer; announcement");
        })
        .story("all at once: the caller hangs up while it rings", |it| {
            let officers = staffed(it, "all_at_once");
            let caller = it.caller();
            caller.dials().hangs_up();
            caller.told("Anna caller_gone, Ben caller_gone, Cem caller_gone; caller_gone");
            for officer in &officers {
                officer.is_not_rung();
            }
        })
        .story("all at once: two accept in the same instant", |it| {
            let [anna, ben, _] = staffed(it, "all_at_once");
            let caller = it.caller();
            caller.dials();
            let connected = anna.accepts_together_with(&ben);
            connected.talks(2);
            let outcome = |name| if connected.name == name { "accepted" } else { "taken" };
            caller.told(&format!("Anna {}, Ben {}, Cem taken; person", outcome("Anna"), outcome("Ben")));
        })
        .story(
            "all at once: who picks up and hangs up is free for the next caller, while the others still ring",
            |it| {
                let [anna, ben, _] = staffed(it, "all_at_once");
                let (first, second) = (it.caller(), it.caller_from("+493023125001"));
                first.dials();
                anna.picks_up().ends("completed", None);
                second.dials();
                second.told("Anna ringing; none");
                ben.accepts().talks(1);
                first.told("Anna not_accepted, Ben accepted, Cem taken; person");
            },
        )
        .story("all at once: the second caller finds whoever is left", |it| {
            let [anna, ben, cem] = staffed(it, "all_at_once");
            let (first, second) = (it.caller(), it.caller_from("+493023125001"));
            first.dials();
            ben.accepts();
            second.dials();
            anna.rings();
            cem.accepts().talks(1);
            ben.talks(1);
            first.told("Anna taken, Ben accepted, Cem taken; person");
            second.told("Anna taken, Cem accepted; person");
            assert!(
                second.why("Cem").contains("davor: Ben im Gespräch") || second.why("Cem") == "Reihe 1, alle zugleich"
            );
        });
    book.tell();
}

#[test]
fn each_strategy_rings_everybody_once_and_then_says_that_nobody_is_free() {
    let mut book = book();
    for strategy in &STRATEGIES {
        book = book.story(format!("{}: nobody answers", strategy.name), move |it| {
            staffed(it, strategy.name);
            let caller = it.caller();
            caller.dials();
            let mut rung = Vec::new();
            for _ in 0..3 {
                rung.push(it.rung().does_not_answer().name.clone());
            }
            assert_eq!(rung[..2], strategy.first, "{rung:?}");
            let story: Vec<_> = rung.iter().map(|name| format!("{name} no_answer")).collect();
            caller.hears("Auf Wiederhören").told(&format!("{}; announcement", story.join(", ")));
        });
    }
    book = book.story("random: nobody answers", |it| {
        let officers = staffed(it, "random");
        let caller = it.caller();
        caller.dials();
        let mut rung: Vec<_> = (0..3).map(|_| it.rung().does_not_answer().name.clone()).collect();
        rung.sort();
        assert_eq!(rung, officers.map(|officer| officer.name));
        caller.hears("Auf Wiederhören").hears_nobody_ring();
    });
    book.tell();
}
