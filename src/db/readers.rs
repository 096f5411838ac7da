//! SQLite's readers: connections that only read and never wait for the writer.
//!
//! A list may be long, so each runs on a thread that may block; a glance is short, and its caller waits for it.
//! Not the reads of a transaction: those are `group`'s.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{DbError, sqlite};

/// So long a read waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that is given back when it is dropped.
pub struct Lent {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    _seat: OwnedSemaphorePermit,
}

/// On which thread a list is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// On one that may block.
    Aside,
    /// On the caller's, who has nothing else to do.
    Here,
}

/// Lends connections, opened when they are first needed. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Readers {
    file: PathBuf,
    reads: Reads,
    seats: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub fn new(file: PathBuf, reads: Reads, most: usize) -> Self {
        Self { file, reads, seats: Arc::new(Semaphore::new(most)), idle: Arc::default() }
    }

    /// Reads with a connection.
    #[allow(clippy::disallowed_methods, reason = "it ends by itself after one statement, also at shutdown")]
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let seat = self.seat().await?;
        if self.reads == Reads::Here {
            return read(self.lend(seat)?.connection()?);
        }
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || read(readers.lend(seat)?.connection()?));
        reading.await.map_err(|_| DbError::Gone)?
    }

    /// A connection, for a few short reads.
    pub async fn glance(&self) -> Result<Lent, DbError> {
        let seat = self.seat().await?;
        self.lend(seat)
    }

    async fn seat(&self) -> Result<OwnedSemaphorePermit, DbError> {
        let seat = tokio::time::timeout(PATIENCE, self.seats.clone().acquire_owned()).await;
        seat.map_err(|_| DbError::Gone)?.map_err(|_| DbError::Gone)
    }

    fn lend(&self, seat: OwnedSemaphorePermit) -> Result<Lent, DbError> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => sqlite::open(&self.file, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
        };
        Ok(Lent { connection: Some(connection), idle: self.idle.clone(), _seat: seat })
    }

    /// Lets go of all connections; later reads are refused.
    pub fn close(&self) {
        self.seats.close();
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent {
    pub fn connection(&self) -> Result<&Connection, DbError> {
        self.connection.as_ref().ok_or(DbError::Gone)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
