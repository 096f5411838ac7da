//! Tiers: the backup is rung when the first tier cannot be had, and not before.

use super::Book;

fn book() -> Book {
    Book::connecting("tiers: [1, 2, 3]")
        .connect("first-tier", "tiers: [1]")
        .connect("backup", "tiers: [2]")
        .connect("at-once", "strategy: all_at_once")
}

#[test]
fn tiers_are_rung_one_after_another() {
    book()
        .story("the backup comes when the first tier was tried", |it| {
            let [cem, ben, anna] = it.hotline("plain", ("00:00", "24:00"), ["Cem", "Ben", "Anna"]);
            let (cem, ben, anna) = (cem.on_tier(3), ben.on_tier(2), anna.on_tier(1));
            let caller = it.caller();
            caller.dials();
            anna.does_not_answer();
            ben.is_engaged();
            cem.accepts().talks(1);
            caller.told("Anna no_answer, Ben busy, Cem accepted; person");
            caller.because("Cem", "Reihe 3, Platz 3 der Reihenfolge; davor: Anna schon versucht, Ben schon versucht");
        })
        .story("the backup comes at once while the first tier talks", |it| {
            let [anna, ben] = it.hotline("plain", ("00:00", "24:00"), ["Anna", "Ben"]);
            let (anna, ben) = (anna.on_tier(1), ben.on_tier(2));
            it.caller().dials();
            anna.accepts();
            let second = it.caller_from("+493023125001");
            second.dials();
            ben.accepts().talks(1);
            second
                .told("Ben accepted; person")
                .because("Ben", "Reihe 2, Platz 2 der Reihenfolge; davor: Anna im Gespräch");
        })
        .story("the backup is rung at once where the first tier is deployed", |it| {
            let [anna, ben] = it.hotline("plain", ("00:00", "24:00"), ["Anna", "Ben"]);
            let (anna, ben) = (anna.on_tier(1), ben.on_tier(2));
            anna.is_deployed();
            let caller = it.caller();
            caller.dials();
            ben.declines();
            caller.told("Ben declined; announcement");
            assert!(caller.why("Ben").ends_with("davor: Anna nicht im Dienst (im Einsatz)"), "{}", caller.why("Ben"));
        })
        .story("a flow that asks for the first tier alone leaves the backup in peace", |it| {
            let [anna, ben] = it.hotline("first-tier", ("00:00", "24:00"), ["Anna", "Ben"]);
            let (anna, ben) = (anna.on_tier(1), ben.on_tier(2));
            let caller = it.caller();
            caller.dials();
            anna.does_not_answer();
            ben.is_not_rung();
            caller.hears("Auf Wiederhören").told("Anna no_answer; announcement");
        })
        .story("a flow that asks for the backup alone leaves the first tier in peace", |it| {
            let [anna, ben] = it.hotline("backup", ("00:00", "24:00"), ["Anna", "Ben"]);
            let (anna, ben) = (anna.on_tier(1), ben.on_tier(2));
            let caller = it.caller();
            caller.dials();
            anna.is_not_rung();
            ben.accepts().talks(1);
            caller.told("Ben accepted; person");
        })
        .story("all at once means all of one tier", |it| {
            let [anna, ben, cem] = it.hotline("at-once", ("00:00", "24:00"), ["Anna", "Ben", "Cem"]);
            let (anna, ben, cem) = (anna.on_tier(1), ben.on_tier(1), cem.on_tier(2));
            let caller = it.caller();
            caller.dials();
            ben.rings();
            cem.is_not_rung();
            anna.declines();
            ben.does_not_answer();
            cem.accepts().talks(1);
            caller.told("Anna declined, Ben no_answer, Cem accepted; person");
        })
        .story("nobody on duty is said at once", |it| {
            it.hotline("plain", ("00:00", "24:00"), ["Anna"]);
            let caller = it.caller();
            caller.dials().hears("Auf Wiederhören").told("nobody; announcement");
        })
        .tell();
}
