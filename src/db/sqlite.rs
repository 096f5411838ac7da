//! SQLite on the caller's own thread: bind, step, read.
//!
//! rusqlite and not sqlx, which hands every statement to a thread of its own and the rows back: that costs several times
//! what the statement does. Not who may write when: that is `group`. Rule: what may take long (a flush, a long list)
//! is not called from a task; `group` and `readers` see to it.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{FromSql, ToSql, ToSqlOutput};
use rusqlite::{CachedStatement, Connection, OpenFlags};

use super::{Args, DbError};

/// A value on its way into a statement, or out of a copied row.
pub type Cell = rusqlite::types::Value;

/// A whole row: the names of its columns, and what stands in them.
pub type Named = (Vec<String>, Vec<Cell>);

/// Statements that a connection keeps prepared; all that the program has.
const KEPT: usize = 1000;

/// So long a statement waits where another program has the file for itself, as while it closes it.
const BUSY: Duration = Duration::from_secs(5);

/// Opens a file whose tables are there.
pub fn open(file: &Path, flags: OpenFlags) -> Result<Connection, DbError> {
    let connection = Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.set_prepared_statement_cache_capacity(KEPT);
    connection.busy_timeout(BUSY)?;
    for (pragma, value) in PRAGMAS {
        connection.pragma_update(None, pragma, value)?;
    }
    Ok(connection)
}

/// What every connection of ours wants.
pub const PRAGMAS: [(&str, &str); 3] = [
    ("foreign_keys", "ON"),
    // Deleted citizens' data is overwritten, not only unlinked.
    ("secure_delete", "ON"),
    ("trusted_schema", "OFF"),
];

/// The columns of the present row, taken by name; quickest in the order in which the statement gives them.
pub struct Cells<'r> {
    row: &'r rusqlite::Row<'r>,
    next: usize,
}

/// What one column, or several that belong together, become.
pub trait Piece: Sized {
    fn take(cells: &mut Cells<'_>, name: &'static str) -> Result<Self, DbError>;
}

impl<T: FromSql> Piece for T {
    fn take(cells: &mut Cells<'_>, name: &'static str) -> Result<Self, DbError> {
        let statement = cells.row.as_ref();
        if !statement.column_name(cells.next).is_ok_and(|there| there == name) {
            cells.next = statement.column_index(name)?;
        }
        cells.following()
    }
}

impl Cells<'_> {
    pub fn take<T: Piece>(&mut self, name: &'static str) -> Result<T, DbError> {
        T::take(self, name)
    }

    /// The next column, whatever its name is.
    pub fn following<T: FromSql>(&mut self) -> Result<T, DbError> {
        let value = self.row.get(self.next)?;
        self.next += 1;
        Ok(value)
    }
}

/// The value as it is bound.
pub fn cell(value: &impl ToSql) -> Result<Cell, DbError> {
    match value.to_sql()? {
        ToSqlOutput::Borrowed(value) => Cell::try_from(value).map_err(|error| DbError::Other(error.to_string())),
        ToSqlOutput::Owned(value) => Ok(value),
        _ => Err(DbError::Other("only plain values are bound".into())),
    }
}

pub fn bound(args: Args<'_>) -> Vec<Cell> {
    args.iter().map(|value| value.sqlite()).collect()
}

/// Runs a statement to its end and says how many rows it touched.
pub fn run(connection: &Connection, sql: &str, values: &[Cell]) -> Result<u64, DbError> {
    let mut statement = prepared(connection, sql, values)?;
    let mut rows = statement.raw_query();
    while rows.next()?.is_some() {}
    Ok(connection.changes())
}

/// Every row, each read by `read`.
pub fn all<T>(
    connection: &Connection,
    sql: &str,
    values: &[Cell],
    read: impl Fn(&mut Cells<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    let mut statement = prepared(connection, sql, values)?;
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(&mut Cells { row, next: 0 })?);
    }
    Ok(all)
}

/// Every row as it stands there, with the columns' names.
pub fn raw(connection: &Connection, sql: &str, values: &[Cell]) -> Result<Vec<Named>, DbError> {
    let mut statement = prepared(connection, sql, values)?;
    let names: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..names.len()).map(|place| row.get(place)).collect::<Result<_, _>>()?;
        all.push((names.clone(), cells));
    }
    Ok(all)
}

/// `$1` is a name to SQLite, which counts parameters as they come: each is bound by its number.
fn prepared<'c>(connection: &'c Connection, sql: &str, values: &[Cell]) -> Result<CachedStatement<'c>, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    for place in 1..=statement.parameter_count() {
        let number = statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let value = value.ok_or_else(|| DbError::Other(format!("no value for parameter {place}")))?;
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(statement)
}
