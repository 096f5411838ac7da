//! What people stumbled over when they tried booking out, each as they met it. On both engines.

use chrono::Weekday;
use sprechzeit::bookings::{self, Ask, Booking, Format, Member, Need, Plan, Rules, Typed, WaitingList, Window, Wish};
use sprechzeit::kernel::id::OfficerId;
use sprechzeit::kernel::{Instant, Language, Secret};
use sprechzeit::outbox::Message;
use sprechzeit::people::{self, Actor, Role};

use crate::bookings::go;
use crate::staff::{Visitor, hire, offer};
use crate::world::{World, on_both};

/// A Tuesday.
const NOW: &str = "2026-10-20T06:00:00Z";
const HOURS: &str = "/dienst/sprechstunden";

async fn planner(world: &World) -> Visitor<'_> {
    Visitor::sign_in(world, "planung", Role::Supervisor, None).await
}

fn wish() -> Wish {
    Wish { office: Some("ka".parse().unwrap()), ..Wish::new("stalking".parse().unwrap(), Format::Telephone) }
}

async fn hold(world: &World, start: &str) -> (Booking, Secret) {
    let ask = Ask { wish: wish(), start: at(start), language: Language::De, instead_of: None };
    bookings::hold(&world.desk, world.now(), &ask).await.unwrap()
}

async fn book(world: &World, start: &str, contact: &str) -> (Booking, Secret) {
    let (_, secret) = hold(world, start).await;
    let typed = Typed { name: "Quark".into(), contact: contact.into() };
    (bookings::confirm(&world.desk, world.now(), &secret, Some(&typed)).await.unwrap(), secret)
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// Each week on this day from ten to eleven, from a day on.
async fn series(world: &World, officer: OfficerId, weekday: Weekday, first_day: &str) -> String {
    let window = Window::read("10:00", "11:00").unwrap();
    let plan = Plan::weekly(officer, weekday, window, first_day.parse().unwrap());
    bookings::offer_hours(&world.desk, world.now(), &Actor::system(), plan).await.unwrap().id.to_string()
}

#[test]
fn a_series_that_has_not_begun_is_withdrawn_and_the_pages_say_so() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        let visitor = planner(world).await;
        // The first of its Wednesdays is the 28th: a last day before or between leaves none.
        for last_day in ["2026-10-20", "2026-10-27"] {
            let hour = series(world, anna, Weekday::Wed, "2026-10-26").await;
            let page = visitor.see(&format!("{HOURS}/{hour}/vorschau?what=until&day={last_day}")).await;
            assert!(page.contains("Sie wird zurückgezogen") && !page.contains("Letzter Tag ist"), "{page}");
            assert!(page.contains("gibt es keine Termine"), "{page}");
            let end = [("what", "until"), ("day", last_day), ("version", "0")];
            assert_eq!(visitor.send(&format!("{HOURS}/{hour}"), &end).await.0, 303);
            let page = visitor.see(&format!("{HOURS}/{hour}")).await;
            assert!(page.contains("ist zurückgezogen") && !page.contains("Sprechstunde beenden"), "{page}");
            assert!(visitor.see(HOURS).await.contains("Noch ist keine Sprechstunde eingetragen."));
            assert_eq!(bookings::next_free(&world.desk, world.now(), &wish(), world.now()).await.unwrap(), None);
        }
        let hour = series(world, anna, Weekday::Wed, "2026-10-26").await;
        let page = visitor.see(&format!("{HOURS}/{hour}/vorschau?what=until&day=2026-10-28")).await;
        assert!(page.contains("Letzter Tag ist") && !page.contains("zurückgezogen"), "{page}");
    });
}

#[test]
fn a_series_over_another_of_the_same_officer_is_asked_about_and_the_board_counts_one_appointment() {
    on_both(NOW, async |world| {
        let [anna, bela] = [hire(world, "Anna Arnold", "ka").await, hire(world, "Béla Bauer", "ka").await];
        series(world, anna, Weekday::Wed, "2026-10-20").await;
        let visitor = planner(world).await;
        let form = |officer: OfficerId, opens: &'static str| {
            let times = [("weekday", "3"), ("rhythm", "weeks:2"), ("opens", opens), ("closes", "12:00")];
            let rest =
                [("first_day", "2026-10-21"), ("last_day", ""), ("slot_minutes", "30"), ("formats", "telephone")];
            let fields: Vec<(&str, String)> = times.into_iter().chain(rest).map(|(n, v)| (n, v.to_owned())).collect();
            [fields, vec![("officer", officer.to_string())]].concat()
        };
        let send = async |fields: Vec<(&'static str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            visitor.send(HOURS, &fields).await
        };
        let (status, _, page) = send(form(anna, "10:00")).await;
        assert_eq!(status, 409, "{page}");
        for words in [
            "Zur selben Zeit",
            "Mittwoch, 10:00 bis 11:00 Uhr, Anna Arnold",
            "Trotzdem eintragen",
            "value=\"weeks:2\" selected",
        ] {
            assert!(page.contains(words), "\"{words}\" is missing in {page}");
        }
        assert_eq!(send(form(anna, "11:00")).await.0, 303, "what only touches is no overlap");
        assert_eq!(send(form(bela, "10:00")).await.0, 303, "somebody else's time is");
        let anyway = [form(anna, "10:00"), vec![("trotzdem", "ja".to_owned())]].concat();
        assert_eq!(send(anyway).await.0, 303);

        // Wednesday: Anna's four half hours, of which two are offered twice, and Béla's four.
        let week = visitor.see("/dienst/termine?woche=2026-W43").await;
        assert!(week.contains("0 gebucht, 8 frei"), "{week}");
        let (_, secret) = hold(world, "2026-10-21T08:00:00Z").await;
        let week = visitor.see("/dienst/termine?woche=2026-W43").await;
        assert!(week.contains("0 gebucht, 1 reserviert, 7 frei"), "{week}");
        let typed = Typed { name: "Quark".into(), contact: "089 99998 110".into() };
        bookings::confirm(&world.desk, world.now(), &secret, Some(&typed)).await.unwrap();
        assert!(visitor.see("/dienst/termine?woche=2026-W43").await.contains("1 gebucht, 7 frei"));

        // A change that leads into another series says so, too.
        let hour = series(world, anna, Weekday::Thu, "2026-10-20").await;
        let moved = "what=moved&day=2026-10-22&to_day=2026-10-21&opens=10:30&closes=11:30";
        let page = visitor.see(&format!("{HOURS}/{hour}/vorschau?{moved}")).await;
        assert!(page.contains("Zur selben Zeit") && page.contains("Mittwoch, 10:00 bis 11:00 Uhr"), "{page}");
    });
}

#[test]
fn a_day_that_cannot_be_comes_back_to_its_own_form_with_what_was_typed() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        let hour = series(world, anna, Weekday::Wed, "2026-10-20").await;
        let visitor = planner(world).await;
        for (typed, field, kept) in [
            ("what=extra&day=bald&opens=08:15&closes=09:45", "extra-day", vec!["value=\"08:15\"", "value=\"09:45\""]),
            ("what=extra&day=2026-10-23&opens=&closes=09:45", "extra-opens", vec!["value=\"2026-10-23\"", "09:45"]),
            ("what=until&day=31.12.", "end-day", vec!["value=\"31.12.\""]),
            ("what=until&day=3000-01-01", "end-day", vec!["Möglich sind Tage von 2000 bis 2199."]),
            (
                "what=moved&day=2026-10-21&to_day=morgen&opens=10:00&closes=11:15",
                "to_day",
                vec!["value=\"11:15\"", "morgen"],
            ),
            ("what=from&day=bald&opens=07:07", "day", vec!["value=\"07:07\"", "value=\"bald\""]),
            // What can be read, and yet cannot be.
            (
                "what=extra&day=2026-10-23&opens=11:45&closes=09:15",
                "extra-closes",
                vec!["11:45", "09:15", "2026-10-23"],
            ),
            ("what=extra&day=2026-10-19&opens=08:15&closes=09:15", "extra-day", vec!["2026-10-19", "08:15", "09:15"]),
            (
                "what=moved&day=2026-10-21&to_day=2026-10-22&opens=11:45&closes=09:15",
                "closes",
                vec!["2026-10-22", "11:45", "09:15"],
            ),
            (
                "what=moved&day=2026-10-21&to_day=2026-10-19&opens=08:15&closes=09:15",
                "to_day",
                vec!["2026-10-19", "08:15", "09:15"],
            ),
        ] {
            let (status, page) = visitor.get(&format!("{HOURS}/{hour}/vorschau?{typed}")).await;
            assert_eq!(status, 400, "{typed}");
            assert!(
                page.contains(&format!("href=\"#{field}\"")) && page.contains(&format!("id=\"{field}\"")),
                "{typed}: {page}"
            );
            for words in kept {
                assert!(page.contains(words), "{typed}: \"{words}\" is missing in {page}");
            }
        }
    });
}

#[test]
fn a_change_that_cannot_be_comes_back_to_the_form_with_everything_typed() {
    on_both(NOW, async |world| {
        let [anna, far] = [hire(world, "Anna Arnold", "ka").await, hire(world, "Zita Zorn", "s").await];
        let hour = series(world, anna, Weekday::Wed, "2026-10-20").await;
        let visitor = planner(world).await;
        let typed = |officer: OfficerId, (from, last, closes): (&str, &str, &str)| {
            format!(
                "what=from&day={from}&officer={officer}&weekday=5&rhythm=weeks:2&opens=10:15&closes={closes}\
                 &first_day=2026-10-20&last_day={last}&slot_minutes=35&horizon_weeks=7&formats=telephone"
            )
        };
        let kept = ["value=\"10:15\"", "value=\"35\"", "value=\"7\"", "value=\"weeks:2\" selected"];
        let comes_back = |page: &str, field: &str| {
            for words in kept.iter().copied().chain([format!("href=\"#{field}\"").as_str()]) {
                assert!(page.contains(words), "\"{words}\" is missing in {page}");
            }
        };
        for (times, field) in [
            (("2026-10-20", "", "09:00"), "closes"),
            (("2026-10-20", "2026-10-01", "12:00"), "last_day"),
            // The form itself is sound; only from the chosen day on nothing is left.
            (("2026-11-20", "2026-11-01", "12:00"), "last_day"),
        ] {
            let (status, page) = visitor.get(&format!("{HOURS}/{hour}/vorschau?{}", typed(anna, times))).await;
            assert_eq!(status, 400, "{times:?}");
            comes_back(&page, field);
        }
        let stranger = typed(far, ("2026-10-20", "", "12:00"));
        let fields: Vec<(&str, &str)> = stranger.split('&').filter_map(|field| field.split_once('=')).collect();
        let (status, _, page) =
            visitor.send(&format!("{HOURS}/{hour}"), &[fields, vec![("version", "0")]].concat()).await;
        assert_eq!(status, 400, "{page}");
        comes_back(&page, "officer");
    });
}

#[test]
fn a_closed_waiting_list_is_neither_linked_nor_shown() {
    on_both(NOW, async |world| {
        let query = "thema=stalking&art=telefon&stelle=ka&bedarf=";
        let [times, list] = ["termin/zeit", "warteliste"].map(|page| format!("/{page}?{query}"));
        assert!(world.page(&times).await.1.contains("/warteliste?"));
        assert_eq!(world.page(&list).await.0, 200);
        let rules = Rules { waiting_list: WaitingList::Closed, ..Rules::default() };
        bookings::set_rules(&world.desk, world.now(), &Actor::system(), "ka".parse().unwrap(), rules).await.unwrap();
        assert!(!world.page(&times).await.1.contains("/warteliste?"));
        let (status, page) = world.page(&list).await;
        assert!(status == 409 && !page.contains("name=\"kontakt\""), "{page}");
    });
}

#[test]
fn nothing_endless_is_shown_again_and_an_empty_list_names_the_needs() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let long = "ä".repeat(5_000);
        for path in ["/termin?suche=", "/termin/ort?thema=stalking&art=telefon&ort="] {
            let (status, page) = world.page(&format!("{path}{long}")).await;
            assert_eq!(status, 400, "{path}");
            assert!(page.contains("auf 100 Zeichen") && !page.contains(&long[..400]), "{path}");
        }
        let times = |needs: &str| format!("/termin/zeit?thema=stalking&art=telefon&stelle=ka&bedarf={needs}");
        let (_, page) = world.page(&times("dgs")).await;
        assert!(page.contains("ohne das gibt es Termine") && page.contains("/termin/bedarf?"), "{page}");
        assert!(!world.page(&times("")).await.1.contains("ohne das gibt es Termine"));
        let wished = Wish { needs: [Need::SignLanguage].into_iter().collect(), ..wish() };
        assert_eq!(bookings::next_free(&world.desk, world.now(), &wished, world.now()).await.unwrap(), None);
    });
}

#[test]
fn a_kept_link_opens_in_its_language_and_number_and_kennwort_open_it_without() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let (booking, secret) = book(world, "2026-10-21T07:00:00Z", "089 99998 110").await;
        let path = format!("/buchung/{}", secret.expose());
        for (page, link, to) in [
            ("/buchung", format!("{}/de-simple{path}", world.address), format!("/de-simple{path}")),
            ("/buchung", format!("{}{path}", world.address), path.clone()),
            ("/de-simple/buchung", path.clone(), format!("/de-simple{path}")),
            ("/en/buchung", format!("/de-simple{path}"), format!("/en{path}")),
        ] {
            assert_eq!(go(world, page, &[("link", &link)]).await, to, "{page} {link}");
        }
        let person = bookings::open_person(&world.desk, &booking).unwrap().unwrap();
        let (number, word) = (booking.reference.to_string().to_lowercase(), person.kennwort.to_uppercase());
        let to = go(world, "/de-simple/buchung/nummer", &[("nummer", &number), ("kennwort", &word)]).await;
        assert!(to.starts_with("/de-simple/buchung/") && !to.contains(secret.expose()), "a link of its own: {to}");
        assert!(world.page(&to).await.1.contains(&booking.reference.to_string()));
        let wrong = world.form("/buchung/nummer", &[("nummer", &number), ("kennwort", "Quark")]).await;
        assert_eq!(wrong.status(), 400);
        let page = wrong.text().await.unwrap();
        assert!(page.contains("Prüfen Sie beide") && page.contains(&format!("value=\"{number}\"")), "{page}");
    });
}

#[test]
fn what_a_deployed_officers_citizen_confirms_afterwards_is_handed_over_at_once() {
    on_both(NOW, async |world| {
        let [anna, bela] = [hire(world, "Anna Arnold", "ka").await, hire(world, "Béla Bauer", "ka").await];
        let window = Window::read("10:00", "11:00").unwrap();
        let weekly = Plan::weekly(anna, Weekday::Tue, window, "2026-10-20".parse().unwrap());
        let team = [anna, bela].map(|officer| Member { officer, by_name: true }).to_vec();
        bookings::offer_hours(&world.desk, world.now(), &Actor::system(), Plan { team, ..weekly }).await.unwrap();
        let wish = Wish { officer: Some(anna), ..wish() };
        let ask = Ask { wish, start: at("2026-10-20T08:00:00Z"), language: Language::De, instead_of: None };
        let (held, secret) = bookings::hold(&world.desk, world.now(), &ask).await.unwrap();
        people::deploy(&world.desk, world.now(), &Actor::system(), anna).await.unwrap();
        bookings::cover_absences(&world.desk, world.now()).await.unwrap();
        let typed = Typed { name: "Quark".into(), contact: "089 99998 110".into() };
        bookings::confirm(&world.desk, world.now(), &secret, Some(&typed)).await.unwrap();
        // Much sooner than the next round would come by itself.
        let load = async || bookings::load_entry(&world.desk, &Actor::system(), held.id).await.unwrap().booking;
        for _ in 0..100 {
            if load().await.officer == bela {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        let now_with = load().await;
        assert_eq!((now_with.officer, now_with.by_name), (bela, false));
    });
}

#[test]
fn a_citizen_who_left_only_a_mobile_number_is_told_of_a_move_by_text_message() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        offer(world, anna, "2026-10-21").await;
        let visitor = planner(world).await;
        let (booking, _) = book(world, "2026-10-21T07:00:00Z", "0171 3920099").await;
        let page = format!("/dienst/buchungen/{}/verschieben", booking.id);
        let ask = visitor.see(&page).await;
        assert!(ask.contains("per SMS an ") && !ask.contains("Rufen Sie an"), "{ask}");
        assert_eq!(visitor.send(&page, &[("zeit", "2026-10-21T08:00:00Z")]).await.0, 303);
        let [Message::Sms(sms)] = &crate::firm::told(world, 1).await[..] else { panic!("one SMS") };
        assert_eq!(sms.to, "+491713920099");
        let kennwort = bookings::open_person(&world.desk, &booking).unwrap().unwrap().kennwort;
        for words in ["verschoben", "10:00 bis 10:30 Uhr", "/buchung/", &kennwort, "Wir fragen nie"] {
            assert!(sms.text.contains(words), "\"{words}\" is missing in {}", sms.text);
        }
        let (fixed, _) = book(world, "2026-10-21T07:30:00Z", "089 99998 110").await;
        let ask = visitor.see(&format!("/dienst/buchungen/{}/verschieben", fixed.id)).await;
        assert!(ask.contains("Rufen Sie an, bevor Sie verschieben") && !ask.contains("per SMS"), "{ask}");
    });
}

#[test]
fn what_was_typed_when_the_session_was_over_is_sent_after_signing_in() {
    on_both(NOW, async |world| {
        let anna = hire(world, "Anna Arnold", "ka").await;
        Visitor::sign_in(world, "anna", Role::Officer, Some(anna)).await;
        let fields = [("von", "2026-11-02"), ("bis", "2026-11-06"), ("notiz", "Umzug & \"Ämter\"")];
        let response = world.form("/dienst/urlaub", &fields).await;
        assert_eq!(response.status(), 401);
        let page = response.text().await.unwrap();
        assert!(page.contains("Ihre Anmeldung war abgelaufen") && page.contains("value=\"/dienst/urlaub\""), "{page}");

        let typed = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        assert!(page.contains(&typed.replace('&', "&#38;")), "{page}");
        let sign_in = async |password: &str| {
            let form =
                [("login", "anna"), ("password", password), ("weiter", "/dienst/urlaub"), ("eingegeben", &typed)];
            let response = world.form("/anmelden", &form).await;
            (response.status().as_u16(), response.text().await.unwrap())
        };
        let (status, page) = sign_in("falsch").await;
        assert!(status == 400 && page.contains("Ihre Anmeldung war abgelaufen"), "{status} {page}");
        let (status, page) = sign_in("ein langes Kennwort").await;
        assert!(status == 200 && page.contains("action=\"/dienst/urlaub\""), "{status} {page}");
        assert!(page.contains("name=\"notiz\" value=\"Umzug &#38; &#34;Ämter&#34;\""), "{page}");
    });
}

#[test]
fn a_text_that_no_database_keeps_is_refused_in_words() {
    on_both(NOW, async |world| {
        let login = world.form("/anmelden", &[("login", "a\0b"), ("password", "x")]).await;
        assert_eq!(login.status(), 400);
        assert!(login.text().await.unwrap().contains("Formular nicht lesbar"));
        let (status, problem) =
            world.api("POST", "/bookings/hold", None, Some(serde_json::json!({"topic": "\0"}))).await;
        assert!(status == 400 && problem.to_string().contains("U+0000"), "{status} {problem}");
        let page = world.http.get(world.url("/termin?thema=%00")).send().await.unwrap();
        assert_eq!(page.status(), 400);
    });
}
