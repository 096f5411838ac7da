//! The feed of new appointments (Atom, RFC 4287): each free time is an entry.
//!
//! Rule: an entry keeps its id and its date from poll to poll; a time that was booked and given back is a new entry.

use chrono::TimeDelta;
use quick_xml::escape::escape;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::elsewhere::Shown;
use super::format_name;
use crate::bookings::free::{self, FreeTime};
use crate::bookings::{AHEAD, Format};
use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::{Instant, Span, local};
use crate::web::say;

/// An entry of the feed.
struct Entry {
    id: Uuid,
    updated: Instant,
    title: String,
    summary: String,
    link: String,
}

pub(super) async fn feed(desk: &Desk, now: Instant, shown: &Shown<'_>) -> Result<String, DbError> {
    let times = free::list_next(desk, now, &shown.asked).await?;
    let last = times.last().map_or(now, |time| time.span.start);
    let window = Span { start: now, end: last + TimeDelta::seconds(1) };
    let given_back = free::list_given_back(desk, shown.asked.office, window).await?;
    let mut entries: Vec<Entry> =
        times.iter().map(|time| entry(desk, shown, time, given_back.get(&time.span.start).copied())).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.updated));
    Ok(written(desk, now, shown, &entries))
}

fn entry(desk: &Desk, shown: &Shown<'_>, time: &FreeTime, given_back: Option<Instant>) -> Entry {
    let (t, asked) = (shown.t, &shown.asked);
    let formats: Vec<String> = time.formats.iter().map(|format| format_name(t, *format)).collect();
    let topic = asked.topic.map_or_else(|| t.tr("embed-any-topic"), |topic| topic.title(t.language).to_owned());
    let office = asked.office.map_or_else(|| t.tr("bookings-any-office"), |id| id.name().to_owned());
    Entry {
        id: id(&[
            asked.office.map_or("", |office| office.as_str()),
            asked.topic.as_ref().map_or("", |topic| topic.as_str()),
            asked.format.map_or("", Format::as_str),
            &time.span.start.rfc3339(),
            &given_back.map(Instant::rfc3339).unwrap_or_default(),
        ]),
        // Where nobody had it yet: when it was laid, as far ahead as times are.
        updated: given_back.unwrap_or(time.span.start - AHEAD),
        title: t.with("embed-entry", "when", say::span(t.language, time.span)),
        summary: format!("{topic}, {office}, {}", formats.join(", ")),
        link: desk.address(&shown.link(time)),
    }
}

/// The same for the same parts, and for no others (RFC 9562 § 5.8).
fn id(parts: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

fn written(desk: &Desk, now: Instant, shown: &Shown<'_>, entries: &[Entry]) -> String {
    let (t, asked) = (shown.t, &shown.asked);
    let name =
        [asked.office.map_or("", |office| office.as_str()), asked.topic.as_ref().map_or("", |it| it.as_str()), t.tag()];
    let own = id(&[name[0], name[1], asked.format.map_or("", Format::as_str), name[2]]);
    // An empty feed is as old as its day.
    let updated = entries.iter().map(|it| it.updated).max().unwrap_or(local::whole_day(local::day(now)).start);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>urn:uuid:{own}</id>\n<title>{}</title>\n<subtitle>{}</subtitle>\n<updated>{}</updated>\n\
         <author><name>{}</name></author>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
        t.tag(),
        escape(shown.heading()),
        escape(t.tr("layout-emergency")),
        updated.rfc3339(),
        escape(&desk.config.authority.name),
        escape(desk.address(&t.path(&t.here))),
        escape(desk.address(&shown.all())),
    );
    for entry in entries {
        text += &format!(
            "<entry>\n<id>urn:uuid:{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<summary>{}</summary>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n</entry>\n",
            entry.id,
            escape(&entry.title),
            entry.updated.rfc3339(),
            escape(&entry.summary),
            escape(&entry.link),
        );
    }
    text + "</feed>\n"
}
