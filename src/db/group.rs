//! SQLite's one writer, shared in turns, with group commit.
//!
//! Making a transaction durable costs one flush of the disk, however much it holds. So turns that wait for each other
//! share a flush: they are in one open transaction, each but the first behind a savepoint, which is committed when nobody
//! waits any more or [`GROUP`] turns are in it. `commit` of a turn returns only after the flush, so the promise stays the
//! same: what was committed survives a power cut. A turn that is dropped takes back what it wrote, and nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::DbError;

/// Turns that share one flush at most: bounds how long the first of them waits.
const GROUP: usize = 64;

/// Hands out turns. Cloning shares the one connection.
#[derive(Clone, Debug)]
pub struct Writer {
    seat: Arc<Mutex<Seat>>,
    waiting: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Seat {
    connection: SqliteConnection,
    state: State,
    /// Finished turns of the open transaction; each is told when it is durable.
    finished: Vec<oneshot::Sender<Result<(), DbError>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// One is being opened: a caller who goes away just then leaves it unknown whether it is.
    Opening,
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
    pub async fn open(options: SqliteConnectOptions) -> Result<Self, DbError> {
        let connection = options.connect().await?;
        let seat = Seat { connection, state: State::Idle, finished: Vec::new() };
        Ok(Self { seat: Arc::new(Mutex::new(seat)), waiting: Arc::default() })
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

    pub async fn migrate(&self, migrator: &sqlx::migrate::Migrator) -> Result<(), DbError> {
        let mut seat = self.seat.lock().await;
        Ok(migrator.run(&mut seat.connection).await?)
    }

    pub async fn close(&self) {
        let mut seat = self.seat.lock().await;
        seat.undo().await;
        seat.flush().await;
        // Folds the write-ahead log into the file; the file is whole without it, so a failure does not matter.
        let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut seat.connection).await;
    }

    /// Undoes what an unfinished turn left, and flushes unless somebody waits who will.
    async fn settle(self, mut seat: OwnedMutexGuard<Seat>) {
        seat.undo().await;
        if self.waiting.load(Ordering::Acquire) == 0 || seat.finished.len() >= GROUP {
            seat.flush().await;
        }
    }

    /// Runs on its own, so that a caller who goes away in the middle does not interrupt it.
    #[allow(clippy::disallowed_methods, reason = "it ends by itself after one statement, also at shutdown")]
    fn settle_later(&self, seat: OwnedMutexGuard<Seat>) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.clone().settle(seat));
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
                writer.settle(seat).await;
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
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.seat.as_mut().expect("a turn has its seat").connection
    }

    async fn begin(&mut self) -> Result<(), DbError> {
        let Some(seat) = self.seat.as_mut() else { return Err(DbError::Gone) };
        if seat.state == State::Idle {
            seat.state = State::Opening;
            sqlx::query("BEGIN IMMEDIATE").execute(&mut seat.connection).await?;
            seat.state = State::First;
        } else {
            seat.state = State::Later;
            sqlx::query("SAVEPOINT turn").execute(&mut seat.connection).await?;
        }
        Ok(())
    }

    pub async fn commit(mut self) -> Result<(), DbError> {
        if self.seat.as_ref().is_some_and(|seat| seat.state == State::Later) {
            sqlx::query("RELEASE turn").execute(self.connection()).await?;
        }
        let Some(mut seat) = self.seat.take() else { return Err(DbError::Gone) };
        seat.state = State::Open;
        let (tell, told) = oneshot::channel();
        seat.finished.push(tell);
        self.writer.settle_later(seat);
        told.await.unwrap_or(Err(DbError::Gone))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(seat) = self.seat.take() {
            self.writer.settle_later(seat);
        }
    }
}

impl Seat {
    /// Takes back what a turn left that was not committed.
    async fn undo(&mut self) {
        let (undo, then): (&[&'static str], State) = match self.state {
            State::Idle | State::Open => return,
            State::Opening | State::First => (&["ROLLBACK"], State::Idle),
            State::Later => (&["ROLLBACK TO turn", "RELEASE turn"], State::Open),
        };
        for statement in undo {
            // Refused where the caller went away before it began, or after it was released: then all is well, too.
            if let Err(error) = sqlx::query(*statement).execute(&mut self.connection).await {
                tracing::debug!(%error, statement, "nothing to undo");
            }
        }
        self.state = then;
    }

    async fn flush(&mut self) {
        if self.state == State::Idle {
            return;
        }
        let result = sqlx::query("COMMIT").execute(&mut self.connection).await;
        if let Err(error) = &result {
            tracing::error!(%error, turns = self.finished.len(), "the database could not make a transaction durable");
            let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
        }
        self.state = State::Idle;
        let lost = result.is_err();
        for told in self.finished.drain(..) {
            let _ = told.send(if lost { Err(DbError::Gone) } else { Ok(()) });
        }
    }
}
