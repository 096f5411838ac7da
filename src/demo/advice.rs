//! The demonstration's consultation hours, and four weeks of appointments around today in every state.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::data::{self, CITIZENS, Chance, HOURS, HourRow};
use super::{Cast, Scene, deliver};
use crate::bookings::{
    self, Ask, Booking, BookingError, Exception, Format, Member, Need, Notice, Outcome, Plan, Rhythm, Terms, Typed,
    Window, Wish,
};
use crate::desk::Desk;
use crate::kernel::id::BookingId;
use crate::kernel::{Instant, Language, Secret, Span, local};
use crate::offices::{TopicId, topics};
use crate::people::Actor;

pub async fn offer(desk: &Desk, scene: &Scene, cast: &Cast) -> anyhow::Result<()> {
    for row in HOURS {
        let (who, weekday, opens, closes, slot_minutes, topics, formats) = *row;
        let window =
            Window { opens: local::time(opens).unwrap_or_default(), closes: local::time(closes).unwrap_or_default() };
        let weekly = Plan::weekly(cast[&who], weekday, window, local::day(scene.since));
        let terms = Terms {
            topics: topics.split_whitespace().filter_map(|topic| topic.parse().ok()).collect(),
            formats: formats.to_vec(),
            ..Terms::new(slot_minutes)
        };
        let plan = Plan { terms, ..weekly };
        bookings::offer_hours(desk, scene.since, &Actor::system(), plan).await?;
    }
    for plan in special(scene, cast) {
        bookings::offer_hours(desk, scene.since, &Actor::system(), plan).await?;
    }
    bookings::extend_slots(desk, scene.now).await?;
    Ok(())
}

/// Hours that do not come round each week: one every other week with a day that is moved, one on the first Tuesday of the
/// month at the office, and one that three officers of the state office share.
fn special(scene: &Scene, cast: &Cast) -> Vec<Plan> {
    let first_day = local::day(scene.since);
    let weekly = |who, weekday, opens, closes| {
        Window::read(opens, closes).map(|window| Plan::weekly(cast[&who], weekday, window, first_day))
    };
    let mut plans: Vec<Plan> = Vec::new();
    if let Some(mut fortnightly) = weekly(("ka", 2), Weekday::Fri, "09:00", "11:00") {
        fortnightly.series.rhythm = Rhythm::Weeks(2);
        let ahead = fortnightly.series.occurrences(scene.today..=scene.today + TimeDelta::weeks(6));
        if let Some(second) = ahead.get(1) {
            let moved = Exception::Moved { day: second.day - TimeDelta::days(1), window: second.window() };
            fortnightly.series.exceptions.insert(second.of, moved);
        }
        plans.push(fortnightly);
    }
    if let Some(mut monthly) = weekly(("fr", 0), Weekday::Tue, "17:00", "19:00") {
        monthly.series.rhythm = Rhythm::Nth(1);
        monthly.terms.formats = vec![Format::Office];
        plans.push(monthly);
    }
    if let Some(mut shared) = weekly(("lka", 0), Weekday::Fri, "13:00", "15:00") {
        shared.team = [0, 1, 2].map(|place| Member { officer: cast[&("lka", place)], by_name: place == 0 }).into();
        shared.terms.buffer_minutes = 10;
        shared.terms.notice = Notice::BusinessDays(1);
        shared.terms.contingents.hotline = Some(3);
        shared.terms.needs = [Need::SignLanguage, Need::Captions].into_iter().collect();
        plans.push(shared);
    }
    plans
}

/// What becomes of an appointment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Story {
    TakesPlace,
    NobodyCame,
    CancelledByCitizen,
    /// The form was never finished.
    Abandoned,
}

impl Story {
    /// Most take place; each other story comes up again and again.
    fn of(number: usize) -> Self {
        match number % 9 {
            2 => Self::NobodyCame,
            5 => Self::CancelledByCitizen,
            7 => Self::Abandoned,
            _ => Self::TakesPlace,
        }
    }
}

/// Books within the two weeks behind and the two ahead, and holds two appointments right now.
pub async fn book(desk: &Desk, scene: &Scene) -> anyhow::Result<()> {
    let mut chance = scene.chance(1);
    let mut number = 0;
    for day in scene.days(-14, 14) {
        for row in HOURS.iter().filter(|row| row.1 == day.weekday()) {
            // The days ahead fill up later.
            if day > scene.today && chance.below(5) < 2 {
                continue;
            }
            let about = chance.minutes(8 * 60, 20 * 60) - TimeDelta::days(1 + chance.below(6) as i64);
            let at = (local::whole_day(day).start + about).min(scene.now - chance.minutes(15, 600));
            if let Some(ask) = ask(desk, at, row, day, &mut chance).await? {
                let citizen = Citizen::new(ask.wish.format, number, &mut chance);
                Appointment { desk, at, ask, citizen }.live(scene.now, Story::of(number)).await?;
                number += 1;
            }
        }
    }
    // Somebody fills in the form while the demonstration begins.
    let mut held = 0;
    for day in scene.days(1, 14) {
        for row in HOURS.iter().filter(|row| row.1 == day.weekday() && matches!(row.0.0, "lka" | "s")) {
            let at = scene.now - TimeDelta::minutes(3);
            if held < 2
                && let Some(ask) = ask(desk, at, row, day, &mut chance).await?
            {
                bookings::hold(desk, at, &ask).await?;
                held += 1;
            }
        }
    }
    Ok(())
}

/// Looks for a free time of the consultation hour on the day, as of `at`.
async fn ask(
    desk: &Desk,
    at: Instant,
    row: &HourRow,
    day: NaiveDate,
    chance: &mut Chance,
) -> anyhow::Result<Option<Ask>> {
    let of_row: Vec<TopicId> = row.5.split_whitespace().filter_map(|topic| topic.parse().ok()).collect();
    let every: Vec<TopicId> = topics().iter().map(|topic| topic.id).collect();
    let topic = *chance.pick(if of_row.is_empty() { &every } else { &of_row });
    let wish = Wish { office: Some(data::office(row.0.0)), ..Wish::new(topic, *chance.pick(row.6)) };
    let language = if chance.below(6) == 0 { Language::En } else { Language::De };
    let free = bookings::list_free(desk, at, &wish, local::whole_day(day)).await?;
    let times: Vec<Span> = free.into_iter().flat_map(|day| day.times).map(|time| time.span).collect();
    if times.is_empty() {
        return Ok(None);
    }
    Ok(Some(Ask { wish, start: chance.pick(&times).start, language, instead_of: None }))
}

/// Who books.
struct Citizen(Typed);

impl Citizen {
    fn new(format: Format, number: usize, chance: &mut Chance) -> Self {
        let name = (*chance.pick(CITIZENS)).to_owned();
        let contact = match format {
            // Namesakes have addresses of their own.
            Format::Video => data::mail_of(&format!("{name} {number}")),
            Format::Telephone | Format::Office => {
                data::citizen_phone(chance).map(|phone| phone.to_string()).unwrap_or_default()
            }
        };
        Self(Typed { name, contact })
    }
}

/// An appointment before it is booked.
struct Appointment<'a> {
    desk: &'a Desk,
    at: Instant,
    ask: Ask,
    citizen: Citizen,
}

impl Appointment<'_> {
    /// Plays it as far as it has come by `now`.
    async fn live(self, now: Instant, story: Story) -> anyhow::Result<()> {
        let (desk, at) = (self.desk, self.at);
        let (_, secret) = bookings::hold(desk, at, &self.ask).await?;
        if story == Story::Abandoned {
            let later = at + bookings::HOLD + TimeDelta::minutes(1);
            bookings::expire_holds(desk, later.min(now)).await?;
            return Ok(());
        }
        let booked = match bookings::confirm(desk, at + TimeDelta::minutes(2), &secret, Some(&self.citizen.0)).await {
            Err(BookingError::TooMany { .. }) => {
                bookings::cancel(desk, at + TimeDelta::minutes(3), &secret).await?;
                return Ok(());
            }
            booked => booked?,
        };
        deliver(desk, at + TimeDelta::minutes(2)).await?;
        match story {
            Story::CancelledByCitizen => self.cancel(&booked, &secret, now).await,
            Story::NobodyCame => self.close(&booked, Outcome::NoShow, now).await,
            Story::TakesPlace | Story::Abandoned => self.close(&booked, Outcome::Attended, now).await,
        }
    }

    async fn cancel(&self, booked: &Booking, secret: &Secret, now: Instant) -> anyhow::Result<()> {
        let at = (self.at + TimeDelta::hours(5)).min(now).min(booked.span.start - TimeDelta::minutes(5));
        bookings::cancel(self.desk, at, secret).await?;
        deliver(self.desk, at).await
    }

    /// The officer notes how it went, if it is over.
    async fn close(&self, booked: &Booking, outcome: Outcome, now: Instant) -> anyhow::Result<()> {
        if booked.span.end > now {
            return Ok(());
        }
        let (id, at): (BookingId, Instant) = (booked.id, (booked.span.end + TimeDelta::minutes(3)).min(now));
        bookings::close(self.desk, at, &Actor::system(), id, outcome).await?;
        Ok(())
    }
}
