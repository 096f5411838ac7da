//! Calendar objects for feeds, invitations and downloads: RFC 5545, 5546 (methods) and 7986 (names, refresh).
//!
//! Not a parser, and no rules of who may see what: the slices decide what stands in an event.
//! Rule: pure. The same events make the same bytes, so nothing here asks what time it is.

mod lines;
mod zone;

use std::ops::RangeInclusive;

use chrono::Datelike;

use crate::kernel::{Instant, Span, local};
use lines::Lines;

/// How often a calendar program may ask again for a feed (RFC 7986 § 5.7).
const REFRESH: &str = "PT1H";

/// What the receiver shall do with the object (RFC 5546 § 1.4). A mail's MIME type repeats it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Look at it: a feed, or a file to keep.
    Publish,
    /// An invitation, or a moved one.
    Request,
    /// What was invited to does not take place.
    Cancel,
}

/// RFC 5545 § 3.8.1.11.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Confirmed,
    Tentative,
    Cancelled,
}

/// Whether an event takes its owner's time (RFC 5545 § 3.8.2.7).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transparency {
    Opaque,
    Transparent,
}

/// Who may see it in a shared calendar (RFC 5545 § 3.8.1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    Public,
    Private,
}

/// Which revision of its record an entry tells of. It is the record's, never that of the telling: a file that is made
/// later but tells the same is not newer (RFC 5545 § 3.8.7.4).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Revision {
    /// How often the record was changed in a way that matters to others (RFC 5546 § 2.1.4).
    pub sequence: i64,
    pub created: Instant,
    /// When the record was last changed; also the DTSTAMP.
    pub changed: Instant,
}

/// One entry, made from one record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// The record's printed id: it stays when the record moves.
    pub uid: String,
    pub revision: Revision,
    pub span: Span,
    pub summary: String,
    /// Empty: none.
    pub description: String,
    pub location: Option<String>,
    pub status: Status,
    pub transparency: Transparency,
    pub class: Class,
    /// Name and mail address of who invites or publishes.
    pub organizer: Option<(String, String)>,
    /// The mail address of who is invited; never published (RFC 5546 § 3.2.1).
    pub attendee: Option<String>,
}

impl Method {
    /// The word for the object and for the mail's MIME type.
    pub fn word(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

impl Status {
    fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// The calendar object. A `name` makes it a feed: calendar programs show it, and are told how often to ask again.
pub fn calendar(method: Method, name: Option<&str>, events: &[Event]) -> String {
    let mut lines = Lines::default();
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//Sprechzeit//Sprechzeit//DE");
    lines.raw("CALSCALE", "GREGORIAN");
    lines.raw("METHOD", method.word());
    if let Some(name) = name {
        lines.text("NAME", name);
        lines.text("X-WR-CALNAME", name);
        lines.raw("X-WR-TIMEZONE", local::ZONE.name());
        lines.raw("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
        lines.raw("X-PUBLISHED-TTL", REFRESH);
    }
    zone::write(&mut lines, years(events));
    for event in events {
        write(&mut lines, method, event);
    }
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

fn write(lines: &mut Lines, method: Method, event: &Event) {
    let status = match method {
        Method::Cancel => Status::Cancelled,
        Method::Publish | Method::Request => event.status,
    };
    lines.raw("BEGIN", "VEVENT");
    lines.text("UID", &event.uid);
    let Revision { sequence, created, changed } = event.revision;
    lines.raw("DTSTAMP", &utc(changed));
    lines.raw("CREATED", &utc(created));
    lines.raw("LAST-MODIFIED", &utc(changed));
    lines.raw("SEQUENCE", &sequence.to_string());
    time(lines, "DTSTART", event.span.start);
    time(lines, "DTEND", event.span.end);
    lines.text("SUMMARY", &event.summary);
    if !event.description.is_empty() {
        lines.text("DESCRIPTION", &event.description);
    }
    if let Some(location) = &event.location {
        lines.text("LOCATION", location);
    }
    lines.raw("STATUS", status.word());
    lines.raw("TRANSP", transparency(event, status));
    lines.raw("CLASS", if event.class == Class::Private { "PRIVATE" } else { "PUBLIC" });
    people(lines, method, event);
    lines.raw("END", "VEVENT");
}

/// The attendee booked: they have accepted already, and no answer is asked for.
fn people(lines: &mut Lines, method: Method, event: &Event) {
    if let Some((name, mail)) = &event.organizer {
        lines.raw(&format!("ORGANIZER;CN={}", lines::quoted(name)), &format!("mailto:{mail}"));
    }
    if let (Some(mail), Method::Request | Method::Cancel) = (&event.attendee, method) {
        let who = "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE";
        lines.raw(who, &format!("mailto:{mail}"));
    }
}

/// What does not take place takes nobody's time.
fn transparency(event: &Event, status: Status) -> &'static str {
    match (status, event.transparency) {
        (Status::Cancelled, _) | (_, Transparency::Transparent) => "TRANSPARENT",
        (Status::Confirmed | Status::Tentative, Transparency::Opaque) => "OPAQUE",
    }
}

/// Wall time with its zone. In the doubled hour that would mean the first occurrence (RFC 5545 § 3.3.5), but ical.js
/// takes the second: both are written in UTC, which nobody misreads.
fn time(lines: &mut Lines, name: &str, at: Instant) {
    let wall = local::wall(at).naive_local();
    let is_doubled = local::start(wall) != local::end(wall);
    if is_doubled {
        return lines.raw(name, &utc(at));
    }
    let name = format!("{name};TZID={}", local::ZONE.name());
    lines.raw(&name, &wall.format("%Y%m%dT%H%M%S").to_string());
}

fn utc(at: Instant) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// The years that the events touch; without events any year will do, since a calendar needs at least one component.
fn years(events: &[Event]) -> RangeInclusive<i32> {
    let year = |at: Instant| local::day(at).year();
    let first = events.iter().map(|e| year(e.span.start)).min().unwrap_or(2026);
    let last = events.iter().map(|e| year(e.span.end)).max().unwrap_or(first);
    first..=last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(start: &str, end: &str) -> Event {
        let at = |text| Instant::parse(text).unwrap();
        Event {
            uid: "bkg_0198c0ffee0198c0ffee0198c0ffee01".into(),
            revision: Revision {
                sequence: 2,
                created: at("2026-10-01T08:00:00Z"),
                changed: at("2026-10-02T09:30:00Z"),
            },
            span: Span { start: at(start), end: at(end) },
            summary: "Beratung: Einbruchschutz, Türen; Fenster".into(),
            description: "Erste Zeile\nÄpfel, Öl und Übermut ".repeat(8),
            location: Some("Telefon".into()),
            status: Status::Confirmed,
            transparency: Transparency::Opaque,
            class: Class::Private,
            organizer: Some(("Präsidium \"Ulm\"; Donau".into(), "beratung@behoerde.example".into())),
            attendee: Some("zitronenfalter.quark@postfach.example".into()),
        }
    }

    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn lines_end_in_crlf_and_hold_75_octets_at_most() {
        let text = calendar(
            Method::Request,
            Some("Dienstplan Göppingen"),
            &[event("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z")],
        );
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{} octets: {line}", line.len());
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        assert!(text.split("\r\n").any(|line| line.len() == 75));
    }

    #[test]
    fn the_same_events_make_the_same_bytes() {
        let events = [event("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z")];
        let text = calendar(Method::Publish, Some("Dienstplan"), &events);
        assert_eq!(text, calendar(Method::Publish, Some("Dienstplan"), &events));
        assert!(text.contains("\r\nDTSTAMP:20261002T093000Z\r\n"));
        assert!(text.contains("\r\nLAST-MODIFIED:20261002T093000Z\r\n"));
        assert!(text.contains("\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"));
    }

    #[test]
    fn an_invitation_names_both_sides_and_asks_for_no_answer() {
        let text = calendar(Method::Request, None, &[event("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z")]);
        let lines = unfolded(&text);
        for line in [
            "METHOD:REQUEST",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "DTSTART;TZID=Europe/Berlin:20261120T100000",
            r"SUMMARY:Beratung: Einbruchschutz\, Türen\; Fenster",
            "ORGANIZER;CN=\"Präsidium ^'Ulm^'; Donau\":mailto:beratung@behoerde.example",
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:zitronenfalter.quark@postfach.example",
        ] {
            assert!(lines.iter().any(|l| l == line), "{line} is missing in {lines:#?}");
        }
        assert!(!text.contains("X-PUBLISHED-TTL"));
    }

    #[test]
    fn what_is_cancelled_says_so_twice_and_takes_no_time() {
        let text = calendar(Method::Cancel, None, &[event("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z")]);
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "TRANSP:TRANSPARENT"] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}");
        }
    }

    #[test]
    fn what_is_published_names_no_attendee() {
        let text = calendar(Method::Publish, None, &[event("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z")]);
        assert!(!text.contains("ATTENDEE") && !text.contains("zitronenfalter"));
    }

    #[test]
    fn times_in_the_doubled_hour_are_written_in_utc() {
        for (start, end, wanted) in [
            ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", ["DTSTART:20261025T003000Z", "DTEND:20261025T013000Z"]),
            (
                "2027-03-28T00:30:00Z",
                "2027-03-28T01:00:00Z",
                ["DTSTART;TZID=Europe/Berlin:20270328T013000", "DTEND;TZID=Europe/Berlin:20270328T030000"],
            ),
        ] {
            let lines = unfolded(&calendar(Method::Publish, None, &[event(start, end)]));
            for line in wanted {
                assert!(lines.iter().any(|l| l == line), "{line} is missing in {lines:#?}");
            }
        }
    }

    #[test]
    fn a_calendar_without_events_still_has_a_component() {
        assert!(calendar(Method::Publish, Some("leer"), &[]).contains("BEGIN:VTIMEZONE"));
    }

    #[test]
    fn another_reader_finds_the_same_words() {
        use icalendar::{CalendarComponent, Component};
        let written = event("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z");
        let read: icalendar::Calendar =
            calendar(Method::Publish, Some("Plan"), std::slice::from_ref(&written)).parse().unwrap();
        let Some(CalendarComponent::Event(found)) = read.components.last() else { panic!("no event") };
        assert_eq!(found.get_uid(), Some(written.uid.as_str()));
        assert_eq!(found.get_summary(), Some(written.summary.as_str()));
        assert_eq!(found.get_description(), Some(written.description.as_str()));
    }
}
