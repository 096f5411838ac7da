//! What is free, and who gets the next appointment. Pure: gathered rows in, a decision out.
//!
//! Rule: the list and the hold ask the same question, [`Diary::is_free`], so what is listed can be held.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hour::{Format, Member, Slot};
use super::needs::Needs;
use super::terms::{Look, Terms};
use crate::kernel::id::{HourId, OfficerId};
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{Calendar, OfficeId, TopicId};
use crate::people::{Absence, Commitment};

/// By which way a booking is made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By the citizen, on the pages or through the programmer's door.
    Web,
    /// By key, in a call to the hotline.
    Hotline,
    /// By an officer, for somebody.
    Staff,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Web, Self::Hotline, Self::Staff];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Hotline => "hotline",
            Self::Staff => "staff",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Channel {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|channel| channel.as_str() == text);
        found.ok_or_else(|| format!("\"{text}\" is not web, hotline or staff"))
    }
}

/// What a citizen looks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wish {
    pub topic: TopicId,
    /// Whatever the topic: only to list what is free, for nothing is held so.
    pub any_topic: bool,
    pub format: Format,
    /// The one that the talk is in.
    pub language: Language,
    pub needs: Needs,
    pub channel: Channel,
    /// None: whichever office.
    pub office: Option<OfficeId>,
    /// None: whoever is free. Only officers who agreed to be booked by name are found so.
    pub officer: Option<OfficerId>,
    /// The citizen's own commitment, which is to be replaced and so does not stand in the way.
    pub replacing: Option<Uuid>,
}

impl Wish {
    /// A wish for a talk in German, by the web, at whichever office and with whoever is free.
    pub fn new(topic: TopicId, format: Format) -> Self {
        Self {
            topic,
            any_topic: false,
            format,
            language: Language::De,
            needs: Needs::NONE,
            channel: Channel::Web,
            office: None,
            officer: None,
            replacing: None,
        }
    }
}

/// A time at which somebody is free. Several officers make one time, and no officer is named.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Time {
    /// With the end of the shortest slot that starts then.
    pub span: Span,
    pub officers: usize,
}

/// The free times of one local day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Day {
    pub day: NaiveDate,
    pub times: Vec<Time>,
}

/// By whom and on what terms an hour is offered.
#[derive(Clone, Debug)]
pub struct Offer {
    pub office: OfficeId,
    pub team: Vec<Member>,
    pub terms: Terms,
}

impl Offer {
    /// Whether somebody of the hour could do what is wished for, at some time.
    pub fn suits(&self, wish: &Wish) -> bool {
        let may_be_named = |officer| self.team.iter().any(|member| member.officer == officer && member.by_name);
        self.terms.suit(wish) && wish.officer.is_none_or(may_be_named)
    }
}

/// Everything that decides whether a slot is free, as it was gathered for one look.
#[derive(Debug, Default)]
pub struct Diary {
    offers: BTreeMap<HourId, Offer>,
    /// Between which instants slots of an hour must begin.
    bookable: BTreeMap<HourId, Span>,
    calendars: BTreeMap<OfficeId, Calendar>,
    commitments: BTreeMap<OfficerId, Vec<Commitment>>,
    absences: BTreeMap<OfficerId, Vec<Absence>>,
    /// How many slots of an hour's day were taken by the way that is asked about.
    taken: BTreeMap<(HourId, NaiveDate), i64>,
}

impl Diary {
    /// The hours that suit, each with the time in which it can be booked.
    pub fn of_offers(
        look: &Look<'_>,
        mut offers: BTreeMap<HourId, Offer>,
        calendars: BTreeMap<OfficeId, Calendar>,
    ) -> Self {
        offers.retain(|_, offer| offer.suits(look.wish));
        let none = Calendar::default();
        let span = |offer: &Offer| offer.terms.bookable(look, calendars.get(&offer.office).unwrap_or(&none));
        let bookable = offers.iter().map(|(hour, offer)| (*hour, span(offer))).collect();
        Self { offers, bookable, calendars, ..Self::default() }
    }

    /// Notes what the officers do.
    pub fn with_time(mut self, commitments: Vec<Commitment>, absences: Vec<Absence>) -> Self {
        for commitment in commitments {
            self.commitments.entry(commitment.officer).or_default().push(commitment);
        }
        for absence in absences {
            self.absences.entry(absence.officer).or_default().push(absence);
        }
        self
    }

    /// Notes what was booked by the way that is asked about: of which hour, beginning when.
    pub fn with_taken(mut self, taken: impl IntoIterator<Item = (HourId, Instant)>) -> Self {
        for (hour, start) in taken {
            *self.taken.entry((hour, local::day(start))).or_default() += 1;
        }
        self
    }

    pub fn offers(&self) -> &BTreeMap<HourId, Offer> {
        &self.offers
    }

    /// When a slot of the hour can begin at the earliest, given one that begins at `start`; none where the hour does not
    /// suit, or only can be booked later.
    pub fn first_bookable(&self, hour: HourId, start: Instant) -> Option<Instant> {
        let bookable = self.bookable.get(&hour)?;
        Some(start.max(bookable.start)).filter(|first| *first < bookable.end)
    }

    /// Whether any of the hours allows only so many by this way.
    pub fn is_limited(&self, channel: Channel) -> bool {
        self.offers.values().any(|offer| offer.terms.contingents.of(channel).is_some())
    }

    /// Whether the slot can be held: its hour suits and can be booked now, its office is open, the day's contingent is not
    /// used up, and its officer is there and has nothing else to do.
    pub fn is_free(&self, slot: &Slot, look: &Look<'_>) -> bool {
        let day = local::day(slot.span.start);
        let in_time = self.bookable.get(&slot.hour).is_some_and(|span| span.contains(slot.span.start));
        let is_asked = look.wish.officer.is_none_or(|officer| officer == slot.officer);
        let is_closed = self.calendars.get(&slot.office).is_some_and(|calendar| calendar.closed(day).is_some());
        let taken = self.taken.get(&(slot.hour, day)).copied().unwrap_or_default();
        let is_used_up = slot.contingents.of(look.wish.channel).is_some_and(|most| taken >= most);
        in_time && is_asked && !is_closed && !is_used_up && self.has_time(slot, look)
    }

    /// Whether its officer is there and has nothing else to do.
    pub fn has_time(&self, slot: &Slot, look: &Look<'_>) -> bool {
        let crowds = |c: &Commitment| Some(c.id) != look.wish.replacing && c.crowds(slot.span, slot.buffer(), look.now);
        let busy = self.commitments.get(&slot.officer).is_some_and(|all| all.iter().any(crowds));
        let away = |absence: &Absence| takes(absence, slot.span, look.now);
        !busy && !self.absences.get(&slot.officer).is_some_and(|all| all.iter().any(away))
    }
}

/// A deployment's end is not known: it takes the appointments of today, not those of the coming weeks.
pub fn takes(absence: &Absence, slot: Span, now: Instant) -> bool {
    absence.touches(slot) && (!absence.is_open() || local::day(slot.start) <= local::day(now))
}

/// Slots that start together become one time; times are grouped by local day, in order.
pub fn merged(free: impl IntoIterator<Item = Slot>) -> Vec<Day> {
    let mut times: BTreeMap<Instant, Time> = BTreeMap::new();
    for slot in free {
        let time = times.entry(slot.span.start).or_insert(Time { span: slot.span, officers: 0 });
        time.officers += 1;
        time.span.end = time.span.end.min(slot.span.end);
    }
    let mut days: Vec<Day> = Vec::new();
    for time in times.into_values() {
        let day = local::day(time.span.start);
        match days.last_mut().filter(|last| last.day == day) {
            Some(last) => last.times.push(time),
            None => days.push(Day { day, times: vec![time] }),
        }
    }
    days
}

/// The times nearest to `wanted`, at most `count`, in order of time.
pub fn nearest(days: Vec<Day>, wanted: Instant, count: usize) -> Vec<Time> {
    let mut times: Vec<Time> = days.into_iter().flat_map(|day| day.times).collect();
    times.sort_by_key(|time| (time.span.start - wanted).abs());
    times.truncate(count);
    times.sort();
    times
}

/// At most `count` times to choose from, in order: the first, then such as are at least `apart` from the one before; the
/// next best fill up where there are too few of those.
pub fn spread(days: Vec<Day>, apart: TimeDelta, count: usize) -> Vec<Time> {
    let times: Vec<Time> = days.into_iter().flat_map(|day| day.times).collect();
    let mut chosen: Vec<Time> = Vec::new();
    for time in &times {
        if chosen.last().is_none_or(|last| time.span.start - last.span.start >= apart) {
            chosen.push(*time);
        }
    }
    chosen.truncate(count);
    let missing = count - chosen.len();
    let others: Vec<Time> = times.into_iter().filter(|time| !chosen.contains(time)).take(missing).collect();
    chosen.extend(others);
    chosen.sort();
    chosen
}

/// How much an officer has been given lately.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Load {
    /// Bookings made in the last four weeks.
    pub recent: i64,
    /// When the last of them was made.
    pub last: Instant,
}

/// The free slots of one start in the order in which they are given out, each with the reason, for the staff's eyes:
/// the officer with the fewest recent bookings first, then whoever has been without a new one the longest.
pub fn in_fair_order(mut free: Vec<Slot>, loads: &BTreeMap<OfficerId, Load>) -> Vec<(Slot, String)> {
    let recent = |slot: &Slot| loads.get(&slot.officer).map_or(0, |load| load.recent);
    let last = |slot: &Slot| loads.get(&slot.officer).map(|load| load.last);
    free.sort_by_key(|slot| (recent(slot), last(slot), slot.officer));
    let reasons: Vec<String> = (0..free.len()).map(|n| why(&free[n..], &recent)).collect();
    free.into_iter().zip(reasons).collect()
}

/// Why the first of these was chosen.
fn why(free: &[Slot], recent: &impl Fn(&Slot) -> i64) -> String {
    let [chosen, others @ ..] = free else { return String::new() };
    let count = recent(chosen);
    if others.is_empty() {
        "Zu dieser Zeit war sonst niemand frei.".into()
    } else if others.iter().all(|other| recent(other) > count) {
        format!("Von {} Freien die wenigsten Buchungen in vier Wochen ({count}).", free.len())
    } else {
        format!("Von {} Freien mit den wenigsten Buchungen ({count}) am längsten ohne neue Buchung.", free.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bookings::terms::Contingents;
    use crate::kernel::id::{AbsenceId, SlotId};
    use crate::offices::{DayException, Opening};
    use crate::people::{AbsenceKind, AbsenceState, CommitmentKind, OPEN_END};

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("2026-07-14T{text}:00Z")).unwrap()
    }

    fn span(start: &str, end: &str) -> Span {
        Span { start: at(start), end: at(end) }
    }

    /// All slots of these tests are of one hour.
    fn hour() -> HourId {
        HourId("00000000-0000-7000-8000-000000000001".parse().unwrap())
    }

    fn slot(officer: OfficerId, start: &str, end: &str) -> Slot {
        Slot {
            id: SlotId::mint(),
            hour: hour(),
            office: "ka".parse().unwrap(),
            officer,
            span: span(start, end),
            buffer_minutes: 0,
            contingents: Contingents::default(),
        }
    }

    fn wish() -> Wish {
        Wish::new("einbruchschutz".parse().unwrap(), Format::Telephone)
    }

    fn offer(terms: Terms, team: &[Member]) -> Offer {
        Offer { office: "ka".parse().unwrap(), team: team.to_vec(), terms }
    }

    fn diary_of(offer: Offer, look: &Look<'_>) -> Diary {
        Diary::of_offers(look, BTreeMap::from([(hour(), offer)]), BTreeMap::new())
    }

    fn is_free(time: (&[Commitment], &[Absence]), slot: &Slot, wish: &Wish, now: &str) -> bool {
        let look = Look { now: at(now), wish, interpreter_days: 0 };
        let diary = diary_of(offer(Terms::new(30), &[]), &look);
        diary.with_time(time.0.to_vec(), time.1.to_vec()).is_free(slot, &look)
    }

    fn commitment(officer: OfficerId, kind: CommitmentKind, span: Span, expires_at: Option<Instant>) -> Commitment {
        Commitment { id: SlotId::mint().0, officer, kind, span, buffer_minutes: 0, expires_at }
    }

    fn absence(officer: OfficerId, kind: AbsenceKind, span: Span) -> Absence {
        let (id, state, now) = (AbsenceId::mint(), AbsenceState::Entered, at("00:00"));
        Absence { id, officer, kind, span, state, sequence: 0, created_at: now, updated_at: now }
    }

    fn free_starts(time: (&[Commitment], &[Absence]), slots: &[Slot], now: &str) -> String {
        let free: Vec<&Slot> = slots.iter().filter(|slot| is_free(time, slot, &wish(), now)).collect();
        free.iter().map(|s| s.span.start.utc().format("%H:%M").to_string()).collect::<Vec<_>>().join(" ")
    }

    fn grid(officer: OfficerId) -> Vec<Slot> {
        let start = |n: i64| at("09:00") + TimeDelta::minutes(30 * n);
        let of = |n: i64| Slot { span: Span { start: start(n), end: start(n + 1) }, ..slot(officer, "09:00", "09:30") };
        (0..16).map(of).collect()
    }

    #[test]
    fn what_is_busy_or_past_is_not_free() {
        let officer = OfficerId::mint();
        let busy = |start, end| commitment(officer, CommitmentKind::Consultation, span(start, end), None);
        let twice = busy("14:00", "15:00");
        let time = [busy("11:00", "12:00"), twice.clone(), twice];
        assert_eq!(
            free_starts((&time, &[]), &grid(officer), "09:59"),
            "10:00 10:30 12:00 12:30 13:00 13:30 15:00 15:30 16:00 16:30"
        );
        assert_eq!(free_starts((&time, &[]), &grid(officer), "16:00"), "16:30", "a slot that begins now is past");
    }

    #[test]
    fn of_the_day_that_has_begun_the_rest_is_free() {
        let officer = OfficerId::mint();
        let midnight = Instant::parse("2026-07-14T00:00:00Z").unwrap();
        let hours = |n| Span { start: midnight + TimeDelta::hours(n), end: midnight + TimeDelta::hours(n + 1) };
        let slots: Vec<Slot> = (0..24).map(|n| Slot { span: hours(n), ..slot(officer, "00:00", "01:00") }).collect();
        let free = |now: &str| free_starts((&[], &[]), &slots, now).split(' ').count();
        assert_eq!((free("11:59"), free("12:00")), (12, 11));
    }

    #[test]
    fn a_backup_shift_leaves_slots_free_and_a_shift_does_not() {
        let officer = OfficerId::mint();
        for (kind, free) in [(CommitmentKind::Shift, ""), (CommitmentKind::Standby, "09:00 09:30")] {
            let time = [commitment(officer, kind, span("08:00", "12:00"), None)];
            assert_eq!(free_starts((&time, &[]), &grid(officer)[..2], "07:00"), free, "{kind}");
        }
    }

    #[test]
    fn of_two_neighbours_pauses_the_larger_one_counts_and_never_the_sum() {
        let officer = OfficerId::mint();
        let of = |kind, minutes| {
            let busy = commitment(officer, kind, span("11:00", "12:00"), None);
            [Commitment { buffer_minutes: minutes, ..busy }]
        };
        let consultation = CommitmentKind::Consultation;
        for (kind, theirs, mine, free) in [
            (consultation, 0, 0, "10:00 10:30 12:00 12:30"),
            (consultation, 0, 15, "10:00 12:30"),
            (consultation, 15, 0, "10:00 12:30"),
            (consultation, 30, 15, "10:00 12:30"),
            (consultation, 31, 15, ""),
            (CommitmentKind::Shift, 0, 15, "10:00 12:30"),
            (CommitmentKind::Standby, 0, 15, "10:00 10:30 11:00 11:30 12:00 12:30"),
        ] {
            let slots = grid(officer).into_iter().skip(2).take(6);
            let slots: Vec<Slot> = slots.map(|slot| Slot { buffer_minutes: mine, ..slot }).collect();
            assert_eq!(free_starts((&of(kind, theirs), &[]), &slots, "07:00"), free, "{theirs} {mine}");
        }
    }

    #[test]
    fn a_slot_that_touches_the_edge_of_an_absence_stays() {
        let officer = OfficerId::mint();
        let away = [absence(officer, AbsenceKind::Leave, span("10:00", "16:00"))];
        assert_eq!(free_starts((&[], &away), &grid(officer), "08:00"), "09:00 09:30 16:00 16:30");
        let same = [absence(officer, AbsenceKind::Leave, span("10:00", "10:30"))];
        assert_eq!(free_starts((&[], &same), &grid(officer)[1..4], "08:00"), "09:30 10:30");
        let colleague = OfficerId::mint();
        assert_eq!(free_starts((&[], &away), &grid(colleague)[2..4], "08:00"), "10:00 10:30");
    }

    #[test]
    fn a_deployment_takes_todays_slots_and_not_tomorrows() {
        let officer = OfficerId::mint();
        let deployment = Span { start: at("08:00"), end: OPEN_END };
        let away = [absence(officer, AbsenceKind::Deployment, deployment)];
        let today = slot(officer, "15:00", "15:30");
        let day = TimeDelta::days(1);
        let tomorrow = Slot { span: Span { start: today.span.start + day, end: today.span.end + day }, ..today };
        assert!(!is_free((&[], &away), &today, &wish(), "09:00"));
        assert!(is_free((&[], &away), &tomorrow, &wish(), "09:00"));
    }

    #[test]
    fn a_hold_hides_the_slot_from_others_until_it_expires_and_never_from_its_holder() {
        let officer = OfficerId::mint();
        let hold = commitment(officer, CommitmentKind::Consultation, span("10:00", "10:30"), Some(at("08:20")));
        let mine = Wish { replacing: Some(hold.id), ..wish() };
        let another_topic = Wish { topic: "stalking".parse().unwrap(), ..wish() };
        let time = (&[hold][..], &[][..]);
        let same = slot(officer, "10:00", "10:30");
        let other_hour = slot(officer, "10:15", "10:45");
        assert!(!is_free(time, &same, &wish(), "08:19") && !is_free(time, &other_hour, &wish(), "08:19"));
        assert!(!is_free(time, &same, &another_topic, "08:19"));
        assert!(is_free(time, &same, &mine, "08:19"));
        assert!(is_free(time, &same, &wish(), "08:20"));
    }

    #[test]
    fn slots_that_are_longer_than_their_grid_can_each_be_booked_and_then_take_their_neighbours() {
        let officer = OfficerId::mint();
        let slots = [("09:00", "10:30"), ("10:00", "11:30"), ("11:00", "12:30")];
        let slots = slots.map(|(start, end)| slot(officer, start, end));
        assert_eq!(free_starts((&[], &[]), &slots, "08:00"), "09:00 10:00 11:00");
        for (booked, left) in [(0, "11:00"), (1, ""), (2, "09:00")] {
            let time = [commitment(officer, CommitmentKind::Consultation, slots[booked].span, None)];
            assert_eq!(free_starts((&time, &[]), &slots, "08:00"), left);
        }
    }

    #[test]
    fn a_contingent_is_counted_by_day_and_way_and_hour() {
        let officer = OfficerId::mint();
        let wish = wish();
        let look = Look { now: at("06:00"), wish: &wish, interpreter_days: 0 };
        let contingents = Contingents { web: Some(2), ..Contingents::default() };
        let slots: Vec<Slot> = grid(officer)[..2].iter().map(|slot| Slot { contingents, ..*slot }).collect();
        let tomorrow = at("09:00") + TimeDelta::days(1);
        for (taken, free) in [
            (vec![(hour(), at("10:00"))], true),
            (vec![(hour(), at("10:00")), (hour(), tomorrow), (HourId::mint(), at("10:30"))], true),
            (vec![(hour(), at("10:00")), (hour(), at("10:30"))], false),
        ] {
            let diary = diary_of(offer(Terms::new(30), &[]), &look).with_taken(taken);
            assert_eq!(slots.iter().all(|slot| diary.is_free(slot, &look)), free);
            let staff = Wish { channel: Channel::Staff, ..wish };
            assert!(diary.is_free(&slots[0], &Look { wish: &staff, ..look }));
        }
    }

    #[test]
    fn only_who_agreed_is_found_by_name() {
        let [anna, bela] = [0; 2].map(|_| OfficerId::mint());
        let team = [Member { officer: anna, by_name: true }, Member { officer: bela, by_name: false }];
        let slots = [slot(anna, "09:00", "09:30"), slot(bela, "10:00", "10:30")];
        for (officer, found) in [(None, vec![anna, bela]), (Some(anna), vec![anna]), (Some(bela), vec![])] {
            let wish = Wish { officer, ..wish() };
            let look = Look { now: at("06:00"), wish: &wish, interpreter_days: 0 };
            let diary = diary_of(offer(Terms::new(30), &team), &look);
            let free: Vec<OfficerId> = slots.iter().filter(|s| diary.is_free(s, &look)).map(|s| s.officer).collect();
            assert_eq!(free, found);
        }
    }

    #[test]
    fn a_day_on_which_the_office_is_closed_is_not_free() {
        let officer = OfficerId::mint();
        let wish = wish();
        let look = Look { now: at("06:00"), wish: &wish, interpreter_days: 0 };
        let day = DayException { day: "2026-07-14".parse().unwrap(), opening: Opening::Closed, name: "Umzug".into() };
        let closed = BTreeMap::from([("ka".parse().unwrap(), Calendar::new([day]))]);
        let offers = BTreeMap::from([(hour(), offer(Terms::new(30), &[]))]);
        for (calendars, free) in [(closed, false), (BTreeMap::new(), true)] {
            let diary = Diary::of_offers(&look, offers.clone(), calendars);
            assert_eq!(diary.is_free(&slot(officer, "10:00", "10:30"), &look), free);
        }
    }

    #[test]
    fn several_free_officers_are_one_time() {
        let (anna, bert) = (OfficerId::mint(), OfficerId::mint());
        let slots = [slot(anna, "10:00", "10:45"), slot(bert, "10:00", "10:30"), slot(bert, "23:00", "23:30")];
        let days = merged(slots);
        // 23:00Z is 01:00 on the next day in Berlin.
        assert_eq!(days.iter().map(|day| day.day.to_string()).collect::<Vec<_>>(), ["2026-07-14", "2026-07-15"]);
        assert_eq!(days[0].times, [Time { span: span("10:00", "10:30"), officers: 2 }]);
        assert_eq!(nearest(days, at("20:00"), 1)[0].span.start, at("23:00"));
    }

    #[test]
    fn a_caller_hears_times_apart_and_close_ones_only_where_there_are_no_others() {
        let officer = OfficerId::mint();
        let apart = TimeDelta::hours(3);
        let starts = |slots: &[Slot], count| {
            let times = spread(merged(slots.iter().cloned()), apart, count);
            times.iter().map(|t| t.span.start.utc().format("%H:%M").to_string()).collect::<Vec<_>>().join(" ")
        };
        let day = grid(officer);
        for (slots, count, said) in [
            (&day[..], 3, "09:00 12:00 15:00"),
            (&day[..], 1, "09:00"),
            (&day[..8], 3, "09:00 09:30 12:00"),
            (&day[3..4], 3, "10:30"),
            (&day[..0], 3, ""),
        ] {
            assert_eq!(starts(slots, count), said);
        }
    }

    #[test]
    fn the_next_appointment_goes_to_whoever_had_the_fewest_and_waited_longest() {
        let [anna, bert, cora] = [0; 3].map(|_| OfficerId::mint());
        let load = |recent, last| Load { recent, last: at(last) };
        let loads = BTreeMap::from([(anna, load(2, "08:00")), (bert, load(2, "07:00")), (cora, load(3, "01:00"))]);
        let slots = vec![slot(cora, "10:00", "10:30"), slot(anna, "10:00", "10:30"), slot(bert, "10:00", "10:30")];
        let order = in_fair_order(slots.clone(), &loads);
        assert_eq!(order.iter().map(|(slot, _)| slot.officer).collect::<Vec<_>>(), [bert, anna, cora]);
        assert_eq!(order[0].1, "Von 3 Freien mit den wenigsten Buchungen (2) am längsten ohne neue Buchung.");
        assert_eq!(order[1].1, "Von 2 Freien die wenigsten Buchungen in vier Wochen (2).");
        assert_eq!(order[2].1, "Zu dieser Zeit war sonst niemand frei.");
        let dora = OfficerId::mint();
        let with_new = [slots, vec![slot(dora, "10:00", "10:30")]].concat();
        assert_eq!(in_fair_order(with_new, &loads)[0].0.officer, dora);
    }
}
