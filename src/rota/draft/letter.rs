//! The mail that tells officers of a rota: what is new for them, what changed and what is no more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::db::{DbError, Tx};
use crate::desk::Desk;
use crate::kernel::id::{HotlineId, OfficerId};
use crate::kernel::{Instant, Span, local};
use crate::outbox::{self, Mail, Message};
use crate::people;
use crate::rota::PlannedShift;
use crate::shifts::{
    self,
    news::{self, News},
};

use super::difference::Entry;
use super::draft::Draft;
use super::publish::Tell;

/// What there is to tell, and to whom.
pub struct Telling<'a> {
    pub draft: &'a Draft,
    pub window: Span,
    pub changes: &'a [Entry],
    pub tell: Tell,
}

/// Names of hotlines, where an office has several.
type Lines = BTreeMap<HotlineId, String>;

/// Writes the mails; how many.
pub async fn post(tx: &mut Tx, desk: &Desk, now: Instant, telling: &Telling<'_>) -> Result<usize, DbError> {
    if telling.tell == Tell::Nobody {
        return Ok(0);
    }
    let hotlines = shifts::list_hotlines(&mut *tx, Some(&telling.draft.office)).await?;
    let lines = hotlines.into_iter().map(|it| (it.id, it.name)).collect();
    let mut news = news_of(telling.changes, &lines);
    if telling.tell == Tell::All {
        for officer in people::list_officers(&mut *tx, Some(&telling.draft.office)).await? {
            news.entry(officer.id).or_default();
        }
    }
    let mut told = 0;
    for (officer, news) in news {
        let (_, mail) = people::contact_of(&mut *tx, &desk.vault, officer).await?;
        if let Some(to) = mail {
            let mail =
                Mail { to, subject: subject(telling.window), text: text(desk, telling, &news), invitation: None };
            outbox::post(tx, desk, now, &telling.draft.id, &Message::Mail(mail)).await?;
            told += 1;
        }
    }
    Ok(told)
}

fn news_of(changes: &[Entry], lines: &Lines) -> BTreeMap<OfficerId, News> {
    let mut found: BTreeMap<OfficerId, News> = BTreeMap::new();
    for entry in changes {
        let officer = |side: &Option<PlannedShift>| side.as_ref().and_then(|it| it.officer);
        let (before, after) = (officer(&entry.before), officer(&entry.after));
        let who: BTreeSet<OfficerId> = before.into_iter().chain(after).collect();
        for id in who {
            let news = found.entry(id).or_default();
            let mine = |side: &Option<PlannedShift>| {
                side.as_ref().filter(|it| it.officer == Some(id)).map(|it| line(it, lines))
            };
            news.note(mine(&entry.before), mine(&entry.after));
        }
    }
    found
}

fn line(shift: &PlannedShift, lines: &Lines) -> String {
    news::line(shift.span, lines.get(&shift.hotline), shift.tier)
}

fn subject(window: Span) -> String {
    format!("Ihr Dienstplan {}", period(window))
}

/// "vom 16.11.2026 bis 22.11.2026".
fn period(window: Span) -> String {
    let (first, last) = (local::day(window.start), local::day(window.end - TimeDelta::microseconds(1)));
    format!("vom {} bis {}", first.format("%d.%m.%Y"), last.format("%d.%m.%Y"))
}

fn text(desk: &Desk, telling: &Telling<'_>, news: &News) -> String {
    let mut parts =
        vec!["Guten Tag,".to_owned(), format!("der Dienstplan {} ist veröffentlicht.", period(telling.window))];
    parts.extend(news.paragraphs());
    if *news == News::default() {
        parts.push("An Ihren Diensten hat sich nichts geändert.".to_owned());
    }
    parts.push(format!("Alle Ihre Dienste: {}", desk.address("/dienst/meine-dienste")));
    parts.join("\n\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::id::ShiftId;
    use crate::shifts::Tier;

    #[test]
    fn each_officer_is_told_what_became_of_their_own_shifts() {
        let [anna, bela] = [OfficerId::mint(), OfficerId::mint()];
        let start = local::whole_day("2026-11-16".parse().unwrap()).start + TimeDelta::hours(8);
        let shift = |officer: Option<OfficerId>, hours| PlannedShift {
            id: ShiftId::mint(),
            hotline: HotlineId::mint(),
            officer,
            span: Span { start, end: start + TimeDelta::hours(hours) },
            tier: Tier::FIRST,
            position: 1,
            pinned: false,
        };
        let entry = |before, after| Entry { id: ShiftId::mint(), before, after };
        let changes = [
            entry(Some(shift(Some(anna), 4)), Some(shift(Some(bela), 4))),
            entry(Some(shift(Some(anna), 4)), Some(shift(Some(anna), 6))),
            entry(Some(shift(None, 4)), Some(shift(Some(bela), 4))),
            entry(Some(shift(Some(bela), 4)), Some(shift(None, 4))),
        ];
        let news = news_of(&changes, &Lines::new());
        let count = |id| (news[&id].gained.len(), news[&id].moved.len(), news[&id].lost.len());
        assert_eq!((count(anna), count(bela)), ((0, 1, 1), (2, 0, 1)));
        assert!(news[&anna].moved[0].contains("08:00–14:00") && news[&anna].moved[0].contains("bisher"));
    }
}
