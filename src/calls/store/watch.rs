//! The SQL of the watch: when the program was last alive, and for which outage calls are still to be brought in.

use crate::args;
use crate::db::{DbError, Read, Tx};
use crate::kernel::{Instant, Span};

// Whoever comes first after a silence notes it; what is owed already grows.
const BEAT: &str = "INSERT INTO outage_watch (id, seen_at) VALUES (1, $1)
    ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at,
        owed_since = CASE WHEN excluded.seen_at - outage_watch.seen_at > $2
            THEN coalesce(outage_watch.owed_since, outage_watch.seen_at) ELSE outage_watch.owed_since END,
        owed_until = CASE WHEN excluded.seen_at - outage_watch.seen_at > $2
            THEN excluded.seen_at ELSE outage_watch.owed_until END
    WHERE outage_watch.seen_at < excluded.seen_at";
const FIND_OWED: &str = "SELECT owed_since, owed_until FROM outage_watch WHERE owed_since IS NOT NULL";
const SETTLE: &str = "UPDATE outage_watch SET owed_since = NULL, owed_until = NULL WHERE owed_until <= $1";

pub(super) const STATEMENTS: &[&str] = &[BEAT, FIND_OWED, SETTLE];

/// Notes that the program is alive; a silence of more than `longest` was an outage.
pub async fn beat(tx: &mut Tx, now: Instant, longest: chrono::TimeDelta) -> Result<(), DbError> {
    tx.run(BEAT, args![now, longest.num_seconds() * 1_000_000]).await?;
    Ok(())
}

/// The outage whose calls are still to be brought in.
pub async fn find_owed(mut from: impl Read) -> Result<Option<Span>, DbError> {
    let row: Option<(Option<Instant>, Option<Instant>)> = from.first(FIND_OWED, args![]).await?;
    Ok(row.and_then(|(since, until)| Span::new(since?, until?)))
}

/// The calls of an outage are brought in, unless it grew meanwhile.
pub async fn settle(tx: &mut Tx, outage: Span) -> Result<(), DbError> {
    tx.run(SETTLE, args![outage.end]).await?;
    Ok(())
}
