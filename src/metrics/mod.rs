//! Figures for the operator's monitor: what is missing in the rota, what waits, and whether the database is there.
//!
//! Not a history and no person's figures: each is counted at the moment of asking. Rule: without a token in the
//! configuration there is no door, and no figure names an officer or a caller.

mod door;
mod text;

use crate::db::DbError;
use crate::desk::Desk;
use crate::kernel::Instant;
use crate::rota::reminders::{self, Alarms};
use crate::{calls, outbox};

pub use door::doors;
use text::{Figure, Sample};

/// What is told of the database's contents.
struct Counted {
    outbox: (i64, i64),
    calls: calls::Live,
    alarms: Vec<Alarms>,
}

async fn count(desk: &Desk, now: Instant) -> Result<Counted, DbError> {
    Ok(Counted {
        outbox: outbox::count(desk).await?,
        calls: calls::count_live(desk).await?,
        alarms: reminders::load_all_alarms(desk, now).await?,
    })
}

/// Every figure, as far as the database answers.
async fn tell(desk: &Desk, now: Instant) -> String {
    let counted =
        count(desk, now).await.inspect_err(|error| tracing::error!(%error, "the figures could not be counted"));
    let mut figures = vec![build(desk), reachable(counted.is_ok()), cards(desk, now)];
    if let Ok(counted) = &counted {
        figures.extend([outbox_figure(counted.outbox), calls_figure(&counted.calls), rota(&counted.alarms, now)]);
    }
    text::write(&figures)
}

fn build(desk: &Desk) -> Figure {
    let labels = vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("tzdata", chrono_tz::IANA_TZDB_VERSION.to_owned()),
        ("database", desk.db.engine().to_owned()),
    ];
    let help = "The program, its time zone database and its engine.";
    Figure { name: "sprechzeit_build_info", help, samples: vec![Sample { labels, value: 1 }] }
}

fn reachable(yes: bool) -> Figure {
    let help = "Whether the database answers: 1 or 0.";
    Figure { name: "sprechzeit_database_up", help, samples: vec![Sample::of(i64::from(yes))] }
}

fn cards(desk: &Desk, now: Instant) -> Figure {
    let overdue = i64::try_from(desk.cards.count_overdue(now)).unwrap_or(i64::MAX);
    let help = "Duty cards that could not be written, or not for a day.";
    Figure { name: "sprechzeit_duty_cards_overdue", help, samples: vec![Sample::of(overdue)] }
}

fn outbox_figure((waiting, dead): (i64, i64)) -> Figure {
    let help = "Mails and text messages that wait to go out, and those that were given up (dead).";
    let samples = vec![Sample::stating(waiting, "waiting"), Sample::stating(dead, "dead")];
    Figure { name: "sprechzeit_outbox_messages", help, samples }
}

fn calls_figure(live: &calls::Live) -> Figure {
    let help =
        "Callers on the line now: in the menu or ringing (menu), in a queue (waiting), with an officer (talking).";
    let states = [(live.menu, "menu"), (live.waiting, "waiting"), (live.talking, "talking")];
    let samples = states.map(|(count, state)| Sample::stating(count, state)).into();
    Figure { name: "sprechzeit_calls", help, samples }
}

fn rota(alarms: &[Alarms], now: Instant) -> Figure {
    let help = "What is missing in the rota of the next seven days: shifts that nobody has (empty), whose officer is \
                away (away), not confirmed though reminded (unconfirmed); open hours with nobody on duty (gap).";
    let of_office = |it: &Alarms| {
        let kinds = [
            (it.open.len(), "empty"),
            (it.away.len(), "away"),
            (it.gaps.len(), "gap"),
            (it.overdue(now).count(), "unconfirmed"),
        ];
        let office = it.office.to_string();
        kinds.map(|(count, kind)| Sample {
            labels: vec![("office", office.clone()), ("kind", kind.to_owned())],
            value: i64::try_from(count).unwrap_or(i64::MAX),
        })
    };
    Figure { name: "sprechzeit_rota_alarms", help, samples: alarms.iter().flat_map(of_office).collect() }
}
