//! Shifts, consultations and absences as calendar entries. Pure; German, since the staff reads them.
//!
//! Rule: an entry's identity, sequence and times are its record's, so that a moved record moves in every calendar.

use crate::bookings::{Entry, Format, State};
use crate::desk::Desk;
use crate::ical::{self, Class, Event, Method, Status, Transparency};
use crate::kernel::id::HotlineId;
use crate::kernel::{Instant, Language, Span, local};
use crate::offices::OfficeId;
use crate::people::{Absence, AbsenceState, Officer};
use crate::shifts::{Hotline, Shift, Tier};
use crate::web::say;

use super::Reach;

/// Who publishes a calendar: the office, with the product's mail address.
pub struct Publisher(String, String);

impl Publisher {
    pub fn of(desk: &Desk, office: OfficeId) -> Self {
        Self(office.name().to_owned(), desk.config.mail.address().to_owned())
    }

    /// The feed. Entries stand in the order of time, so that the same records make the same bytes.
    pub fn calendar(self, name: &str, mut events: Vec<Event>) -> String {
        events.sort_by(|a, b| (a.span, &a.uid).cmp(&(b.span, &b.uid)));
        for event in &mut events {
            event.organizer = Some((self.0.clone(), self.1.clone()));
        }
        ical::calendar(Method::Publish, Some(name), &events)
    }
}

/// A shift in the calendar of the officer who has it.
pub fn own_shift(reach: Reach, shift: &Shift, hotlines: &[Hotline]) -> Option<Event> {
    let summary = format!("{} – {}", duty_name(shift.tier), hotline_name(hotlines, shift.hotline));
    shift_event(reach, shift, summary)
}

/// A shift in the duty plan of an office: who has it, and whether they are away. Why they are is not told.
pub fn duty(reach: Reach, shift: &Shift, plan: &DutyPlan<'_>) -> Option<Event> {
    let officer = plan.officers.iter().find(|officer| officer.id == shift.officer);
    let name = officer.map_or("nicht mehr im Dienst", |officer| &officer.name);
    let summary = format!("{name}: {} – {}", duty_name(shift.tier), hotline_name(plan.hotlines, shift.hotline));
    let mut event = shift_event(reach, shift, summary)?;
    let away: Vec<&Absence> =
        plan.absences.iter().filter(|a| a.officer == shift.officer && a.touches(shift.span)).collect();
    if event.status == Status::Confirmed && !away.is_empty() {
        event.status = Status::Tentative;
        event.summary.insert_str(0, "Vertretung nötig: ");
        let times = away.iter().filter_map(|absence| absence.span.shared(shift.span));
        event.description = times.map(|span| format!("Abwesend: {}\n", say::span(Language::De, span))).collect();
        let changed = &mut event.revision.changed;
        *changed = away.iter().map(|absence| absence.updated_at).fold(*changed, Instant::max);
    }
    Some(event)
}

/// What the duty plan of an office is made of, besides its shifts.
pub struct DutyPlan<'a> {
    pub hotlines: &'a [Hotline],
    pub officers: &'a [Officer],
    pub absences: &'a [Absence],
}

fn shift_event(reach: Reach, shift: &Shift, summary: String) -> Option<Event> {
    let status = reach.status(shift.is_published(), shift.updated_at)?;
    let transparency = if shift.tier == Tier::FIRST { Transparency::Opaque } else { Transparency::Transparent };
    Some(Event {
        uid: shift.id.to_string(),
        revision: shift.revision(),
        span: shift.span,
        summary,
        description: String::new(),
        location: None,
        status,
        transparency,
        class: Class::Public,
        organizer: None,
        attendee: None,
    })
}

/// A booked consultation in the calendar of the officer who gives it. Of a topic about victims neither the topic nor
/// the citizen's name is told: a calendar program may show them to anybody who looks at the screen.
pub fn consultation(reach: Reach, entry: &Entry) -> Option<Event> {
    let Entry { booking, person } = entry;
    let status = match booking.state {
        State::Confirmed | State::Attended | State::NoShow => Status::Confirmed,
        State::Cancelled => reach.status(false, booking.updated_at)?,
        State::Held { .. } | State::Requested { .. } | State::Expired => return None,
    };
    let way = match booking.format {
        Format::Video => "Videoberatung",
        Format::Telephone => "Telefonberatung",
        Format::Office => "Beratung auf der Dienststelle",
    };
    let topic = booking.topic.topic();
    let open = topic.may_be_named();
    let name = person.as_ref().map(|person| person.name.as_str()).filter(|name| open && !name.is_empty());
    let mut description = format!("Buchungsnummer: {}", booking.reference);
    if let Some(name) = name {
        description.push_str(&format!("\nName: {name}"));
    }
    Some(Event {
        uid: booking.uid(),
        revision: booking.revision(),
        span: booking.span,
        summary: if open { format!("{way}: {}", topic.title(Language::De)) } else { way.to_owned() },
        description,
        location: None,
        status,
        transparency: Transparency::Opaque,
        class: Class::Private,
        organizer: None,
        attendee: None,
    })
}

/// An absence in the officer's own calendar. One that is not over yet lasts until the end of today.
pub fn absence(reach: Reach, absence: &Absence) -> Option<Event> {
    let status = reach.status(absence.state == AbsenceState::Entered, absence.updated_at)?;
    let end = match absence.is_open() {
        true => local::whole_day(local::day(reach.now)).end,
        false => absence.span.end,
    };
    Some(Event {
        uid: absence.id.to_string(),
        revision: absence.revision(),
        span: Span::new(absence.span.start, end)?,
        summary: absence.kind.german().to_owned(),
        description: if absence.is_open() { "bis auf Weiteres".to_owned() } else { String::new() },
        location: None,
        status,
        transparency: Transparency::Opaque,
        class: Class::Private,
        organizer: None,
        attendee: None,
    })
}

impl Reach {
    /// A record that stands is confirmed; one that was taken back is told as cancelled for a while.
    fn status(self, stands: bool, changed: Instant) -> Option<Status> {
        match stands {
            true => Some(Status::Confirmed),
            false => self.tells_of_cancelled(changed).then_some(Status::Cancelled),
        }
    }
}

fn duty_name(tier: Tier) -> String {
    match tier {
        Tier::FIRST => "Dienst".to_owned(),
        tier => format!("Hintergrunddienst (Reihe {tier})"),
    }
}

fn hotline_name(hotlines: &[Hotline], id: HotlineId) -> &str {
    hotlines.iter().find(|hotline| hotline.id == id).map_or("Beratungstelefon", |hotline| &hotline.name)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::kernel::id::{AbsenceId, OfficerId, ShiftId};
    use crate::people::{AbsenceKind, OPEN_END};
    use crate::shifts::ShiftState;

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn now() -> Instant {
        at("2026-11-20T12:00:00Z")
    }

    fn shift(officer: OfficerId) -> Shift {
        Shift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer,
            span: Span { start: at("2026-11-21T07:00:00Z"), end: at("2026-11-21T19:00:00Z") },
            tier: Tier::FIRST,
            position: 1,
            state: ShiftState::Published,
            sequence: 3,
            created_at: at("2026-11-01T08:00:00Z"),
            updated_at: at("2026-11-02T08:00:00Z"),
        }
    }

    fn away(officer: OfficerId, kind: AbsenceKind) -> Absence {
        Absence {
            id: AbsenceId::mint(),
            officer,
            kind,
            span: Span { start: at("2026-11-21T17:00:00Z"), end: OPEN_END },
            state: AbsenceState::Entered,
            sequence: 0,
            created_at: at("2026-11-19T08:00:00Z"),
            updated_at: at("2026-11-19T08:00:00Z"),
        }
    }

    #[test]
    fn an_entry_is_its_record() {
        let shift = shift(OfficerId::mint());
        let event = own_shift(Reach::at(now()), &shift, &[]).unwrap();
        assert_eq!((event.uid, event.revision.sequence, event.span), (shift.id.to_string(), 3, shift.span));
        assert_eq!((event.revision.created, event.revision.changed), (shift.created_at, shift.updated_at));
        assert_eq!(event.summary, "Dienst – Beratungstelefon");
    }

    #[test]
    fn what_was_removed_is_told_for_thirty_days() {
        let removed = Shift { state: ShiftState::Removed, ..shift(OfficerId::mint()) };
        for (days, told) in [(0, true), (29, true), (30, false), (31, false)] {
            let reach = Reach::at(removed.updated_at + TimeDelta::days(days));
            let status = own_shift(reach, &removed, &[]).map(|event| event.status);
            assert_eq!(status, told.then_some(Status::Cancelled), "{days} days later");
        }
    }

    #[test]
    fn a_duty_plan_says_that_cover_is_needed_and_never_why() {
        let officer = Officer {
            id: OfficerId::mint(),
            office: OfficeId::STATE,
            name: "A. Quark".into(),
            active: true,
            skills: Default::default(),
        };
        let absences = [away(officer.id, AbsenceKind::Sick), away(OfficerId::mint(), AbsenceKind::Leave)];
        let plan = DutyPlan { hotlines: &[], officers: std::slice::from_ref(&officer), absences: &absences };
        let event = duty(Reach::at(now()), &shift(officer.id), &plan).unwrap();
        assert_eq!(event.summary, "Vertretung nötig: A. Quark: Dienst – Beratungstelefon");
        assert_eq!(event.description, "Abwesend: Samstag, 21. November 2026, 18:00 bis 20:00 Uhr\n");
        assert_eq!((event.status, event.revision.changed), (Status::Tentative, absences[0].updated_at));
        assert!(!format!("{event:?}").contains("Krank"));
    }

    #[test]
    fn a_deployment_that_is_not_over_lasts_until_the_end_of_today() {
        let open =
            Absence { span: Span { start: now(), end: OPEN_END }, ..away(OfficerId::mint(), AbsenceKind::Deployment) };
        let event = absence(Reach::at(now()), &open).unwrap();
        assert_eq!(event.span.end, at("2026-11-20T23:00:00Z"));
        assert_eq!((event.summary.as_str(), event.description.as_str()), ("Einsatz", "bis auf Weiteres"));
    }
}
