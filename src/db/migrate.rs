//! Brings the tables up to date: two folders, numbered alike, one engine each.

use super::{Db, DbError};

static SQLITE: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: sqlx::migrate::Migrator = sqlx::migrate!("migrations/postgres");

pub async fn run(db: &Db) -> Result<(), DbError> {
    match db {
        Db::Sqlite { writer, .. } => writer.migrate(&SQLITE).await,
        Db::Postgres(pool) => Ok(POSTGRES.run(pool).await?),
    }
}
