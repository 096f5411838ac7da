//! The staff's board: the week, the sheet of a day, booking for somebody, moving; over real HTTP on both engines.

use chrono::TimeDelta;
use sprechzeit::bookings::{self, Format, Sought, State};
use sprechzeit::kernel::Span;
use sprechzeit::people::{Actor, Role};

use crate::claims::mails;
use crate::staff::{Visitor, book, hire, offer};
use crate::world::{World, on_both};

/// A Tuesday.
const NOW: &str = "2026-10-20T06:00:00Z";
const SEARCH: &str = "/dienst/buchungen/neu?thema=einbruchschutz&art=telephone&stelle=ka&sprache=de";
const FIELDS: [(&str, &str); 4] =
    [("thema", "einbruchschutz"), ("art", "telephone"), ("stelle", "ka"), ("sprache", "de")];

async fn all(world: &World) -> Vec<bookings::Entry> {
    let window = Span { start: world.now(), end: world.now() + TimeDelta::days(30) };
    let sought = Sought { office: None, window, text: String::new() };
    bookings::list_bookings(&world.desk, &Actor::system(), &sought).await.unwrap()
}

#[test]
fn an_officer_books_for_somebody_on_the_telephone() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let visitor = Visitor::sign_in(world, "anna", Role::Officer, Some(anna)).await;
        let times = visitor.see(SEARCH).await;
        assert!(times.contains("09:00 bis 09:30 Uhr") && times.contains("zeit=2026-10-21T07%3A00%3A00Z"), "{times}");
        let form = visitor.see(&format!("{SEARCH}&bedarf=slow_speech&zeit=2026-10-21T07:00:00Z")).await;
        assert!(form.contains("value=\"slow_speech\"") && form.contains("09:00 Uhr"), "{form}");

        let with = |more: &[(&'static str, &'static str)]| {
            [&FIELDS[..], &[("bedarf", "slow_speech"), ("zeit", "2026-10-21T07:00:00Z")], more].concat()
        };
        let (status, _, page) =
            visitor.send("/dienst/buchungen/neu", &with(&[("name", ""), ("kontakt", "morgen")])).await;
        assert_eq!(status, 400);
        assert!(page.contains("ein erfundener genügt") && page.contains("value=\"morgen\""), "{page}");
        assert!(all(world).await.is_empty(), "nothing is held for what cannot be used");

        let good = with(&[("name", "Zitronenfalter Quark"), ("kontakt", "089 99998 200")]);
        let (status, to, _) = visitor.send("/dienst/buchungen/neu", &good).await;
        assert_eq!(status, 303);
        let [entry] = &all(world).await[..] else { panic!("one booking") };
        let booking = &entry.booking;
        assert_eq!((booking.state, booking.channel), (State::Confirmed, bookings::Channel::Staff));
        assert!(booking.needs.contains(bookings::Need::SlowSpeech));
        assert!(to.contains(&booking.id.to_string()));
        let page = visitor.see(&to).await;
        let kennwort = &entry.person.as_ref().unwrap().kennwort;
        assert!(page.contains(kennwort.as_str()) && page.contains("Der Termin ist gebucht"), "{page}");

        // The same time again: it is gone, and what was typed is not.
        let (status, _, page) = visitor.send("/dienst/buchungen/neu", &good).await;
        assert_eq!(status, 409);
        assert!(page.contains("nicht mehr frei") && page.contains("value=\"Zitronenfalter Quark\""), "{page}");
        assert!(page.contains("value=\"2026-10-21T07:30:00Z\""), "the nearest times are offered: {page}");
        assert_eq!(all(world).await.len(), 1);
    });
}

#[test]
fn whoever_decides_on_the_telephone_is_not_held_up_by_the_limit_of_a_contact() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let visitor = Visitor::sign_in(world, "anna", Role::Officer, Some(anna)).await;
        for time in ["07:00", "07:30", "08:00", "08:30", "09:00"] {
            let start = format!("2026-10-21T{time}:00Z");
            let typed = [("zeit", start.as_str()), ("name", "Quark"), ("kontakt", "089 99998 200")];
            let (status, ..) = visitor.send("/dienst/buchungen/neu", &[&FIELDS[..], &typed].concat()).await;
            assert_eq!(status, 303, "{time}");
        }
        assert!(world.desk.config.bookings.open_per_contact.0 < 5, "a citizen could not have so many");
        assert_eq!(all(world).await.len(), 5);
    });
}

#[test]
fn a_supervisor_moves_a_booking_and_the_citizen_hears_of_it() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        offer(world, anna, "2026-10-22").await;
        let booking = book(world, Format::Video, "Zitronenfalter Quark", "quark@example.de").await;
        let visitor = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let page = format!("/dienst/buchungen/{}/verschieben", booking.id);
        let board = visitor.see("/dienst/termine").await;
        assert!(board.contains(&page) && board.contains("1 gebucht, 5 frei"), "{board}");
        let ask = visitor.see(&format!("{page}?zeit=2026-10-22T08:00:00Z")).await;
        assert!(ask.contains("per E-Mail an quark@example.de") && ask.contains("10:00 Uhr verschieben"), "{ask}");
        assert!(!ask.contains("21. Oktober 2026, </span>09:00 bis"), "the time that it has is not offered: {ask}");
        assert!(ask.contains("21. Oktober 2026, </span>09:30 bis"), "{ask}");
        let night = visitor.see(&format!("{page}?zeit=2026-10-22T02:00:00Z")).await;
        assert!(night.contains("nicht mehr frei") && !night.contains("Uhr verschieben"), "{night}");
        assert_eq!(all(world).await[0].booking.span, booking.span, "asking changes nothing");

        let (status, to, _) = visitor.send(&page, &[("zeit", "2026-10-22T08:00:00Z")]).await;
        assert_eq!((status, to), (303, format!("/dienst/buchungen/{}?meldung=verschoben", booking.id)));
        let moved = all(world).await.remove(0).booking;
        assert_eq!((moved.span.start.rfc3339().as_str(), moved.sequence), ("2026-10-22T08:00:00Z", 1));
        assert_eq!(
            (moved.id, &moved.secret_hash),
            (booking.id, &booking.secret_hash),
            "the first link goes on working"
        );
        let letter = mails(world, 2).await.pop().unwrap();
        let entry = letter.invitation.unwrap().ics;
        for (word, text) in
            [("METHOD:REQUEST", &entry), (&moved.uid(), &entry), ("SEQUENCE:1", &entry), ("/buchung/", &letter.text)]
        {
            assert!(text.contains(word), "{word} is missing in {text}");
        }

        let (status, _, gone) = visitor.send(&page, &[("zeit", "2026-10-23T08:00:00Z")]).await;
        assert_eq!(status, 409);
        assert!(gone.contains("Die Buchung steht noch, wo sie war"), "{gone}");
        let stranger = Visitor::sign_in_at(world, "fremd", Role::Supervisor, "fr", None).await;
        assert_eq!(stranger.get(&page).await.0, 404);
        assert_eq!(stranger.send(&page, &[("zeit", "2026-10-21T08:00:00Z")]).await.0, 404);
    });
}

#[test]
fn the_board_and_the_sheet_show_ones_own_and_no_holds_that_ran_out() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        let bert = hire(world, "Bert Braun", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let booking = book(world, Format::Telephone, "Zitronenfalter Quark", "089 99998 200").await;
        offer(world, bert, "2026-10-21").await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let other = Visitor::sign_in(world, "bert", Role::Officer, Some(bert)).await;
        let stranger = Visitor::sign_in_at(world, "fremd", Role::Supervisor, "fr", None).await;

        let all_of_them = planner.see("/dienst/termine?woche=2026-W43").await;
        assert!(all_of_them.contains("1 gebucht, 11 frei") && all_of_them.contains("Bert Braun"), "{all_of_them}");
        let only = planner.see(&format!("/dienst/termine?woche=2026-W43&beratung={bert}")).await;
        assert!(only.contains("0 gebucht, 6 frei"), "{only}");
        let berts = other.see("/dienst/termine?woche=2026-W43").await;
        assert!(berts.contains("0 gebucht, 6 frei") && !berts.contains("Anna Arnold"), "{berts}");
        assert!(stranger.see("/dienst/termine?woche=2026-W43").await.contains("keine Sprechstunde"));
        assert_eq!(stranger.get("/dienst/termine?woche=2026-W43&dienststelle=ka").await.0, 404);
        for odd in ["woche=gestern", "woche=9999-W99", "dienststelle=nirgends"] {
            assert_eq!(planner.get(&format!("/dienst/termine?{odd}")).await.0, 404, "{odd}");
        }
        planner.see("/dienst/termine?beratung=niemand").await;

        let sheet = planner.see("/dienst/tagesblatt?tag=2026-10-21").await;
        let reference = booking.reference.to_string();
        for word in ["Zitronenfalter Quark", "089 99998 200", "Anna Arnold", &reference, "Wenn nichts mehr geht"] {
            assert!(sheet.contains(word), "{word} is missing in {sheet}");
        }
        assert!(!other.see("/dienst/tagesblatt?tag=2026-10-21").await.contains("Quark"));
        assert!(planner.see("/dienst/tagesblatt").await.contains("20. Oktober 2026"));
        assert_eq!(planner.get("/dienst/tagesblatt?tag=gestern").await.0, 404);
    });
}
