//! Copies rows of whole tables from one database into a SQLite one: for a rehearsal on real data.
//!
//! Not a backup: the target has its tables already, and foreign keys want them in the order in which they lean on each
//! other. Rule: names of tables and conditions are constants of the program; names of columns come from the schema.

use sqlx::postgres::PgRow;
use sqlx::{Column, Row as _, TypeInfo, ValueRef};
use uuid::Uuid;

use super::sqlite::Named;
use super::{Cell, Db, DbError, Tx, postgres_args, sqlite};
use crate::args;
use crate::kernel::Span;

/// A table, and which of its rows: a condition in which `$1` and `$2` are the start and the end of a span.
pub type Part = (&'static str, &'static str);

/// Copies the parts, in their order, into a SQLite database that nobody else writes to.
pub async fn copy(from: &Db, to: &Db, parts: &[Part], span: Span) -> Result<(), DbError> {
    let mut tx = to.begin().await?;
    for part in parts {
        for (columns, cells) in rows(from, *part, span).await? {
            insert(&mut tx, part.0, &columns, cells).await?;
        }
    }
    tx.commit().await
}

#[allow(clippy::disallowed_types, reason = "tables and conditions are constants of the program")]
async fn rows(from: &Db, (table, condition): Part, span: Span) -> Result<Vec<Named>, DbError> {
    let all = format!("SELECT * FROM {table} WHERE ({condition}) AND CAST($1 AS BIGINT) < CAST($2 AS BIGINT)");
    let values = args![span.start, span.end];
    Ok(match from {
        Db::Sqlite { readers, .. } => {
            let values = sqlite::bound(values);
            readers.read(move |from| sqlite::raw(from, &all, &values)).await?
        }
        Db::Postgres(pool) => {
            let rows = sqlx::query_with(sqlx::AssertSqlSafe(all), postgres_args(values)).fetch_all(pool).await?;
            rows.iter().map(of_postgres).collect::<Result<_, sqlx::Error>>()?
        }
    })
}

#[allow(clippy::disallowed_types, reason = "the table is a constant, its columns are those of the schema")]
async fn insert(tx: &mut Tx, table: &str, columns: &[String], cells: Vec<Cell>) -> Result<(), DbError> {
    let Tx::Sqlite(turn) = tx else { return Err(DbError::Other("a copy is a SQLite database".into())) };
    let places: Vec<String> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    let (names, places) = (columns.join(", "), places.join(", "));
    let sql = format!("INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})");
    sqlite::run(turn.connection(), &sql, &cells).map(drop)
}

fn of_postgres(row: &PgRow) -> Result<Named, sqlx::Error> {
    let cell = |place: usize| {
        let value = row.try_get_raw(place)?;
        if value.is_null() {
            return Ok(Cell::Null);
        }
        Ok(match value.type_info().name() {
            "UUID" => Cell::Blob(row.try_get::<Uuid, _>(place)?.into_bytes().into()),
            "BYTEA" => Cell::Blob(row.try_get(place)?),
            "BOOL" => Cell::Integer(row.try_get::<bool, _>(place)?.into()),
            "INT2" => Cell::Integer(row.try_get::<i16, _>(place)?.into()),
            "INT4" => Cell::Integer(row.try_get::<i32, _>(place)?.into()),
            "INT8" => Cell::Integer(row.try_get(place)?),
            "JSON" | "JSONB" => Cell::Text(row.try_get::<serde_json::Value, _>(place)?.to_string()),
            _ => Cell::Text(row.try_get_unchecked(place)?),
        })
    };
    let names = row.columns().iter().map(|column| column.name().to_owned()).collect();
    Ok((names, (0..row.columns().len()).map(cell).collect::<Result<_, sqlx::Error>>()?))
}
