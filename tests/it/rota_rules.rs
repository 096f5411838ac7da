//! The rules of the rota, terms of work, wishes and leave, the balance and "who can?", over real HTTP on both engines.

use serde_json::{Value, json};
use sprechzeit::people::Role;

use crate::shifts::{Office, page, send, signed_in};
use crate::world::{World, on_both};

const MONDAY_MORNING: &str = "2026-11-16T08:00:00Z";
const WEEK: &str = "from=2026-11-15T23:00:00Z&until=2026-11-22T23:00:00Z";

async fn check(world: &World, office: &Office) -> Value {
    let path = format!("/offices/ka/rota/check?{WEEK}");
    let (status, verdict) = world.api("GET", &path, Some(&office.token), None).await;
    assert_eq!(status, 200, "{verdict}");
    verdict
}

fn short(breaches: &Value) -> Vec<&str> {
    breaches.as_array().unwrap().iter().map(|breach| breach["short"].as_str().unwrap()).collect()
}

#[test]
fn a_hard_breach_blocks_until_a_reason_is_given_which_is_kept() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        office.plan(world, office.shift(&office.anna, "2026-11-17", ("12:00", "22:00"), 1)).await;
        // By hand it would be refused: so it is there before the rules are.
        let plan = sprechzeit::shifts::ShiftPlan {
            officer: office.anna.parse().unwrap(),
            day: "2026-11-18".parse().unwrap(),
            from: sprechzeit::kernel::local::time("07:00").unwrap(),
            until: sprechzeit::kernel::local::time("12:00").unwrap(),
            tier: sprechzeit::shifts::Tier::FIRST,
            position: None,
        };
        let (system, hotline) = (sprechzeit::people::Actor::system(), office.hotline.parse().unwrap());
        sprechzeit::shifts::plan_shift(&world.desk, world.now(), &system, hotline, plan).await.unwrap();
        let verdict = check(world, &office).await;
        assert_eq!(short(&verdict["blocking"]), ["Ruhezeit 2 Std. zu kurz"], "{verdict}");
        assert_eq!(short(&verdict["warnings"]), ["niemand löst für die Pause ab"], "{verdict}");

        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let address = "/dienst/regeln/pruefung?von=2026-11-16&bis=2026-11-22";
        let (_, shown) = page(world, &cookie, address).await;
        assert!(shown.contains("Anna Arnold") && shown.contains("9 Std. statt mindestens 11 Std."), "{shown}");
        let breach = &verdict["blocking"][0];
        let start = sprechzeit::kernel::Instant::parse(breach["start"].as_str().unwrap()).unwrap().0.to_string();
        let officer = breach["officer"].as_str().unwrap();
        let fields = |reason: &'static str| {
            [
                ("dienststelle", "ka"),
                ("von", "2026-11-16"),
                ("bis", "2026-11-22"),
                ("regel", "daily_rest"),
                ("person", officer),
                ("beginn", &start),
                ("grund", reason),
            ]
        };
        let (status, _, again) = send(world, &cookie, "/dienst/regeln/pruefung", &fields("ja")).await;
        assert!(status == 400 && again.contains("value=\"ja\"") && again.contains("Geben Sie den Grund an"), "{again}");
        let reason = "Großeinsatz; freier Tag am Freitag";
        let (status, to, _) = send(world, &cookie, "/dienst/regeln/pruefung", &fields(reason)).await;
        assert!(status == 303 && to.ends_with("meldung=zugelassen"), "{status} {to}");
        let verdict = check(world, &office).await;
        assert_eq!((short(&verdict["blocking"]), short(&verdict["waived"]).len()), (vec![], 1));
        assert_eq!(verdict["waived"][0]["reason"], reason);
        assert!(page(world, &cookie, &to).await.1.contains(reason));
        let (_, to, _) = send(world, &cookie, "/dienst/regeln/pruefung", &fields(reason)).await;
        assert!(to.ends_with("meldung=weg"), "{to}");

        // Soft, it only warns.
        let change = json!({"rules": [{"rule": "daily_rest", "level": "soft"}]});
        let (status, rules) = world.api("PATCH", "/offices/ka/rota/rules", Some(&office.token), Some(change)).await;
        assert_eq!((status, &rules["sequence"]), (200, &json!(1)), "{rules}");
        assert_eq!(check(world, &office).await["waived"], json!([]));
    });
}

#[test]
fn rules_are_set_on_the_page_and_two_who_set_them_do_not_overwrite_each_other() {
    on_both(MONDAY_MORNING, async |world| {
        let cookie = signed_in(world, "planung", Role::Supervisor, None).await;
        let (_, shown) = page(world, &cookie, "/dienst/regeln").await;
        assert!(shown.contains("AzUVO § 11") && shown.contains("LBG § 67") && shown.contains("AzUVO § 7"), "{shown}");
        let fields = |hours: &'static str| {
            [
                ("dienststelle", "ka"),
                ("stand", "0"),
                ("regel", "week_hours"),
                ("stufe", "soft"),
                ("wert", hours),
                ("vollzeit", "40"),
                ("hintergrund", "50"),
                ("pause", "30"),
            ]
        };
        let (status, _, shown) = send(world, &cookie, "/dienst/regeln", &fields("200")).await;
        assert!(status == 400 && shown.contains("Stunden in einer Woche: Geben Sie eine Zahl von 1 bis 168 an."));
        assert_eq!(send(world, &cookie, "/dienst/regeln", &fields("50")).await.0, 303);
        let (status, _, shown) = send(world, &cookie, "/dienst/regeln", &fields("45")).await;
        assert!(status == 409 && shown.contains("Stunden in einer Woche: Hinweis 50"), "{shown}");
        let officer = signed_in(world, "anna", Role::Officer, None).await;
        assert_eq!(page(world, &officer, "/dienst/regeln").await.0, 403);
        for (role, office, status) in [(Role::Supervisor, "fr", 404), (Role::Officer, "ka", 403)] {
            let token = world.token(role, office).await;
            let change = json!({"full_week_hours": 41});
            assert_eq!(world.api("PATCH", "/offices/ka/rota/rules", Some(&token), Some(change)).await.0, status);
        }
    });
}

#[test]
fn leave_is_asked_for_and_approved_and_the_shift_needs_cover() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let anna = office.anna.parse().unwrap();
        office.plan(world, office.shift(&office.anna, "2026-11-19", ("08:00", "12:00"), 1)).await;
        let (her, plans) = (
            signed_in(world, "anna", Role::Officer, Some(anna)).await,
            signed_in(world, "planung", Role::Supervisor, None).await,
        );
        let leave = |last: &'static str| {
            [("urlaub_von", "2026-11-19"), ("urlaub_bis", last), ("urlaub_notiz", "Umzug"), ("dienststelle", "ka")]
        };
        let (status, _, shown) = send(world, &her, "/dienst/urlaub", &leave("2026-11-18")).await;
        assert!(status == 400 && shown.contains("value=\"2026-11-18\"") && shown.contains("Umzug"), "{shown}");
        assert_eq!(send(world, &her, "/dienst/urlaub", &leave("2026-11-20")).await.0, 303);
        assert_eq!(short(&check(world, &office).await["warnings"]), ["hat dann Urlaub beantragt"]);

        let (_, shown) = page(world, &plans, "/dienst/wuensche").await;
        assert!(
            shown.contains("Umzug") && shown.contains("In dieser Zeit liegen Dienste: Do 19.11., 08:00"),
            "{shown}"
        );
        let path = format!("/officers/{}/leave-requests", office.anna);
        let (_, requests) = world.api("GET", &path, Some(&office.token), None).await;
        let id = requests[0]["id"].as_str().unwrap().to_owned();
        let decide = |verb: &str| format!("/dienst/urlaub/{id}/{verb}");
        let answer = [("dienststelle", "ka"), ("antwort", "Gern")];
        assert_eq!(send(world, &her, &decide("genehmigen"), &answer).await.0, 403);
        let (_, to, _) = send(world, &plans, &decide("genehmigen"), &answer).await;
        assert!(to.ends_with("meldung=genehmigt"), "{to}");
        let (_, to, _) = send(world, &plans, &decide("ablehnen"), &answer).await;
        assert!(to.ends_with("meldung=schon"), "{to}");
        assert!(page(world, &her, "/dienst/wuensche").await.1.contains("genehmigt"));
        assert_eq!(short(&check(world, &office).await["blocking"]), ["abwesend: Urlaub"]);
        let coverage = format!("/hotlines/{}/coverage?week=2026-W47", office.hotline);
        let (_, coverage) = world.api("GET", &coverage, Some(&office.token), None).await;
        assert_eq!(coverage["needs_cover"].as_array().unwrap().len(), 1, "{coverage}");

        let (_, to, _) = send(world, &her, &decide("zuruecknehmen"), &[("dienststelle", "ka")]).await;
        assert!(to.ends_with("meldung=urlaub-zurueck"), "{to}");
        assert_eq!(check(world, &office).await["blocking"], json!([]), "the absence is gone with it");
    });
}

#[test]
fn wishes_and_terms_are_looked_at_and_who_can_says_why() {
    on_both(MONDAY_MORNING, async |world| {
        let office = Office::open(world).await;
        let token = Some(office.token.as_str());
        let cookie = signed_in(world, "anna", Role::Officer, Some(office.anna.parse().unwrap())).await;
        let wish = |leaning: &'static str, bela: &'static str| {
            [("neigung", leaning), ("wochentag", "Thu"), ("von_zeit", "08:00"), ("bis_zeit", "12:00"), ("person", bela)]
        };
        assert_eq!(send(world, &cookie, "/dienst/wuensche", &wish("cannot", "")).await.0, 303);
        let (_, shown) = page(world, &cookie, "/dienst/wuensche").await;
        assert!(shown.contains("kann nicht, jeden Donnerstag, 08:00–12:00"), "{shown}");
        let path = format!("/officers/{}/wishes", office.bela);
        let available = json!({"leaning": "available", "start": "2026-11-19T07:00:00Z", "end": "2026-11-19T11:00:00Z"});
        assert_eq!(world.api("POST", &path, token, Some(available)).await.0, 201);
        let both = json!({"leaning": "available", "start": "2026-11-19T07:00:00Z", "weekday": "mon"});
        assert_eq!(world.api("POST", &path, token, Some(both)).await.0, 400);

        let terms = format!("/officers/{}/terms", office.bela);
        let half = json!({"percent": 50, "max_week_hours": 20, "sequence": 0});
        assert_eq!(world.api("PUT", &terms, token, Some(half.clone())).await.0, 200);
        assert_eq!(world.api("PUT", &terms, token, Some(half)).await.0, 409, "somebody else was faster");

        let path =
            format!("/hotlines/{}/candidates?from=2026-11-19T07:00:00Z&until=2026-11-19T11:00:00Z", office.hotline);
        let (status, found) = world.api("GET", &path, token, None).await;
        assert_eq!(status, 200, "{found}");
        let fits: Vec<_> = found.as_array().unwrap().iter().map(|it| (&it["name"], &it["fit"])).collect();
        assert_eq!(
            fits,
            [(&json!("Bela Bauer"), &json!("well")), (&json!("Anna Arnold"), &json!("with_reason"))],
            "{found}"
        );
        assert_eq!(found[0]["in_favour"][0], "hat dann gern Dienst");
        assert_eq!(found[1]["against"][0], "kann dann nicht");

        let plans = signed_in(world, "planung", Role::Supervisor, None).await;
        let span = [("von", "2026-11-19T08:00"), ("bis", "2026-11-19T12:00"), ("reihe", "1")];
        let asked = format!("/dienst/wer-kann?hotline={}&von={}&bis={}&reihe=1", office.hotline, span[0].1, span[1].1);
        let (_, shown) = page(world, &plans, &asked).await;
        assert!(shown.contains("hat dann gern Dienst") && shown.contains("verletzt eine strenge Regel"), "{shown}");
        let chosen = [("hotline", office.hotline.as_str()), ("person", office.bela.as_str())];
        let (status, to, _) = send(world, &plans, "/dienst/wer-kann", &[&span[..], &chosen[..]].concat()).await;
        assert!(status == 303 && to.ends_with("meldung=eingeteilt"), "{status} {to}");
        let (_, shown) = page(world, &plans, &to).await;
        assert!(shown.contains("zugleich anders eingeteilt"), "{shown}");

        let (_, balance) = world.api("GET", &format!("/offices/ka/rota/balance?{WEEK}"), token, None).await;
        assert_eq!((&balance[0]["minutes"]["has"], &balance[1]["minutes"]["has"]), (&json!(0), &json!(240)));
        assert_eq!(balance[1]["minutes"]["fair"], 80.0, "half time has a third of four hours: {balance}");
        let (_, shown) = page(world, &plans, "/dienst/ausgleich?von=2026-11-16&bis=2026-11-22").await;
        assert!(shown.contains("Bela Bauer") && shown.contains("+2,7"), "{shown}");
        let (_, shown) = page(world, &plans, "/dienst/arbeitszeit").await;
        assert!(shown.contains("50 %") && shown.contains("20 Std."), "{shown}");
    });
}
