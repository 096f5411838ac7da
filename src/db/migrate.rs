//! Brings the tables up to date: two folders, numbered alike, one engine each.

use std::time::Duration;

use sqlx::postgres::PgPool;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode};
use sqlx::{ConnectOptions, Connection};

use super::{DbError, sqlite};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

/// Makes the file where it is missing.
pub async fn sqlite(file: &SqliteConnectOptions) -> Result<(), DbError> {
    let options = file
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Can be chosen only before there is a table.
        .auto_vacuum(SqliteAutoVacuum::Full)
        .busy_timeout(Duration::from_secs(5));
    let mut connection = sqlite::PRAGMAS
        .iter()
        .fold(options, |options, (pragma, value)| options.pragma(*pragma, *value))
        .connect()
        .await?;
    SQLITE.run(&mut connection).await?;
    Ok(connection.close().await?)
}

pub async fn postgres(pool: &PgPool) -> Result<(), DbError> {
    Ok(POSTGRES.run(pool).await?)
}
