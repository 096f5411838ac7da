//! Word of a swap: to those who are asked, to those who approve, to those whose shifts changed.
//!
//! German only, as all that staff read. Rule: what is said of a shift is what it is now.

use super::{About, State, SwapError};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::id::{OfficerId, SwapId};
use crate::kernel::{Instant, Language, Span};
use crate::people;
use crate::rota::notice::Notice;
use crate::web::say;

/// A colleague asks: one is told, or all who could.
pub(super) async fn asked(tx: &mut Tx, desk: &Desk, now: Instant, about: &About) -> Result<(), SwapError> {
    let who = name(tx, about.swap.officer).await?;
    let mut text = match &about.in_return {
        Some(given) => format!(
            "{who} möchte mit Ihnen tauschen: Sie übernehmen {}, und {who} übernimmt Ihren Dienst {}.",
            when(about),
            said(given.span)
        ),
        None if about.swap.wants_return => format!(
            "{who} möchte diesen Dienst gegen einen von Ihren tauschen: {}. Wenn Sie zusagen, wählen Sie, welchen.",
            when(about)
        ),
        None => format!("{who} sucht jemanden für diesen Dienst: {}.", when(about)),
    };
    if !about.swap.note.is_empty() {
        text = format!("{text}\n\n„{}“", about.swap.note);
    }
    let subject = format!("Dienst übernehmen? {}", say::short(about.shift.span.start));
    let notice = notice(desk, about, subject, text);
    let colleagues = match about.swap.asked {
        Some(asked) => vec![asked],
        None => {
            let all = people::list_officers(&mut *tx, Some(&about.swap.office)).await?;
            all.into_iter().map(|officer| officer.id).filter(|id| *id != about.swap.officer).collect()
        }
    };
    for colleague in colleagues {
        notice.tell(tx, desk, now, colleague).await?;
    }
    Ok(())
}

/// Two agree: whoever plans the office is asked.
pub(super) async fn agreed(tx: &mut Tx, desk: &Desk, now: Instant, about: &About) -> Result<(), SwapError> {
    let (from, to) = names(tx, about).await?;
    let subject = format!("Tausch genehmigen? {from} und {to}");
    let text = format!("{to} übernimmt von {from}: {}.{}", when(about), exchange(about));
    Ok(notice(desk, about, subject, text).tell_planners(tx, desk, now, about.swap.office).await?)
}

/// The shifts have changed: both are told.
pub(super) async fn done(tx: &mut Tx, desk: &Desk, now: Instant, about: &About) -> Result<(), SwapError> {
    let (from, to) = names(tx, about).await?;
    let subject = format!("Tausch gilt: {}", say::short(about.shift.span.start));
    let text = format!("{to} übernimmt von {from}: {}.{} Der Dienstplan ist geändert.", when(about), exchange(about));
    tell_both(tx, (desk, now), about, notice(desk, about, subject, text)).await
}

/// It comes to nothing: both are told, as far as there are two.
pub(super) async fn ended(tx: &mut Tx, desk: &Desk, now: Instant, about: &About) -> Result<(), SwapError> {
    let subject = format!("Kein Tausch: {}", say::short(about.shift.span.start));
    let why = match about.swap.state {
        State::Refused => format!("Die Planung hat den Tausch nicht genehmigt: {}.", about.swap.why),
        State::Open
        | State::Agreed
        | State::Done
        | State::Declined
        | State::Withdrawn
        | State::Expired
        | State::Overtaken => format!("Der Tausch ist {}.", about.swap.state.german()),
    };
    let stands = about.shift.is_published() && about.shift.officer == about.swap.officer;
    let text = match stands {
        true => format!("{why} Der Dienst bleibt, wie er im Dienstplan steht: {}.", when(about)),
        false => format!("{why} Es ging um diesen Dienst, der inzwischen anders im Dienstplan steht: {}.", when(about)),
    };
    tell_both(tx, (desk, now), about, notice(desk, about, subject, text)).await
}

async fn tell_both(
    tx: &mut Tx,
    (desk, now): (&Desk, Instant),
    about: &About,
    notice: Notice<'_>,
) -> Result<(), SwapError> {
    for officer in [Some(about.swap.officer), about.swap.taken_by.or(about.swap.asked)].into_iter().flatten() {
        notice.tell(tx, desk, now, officer).await?;
    }
    Ok(())
}

fn notice<'a>(desk: &Desk, about: &'a About, subject: String, text: String) -> Notice<'a> {
    let id: &SwapId = &about.swap.id;
    Notice { about: id, subject, text, link: desk.address(&format!("/dienst/tausch/{id}")) }
}

/// "Montag, 16. November 2026, 08:00 bis 12:00 Uhr, Beratungstelefon Karlsruhe".
fn when(about: &About) -> String {
    let span = about.swap.part.unwrap_or(about.shift.span);
    format!("{}, {}", said(span), about.hotline.name)
}

fn exchange(about: &About) -> String {
    about.in_return.as_ref().map_or(String::new(), |given| format!(" Dafür im Gegenzug: {}.", said(given.span)))
}

fn said(span: Span) -> String {
    say::span(Language::De, span)
}

async fn names(tx: &mut Tx, about: &About) -> Result<(String, String), SwapError> {
    let to = about.swap.taken_by.ok_or(SwapError::NotAgreedYet)?;
    Ok((name(tx, about.swap.officer).await?, name(tx, to).await?))
}

async fn name(tx: &mut Tx, officer: OfficerId) -> Result<String, SwapError> {
    let found = people::find_officer(tx, officer).await?;
    Ok(found.map_or_else(|| "unbekannt".to_owned(), |officer| officer.name))
}
