//! Word of cover: to all who are asked, to whoever got it, to those who plan.

use super::notice::{Notice, Told};
use super::{Cover, CoverError};
use crate::db::Tx;
use crate::desk::Desk;
use crate::kernel::id::OfficerId;
use crate::kernel::{Instant, Language, Secret, Span};
use crate::offices::OfficeId;
use crate::people::{self, Absence};
use crate::shifts::{self, Hotline, Shift};
use crate::web::say;

/// Asks one officer, by SMS if there is a number.
pub async fn ask(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (cover, hotline, officer): (&Cover, &Hotline, OfficerId),
    secret: &Secret,
) -> Result<Told, CoverError> {
    let notice = Notice {
        about: &cover.id,
        subject: format!(
            "Können Sie einspringen? {} bis {} Uhr.",
            say::short(cover.span.start),
            say::time(cover.span.end)
        ),
        text: format!(
            "Für diesen Dienst wird sofort jemand gesucht: {}. Wer zuerst zusagt, übernimmt ihn.",
            when(cover, hotline)
        ),
        link: desk.address(&format!("/einspringen/{}", secret.expose())),
    };
    Ok(notice.tell_at_once(tx, desk, now, officer).await?)
}

/// Somebody was found: they have it in writing, whoever had the shift and those who plan know.
pub async fn taken(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (cover, hotline, officer): (&Cover, &Hotline, OfficerId),
    parts: &[Span],
) -> Result<(), CoverError> {
    let name = people::load_officer(&mut *tx, officer).await?.name;
    let also = list_also(tx, (cover, officer), parts).await?;
    let parts: Vec<String> = parts.iter().map(|part| say::span(Language::De, *part)).collect();
    let when = format!("{}, {}", parts.join(" und "), hotline.name);
    let theirs = Notice {
        about: &cover.id,
        subject: format!("Danke, der Dienst gehört Ihnen: {}", say::short(cover.span.start)),
        text: format!("Sie haben diesen Dienst übernommen: {when}.{also}"),
        link: desk.address("/dienst/meine-dienste"),
    };
    theirs.tell(tx, desk, now, officer).await?;
    if let Some(before) = cover.officer {
        let relieved = Notice {
            about: &cover.id,
            subject: format!("{name} übernimmt Ihren Dienst: {}", say::short(cover.span.start)),
            text: format!("Sie müssen diesen Dienst nicht mehr leisten: {when}. {name} übernimmt ihn."),
            link: desk.address("/dienst/meine-dienste"),
        };
        relieved.tell(tx, desk, now, before).await?;
    }
    let planners = Notice {
        about: &cover.id,
        subject: format!("Vertretung gefunden: {name}, {}", say::short(cover.span.start)),
        text: format!("{name} springt ein: {when}. Der Dienstplan ist geändert."),
        link: desk.address("/dienst/einspringen"),
    };
    Ok(planners.tell_planners(tx, desk, now, cover.office).await?)
}

/// Somebody is sick: those who plan hear which shifts need cover.
pub async fn sick(
    tx: &mut Tx,
    desk: &Desk,
    now: Instant,
    (absence, shifts, office): (&Absence, &[Shift], OfficeId),
) -> Result<(), CoverError> {
    let name = people::load_officer(&mut *tx, absence.officer).await?.name;
    let affected: Vec<String> =
        shifts.iter().map(|shift| format!("- {}", say::span(Language::De, shift.span))).collect();
    let affected = match affected.is_empty() {
        true => "Kein veröffentlichter Dienst ist betroffen.".to_owned(),
        false => format!("Diese Dienste brauchen Vertretung:\n{}", affected.join("\n")),
    };
    let until = say::day(Language::De, crate::kernel::local::day(absence.span.end - chrono::TimeDelta::seconds(1)));
    let notice = Notice {
        about: &absence.id,
        subject: format!("Krankmeldung: {name}"),
        text: format!("{name} hat sich krank gemeldet, bis {until}.\n\n{affected}"),
        link: desk.address("/dienst/einspringen"),
    };
    Ok(notice.tell_planners(tx, desk, now, office).await?)
}

/// In what other row of the rota they stand at the same time: nothing forbids it, and they may not have thought of it.
async fn list_also(tx: &mut Tx, (cover, officer): (&Cover, OfficerId), parts: &[Span]) -> Result<String, CoverError> {
    let mut theirs = shifts::list_shifts_of(tx, officer, cover.span).await?;
    theirs.retain(|it| {
        let is_it = (it.hotline, it.tier) == (cover.hotline, cover.tier);
        it.is_published() && !is_it && parts.iter().any(|part| part.overlaps(it.span))
    });
    let told =
        theirs.iter().map(|it| format!("\n- {}, {}", say::span(Language::De, it.span), shifts::say::tier(it.tier)));
    let told: String = told.collect();
    Ok(match told.is_empty() {
        true => told,
        false => format!(
            "\n\nZur selben Zeit stehen Sie auch hier im Dienstplan:{told}\nSprechen Sie mit Ihrer Planung, wenn das nicht so bleiben soll."
        ),
    })
}

fn when(cover: &Cover, hotline: &Hotline) -> String {
    format!("{}, {}", say::span(Language::De, cover.span), hotline.name)
}
