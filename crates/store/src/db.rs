//! A database that is open.

use std::{sync::Arc, time::Duration};

use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use tokio::{sync::Semaphore, time::timeout};

use crate::{Dialect, Error, ErrorKind, Result, Row, Sql, Tx, tx::Connection, wal::Wal};

/// PostgreSQL plans a statement anew for its values as long as it thinks that worth while, and with a batch of keys, on
/// tables of which it has no statistics yet, it reads the whole table. Statements that name their rows have one good
/// plan, by index, and are planned once.
const PLANNED_ONCE: &str = "SET LOCAL plan_cache_mode = force_generic_plan";

/// An open database. On a server some connections are kept for those who read: writers, who may wait for one another, never have
/// all of them. Cloning it gives another handle to the same connections.
#[derive(Debug, Clone)]
pub enum Db {
    #[doc(hidden)]
    Postgres { pool: PgPool, writers: Arc<Semaphore>, acquire_timeout: Duration },
    /// One connection writes, several read.
    #[doc(hidden)]
    Sqlite { write: SqlitePool, read: SqlitePool, wal: Arc<Wal> },
}

impl Db {
    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres { .. } => Dialect::Postgres,
            Self::Sqlite { .. } => Dialect::Sqlite,
        }
    }

    /// How many connections are open, and how many of these nobody uses.
    pub fn connections(&self) -> (u32, usize) {
        match self {
            Self::Postgres { pool, .. } => (pool.size(), pool.num_idle()),
            Self::Sqlite { write, read, .. } => {
                (write.size() + read.size(), write.num_idle() + read.num_idle())
            }
        }
    }

    /// All rows of a statement that changes nothing.
    pub async fn read(&self, sql: Sql) -> Result<Vec<Row>> {
        match self {
            Self::Postgres { pool, .. } => {
                Connection::Postgres(&mut *pool.acquire().await?).fetch_all(sql).await
            }
            Self::Sqlite { read, .. } => Connection::Sqlite(&mut *read.acquire().await?).fetch_all(sql).await,
        }
    }

    /// Gives each row of a statement that changes nothing to `take`, without holding them all at once.
    pub async fn each<E: From<Error>>(
        &self,
        sql: Sql,
        take: impl FnMut(Row) -> std::result::Result<(), E> + Send,
    ) -> std::result::Result<(), E> {
        match self {
            Self::Postgres { pool, .. } => {
                let mut connection = pool.acquire().await.map_err(Error::from)?;
                Connection::Postgres(&mut connection).each(sql, take).await
            }
            Self::Sqlite { read, .. } => {
                let mut connection = read.acquire().await.map_err(Error::from)?;
                Connection::Sqlite(&mut connection).each(sql, take).await
            }
        }
    }

    /// The first row of a statement that changes nothing.
    pub async fn read_one(&self, sql: Sql) -> Result<Option<Row>> {
        Ok(self.read(sql).await?.into_iter().next())
    }

    /// Starts a transaction that may write. On SQLite it is the only writer until it ends.
    #[expect(clippy::disallowed_methods, reason = "this is the guarded form that the lint points to")]
    pub async fn begin(&self) -> Result<Tx> {
        let db = self.clone();
        begun(async move {
            Ok(match &db {
                Self::Postgres { pool, writers, acquire_timeout } => {
                    let permit = timeout(*acquire_timeout, writers.clone().acquire_owned()).await;
                    let permit =
                        permit.ok().and_then(std::result::Result::ok).ok_or(sqlx::Error::PoolTimedOut)?;
                    let begin = AssertSqlSafe(format!("BEGIN; {PLANNED_ONCE}"));
                    Tx::Postgres(pool.begin_with(begin).await?, Some(permit))
                }
                Self::Sqlite { write, wal, .. } => {
                    wal.shrink(write).await?;
                    Tx::Sqlite(write.begin_with(AssertSqlSafe("BEGIN IMMEDIATE".to_owned())).await?)
                }
            })
        })
        .await
    }

    /// Runs one statement in a transaction of its own; how many rows it changed. They are on the disk when this returns.
    pub async fn execute(&self, sql: Sql) -> Result<u64> {
        let mut tx = self.begin().await?;
        let changed = tx.execute(sql).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// A transaction for several reads that must see one state of the database.
    pub async fn snapshot(&self) -> Result<Tx> {
        self.reading("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()).await
    }

    /// The same for statements that name the rows they want, many at a time.
    pub async fn snapshot_by_key(&self) -> Result<Tx> {
        self.reading(format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {PLANNED_ONCE}")).await
    }

    #[expect(clippy::disallowed_methods, reason = "this is the guarded form that the lint points to")]
    async fn reading(&self, begin: String) -> Result<Tx> {
        let db = self.clone();
        begun(async move {
            Ok(match &db {
                Self::Postgres { pool, .. } => {
                    Tx::Postgres(pool.begin_with(AssertSqlSafe(begin)).await?, None)
                }
                Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            })
        })
        .await
    }

    /// Has the database look at what stands in these tables now, so that it plans by it. By itself PostgreSQL does so within
    /// a minute, SQLite when it is closed.
    pub async fn make_statistics(&self, tables: &[&str]) -> Result<()> {
        let statements = match self {
            Self::Postgres { .. } => vec![format!("ANALYZE {}", tables.join(", "))],
            // Of each index a few hundred entries are read.
            Self::Sqlite { .. } => {
                let each = tables.iter().map(|table| format!("ANALYZE {table}"));
                ["PRAGMA analysis_limit = 400".to_owned()].into_iter().chain(each).collect()
            }
        };
        let mut tx = self.begin().await?;
        for statement in statements {
            tx.execute(Sql::new(statement)).await?;
        }
        tx.commit().await
    }

    /// Closes all connections; on SQLite the log is written back into the file.
    pub async fn close(&self) {
        match self {
            Self::Postgres { pool, .. } => pool.close().await,
            Self::Sqlite { write, read, .. } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

/// A transaction that is begun in a task of its own: a caller who goes away half-way (a client that hangs up) would
/// otherwise leave an open transaction in the pool (sqlx 0.9.0).
async fn begun(beginning: impl Future<Output = sqlx::Result<Tx>> + Send + 'static) -> Result<Tx> {
    match tokio::spawn(beginning).await {
        Ok(transaction) => Ok(transaction?),
        Err(stopped) => Err(Error::new(ErrorKind::Unavailable, stopped.to_string())),
    }
}
