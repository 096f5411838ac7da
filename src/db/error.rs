//! What a database can answer instead of rows, in three kinds that a caller can act on.

use rusqlite::ffi::{
    SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_TRIGGER, SQLITE_CONSTRAINT_UNIQUE,
};

/// An error of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A rule that the database holds under any race refused the row: unique index, exclusion, trigger.
    #[error("the database refuses a second one")]
    Taken,
    /// Two transactions waited for each other, and this one had to give way (PostgreSQL only): try it again.
    #[error("two changes were in each other's way")]
    Crossed,
    /// A row points to another that is not there.
    #[error("something that this belongs to is not there any more")]
    Orphan,
    /// No connection, or lost in the middle: try again a little later.
    #[error("the database cannot be reached")]
    Gone,
    /// A row that cannot be: written by another program, or by a newer version of this one.
    #[error("{column} holds \"{value}\", which means nothing here")]
    Unreadable { column: &'static str, value: String },
    #[error("the database refused a statement: {0}")]
    Other(String),
    #[error("the tables could not be brought up to date: {0}")]
    Migration(sqlx::migrate::MigrateError),
}

impl DbError {
    pub fn is_taken(&self) -> bool {
        matches!(self, Self::Taken)
    }
}

/// PostgreSQL's code of an exclusion violation (Appendix A of its manual).
const EXCLUSION: &str = "23P01";
/// PostgreSQL's code of a detected deadlock.
const DEADLOCK: &str = "40P01";

/// Whether a code says that the engine is not there, not that it refuses. PostgreSQL: classes 08 (connection) and 53
/// (resources), and 57P01 to 57P03 (shut down, starting). SQLite, extended codes: BUSY, LOCKED, IOERR, FULL, CANTOPEN.
fn is_away(code: &str) -> bool {
    match (code.len(), code.parse::<u32>()) {
        (5, _) => code.starts_with("08") || code.starts_with("53") || code.starts_with("57P0"),
        (_, Ok(code)) => matches!(code & 0xff, 5 | 6 | 10 | 13 | 14),
        (_, Err(_)) => false,
    }
}

impl From<sqlx::migrate::MigrateError> for DbError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => match Self::from(error) {
                Self::Gone => Self::Gone,
                error => Self::Migration(sqlx::migrate::MigrateError::Source(error.into())),
            },
            error => Self::Migration(error),
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(refusal) if refusal.is_foreign_key_violation() => Self::Orphan,
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|c| c == EXCLUSION) => Self::Taken,
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|c| c == DEADLOCK) => Self::Crossed,
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| is_away(&code)) => Self::Gone,
            // A wire that is cut in the middle of a message looks like a server that speaks another protocol.
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => Self::Gone,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error().map(|error| error.extended_code) {
            Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_TRIGGER) => Self::Taken,
            Some(SQLITE_CONSTRAINT_FOREIGNKEY) => Self::Orphan,
            Some(code) if is_away(&code.to_string()) => Self::Gone,
            _ => Self::Other(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_is_away_is_told_from_one_that_refuses() {
        for (code, away) in [
            ("08006", true),
            ("57P01", true),
            ("57P03", true),
            ("53300", true),
            ("57014", false),
            ("23505", false),
            ("5", true),
            ("517", true),
            ("778", true),
            ("1555", false),
            ("1811", false),
            ("1", false),
        ] {
            assert_eq!(is_away(code), away, "{code}");
        }
    }
}
