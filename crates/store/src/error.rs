//! What can go wrong with a database, told apart by what the caller can do about it.

use thiserror::Error as ThisError;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of the database.
#[derive(Debug, ThisError)]
#[error("{context}{source}")]
pub struct Error {
    kind: Kind,
    context: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What the caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The database cannot be reached or is going down: try again later.
    Unavailable,
    /// Another transaction was in the way: try again now.
    Conflict,
    /// The disk is full: nothing was written; free space, then try again.
    DiskFull,
    /// The database takes no writes.
    ReadOnly,
    /// The database was made by a newer version of this program.
    Newer,
    /// The value does not fit its column.
    BadValue,
    /// A mistake in the program.
    Statement,
}

impl Error {
    /// What the caller can do.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the same work may succeed when it is done again.
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Unavailable | Kind::Conflict | Kind::DiskFull | Kind::ReadOnly)
    }

    pub(crate) fn statement(problem: &str, text: &str) -> Self {
        Self { kind: Kind::Statement, context: String::new(), source: format!("{problem}: {text}").into() }
    }

    pub(crate) fn new(kind: Kind, problem: impl Into<String>) -> Self {
        Self { kind, context: String::new(), source: problem.into().into() }
    }

    pub(crate) fn context(mut self, context: impl Into<String>) -> Self {
        self.context = format!("{}: {}", context.into(), self.context);
        self
    }

    /// Stored data that cannot be read back: a damaged row, or one written by another version.
    pub fn damaged(problem: impl Into<String>) -> Self {
        Self::new(Kind::BadValue, problem)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let kind = match &error {
            sqlx::Error::Database(database) => match database.code() {
                Some(code) if database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() => {
                    postgres_kind(&code)
                }
                Some(code) => sqlite_kind(&code),
                None => Kind::Statement,
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => Kind::Unavailable,
            _ => Kind::Statement,
        };
        Self { kind, context: String::new(), source: Box::new(error) }
    }
}

/// By SQLSTATE (PostgreSQL documentation, appendix A).
fn postgres_kind(code: &str) -> Kind {
    match code {
        "40001" | "40P01" | "55P03" | "23505" => Kind::Conflict,
        "53100" => Kind::DiskFull,
        "25006" => Kind::ReadOnly,
        _ if code.starts_with("08") || code.starts_with("57") || code.starts_with("53") => Kind::Unavailable,
        _ if code.starts_with("22") => Kind::BadValue,
        _ => Kind::Statement,
    }
}

/// By result code; the low byte is the primary code (sqlite.org/rescode.html).
fn sqlite_kind(code: &str) -> Kind {
    /// `SQLITE_IOERR_SHMSIZE`: there is no room even for the index of the log.
    const NO_ROOM: &str = "4874";
    if code == NO_ROOM {
        return Kind::DiskFull;
    }
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(5 | 6) => Kind::Conflict,
        Ok(8) => Kind::ReadOnly,
        Ok(13) => Kind::DiskFull,
        Ok(10 | 14) => Kind::Unavailable,
        Ok(18 | 20) => Kind::BadValue,
        _ => Kind::Statement,
    }
}
