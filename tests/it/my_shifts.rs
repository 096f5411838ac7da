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

        // Sick: there is nothing to jump to.
        anna.send("/dienst/krank", &[("bis", DAY)]).await;
        let page = anna.see("/dienst/meine-dienste").await;
        assert_eq!(page.contains("href=\"#krank\""), page.contains("id=\"krank\""), "{page}");
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
