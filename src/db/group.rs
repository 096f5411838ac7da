//! SQLite's one writer, shared in turns, with group commit.
//!
//! Making a transaction durable costs one flush of the disk, however much it holds. So turns that wait for each other
//! share a flush: they are in one open transaction, each but the first behind a savepoint, which is committed when nobody
//! waits any more or [`GROUP`] turns are in it. `commit` of a turn returns only after the flush, so the promise stays the
//! same: what was committed survives a power cut. A turn that is dropped takes back what it wrote, and nothing else.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::{DbError, sqlite};

/// Turns that share one flush at most: bounds how long the first of them waits.
const GROUP: usize = 64;
/// So long a turn waits for another program that writes to the file, and so often it looks.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(10);

/// What a commit promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durable {
    /// A confirmed appointment survives a power cut.
    AtCommit,
    /// Nobody would miss it.
    Never,
}

impl Durable {
    /// The value of SQLite's `synchronous`.
    fn synchronous(self) -> &'static str {
        match self {
            Self::AtCommit => "FULL",
            Self::Never => "OFF",
        }
    }
}

/// Hands out turns. Cloning shares the one connection.
#[derive(Clone, Debug)]
pub struct Writer {
    seat: Arc<Mutex<Seat>>,
    waiting: Arc<AtomicUsize>,
    durable: Durable,
}

#[derive(Debug)]
struct Seat {
    connection: Connection,
    state: State,
    /// Finished turns of the open transaction; each is told when it is durable.
    finished: Vec<oneshot::Sender<Result<(), DbError>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// A transaction is open, with nothing but finished turns in it.
    Open,
    /// The transaction's first turn writes. Nothing stands before it, so it needs no savepoint.
    First,
    /// A later turn writes behind its savepoint.
    Later,
}

/// The right to write, until `commit` or drop.
pub struct Turn {
    seat: Option<OwnedMutexGuard<Seat>>,
    writer: Writer,
}

/// A place in the queue; given up, somebody must still flush for those who finished.
struct Queued {
    writer: Writer,
    seated: bool,
}

impl Writer {
    pub fn open(file: &Path, durable: Durable) -> Result<Self, DbError> {
        let connection = sqlite::open(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.pragma_update(None, "synchronous", durable.synchronous())?;
        // A turn waits for another writer without holding up the thread: see `begin`.
        connection.busy_timeout(Duration::ZERO)?;
        let seat = Seat { connection, state: State::Idle, finished: Vec::new() };
        Ok(Self { seat: Arc::new(Mutex::new(seat)), waiting: Arc::default(), durable })
    }

    pub async fn turn(&self) -> Result<Turn, DbError> {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        let mut queued = Queued { writer: self.clone(), seated: false };
        let seat = self.seat.clone().lock_owned().await;
        queued.seated = true;
        drop(queued);
        let mut turn = Turn { seat: Some(seat), writer: self.clone() };
        turn.begin().await?;
        Ok(turn)
    }

    pub async fn close(&self) {
        let mut seat = self.seat.lock().await;
        seat.undo();
        seat.flush();
        // Folds the write-ahead log into the file; the file is whole without it, so a failure does not matter.
        let _ = sqlite::run(&seat.connection, "PRAGMA wal_checkpoint(TRUNCATE)", &[]);
    }

    /// Undoes what an unfinished turn left, and flushes unless somebody waits who will. A flush takes as long as the disk
    /// does, so it has a thread that may block.
    #[allow(clippy::disallowed_methods, reason = "it ends by itself after one statement, also at shutdown")]
    fn settle(&self, mut seat: OwnedMutexGuard<Seat>) {
        seat.undo();
        if self.waiting.load(Ordering::Acquire) > 0 && seat.finished.len() < GROUP {
            return;
        }
        match Handle::try_current() {
            Ok(runtime) if self.durable == Durable::AtCommit && seat.state != State::Idle => {
                runtime.spawn_blocking(move || seat.flush());
            }
            _ => seat.flush(),
        }
    }
}

impl Drop for Queued {
    #[allow(clippy::disallowed_methods, reason = "it ends by itself after one statement, also at shutdown")]
    fn drop(&mut self) {
        self.writer.waiting.fetch_sub(1, Ordering::AcqRel);
        if self.seated {
            return;
        }
        let writer = self.writer.clone();
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                let seat = writer.seat.clone().lock_owned().await;
                writer.settle(seat);
            });
        }
    }
}

impl Turn {
    /// The connection to write with.
    ///
    /// # Panics
    /// Never: the seat is given back only by `commit` and drop, which end the turn.
    #[allow(clippy::expect_used, reason = "only commit and drop take the seat, and both end the turn")]
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.seat.as_mut().expect("a turn has its seat").connection
    }

    async fn begin(&mut self) -> Result<(), DbError> {
        let Some(seat) = self.seat.as_mut() else { return Err(DbError::Gone) };
        if seat.state != State::Idle {
            seat.run("SAVEPOINT turn")?;
            seat.state = State::Later;
            return Ok(());
        }
        let mut looks = 0;
        while let Err(error) = seat.run("BEGIN IMMEDIATE") {
            looks += 1;
            if !matches!(error, DbError::Gone) || LOOK * looks > PATIENCE {
                return Err(error);
            }
            tokio::time::sleep(LOOK).await;
        }
        seat.state = State::First;
        Ok(())
    }

    pub async fn commit(mut self) -> Result<(), DbError> {
        let Some(mut seat) = self.seat.take() else { return Err(DbError::Gone) };
        if seat.state == State::Later
            && let Err(error) = seat.run("RELEASE turn")
        {
            self.seat = Some(seat);
            return Err(error);
        }
        seat.state = State::Open;
        let (tell, told) = oneshot::channel();
        seat.finished.push(tell);
        self.writer.settle(seat);
        told.await.unwrap_or(Err(DbError::Gone))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(seat) = self.seat.take() {
            self.writer.settle(seat);
        }
    }
}

impl Seat {
    fn run(&self, sql: &'static str) -> Result<(), DbError> {
        sqlite::run(&self.connection, sql, &[]).map(drop)
    }

    /// Takes back what a turn left that was not committed.
    fn undo(&mut self) {
        let (undo, then): (&[&'static str], State) = match self.state {
            State::Idle | State::Open => return,
            State::First => (&["ROLLBACK"], State::Idle),
            State::Later => (&["ROLLBACK TO turn", "RELEASE turn"], State::Open),
        };
        for statement in undo {
            // Refused where a failed statement has rolled back already: then all is well, too.
            if let Err(error) = self.run(statement) {
                tracing::debug!(%error, statement, "nothing to undo");
            }
        }
        self.state = then;
    }

    fn flush(&mut self) {
        if self.state == State::Idle {
            return;
        }
        let result = self.run("COMMIT");
        if let Err(error) = &result {
            tracing::error!(%error, turns = self.finished.len(), "the database could not make a transaction durable");
            let _ = self.run("ROLLBACK");
        }
        self.state = State::Idle;
        let lost = result.is_err();
        for told in self.finished.drain(..) {
            let _ = told.send(if lost { Err(DbError::Gone) } else { Ok(()) });
        }
    }
}
