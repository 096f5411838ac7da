//! What is free, and who gets the next appointment. Pure: gathered rows in, a decision out.
//!
//! Rule: the list and the hold ask the same question, [`Diary::is_free`], so what is listed can be held.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::hour::{Format, Slot};
use super::needs::Needs;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::{OfficeId, TopicId};
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
            format,
            language: Language::De,
            needs: Needs::NONE,
            channel: Channel::Web,
            office: None,
            officer: None,
            replacing: None,
        }
    }

    /// Whether an hour with these topics (none: every topic) and formats suits.
    pub fn suits(&self, topics: &[TopicId], formats: &[Format]) -> bool {
        formats.contains(&self.format) && (topics.is_empty() || topics.contains(&self.topic))
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

/// What takes the officers' time.
#[derive(Debug, Default)]
pub struct Diary {
    commitments: BTreeMap<OfficerId, Vec<Commitment>>,
    absences: BTreeMap<OfficerId, Vec<Absence>>,
}

impl Diary {
    pub fn new(commitments: Vec<Commitment>, absences: Vec<Absence>) -> Self {
        let mut diary = Self::default();
        for commitment in commitments {
            diary.commitments.entry(commitment.officer).or_default().push(commitment);
        }
        for absence in absences {
            diary.absences.entry(absence.officer).or_default().push(absence);
        }
        diary
    }

    /// Whether the slot can be held: it lies ahead, and its officer is there and has nothing else to do.
    pub fn is_free(&self, slot: &Slot, replacing: Option<Uuid>, now: Instant) -> bool {
        let blocks = |c: &Commitment| Some(c.id) != replacing && c.blocks(slot.span, now);
        let busy = self.commitments.get(&slot.officer).is_some_and(|all| all.iter().any(blocks));
        let away = self.absences.get(&slot.officer).is_some_and(|all| all.iter().any(|a| takes(a, slot.span, now)));
        slot.span.start > now && !busy && !away
    }
}

/// A deployment's end is not known: it takes the appointments of today, not those of the coming weeks.
fn takes(absence: &Absence, slot: Span, now: Instant) -> bool {
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
    use crate::kernel::id::{AbsenceId, HourId, SlotId};
    use crate::people::{AbsenceKind, AbsenceState, CommitmentKind, OPEN_END};

    fn at(text: &str) -> Instant {
        Instant::parse(&format!("2026-07-14T{text}:00Z")).unwrap()
    }

    fn span(start: &str, end: &str) -> Span {
        Span { start: at(start), end: at(end) }
    }

    fn slot(officer: OfficerId, start: &str, end: &str) -> Slot {
        Slot {
            id: SlotId::mint(),
            hour: HourId::mint(),
            office: "ka".parse().unwrap(),
            officer,
            span: span(start, end),
        }
    }

    fn commitment(officer: OfficerId, kind: CommitmentKind, span: Span, expires_at: Option<Instant>) -> Commitment {
        Commitment { id: SlotId::mint().0, officer, kind, span, expires_at }
    }

    fn absence(officer: OfficerId, kind: AbsenceKind, span: Span) -> Absence {
        let (id, state, now) = (AbsenceId::mint(), AbsenceState::Entered, at("00:00"));
        Absence { id, officer, kind, span, state, sequence: 0, created_at: now, updated_at: now }
    }

    fn free_starts(diary: &Diary, slots: &[Slot], now: &str) -> String {
        let free: Vec<&Slot> = slots.iter().filter(|slot| diary.is_free(slot, None, at(now))).collect();
        free.iter().map(|s| s.span.start.utc().format("%H:%M").to_string()).collect::<Vec<_>>().join(" ")
    }

    fn grid(officer: OfficerId) -> Vec<Slot> {
        let start = |n: i64| at("09:00") + TimeDelta::minutes(30 * n);
        let of = |n: i64| Slot { span: Span { start: start(n), end: start(n + 1) }, ..slot(officer, "09:00", "09:30") };
        (0..16).map(of).collect()
    }

    #[test]
    fn an_hour_without_topics_serves_every_topic() {
        let wish = |topic: &str, format| Wish::new(topic.parse().unwrap(), format);
        let (stalking, burglary) = (wish("stalking", Format::Video), wish("einbruchschutz", Format::Telephone));
        let only_burglary = [burglary.topic];
        for (wish, topics, suits) in
            [(&burglary, &only_burglary[..], true), (&burglary, &[], true), (&stalking, &[], false)]
        {
            assert_eq!(wish.suits(topics, &[Format::Telephone]), suits);
        }
        assert!(!Wish { format: Format::Telephone, ..stalking }.suits(&only_burglary, &[Format::Telephone]));
    }

    #[test]
    fn what_is_busy_or_past_is_not_free() {
        let officer = OfficerId::mint();
        let busy = |start, end| commitment(officer, CommitmentKind::Consultation, span(start, end), None);
        let twice = busy("14:00", "15:00");
        let diary = Diary::new(vec![busy("11:00", "12:00"), twice.clone(), twice], vec![]);
        assert_eq!(
            free_starts(&diary, &grid(officer), "09:59"),
            "10:00 10:30 12:00 12:30 13:00 13:30 15:00 15:30 16:00 16:30"
        );
        assert_eq!(free_starts(&diary, &grid(officer), "16:00"), "16:30", "a slot that begins now is past");
    }

    #[test]
    fn a_backup_shift_leaves_slots_free_and_a_shift_does_not() {
        let officer = OfficerId::mint();
        for (kind, free) in [(CommitmentKind::Shift, ""), (CommitmentKind::Standby, "09:00 09:30")] {
            let diary = Diary::new(vec![commitment(officer, kind, span("08:00", "12:00"), None)], vec![]);
            assert_eq!(free_starts(&diary, &grid(officer)[..2], "07:00"), free, "{kind}");
        }
    }

    #[test]
    fn a_slot_that_touches_the_edge_of_an_absence_stays() {
        let officer = OfficerId::mint();
        let diary = Diary::new(vec![], vec![absence(officer, AbsenceKind::Leave, span("10:00", "16:00"))]);
        assert_eq!(free_starts(&diary, &grid(officer), "08:00"), "09:00 09:30 16:00 16:30");
        let colleague = OfficerId::mint();
        assert_eq!(free_starts(&diary, &grid(colleague)[2..4], "08:00"), "10:00 10:30");
    }

    #[test]
    fn a_deployment_takes_todays_slots_and_not_tomorrows() {
        let officer = OfficerId::mint();
        let deployment = Span { start: at("08:00"), end: OPEN_END };
        let diary = Diary::new(vec![], vec![absence(officer, AbsenceKind::Deployment, deployment)]);
        let today = slot(officer, "15:00", "15:30");
        let day = TimeDelta::days(1);
        let tomorrow = Slot { span: Span { start: today.span.start + day, end: today.span.end + day }, ..today };
        assert!(!diary.is_free(&today, None, at("09:00")));
        assert!(diary.is_free(&tomorrow, None, at("09:00")));
    }

    #[test]
    fn a_hold_hides_the_slot_from_others_until_it_expires_and_never_from_its_holder() {
        let officer = OfficerId::mint();
        let hold = commitment(officer, CommitmentKind::Consultation, span("10:00", "10:30"), Some(at("08:20")));
        let mine = Some(hold.id);
        let diary = Diary::new(vec![hold], vec![]);
        let same = slot(officer, "10:00", "10:30");
        let other_hour = slot(officer, "10:15", "10:45");
        assert!(!diary.is_free(&same, None, at("08:19")) && !diary.is_free(&other_hour, None, at("08:19")));
        assert!(diary.is_free(&same, mine, at("08:19")));
        assert!(diary.is_free(&same, None, at("08:20")));
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
