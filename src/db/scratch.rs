//! A database in memory that begins as a copy of a file: for rehearsals, whose outcome nobody would miss.
//!
//! Its connections share one store, SQLite's `memdb`, in which nobody reads while somebody writes: a verb that reads aside
//! in the middle of its own transaction is refused here, as it would hold two connections on PostgreSQL.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::backup::Backup;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::group::{Durable, Writer};
use super::readers::{Readers, Reads};
use super::{Db, DbError, Tx, sqlite};

/// What each rehearsal begins with: the bytes of a closed SQLite file.
pub struct Template(Vec<u8>);

/// Where a file says whether it has a write-ahead log, and how it says that it has none (SQLite, file format, 1.3.3).
const VERSIONS: std::ops::Range<usize> = 18..20;
const NO_LOG: u8 = 1;

static COUNT: AtomicU32 = AtomicU32::new(0);

impl Template {
    pub fn read(file: &Path) -> std::io::Result<Self> {
        let mut bytes = std::fs::read(file)?;
        if let Some(versions) = bytes.get_mut(VERSIONS) {
            versions.fill(NO_LOG);
        }
        Ok(Self(bytes))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A fresh copy; it is gone with its last connection.
    pub fn open(&self) -> Result<Db, DbError> {
        let name = format!("file:/rehearsal-{}?vfs=memdb", COUNT.fetch_add(1, Ordering::Relaxed));
        let mut source = Connection::open_in_memory()?;
        source.deserialize_read_exact(MAIN_DB, self.bytes(), self.0.len(), true)?;
        let mut copy = sqlite::open(name.as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        Backup::new(&source, &mut copy)?.step(-1)?;
        let writer = Writer::open(name.as_ref(), Durable::Never)?;
        Ok(Db::Sqlite { writer, readers: Readers::new(name.into(), Reads::Here, 1) })
    }
}

impl Db {
    /// Everything that a SQLite database holds, as it would stand in a file.
    pub async fn bytes(&self) -> Result<Vec<u8>, DbError> {
        match self.begin().await? {
            Tx::Sqlite(mut turn) => Ok(turn.connection().serialize(MAIN_DB)?.to_vec()),
            Tx::Postgres(_) => Err(DbError::Other("only a SQLite database is a file".into())),
        }
    }
}
