//! The staff's pages of bookings and calendar addresses, over real HTTP on both engines: each sees what is theirs.

use chrono::TimeDelta;
use sprechzeit::bookings::{self, Ask, Booking, Format, Plan, State, Typed, Window, Wish};
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Language, Secret, Span};
use sprechzeit::outbox;
use sprechzeit::people::{self, Actor, NewUser, Officer, Role};

use crate::world::{World, on_both};

/// A Tuesday.
const NOW: &str = "2026-10-20T06:00:00Z";
const PASSWORD: &str = "ein langes Kennwort";

/// Somebody who has signed in, by their cookie.
pub struct Visitor<'a> {
    pub world: &'a World,
    cookie: String,
}

impl<'a> Visitor<'a> {
    pub async fn sign_in(world: &'a World, login: &str, role: Role, officer: Option<OfficerId>) -> Self {
        Self::sign_in_at(world, login, role, "ka", officer).await
    }

    pub async fn sign_in_at(
        world: &'a World,
        login: &str,
        role: Role,
        office: &str,
        officer: Option<OfficerId>,
    ) -> Self {
        let user = NewUser { login: login.into(), role, office: office.parse().unwrap(), officer };
        people::add_user(&world.desk, world.now(), &user, PASSWORD).await.unwrap();
        let response =
            world.form("/anmelden", &[("login", login), ("password", PASSWORD), ("weiter", "/dienst")]).await;
        assert_eq!(response.status(), 303);
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { world, cookie }
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = self.world.http.get(self.world.url(path)).header("cookie", &self.cookie).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// A page that is there.
    pub async fn see(&self, path: &str) -> String {
        let (status, text) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {text}");
        text
    }

    /// Sends a form; status, where it leads, and the page.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> (u16, String, String) {
        let request = self.world.http.post(self.world.url(path));
        let request = request.header("cookie", &self.cookie).header("origin", &self.world.address);
        let response = request.form(fields).send().await.unwrap();
        let to = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (response.status().as_u16(), to, response.text().await.unwrap())
    }
}

pub async fn hire(world: &World, name: &str, office: &str) -> OfficerId {
    let officer = Officer {
        id: OfficerId::mint(),
        office: office.parse().unwrap(),
        name: name.into(),
        active: true,
        skills: Default::default(),
    };
    people::hire(&world.desk, world.now(), &Actor::system(), &officer, (None, None)).await.unwrap();
    officer.id
}

/// An hour that day from nine to twelve.
pub async fn offer(world: &World, officer: OfficerId, day: &str) {
    use chrono::Datelike;
    let first_day: chrono::NaiveDate = day.parse().unwrap();
    let window = Window::read("09:00", "12:00").unwrap();
    let mut plan = Plan::weekly(officer, first_day.weekday(), window, first_day);
    plan.series.last_day = Some(first_day);
    bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap();
}

pub async fn book(world: &World, format: Format, name: &str, contact: &str) -> Booking {
    let topic = "einbruchschutz".parse().unwrap();
    let (desk, now) = (&world.desk, world.now());
    let wish = Wish::new(topic, format);
    let start = bookings::next_free(desk, now, &wish, now).await.unwrap().unwrap().span.start;
    let ask = Ask { wish, start, language: Language::De, instead_of: None };
    let (_, secret): (Booking, Secret) = bookings::hold(desk, now, &ask).await.unwrap();
    let typed = Typed { name: name.into(), contact: contact.into() };
    bookings::confirm(desk, now, &secret, Some(&typed)).await.unwrap()
}

#[test]
fn the_day_shows_who_is_called_with_which_kennwort_and_notes_how_it_went() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-20").await;
        let visitor = Visitor::sign_in(world, "anna", Role::Officer, Some(anna)).await;
        assert!(visitor.see("/dienst").await.contains("Heute ist keine Beratung gebucht."));

        let booking = book(world, Format::Telephone, "Zitronenfalter Quark", "089 99998 200").await;
        let person = bookings::open_person(&world.desk, &booking).unwrap().unwrap();
        let day = visitor.see("/dienst").await;
        for word in ["Zitronenfalter Quark", "tel:+498999998200", &person.kennwort, "09:00 bis 09:30 Uhr", "Einbruch"] {
            assert!(day.contains(word), "{word} is missing in {day}");
        }
        let note = format!("/dienst/beratung/{}", booking.id);
        assert!(!day.contains(&format!("{note}\"")), "before it begins there is nothing to note");
        let (status, to, _) = visitor.send(&note, &[("ergebnis", "attended")]).await;
        assert_eq!((status, to), (303, format!("/dienst/buchungen/{}", booking.id)), "not yet");

        world.advance_minutes(75);
        assert!(visitor.see("/dienst").await.contains(&note));
        for (verb, word) in [("not-reached", "Nicht erschienen"), ("attended", "Wahrgenommen")] {
            let (status, to, _) = visitor.send(&note, &[("ergebnis", verb)]).await;
            assert_eq!((status, to.as_str()), (303, "/dienst"));
            let badge = format!("<span class=\"kern-label\">{word}</span>");
            assert!(visitor.see("/dienst").await.contains(&badge), "{word}");
        }
    });
}

#[test]
fn what_was_not_noted_waits_a_week_and_a_deployment_takes_effect_at_once() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-20").await;
        book(world, Format::Video, "Zitronenfalter Quark", "quark@example.de").await;
        let visitor = Visitor::sign_in(world, "anna", Role::Officer, Some(anna)).await;
        assert!(!visitor.see("/dienst").await.contains("Noch zu vermerken"));
        assert_eq!(visitor.send("/dienst/einsatz", &[("do", "deploy")]).await.0, 303);
        assert_eq!(visitor.send("/dienst/einsatz", &[("do", "deploy")]).await.0, 303, "pressed twice");
        assert!(visitor.see("/dienst").await.contains("Sie sind im Einsatz"));
        let away =
            people::list_absences(&world.desk.db, Span { start: world.now(), end: world.now() + TimeDelta::hours(1) });
        assert_eq!(away.await.unwrap().len(), 1);
        assert_eq!(visitor.send("/dienst/einsatz", &[("do", "back")]).await.0, 303);
        assert!(visitor.see("/dienst").await.contains("Einsatz: sofort aus dem Dienst"));

        world.advance_minutes(24 * 60);
        let visitor = Visitor::sign_in(world, "anna2", Role::Officer, Some(anna)).await;
        let day = visitor.see("/dienst").await;
        assert!(day.contains("Noch zu vermerken") && day.contains("mailto:quark@example.de"), "{day}");
    });
}

#[test]
fn each_role_finds_only_what_is_theirs() {
    on_both(NOW, async |world| {
        let [anna, bela] = [hire(world, "Anna Arnold", "ka").await, hire(world, "Bela Bauer", "ka").await];
        let carla = hire(world, "Carla Conrad", "fr").await;
        offer(world, anna, "2026-10-21").await;
        let booking = book(world, Format::Telephone, "Zitronenfalter Quark", "089 99998 200").await;
        let own = format!("/dienst/buchungen/{}", booking.id);
        for (login, role, office, officer, sees) in [
            ("anna", Role::Officer, "ka", Some(anna), true),
            ("bela", Role::Officer, "ka", Some(bela), false),
            ("nobody", Role::Officer, "ka", None, false),
            ("planung", Role::Supervisor, "ka", None, true),
            ("carla", Role::Supervisor, "fr", Some(carla), false),
            ("land", Role::Administrator, "lka", None, true),
        ] {
            let visitor = Visitor::sign_in_at(world, login, role, office, officer).await;
            for query in ["", "?text=quark", "?text=089+99998200", &format!("?text={}", booking.reference)] {
                let list = visitor.see(&format!("/dienst/buchungen{query}")).await;
                assert_eq!(list.contains(&own), sees, "{login} {query}");
                assert_eq!(list.contains("Keine Buchung gefunden"), !sees, "{login} {query}");
            }
            assert_eq!(visitor.get(&own).await.0, if sees { 200 } else { 404 }, "{login}");
            if !sees {
                assert_eq!(visitor.send(&format!("{own}/absagen"), &[("word", "")]).await.0, 404, "{login}");
                assert_eq!(visitor.send(&format!("/dienst/beratung/{}", booking.id), &[]).await.0, 404, "{login}");
            }
            let hours = visitor.see("/dienst/sprechstunden").await;
            assert_eq!(hours.contains("Mittwoch, 09:00 bis 12:00 Uhr"), sees, "{login}");
        }
        assert_eq!(world.get("/dienst/buchungen").await.status(), 303, "strangers sign in first");
    });
}

#[test]
fn a_cancellation_by_the_office_carries_its_word_and_frees_the_time() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let booking = book(world, Format::Video, "Zitronenfalter Quark", "quark@example.de").await;
        let visitor = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        let path = format!("/dienst/buchungen/{}", booking.id);
        let (status, _, page) = visitor.send(&format!("{path}/absagen"), &[("word", &"x".repeat(1001))]).await;
        assert!(status == 400 && page.contains("Kürzen Sie die Nachricht") && page.contains("xxxxx"), "{status}");

        let word = "Leider ist Frau Arnold erkrankt.";
        let (status, to, _) = visitor.send(&format!("{path}/absagen"), &[("word", word)]).await;
        assert_eq!((status, &to), (303, &path));
        assert!(visitor.see(&path).await.contains("Abgesagt"));
        let entry = bookings::load_entry(&world.desk, &Actor::system(), booking.id).await.unwrap();
        assert_eq!((entry.booking.state, entry.person), (State::Cancelled, None));

        while outbox::count(&world.desk).await.unwrap().0 > 0 {
            tokio::task::yield_now().await; // The program delivers by itself.
        }
        let told = outbox::list_mailbox(&world.desk, 20).await.unwrap();
        let mail = told.iter().find_map(|told| match &told.message {
            outbox::Message::Mail(mail) if mail.subject.starts_with("Absage") => Some(mail),
            _ => None,
        });
        let mail = mail.expect("a mail that cancels");
        assert!(mail.text.contains(word), "{}", mail.text);
        let invitation = mail.invitation.as_ref().unwrap();
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:1", &format!("UID:{}", booking.uid())] {
            assert!(invitation.ics.contains(&format!("\r\n{line}\r\n")), "{line}\n{}", invitation.ics);
        }
        assert_eq!(book(world, Format::Video, "Nächste", "n@example.de").await.span, booking.span, "free again");
        let (status, to, _) = visitor.send(&format!("{path}/absagen"), &[("word", "")]).await;
        assert_eq!((status, to), (303, path), "cancelled already");
    });
}

#[test]
fn hours_are_offered_and_ended_and_what_is_booked_is_named() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        let carla = hire(world, "Carla Conrad", "fr").await;
        let visitor = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        assert!(visitor.see("/dienst/sprechstunden").await.contains("Noch ist keine Sprechstunde eingetragen."));
        let officer = anna.to_string();
        let form = |changed: &'static [(&'static str, &'static str)]| {
            let given = [("weekday", "3"), ("opens", "09:00"), ("closes", "12:00"), ("first_day", "2026-10-20")];
            let more = [("last_day", ""), ("slot_minutes", "30"), ("formats", "telephone")];
            let kept = given.into_iter().chain(more).filter(|(name, _)| changed.iter().all(|(n, _)| n != name));
            kept.chain(changed.iter().copied()).collect::<Vec<_>>()
        };
        let path = "/dienst/sprechstunden";
        for (officer, changed, fault) in [
            (officer.as_str(), &[("closes", "08:00")] as &[_], "href=\"#closes\""),
            (officer.as_str(), &[("slot_minutes", "3")], "href=\"#slot_minutes\""),
            (officer.as_str(), &[("first_day", "")], "href=\"#first_day\""),
            ("", &[], "href=\"#officer\""),
        ] {
            let fields: Vec<_> = form(changed).into_iter().chain([("officer", officer)]).collect();
            let (status, _, page) = visitor.send(path, &fields).await;
            assert!(status == 400 && page.contains(fault) && page.contains("Fehler: "), "{status} {fault} {page}");
        }
        let foreign = carla.to_string();
        let fields: Vec<_> = form(&[]).into_iter().chain([("officer", foreign.as_str())]).collect();
        assert_eq!(visitor.send(path, &fields).await.0, 403);
        let fields: Vec<_> =
            form(&[("topics", "einbruchschutz")]).into_iter().chain([("officer", officer.as_str())]).collect();
        assert_eq!(visitor.send(path, &fields).await.0, 303);

        let list = visitor.see(path).await;
        assert!(list.contains("Mittwoch, 09:00 bis 12:00 Uhr"), "{list}");
        let booking = book(world, Format::Telephone, "Zitronenfalter Quark", "089 99998 200").await;
        let hour = list.split("/dienst/sprechstunden/").nth(1).unwrap().split('"').next().unwrap();
        let ask = format!("{path}/{hour}");
        let page = visitor.see(&format!("{ask}/vorschau?what=until&day=2026-10-18")).await;
        assert!(page.contains("Eine Buchung ist betroffen") && page.contains(&booking.reference.to_string()));
        let decision = format!("decision-{}", booking.id);
        let end = [("what", "until"), ("day", "2026-10-18"), ("version", "0")];
        assert_eq!(visitor.send(&ask, &end).await.0, 409, "nothing was decided about it");
        let keep: Vec<_> = end.into_iter().chain([(decision.as_str(), "keep")]).collect();
        assert_eq!(visitor.send(&ask, &keep).await.0, 303);
        assert!(visitor.see(path).await.contains("Noch ist keine Sprechstunde eingetragen."));
        assert!(visitor.see("/dienst/buchungen").await.contains(&booking.reference.to_string()), "it stays booked");
    });
}

#[test]
fn a_calendar_address_is_shown_once_and_revoked_after_a_question() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        let visitor = Visitor::sign_in(world, "anna", Role::Officer, Some(anna)).await;
        let path = "/dienst/kalender";
        assert!(visitor.see(path).await.contains("Noch kein Kalender ist abonniert."));
        let (status, _, page) = visitor.send(path, &[("of", &anna.to_string())]).await;
        assert_eq!(status, 201, "{page}");
        let address = page.split("value=\"http").nth(1).unwrap().split('"').next().unwrap();
        let feed = format!("http{address}").replace(&world.address, "");
        assert!(page.contains(&format!("webcal{}", address.trim_start_matches('s'))), "{page}");
        assert_eq!(world.get(&feed).await.status(), 200);
        let list = visitor.see(path).await;
        assert!(list.contains("Kalender von Anna Arnold") && !list.contains(&feed));
        assert_eq!(visitor.send(path, &[("of", "fr")]).await.0, 403);
        assert_eq!(visitor.send(path, &[("of", "irgendwas")]).await.0, 303);

        let id = list.split("/dienst/kalender/").nth(1).unwrap().split('"').next().unwrap();
        let ask = format!("{path}/{id}");
        assert!(visitor.see(&ask).await.contains("Kalenderadresse widerrufen?"));
        assert_eq!(world.get(&feed).await.status(), 200, "asking changes nothing");
        let other = Visitor::sign_in(world, "bela", Role::Officer, None).await;
        assert_eq!((other.get(&ask).await.0, other.send(&ask, &[]).await.0), (404, 404));
        assert_eq!(visitor.send(&ask, &[]).await.0, 303);
        assert_eq!(world.get(&feed).await.status(), 404);
    });
}
