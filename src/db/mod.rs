//! The only place that knows the database engine: SQLite inside the program, or PostgreSQL for many machines.
//!
//! One SQL text serves both. Statements are constants in the slices' `store.rs`; values are bound, never pasted.
//! Not an ORM: a row is a struct in `row! { … }`, and what it means is decided in the slice. PostgreSQL is spoken to by
//! sqlx, SQLite by rusqlite (`sqlite` says why).

mod codec;
mod copy;
mod error;
mod fuse;
mod group;
mod migrate;
mod readers;
mod scratch;
mod sqlite;

use std::future::Future;
use std::str::FromStr;
use std::time::Duration;

use rusqlite::ToSql;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Arguments, Connection, Encode, FromRow, Postgres, Transaction, Type};

pub use codec::{Json, Text};
pub use copy::{Part, copy};
pub use error::DbError;
pub use fuse::killed_after;
pub use scratch::Template;
pub use sqlite::{Cell, Cells, Piece};

/// A PostgreSQL that does not answer a ping for so long is taken to be gone.
const ALIVE: Duration = Duration::from_secs(1);

/// Connections that read from one SQLite file at the same time.
const READERS: usize = 4;

/// A database. Cloning shares the connections.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, since SQLite has one, and several readers that never wait for it.
    Sqlite {
        writer: group::Writer,
        readers: readers::Readers,
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
    fn sqlite(&self) -> Cell;
    fn postgres(&self, to: &mut PgArguments);
}

impl<T> Value for T
where
    T: Clone + Send + Sync + ToSql + for<'q> Encode<'q, Postgres> + Type<Postgres>,
{
    #[allow(clippy::expect_used, reason = "numbers, bytes and texts in memory can always be encoded")]
    fn sqlite(&self) -> Cell {
        sqlite::cell(self).expect("the value can be encoded")
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

/// A row that both engines can decode: a struct in [`row!`](crate::row) or a tuple of columns.
#[diagnostic::on_unimplemented(note = "a struct becomes a row as `crate::row! {{ struct … }}`, without a derive")]
pub trait Row: for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {
    fn of_sqlite(cells: &mut Cells<'_>) -> Result<Self, DbError>;
}

/// Makes a struct a row: each field is the column of its name, `#[sqlx(flatten)]` before a field the columns of another.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$how:meta])* $of:vis $field:ident: $kind:ty),* $(,)?
    }) => {
        #[derive(sqlx::FromRow)]
        $(#[$meta])*
        $vis struct $name {
            $($(#[$how])* $of $field: $kind),*
        }

        impl $crate::db::Row for $name {
            fn of_sqlite(cells: &mut $crate::db::Cells<'_>) -> Result<Self, $crate::db::DbError> {
                Ok(Self { $($field: cells.take(stringify!($field))?),* })
            }
        }

        impl $crate::db::Piece for $name {
            fn take(cells: &mut $crate::db::Cells<'_>, _: &'static str) -> Result<Self, $crate::db::DbError> {
                $crate::db::Row::of_sqlite(cells)
            }
        }
    };
}

macro_rules! tuples {
    ($($($part:ident)+;)*) => {$(
        impl<$($part),+> Row for ($($part,)+)
        where
            $($part: rusqlite::types::FromSql + Send + Unpin + 'static,)+
            Self: for<'r> FromRow<'r, PgRow>,
        {
            fn of_sqlite(cells: &mut Cells<'_>) -> Result<Self, DbError> {
                Ok(($(cells.following::<$part>()?,)+))
            }
        }
    )*};
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H; A B C D E F G H I;
}

/// One connection for a few short reads, one after another; what another commits meanwhile may show.
pub enum Glance {
    Sqlite(readers::Lent),
    Postgres(PoolConnection<Postgres>),
}

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

fn postgres_args(args: Args<'_>) -> PgArguments {
    let mut bound = PgArguments::default();
    args.iter().for_each(|value| value.postgres(&mut bound));
    bound
}

impl Read for &Db {
    async fn all<T: Row>(&mut self, sql: &'static str, args: Args<'_>) -> Result<Vec<T>, DbError> {
        fuse::pass().await;
        Ok(match self {
            Db::Sqlite { readers, .. } => {
                let values = sqlite::bound(args);
                readers.read(move |from| sqlite::all(from, sql, &values, T::of_sqlite)).await?
            }
            Db::Postgres(pool) => sqlx::query_as_with(sql, postgres_args(args)).fetch_all(pool).await?,
        })
    }
}

impl Read for Tx {
    async fn all<T: Row>(&mut self, sql: &'static str, args: Args<'_>) -> Result<Vec<T>, DbError> {
        fuse::pass().await;
        Ok(match self {
            Tx::Sqlite(turn) => sqlite::all(turn.connection(), sql, &sqlite::bound(args), T::of_sqlite)?,
            Tx::Postgres(tx) => sqlx::query_as_with(sql, postgres_args(args)).fetch_all(&mut **tx).await?,
        })
    }
}

impl Read for Glance {
    async fn all<T: Row>(&mut self, sql: &'static str, args: Args<'_>) -> Result<Vec<T>, DbError> {
        fuse::pass().await;
        Ok(match self {
            Self::Sqlite(lent) => sqlite::all(lent.connection()?, sql, &sqlite::bound(args), T::of_sqlite)?,
            Self::Postgres(lent) => sqlx::query_as_with(sql, postgres_args(args)).fetch_all(&mut **lent).await?,
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
            Tx::Sqlite(turn) => sqlite::run(turn.connection(), sql, &sqlite::bound(args))?,
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

impl Db {
    /// Opens `sqlite:PATH` (made where it is missing) or `postgres://…` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, DbError> {
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
            migrate::postgres(&pool).await?;
            return Ok(Self::Postgres(pool));
        }
        let options = SqliteConnectOptions::from_str(url)?;
        migrate::sqlite(&options).await?;
        let file = options.get_filename();
        let writer = group::Writer::open(file, group::Durable::AtCommit)?;
        Ok(Self::Sqlite { writer, readers: readers::Readers::new(file.to_owned(), readers::Reads::Aside, READERS) })
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

    /// Begins a few short reads that need no transaction: cheaper than each by itself.
    pub async fn glance(&self) -> Result<Glance, DbError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Glance::Sqlite(readers.glance().await?),
            Self::Postgres(pool) => Glance::Postgres(pool.acquire().await?),
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
                readers.close();
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
