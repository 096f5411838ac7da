//! The only place that knows the database engine: SQLite inside the program, or PostgreSQL for many machines.
//!
//! One SQL text serves both. Statements are constants in the slices' `store.rs`; values are bound, never pasted.
//! Not an ORM: a row is a struct with `#[derive(sqlx::FromRow)]`, and what it means is decided in the slice.

mod codec;
mod copy;
mod error;
mod fuse;
mod group;
mod migrate;

use std::future::Future;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{Arguments, Connection, Encode, FromRow, Postgres, Sqlite, Transaction, Type};

pub use codec::Text;
pub use copy::{Part, copy};
pub use error::DbError;
pub use fuse::killed_after;
pub use sqlx::types::Json;

/// A PostgreSQL that does not answer a ping for so long is taken to be gone.
const ALIVE: Duration = Duration::from_secs(1);

/// A database. Cloning shares the connections.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, since SQLite has one, and several readers that never wait for it.
    Sqlite {
        writer: group::Writer,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// A transaction; dropped without `commit`, it never happened.
#[must_use = "a transaction that is not committed never happened"]
pub enum Tx {
    Sqlite(group::Turn),
    Postgres(Transaction<'static, Postgres>),
}

/// A value that both engines can bind.
pub trait Value: Send + Sync {
    fn sqlite(&self, to: &mut SqliteArguments);
    fn postgres(&self, to: &mut PgArguments);
}

impl<T> Value for T
where
    T: Clone + Send + Sync + for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres>,
{
    #[allow(clippy::expect_used, reason = "numbers, bytes and texts in memory can always be encoded")]
    fn sqlite(&self, to: &mut SqliteArguments) {
        to.add(self.clone()).expect("the value can be encoded");
    }

    #[allow(clippy::expect_used, reason = "numbers, bytes and texts in memory can always be encoded")]
    fn postgres(&self, to: &mut PgArguments) {
        to.add(self.clone()).expect("the value can be encoded");
    }
}

pub type Args<'a> = &'a [&'a (dyn Value + 'a)];

/// The values for `$1`, `$2`, … in order.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$(&$value as &dyn $crate::db::Value),*] };
}

/// A row that both engines can decode: `#[derive(sqlx::FromRow)]` or a tuple.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// What can be read from: a `Tx`, or a `Db` where no transaction is needed.
pub trait Read: Send {
    /// Every row.
    fn all<T: Row>(
        &mut self,
        sql: &'static str,
        args: Args<'_>,
    ) -> impl Future<Output = Result<Vec<T>, DbError>> + Send;

    /// The first row, if there is one.
    fn first<T: Row>(
        &mut self,
        sql: &'static str,
        args: Args<'_>,
    ) -> impl Future<Output = Result<Option<T>, DbError>> + Send {
        async move { Ok(self.all(sql, args).await?.into_iter().next()) }
    }
}

/// Whether the server still answers on a connection; an error drops it.
async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    tokio::time::timeout(ALIVE, connection.ping()).await.map_err(|_| sqlx::Error::PoolTimedOut)?.map(|()| true)
}

fn sqlite_args(args: Args<'_>) -> SqliteArguments {
    let mut bound = SqliteArguments::default();
    args.iter().for_each(|value| value.sqlite(&mut bound));
    bound
}

fn postgres_args(args: Args<'_>) -> PgArguments {
    let mut bound = PgArguments::default();
    args.iter().for_each(|value| value.postgres(&mut bound));
    bound
}

impl Read for &Db {
    async fn all<T: Row>(&mut self, sql: &'static str, args: Args<'_>) -> Result<Vec<T>, DbError> {
        fuse::pass().await;
        Ok(match self {
            Db::Sqlite { readers, .. } => sqlx::query_as_with(sql, sqlite_args(args)).fetch_all(readers).await?,
            Db::Postgres(pool) => sqlx::query_as_with(sql, postgres_args(args)).fetch_all(pool).await?,
        })
    }
}

impl Read for Tx {
    async fn all<T: Row>(&mut self, sql: &'static str, args: Args<'_>) -> Result<Vec<T>, DbError> {
        fuse::pass().await;
        Ok(match self {
            Tx::Sqlite(turn) => sqlx::query_as_with(sql, sqlite_args(args)).fetch_all(turn.connection()).await?,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, postgres_args(args)).fetch_all(&mut **tx).await?,
        })
    }
}

/// So that one who was handed something to read from can hand it on, several times.
impl<R: Read> Read for &mut R {
    async fn all<T: Row>(&mut self, sql: &'static str, args: Args<'_>) -> Result<Vec<T>, DbError> {
        R::all(self, sql, args).await
    }
}

impl Tx {
    /// Runs a statement and says how many rows it touched.
    pub async fn run(&mut self, sql: &'static str, args: Args<'_>) -> Result<u64, DbError> {
        fuse::pass().await;
        Ok(match self {
            Tx::Sqlite(turn) => {
                sqlx::query_with(sql, sqlite_args(args)).execute(turn.connection()).await?.rows_affected()
            }
            Tx::Postgres(tx) => sqlx::query_with(sql, postgres_args(args)).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// Sets a mark: what comes after it can be refused without the rest of the transaction. [`Tx::settle`] lifts it.
    pub async fn mark(&mut self) -> Result<(), DbError> {
        self.run("SAVEPOINT mark", &[]).await.map(drop)
    }

    /// Keeps what came after the mark if it went well, else takes it back. The transaction goes on either way, also on
    /// PostgreSQL, where a refused statement would spoil it.
    pub async fn settle<T>(&mut self, outcome: Result<T, DbError>) -> Result<T, DbError> {
        if outcome.is_err() {
            self.run("ROLLBACK TO mark", &[]).await?;
        }
        self.run("RELEASE mark", &[]).await?;
        outcome
    }

    /// Makes it durable: when this returns, a power cut does not undo it.
    pub async fn commit(self) -> Result<(), DbError> {
        fuse::pass().await;
        match self {
            Tx::Sqlite(turn) => turn.commit().await,
            Tx::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}

/// What every SQLite connection of ours wants.
fn sqlite(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // Deleted citizens' data is overwritten, not only unlinked.
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .statement_cache_capacity(400)
}

impl Db {
    /// Opens `sqlite:PATH` (made where it is missing) or `postgres://…` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, DbError> {
        let db = Self::connect(url).await?;
        migrate::run(&db).await?;
        Ok(db)
    }

    async fn connect(url: &str) -> Result<Self, DbError> {
        if url.starts_with("postgres") {
            let options = PgConnectOptions::from_str(url)?.application_name("sprechzeit");
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(5))
                // A server that went away without a word would hold each of them until the network gives up.
                .test_before_acquire(false)
                .before_acquire(|connection, _| Box::pin(answers(connection)))
                .connect_with(options)
                .await?;
            return Ok(Self::Postgres(pool));
        }
        // A confirmed appointment survives a power cut.
        let options = sqlite(SqliteConnectOptions::from_str(url)?).synchronous(SqliteSynchronous::Full);
        Self::connect_sqlite(options, 4).await
    }

    async fn connect_sqlite(options: SqliteConnectOptions, readers: u32) -> Result<Self, DbError> {
        // A reader that sets this pragma writes, and is refused.
        let writer = group::Writer::open(options.clone().auto_vacuum(SqliteAutoVacuum::Full)).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(readers)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// Opens a SQLite file that nobody would miss: it is never flushed, and its tables are taken to be up to date.
    pub async fn open_scratch(file: &Path) -> Result<Self, DbError> {
        let options = sqlite(SqliteConnectOptions::new().filename(file)).synchronous(SqliteSynchronous::Off);
        Self::connect_sqlite(options, 1).await
    }

    /// A database that is always away: for rehearsing an outage.
    pub async fn away() -> Result<Self, DbError> {
        let pool = PgPoolOptions::new().connect_lazy_with(PgConnectOptions::new_without_pgpass());
        pool.close().await;
        Ok(Self::Postgres(pool))
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.turn().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// The engine's name, for `/healthz` and the log.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Lets go of all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
