//! What a database can answer instead of rows, in three kinds that a caller can act on.

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
    Migration(#[from] sqlx::migrate::MigrateError),
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
/// SQLite's extended result code SQLITE_CONSTRAINT_TRIGGER: our own RAISE(ABORT).
const TRIGGER: &str = "1811";

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(refusal) if refusal.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(refusal) if refusal.is_foreign_key_violation() => Self::Orphan,
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|c| c == EXCLUSION || c == TRIGGER) => {
                Self::Taken
            }
            sqlx::Error::Database(refusal) if refusal.code().is_some_and(|c| c == DEADLOCK) => Self::Crossed,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => {
                Self::Gone
            }
            _ => Self::Other(error.to_string()),
        }
    }
}
