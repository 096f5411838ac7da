//! The mail that tells officers at once what became of their shifts.
//!
//! Not of a rota that is published, of swaps and of cover: those have letters of their own, and share the words. Rule:
//! posted in the transaction of the change, once for one save, and never to whoever made it.

use std::collections::{BTreeMap, BTreeSet};

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::Span;
use crate::kernel::id::{HotlineId, OfficerId};
use crate::outbox::{self, Mail, Message};
use crate::people;

use super::edit::{Author, Change};
use super::say;
use super::shift::{Shift, Tier};
use super::store;

/// What changed for one officer, line by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    pub gained: Vec<String>,
    pub moved: Vec<String>,
    pub lost: Vec<String>,
}

impl News {
    /// A shift as it was theirs, and as it is theirs now.
    pub fn note(&mut self, before: Option<String>, after: Option<String>) {
        match (before, after) {
            (None, Some(after)) => self.gained.push(after),
            (Some(before), Some(after)) => self.moved.push(format!("{after} (bisher: {before})")),
            (Some(before), None) => self.lost.push(before),
            (None, None) => {}
        }
    }

    /// What there is to tell, one paragraph for each kind.
    pub fn paragraphs(&self) -> impl Iterator<Item = String> {
        let kinds =
            [("Neu für Sie:", &self.gained), ("Für Sie geändert:", &self.moved), ("Für Sie entfällt:", &self.lost)];
        let told = kinds.into_iter().filter(|(_, lines)| !lines.is_empty());
        told.map(|(title, lines)| format!("{title}\n- {}", lines.join("\n- ")))
    }
}

/// "Montag, 16. November 2026, 08:00–12:00, Beratungstelefon, wird zuerst angerufen".
pub fn line(span: Span, hotline: Option<&String>, tier: Tier) -> String {
    let hotline = hotline.map_or("anderes Beratungstelefon", String::as_str);
    format!("{}, {hotline}, {}", say::span(span), say::tier(tier))
}

/// Writes to everybody whose shift came, changed or went, except to the author.
pub async fn post(tx: &mut Tx, desk: &Desk, by: Author<'_>, changes: &[Change]) -> Result<(), DbError> {
    let mut names = BTreeMap::new();
    for id in hotlines(changes) {
        if let Some(hotline) = store::find_hotline(&mut *tx, id).await? {
            names.insert(id, hotline.name);
        }
    }
    for ((officer, first), news) in news(by, changes, &names) {
        let (_, mail) = people::contact_of(&mut *tx, &desk.vault, officer).await?;
        if let Some(to) = mail {
            let mail = Mail { to, subject: subject(first), text: text(desk, by, &news), invitation: None };
            outbox::post(tx, desk, by.now, &officer, &Message::Mail(mail)).await?;
        }
    }
    Ok(())
}

fn hotlines(changes: &[Change]) -> BTreeSet<HotlineId> {
    changes.iter().flat_map(|change| change.before.iter().chain(&change.after)).map(|shift| shift.hotline).collect()
}

/// What each officer is to be told, and the first span of which it tells.
fn news(by: Author<'_>, changes: &[Change], names: &BTreeMap<HotlineId, String>) -> Vec<((OfficerId, Span), News)> {
    let mut found: BTreeMap<OfficerId, (Span, News)> = BTreeMap::new();
    let mut sides: Vec<_> = changes.iter().map(|Change { before, after }| (before.as_ref(), after.as_ref())).collect();
    sides.retain(|(before, after)| before.map(terms) != after.map(terms));
    sides.sort_by_key(|(before, after)| after.or(*before).map(|shift| shift.span));
    for (before, after) in sides {
        let mut who = vec![before, after];
        who.dedup_by_key(|side| side.map(|shift| shift.officer));
        for shift in who.into_iter().flatten().filter(|shift| by.actor.officer != Some(shift.officer)) {
            let own = |side: Option<&Shift>| {
                let side = side.filter(|it| it.officer == shift.officer && it.span.end > it.span.start)?;
                Some(line(side.span, names.get(&side.hotline), side.tier))
            };
            let (_, news) = found.entry(shift.officer).or_insert_with(|| (shift.span, News::default()));
            news.note(own(before), own(after));
        }
    }
    found.into_iter().map(|(officer, (first, news))| ((officer, first), news)).collect()
}

/// What an officer must know of a shift: a place in the order of ringing is not among it.
fn terms(it: &Shift) -> (HotlineId, OfficerId, Span, Tier) {
    (it.hotline, it.officer, it.span, it.tier)
}

fn subject(first: Span) -> String {
    format!("Ihr Dienst am {}: Änderung", crate::kernel::local::day(first.start).format("%d.%m.%Y"))
}

fn text(desk: &Desk, by: Author<'_>, news: &News) -> String {
    let mut parts = vec!["Guten Tag,".to_owned(), "an Ihren Diensten hat sich etwas geändert.".to_owned()];
    parts.extend(news.paragraphs());
    if !by.reason.trim().is_empty() {
        parts.push(format!("Warum: {}", by.reason.trim()));
    }
    parts.push(format!("Eingetragen von: {}", by.actor.name));
    parts.push(format!("Alle Ihre Dienste: {}", desk.address("/dienst/meine-dienste")));
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::kernel::id::ShiftId;
    use crate::kernel::{Instant, local};
    use crate::people::Actor;
    use crate::shifts::ShiftState;

    #[test]
    fn each_officer_hears_once_what_became_of_their_shifts_and_never_of_what_they_did_themself() {
        let [anna, bela, caro] = [OfficerId::mint(), OfficerId::mint(), OfficerId::mint()];
        let start = local::whole_day("2026-11-16".parse().unwrap()).start + TimeDelta::hours(8);
        let shift = |officer: OfficerId, hours, position| {
            Some(Shift {
                id: ShiftId::mint(),
                hotline: HotlineId::mint(),
                officer,
                span: Span { start, end: start + TimeDelta::hours(hours) },
                tier: Tier::FIRST,
                position,
                state: ShiftState::Published,
                sequence: 0,
                created_at: Instant(0),
                updated_at: Instant(0),
            })
        };
        let longer =
            shift(anna, 4, 1).map(|it| Shift { span: Span { end: start + TimeDelta::hours(6), ..it.span }, ..it });
        let standing = shift(anna, 4, 1);
        let elsewhere = standing.clone().map(|it| Shift { position: 2, ..it });
        let changes = [
            Change { before: shift(anna, 4, 1), after: longer },
            Change { before: shift(anna, 4, 1), after: shift(bela, 4, 1) },
            Change { before: None, after: shift(caro, 4, 1) },
            Change { before: standing, after: elsewhere },
        ];
        let actor = Actor { officer: Some(caro), ..Actor::system() };
        let by = Author { now: Instant(0), actor: &actor, reason: "" };
        let told = news(by, &changes, &BTreeMap::new());
        let count = |id| {
            let (_, it) = told.iter().find(|((officer, _), _)| *officer == id)?;
            Some((it.gained.len(), it.moved.len(), it.lost.len()))
        };
        assert_eq!([count(anna), count(bela), count(caro)], [Some((0, 1, 1)), Some((1, 0, 0)), None]);
    }
}
