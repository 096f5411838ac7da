//! The demonstration's offices and people: opening hours, officers, logins, absences.

use chrono::{Datelike, TimeDelta, Weekday};

use super::data::{self, ABSENCES, ADVISER, DEPLOYED, HOURS, OFFICERS, PASSWORD};
use super::{Cast, Scene};
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Span, local};
use crate::offices::{self, DayException, OfficeId, Opening, OpeningHours, WeeklyRule, offices};
use crate::people::{self, Actor, NewUser, Officer, Role, Skills};

/// Open as long as most offices are, and while a consultation lasts.
fn opening_hours(office: OfficeId) -> Option<OpeningHours> {
    use Weekday::{Fri, Mon, Thu, Tue, Wed};
    let usual = [(Mon, "17:00"), (Tue, "17:00"), (Wed, "17:00"), (Thu, "17:00"), (Fri, "13:00")];
    let usual = usual.iter().map(|(day, closes)| (*day, "08:00", *closes));
    let consultations = HOURS.iter().filter(|hour| hour.0.0 == office.as_str()).map(|hour| (hour.1, hour.2, hour.3));
    OpeningHours::new(usual.chain(consultations).filter_map(rule).collect()).ok()
}

/// A weekly rule of a row of the tables.
pub fn rule((weekday, opens, closes): (Weekday, &str, &str)) -> Option<WeeklyRule> {
    Some(WeeklyRule { weekday, opens: local::time(opens)?, closes: local::time(closes)? })
}

pub async fn open_offices(desk: &Desk, scene: &Scene) -> anyhow::Result<()> {
    let mut tx = desk.db.begin().await?;
    for office in offices() {
        let hours = opening_hours(office.id).unwrap_or_default();
        offices::set_office_hours(&mut tx, office.id, &hours, scene.since).await?;
        offices::set_mailbox(&mut tx, office.id, Some(data::planning_mail(office.id)), scene.since).await?;
        for year in [scene.today.year(), scene.today.year() + 1] {
            for (day, name) in [(24, "Heiligabend"), (31, "Silvester")] {
                let Some(day) = chrono::NaiveDate::from_ymd_opt(year, 12, day) else { continue };
                let closed = DayException { day, opening: Opening::Closed, name: name.to_owned() };
                offices::set_day(&mut tx, office.id, &closed).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

pub async fn hire(desk: &Desk, scene: &Scene) -> anyhow::Result<Cast> {
    let system = Actor::system();
    let mut cast = Cast::new();
    for (code, names) in OFFICERS {
        for (place, name) in names.iter().enumerate() {
            let id = OfficerId::mint();
            let officer = Officer {
                id,
                office: data::office(code),
                name: (*name).to_owned(),
                active: true,
                skills: Skills::default(),
            };
            let (phone, mail) = (data::officer_phone(cast.len()), data::mail_of(name));
            people::hire(desk, scene.since, &system, &officer, (phone.as_ref(), Some(&mail))).await?;
            cast.insert((code, place), id);
        }
    }
    Ok(cast)
}

pub async fn add_users(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    let main = data::office(ADVISER.0);
    let mut users = vec![
        ("planung".to_owned(), Role::Supervisor, main, None),
        ("beratung".to_owned(), Role::Officer, main, Some(cast[&ADVISER])),
        ("land".to_owned(), Role::Administrator, OfficeId::STATE, None),
    ];
    users.extend(offices().iter().map(|o| (format!("planung-{}", o.id), Role::Supervisor, o.id, None)));
    for (login, role, office, officer) in users {
        let user = NewUser { login, role, office, officer };
        people::add_user(desk, scene.since, &user, PASSWORD).await?;
    }
    Ok(())
}

/// Enters the absences of those who do no hotline.
pub async fn excuse(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    let system = Actor::system();
    for (who, kind, first, days) in ABSENCES {
        let first = scene.today + TimeDelta::days(*first);
        let last = first + TimeDelta::days(days - 1);
        let span = Span { start: local::whole_day(first).start, end: local::whole_day(last).end };
        people::enter_absence(desk, scene.since, &system, cast[who], (*kind, span)).await?;
    }
    people::deploy(desk, scene.now - TimeDelta::hours(2), &system, cast[&DEPLOYED]).await?;
    Ok(())
}
