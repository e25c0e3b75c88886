//! Opening a database.

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Db, Error, ErrorKind, Result};

/// What the writing connection of the embedded store keeps of the file, in KiB (so says the minus). With SQLite's 2 MB
/// nearly every page of an index has to be read again for every report of a fleet of thousands.
const WRITE_CACHE: &str = "-16384";
/// After how many pages in the log these are written back into the file: a page that changes often is then written once
/// for many changes. The log takes about so many times 4 KiB on disk.
const CHECKPOINT_PAGES: &str = "4000";

/// When a commit on the embedded store has reached the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Before it is acknowledged: nothing is lost when the machine loses power.
    #[default]
    Full,
    /// At the next checkpoint: the last moments may be lost with the machine's power, never with the program.
    Normal,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections that read at the same time (on PostgreSQL: all connections).
    pub connections: u32,
    /// How long to wait for a connection.
    pub patience: Duration,
    /// Of the embedded store.
    pub durability: Durability,
    /// On a server: the schema of all tables; the server's own default when none is named.
    pub schema: Option<String>,
    /// On a server: the longest time for a statement; none when zero.
    pub statement_timeout: Duration,
    /// On a server: the longest wait for a lock; none when zero.
    pub lock_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 5,
            patience: Duration::from_secs(5),
            durability: Durability::Full,
            schema: None,
            statement_timeout: Duration::ZERO,
            lock_timeout: Duration::ZERO,
        }
    }
}

impl Db {
    /// Opens `postgres://…` or `sqlite:PATH`; the file is made when it does not exist.
    pub async fn open(url: &str, options: &Options) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Self::open_file(Path::new(path.trim_start_matches("//")), options).await;
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Self::open_server(url, options).await;
        }
        let scheme = url.split_once(':').map_or(url, |(scheme, _)| scheme);
        Err(Error::new(
            ErrorKind::Statement,
            format!("a database url starts with postgres:// or sqlite:, this one with `{scheme}`"),
        ))
    }

    /// Opens the embedded store in the file `path`.
    pub async fn open_file(path: &Path, options: &Options) -> Result<Self> {
        let connect = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(match options.durability {
                Durability::Full => SqliteSynchronous::Full,
                Durability::Normal => SqliteSynchronous::Normal,
            })
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .optimize_on_close(true, Some(400))
            .statement_cache_capacity(200);
        let named = |error: Error| error.context(format!("cannot open {}", path.display()));
        let pool = SqlitePoolOptions::new()
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            // SQLite ends a transaction by itself when the disk is full, and the driver never learns of it
            // (sqlx 0.9.0): such a connection would refuse every transaction after that one.
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }));
        let write = pool
            .clone()
            .max_connections(1)
            .acquire_timeout(Duration::from_mins(1))
            .connect_with(
                connect
                    .clone()
                    .pragma("cache_size", WRITE_CACHE)
                    .pragma("wal_autocheckpoint", CHECKPOINT_PAGES),
            )
            .await
            .map_err(|error| named(error.into()))?;
        let read = pool
            .max_connections(options.connections.max(1))
            .acquire_timeout(options.patience)
            .connect_with(connect.pragma("query_only", "1"))
            .await
            .map_err(|error| named(error.into()))?;
        Ok(Self::Sqlite { write, read })
    }

    async fn open_server(url: &str, options: &Options) -> Result<Self> {
        // The driver's own message may repeat the url, and with it the password.
        let connect = PgConnectOptions::from_str(url)
            .map_err(|_| {
                Error::new(
                    ErrorKind::Statement,
                    "the database url cannot be read; write postgres://user:password@host:port/name",
                )
            })?
            .application_name("plumbline")
            .statement_cache_capacity(200)
            .options(server_options(options)?);
        let place = format!(
            "cannot open the database `{}` on {}:{}",
            connect.get_database().unwrap_or(""),
            connect.get_host(),
            connect.get_port()
        );
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(2))
            .acquire_timeout(options.patience)
            .connect_with(connect)
            .await
            .map_err(|error| {
                match error {
                    // The pool tries again until its time is over, and then names no cause.
                    sqlx::Error::PoolTimedOut => Error::new(
                        ErrorKind::Unavailable,
                        format!("no connection within {:?}; is the server running there?", options.patience),
                    ),
                    other => Error::from(other),
                }
                .context(place)
            })?;
        Ok(Self::Postgres(pool))
    }
}

/// What the server is told of each connection.
fn server_options(options: &Options) -> Result<Vec<(&'static str, String)>> {
    let mut told = vec![
        ("statement_timeout", options.statement_timeout.as_millis().to_string()),
        ("lock_timeout", options.lock_timeout.as_millis().to_string()),
    ];
    if let Some(schema) = &options.schema {
        if schema.is_empty() || !schema.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(Error::new(
                ErrorKind::Statement,
                format!("a schema has letters, digits and `_` in its name, not `{schema}`"),
            ));
        }
        told.push(("search_path", schema.clone()));
    }
    Ok(told)
}
