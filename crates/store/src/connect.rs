//! Opening a database.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Connection as _,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Semaphore;

use crate::{Db, Error, ErrorKind, Result, Sql, wal::Wal};

/// What the writing connection of the embedded store keeps of the file, in KiB (so says the minus). With SQLite's 2 MB
/// nearly every page of an index has to be read again for every report of a fleet of thousands.
const WRITE_CACHE_KIB: &str = "-16384";
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

/// How the connection to a server is protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// What is checked.
    pub check: TlsCheck,
    /// The certificates that the server's must come from; without any, those that browsers trust.
    pub authorities: Option<Authorities>,
}

/// What is checked of a server before it is told anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsCheck {
    /// That it encrypts.
    Encryption,
    /// And that its certificate comes from an authority that is trusted.
    Authority,
    /// And that the certificate is that of the host.
    Host,
}

/// Certificates of authorities (PEM).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorities {
    /// In a file.
    File(PathBuf),
    /// As text.
    Text(String),
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Connections that read at the same time (on PostgreSQL: all connections).
    pub connections: u32,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// Of the embedded store.
    pub durability: Durability,
    /// Of the embedded store: bytes of the write-ahead log beyond which a writer waits for the readers to let it begin anew.
    pub max_wal_bytes: u64,
    /// On a server: the schema of all tables; the server's own default when none is named.
    pub schema: Option<String>,
    /// On a server: what its connection has to be at the least, whatever the url says.
    pub tls: Option<Tls>,
    /// On a server: the longest time for a statement; none when zero.
    pub statement_timeout: Duration,
    /// On a server: the longest wait for a lock; none when zero.
    pub lock_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connections: 5,
            acquire_timeout: Duration::from_secs(5),
            durability: Durability::Full,
            max_wal_bytes: 64 << 20,
            schema: None,
            tls: None,
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
                    .pragma("cache_size", WRITE_CACHE_KIB)
                    .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                    .pragma("journal_size_limit", options.max_wal_bytes.to_string()),
            )
            .await
            .map_err(|error| named(error.into()))?;
        let read = pool
            .max_connections(options.connections.max(1))
            .acquire_timeout(options.acquire_timeout)
            .connect_with(connect.pragma("query_only", "1"))
            .await
            .map_err(|error| named(error.into()))?;
        Ok(Self::Sqlite { write, read, wal: Arc::new(Wal::new(path, options.max_wal_bytes)) })
    }

    /// The time of the database server, in microseconds since 1970; `None` when the store is embedded and has this machine's.
    pub async fn server_micros(&self) -> Result<Option<i64>> {
        match self {
            Self::Sqlite { .. } => Ok(None),
            Self::Postgres { .. } => {
                self.read_one(Sql::new("SELECT {now}")).await?.map(|row| row.get(0)).transpose()
            }
        }
    }

    /// How the connection to the server is encrypted, as the server sees it: `TLSv1.3`; `None` for one in plain text. The
    /// embedded store has no connection.
    pub async fn encryption(&self) -> Result<Option<String>> {
        match self {
            Self::Sqlite { .. } => Ok(None),
            Self::Postgres { pool, .. } => {
                let asked = "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
                Ok(sqlx::query_scalar(asked).fetch_optional(pool).await?)
            }
        }
    }

    async fn open_server(url: &str, options: &Options) -> Result<Self> {
        // The driver's own message may repeat the url, and with it the password.
        let connect = PgConnectOptions::from_str(&without_unknown(url))
            .map_err(|_| {
                Error::new(
                    ErrorKind::Statement,
                    "the database url cannot be read; write postgres://user:password@host:port/name",
                )
            })?
            .application_name("plumbline")
            .statement_cache_capacity(200)
            .options(server_options(options)?);
        let connect = options.tls.iter().fold(connect, protected);
        let place = format!(
            "cannot open the database `{}` on {}:{}",
            connect.get_database().unwrap_or(""),
            connect.get_host(),
            connect.get_port()
        );
        let connections = options.connections.max(2);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(options.acquire_timeout)
            .connect_with(connect)
            .await
            .map_err(|error| {
                match error {
                    // The pool tries again until its time is over, and then names no cause.
                    sqlx::Error::PoolTimedOut => Error::new(
                        ErrorKind::Unavailable,
                        format!(
                            "no connection within {:?}; is the server running there?",
                            options.acquire_timeout
                        ),
                    ),
                    other => Error::from(other),
                }
                .context(place)
            })?;
        let writers = Arc::new(Semaphore::new(max_writers(connections)));
        Ok(Self::Postgres { pool, writers, acquire_timeout: options.acquire_timeout })
    }
}

/// The url without parameters that the driver does not know: it would log them with their values, which may be secrets.
fn without_unknown(url: &str) -> String {
    const KNOWN: [&str; 18] = [
        "sslmode",
        "ssl-mode",
        "sslrootcert",
        "ssl-root-cert",
        "ssl-ca",
        "sslcert",
        "ssl-cert",
        "sslkey",
        "ssl-key",
        "statement-cache-capacity",
        "host",
        "hostaddr",
        "port",
        "dbname",
        "user",
        "password",
        "application_name",
        "options",
    ];
    let Some((place, parameters)) = url.split_once('?') else { return url.to_owned() };
    let known = |parameter: &&str| {
        let name = parameter.split_once('=').map(|(name, _)| name);
        let known = name.is_some_and(|name| KNOWN.contains(&name) || name.starts_with("options["));
        if !known {
            let name = name.unwrap_or("without a name");
            tracing::warn!(
                parameter = name,
                "the database url has a parameter that means nothing here; it is ignored"
            );
        }
        known
    };
    let parameters: Vec<&str> = parameters.split('&').filter(known).collect();
    if parameters.is_empty() { place.to_owned() } else { format!("{place}?{}", parameters.join("&")) }
}

/// A connection that is at least as protected as this.
fn protected(connect: PgConnectOptions, tls: &Tls) -> PgConnectOptions {
    let strictness = |mode: PgSslMode| match mode {
        PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer => 0,
        PgSslMode::Require => 1,
        PgSslMode::VerifyCa => 2,
        PgSslMode::VerifyFull => 3,
    };
    let mode = match tls.check {
        TlsCheck::Encryption => PgSslMode::Require,
        TlsCheck::Authority => PgSslMode::VerifyCa,
        TlsCheck::Host => PgSslMode::VerifyFull,
    };
    let stricter = strictness(mode) > strictness(connect.get_ssl_mode());
    let connect = if stricter { connect.ssl_mode(mode) } else { connect };
    match &tls.authorities {
        Some(Authorities::File(path)) => connect.ssl_root_cert(path),
        Some(Authorities::Text(text)) => connect.ssl_root_cert_from_pem(text.clone().into_bytes()),
        None => connect,
    }
}

/// Connections that writers may have at the same time: the others are for those who read.
fn max_writers(connections: u32) -> usize {
    connections.saturating_sub(2).max(1) as usize
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_does_not_know_does_not_reach_it() {
        for (url, kept) in [
            (
                "postgres://h/n?sslmode=require&token=hush&options[a]=b",
                "postgres://h/n?sslmode=require&options[a]=b",
            ),
            ("postgres://h/n?hush", "postgres://h/n"),
            ("postgres://h/n", "postgres://h/n"),
        ] {
            assert_eq!(without_unknown(url), kept);
        }
    }

    #[test]
    fn of_the_url_and_the_setting_the_stricter_counts() {
        let mode = |url: &str, check| {
            let tls = Tls { check, authorities: None };
            protected(PgConnectOptions::from_str(url).unwrap(), &tls).get_ssl_mode()
        };
        assert!(matches!(mode("postgres://h/n", TlsCheck::Host), PgSslMode::VerifyFull));
        assert!(matches!(mode("postgres://h/n?sslmode=disable", TlsCheck::Authority), PgSslMode::VerifyCa));
        assert!(matches!(
            mode("postgres://h/n?sslmode=verify-full", TlsCheck::Encryption),
            PgSslMode::VerifyFull
        ));
    }
}
