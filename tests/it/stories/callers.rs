//! Who calls: with a number, without one, from abroad, from a device that has none.

use serde_json::json;

use super::Book;

fn book() -> Book {
    Book::connecting("strategy: in_order").flow(
        "by-caller",
        "  first:\n    branch: { caller: { known: known, withheld: withheld } }\n  known:\n    hang_up: { say: { de: Bekannt. } }\n  \
         withheld:\n    say: { text: { de: Unterdrückt. }, next: goodbye }\n",
    )
}

#[test]
fn everybody_is_served_whatever_their_number() {
    let mut book = book();
    for number in
        ["anonymous", "unknown", "restricted", "+496666666", "client:somebody", "sip:somebody@example.org", "", "110"]
    {
        book = book.story(format!("a call from \"{number}\" comes to a person"), move |it| {
            let [anna] = it.staffed("plain", ["Anna"]);
            let caller = it.caller_from(number);
            caller.dials();
            anna.hears("Beratungstelefon");
            assert!(!anna.heard().contains("Anruf in dieser Woche"), "nobody in particular was here before");
            anna.accepts().talks(1);
            caller.told("Anna accepted; person");
        });
    }
    for (number, heard) in [("+493023125042", "Bekannt"), ("anonymous", "Unterdrückt"), ("client:x", "Unterdrückt")] {
        book = book.story(format!("a flow asks for the caller, who is \"{number}\""), move |it| {
            it.hotline("by-caller", ("00:00", "24:00"), []);
            it.caller_from(number).dials().hears(heard);
        });
    }
    book.tell();
}

#[test]
fn callers_without_a_number_are_never_taken_for_one_another() {
    book()
        .story("two anonymous callers are two", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            it.rule(json!({"known_caller_first": true}));
            it.caller_from("anonymous").dials();
            anna.does_not_answer();
            ben.accepts().talks(1);
            let second = it.caller_from("anonymous");
            second.dials();
            anna.accepts().talks(1);
            second.told("Anna accepted; person").because("Anna", "Reihe 1, Platz 1 der Reihenfolge");
        })
        .story("the same caller is known again, and the number is told to nobody", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            it.rule(json!({"known_caller_first": true}));
            it.caller().dials();
            anna.does_not_answer();
            ben.accepts().talks(1);
            let second = it.caller();
            second.dials();
            ben.hears("zweiter Anruf in dieser Woche");
            assert!(!ben.heard().contains("23125042"));
            ben.accepts().talks(1);
            second.told("Ben accepted; person").because("Ben", "Reihe 1, hat schon mit dieser Person gesprochen");
            assert!(!second.explained().to_string().contains("23125042"));
        })
        .story("whoever knows the caller talks already: the order counts", |it| {
            let [anna, ben] = it.staffed("plain", ["Anna", "Ben"]);
            it.rule(json!({"known_caller_first": true}));
            it.caller().dials();
            anna.does_not_answer();
            ben.accepts().talks(1);
            it.caller_from("+493023125001").dials();
            anna.does_not_answer();
            ben.accepts();
            let again = it.caller();
            again.dials();
            anna.accepts().talks(1);
            again.told("Anna accepted; person");
            assert!(again.why("Anna").contains("Ben im Gespräch"), "{}", again.why("Anna"));
        })
        .tell();
}
