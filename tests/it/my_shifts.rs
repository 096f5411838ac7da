//! An officer's own page: what is wanted quickly stands at its top, and a link that is long over says nothing any more.

use chrono::{NaiveDate, TimeDelta};
use serde_json::json;
use sprechzeit::people::Role;

use crate::changes::{DAY, MONDAY, Stage, id, secret};
use crate::staff::Visitor;
use crate::world::on_both;

#[test]
fn whoever_is_sick_finds_the_button_from_the_top_of_a_long_page() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let monday: NaiveDate = "2026-11-16".parse().unwrap();
        for week in 0..6 {
            let day = monday + TimeDelta::days(1 + 7 * week);
            stage.shift(&stage.anna, &day.to_string(), ("08:00", "12:00")).await;
        }
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        let page = anna.see("/dienst/meine-dienste").await;
        let (top, rest) = page.split_once("<article").unwrap();
        assert!(top.contains("href=\"#krank\"") && rest.contains("id=\"krank\""), "{page}");
        assert!(rest.matches("<article").count() >= 5, "{page}");

        assert!(!page.contains("Min..") && !page.contains("Std.."), "{page}");
    });
}

#[test]
fn a_sick_report_without_a_last_day_to_come_is_refused_at_its_field_and_nothing_is_entered() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        for (typed, told) in [
            ("9999-12-31", "höchstens ein Jahr"),
            ("2028-11-16", "höchstens ein Jahr"),
            ("2026-11-01", "Dieser Tag ist vorbei"),
            ("quatsch", "Geben Sie den letzten Tag an"),
            ("", "Geben Sie den letzten Tag an"),
        ] {
            let (status, _, page) = anna.send("/dienst/krank", &[("bis", typed)]).await;
            assert_eq!(status, 400, "{typed}: {page}");
            assert!(page.contains(told) && page.contains("bis-error"), "{typed}: {page}");
            assert!(page.contains(&format!("value=\"{typed}\"")), "{typed}: {page}");
        }
        assert_eq!(anna.send("/dienst/krank", &[]).await.0, 400);
        assert!(!anna.see("/dienst/meine-dienste").await.contains("Sie sind krank gemeldet"));
        for until in ["9999-12-31", "2028-11-16", "2026-11-01", "quatsch"] {
            stage.refused(&format!("/officers/{}/sick", stage.anna), json!({"until": until})).await;
        }
    });
}

#[test]
fn a_swap_asked_of_somebody_unknown_is_refused_at_its_field_and_asked_of_nobody() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        let path = format!("/dienst/dienste/{}/tausch", shift["id"].as_str().unwrap());
        let ask = async |an: &str, gegen: &str| {
            let (from, until) = ("2026-11-17T08:00", "2026-11-17T12:00");
            anna.send(&path, &[("an", an), ("gegen", gegen), ("von", from), ("bis", until)]).await
        };
        for (an, gegen, field) in [("ofc_zz", "", "an"), ("", "quatsch", "gegen")] {
            let (status, _, page) = ask(an, gegen).await;
            assert!(status == 400 && page.contains(&format!("{field}-error")), "{an}: {status} {page}");
        }
        assert_eq!(ask("", "").await.0, 303, "nobody was asked before");
    });
}

#[test]
fn a_field_that_is_twice_in_an_address_is_told_on_a_page_and_to_programs_as_a_problem() {
    on_both(MONDAY, async |world| {
        let token = world.token(Role::Supervisor, "ka").await;
        let planner = Visitor::sign_in(world, "planung", Role::Supervisor, None).await;
        for path in ["/dienst/meine-dienste?meldung=a&meldung=b", "/dienst/entwuerfe?dienststelle=ka&dienststelle=s"] {
            let (status, page) = planner.get(path).await;
            assert_eq!(status, 400, "{path}");
            assert!(page.contains("Adresse nicht lesbar") && !page.contains("deserialize"), "{path}: {page}");
        }
        let (status, problem) = world.api("GET", "/covers?limit=1&limit=2", Some(&token), None).await;
        assert_eq!((status, &problem["type"]), (400, &json!("about:blank#unreadable-request")), "{problem}");
    });
}

#[test]
fn another_sick_report_says_until_when_and_well_again_ends_them_all() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let anna = Visitor::sign_in(world, "anna", Role::Officer, Some(id(&json!(stage.anna)))).await;
        // Whoever plans has entered two already.
        let enter = async |end: &str| {
            let sick = json!({"officer": stage.anna, "kind": "sick", "start": "2026-11-16T07:00:00Z", "end": end});
            stage.done("/absences", sick).await;
        };
        enter("2026-11-19T23:00:00Z").await;
        enter("2026-11-20T23:00:00Z").await;
        assert!(anna.see("/dienst/meine-dienste").await.contains("bis Freitag"));
        for (last, shown) in
            [("2026-11-24", "24. November"), ("2026-11-28", "28. November"), ("2026-11-18", "18. November")]
        {
            assert_eq!(anna.send("/dienst/krank", &[("bis", last)]).await.0, 303);
            let page = anna.see("/dienst/meine-dienste").await;
            let told = page.split_once("Sie sind krank gemeldet bis").unwrap().1;
            assert!(told.split_once("</h2>").unwrap().0.contains(shown), "{page}");
        }
        // The telephone and the programmer who name no day shorten nothing.
        let sick = stage.done(&format!("/officers/{}/sick", stage.anna), json!({})).await;
        assert_eq!(sick["end"], "2026-11-18T23:00:00Z");
        enter("2026-11-19T23:00:00Z").await;
        assert_eq!(anna.send("/dienst/gesund", &[]).await.1, "/dienst/meine-dienste?meldung=gesund");
        assert!(!anna.see("/dienst/meine-dienste").await.contains("Sie sind krank gemeldet"));
        assert_eq!(anna.send("/dienst/gesund", &[]).await.0, 303, "pressed twice");
    });
}

#[test]
fn the_link_that_asks_for_cover_is_gone_a_week_after_the_shift() {
    on_both(MONDAY, async |world| {
        let stage = Stage::open(world).await;
        let shift = stage.shift(&stage.anna, DAY, ("08:00", "12:00")).await;
        stage.done(&format!("/shifts/{}/cover", shift["id"].as_str().unwrap()), json!({})).await;
        let link = secret(&stage.hears("Bela", 1, "/einspringen/").await, "/einspringen/");
        let path = format!("/einspringen/{}", link.expose());
        let (status, page) = world.page(&path).await;
        assert!(status == 200 && page.contains("17. November"), "{page}");
        for (days, status) in [(7, 200), (2, 404)] {
            world.advance_minutes(days * 24 * 60);
            let (found, page) = world.page(&path).await;
            assert_eq!(found, status, "after {days} more days: {page}");
            assert_eq!(page.contains("17. November"), status == 200, "{page}");
        }
    });
}
