//! SQLite's readers: connections that only read and never wait for the writer.
//!
//! A list may be long, so each runs on a thread that may block. Not the reads of a transaction: those are `group`'s.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::{DbError, sqlite};

/// So long a read waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lends connections, opened when they are first needed. Cloning shares them.
#[derive(Clone, Debug)]
pub struct Readers {
    file: PathBuf,
    seats: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    pub fn new(file: PathBuf, most: usize) -> Self {
        Self { file, seats: Arc::new(Semaphore::new(most)), idle: Arc::default() }
    }

    /// Reads with a connection, on a thread that may block.
    #[allow(clippy::disallowed_methods, reason = "it ends by itself after one statement, also at shutdown")]
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let seat = tokio::time::timeout(PATIENCE, self.seats.clone().acquire_owned()).await;
        let seat = seat.map_err(|_| DbError::Gone)?.map_err(|_| DbError::Gone)?;
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || {
            let connection = match readers.idle().pop() {
                Some(connection) => connection,
                None => sqlite::open(&readers.file, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            };
            let found = read(&connection);
            readers.idle().push(connection);
            drop(seat);
            found
        });
        reading.await.map_err(|_| DbError::Gone)?
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
