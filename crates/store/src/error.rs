//! What can go wrong with a database, told apart by what the caller can do about it.

use ground::Transient;
use thiserror::Error as ThisError;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of the database.
#[derive(Debug, ThisError)]
#[error("{context}{source}")]
pub struct Error {
    kind: ErrorKind,
    context: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// What the caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
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
    /// The value does not fit its column: the same work with other values may succeed.
    BadValue,
    /// Stored data cannot be read back: a damaged row, or one written by another version.
    Damaged,
    /// The statement and the tables do not fit: a mistake in the program, a table that is missing or was altered, a right
    /// that was taken away. Nobody's data is at fault, and an operator may mend it.
    Statement,
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unavailable | ErrorKind::Conflict | ErrorKind::DiskFull | ErrorKind::ReadOnly
        )
    }
}

impl Error {
    /// What the caller can do.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether the values are at fault: other values may succeed at the same time. Everything else is the database's matter.
    pub fn is_bad_value(&self) -> bool {
        self.kind == ErrorKind::BadValue
    }

    pub(crate) fn statement(problem: &str, text: &str) -> Self {
        Self {
            kind: ErrorKind::Statement,
            context: String::new(),
            source: format!("{problem}: {text}").into(),
        }
    }

    pub(crate) fn new(kind: ErrorKind, problem: impl Into<String>) -> Self {
        Self { kind, context: String::new(), source: problem.into().into() }
    }

    pub(crate) fn context(mut self, context: impl Into<String>) -> Self {
        self.context = format!("{}: {}", context.into(), self.context);
        self
    }

    /// Stored data that cannot be read back: a damaged row, or one written by another version.
    pub fn damaged(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Damaged, problem)
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
                None => ErrorKind::Statement,
            },
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => ErrorKind::Damaged,
            sqlx::Error::Encode(_) => ErrorKind::BadValue,
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_) => ErrorKind::Unavailable,
            _ => ErrorKind::Statement,
        };
        Self { kind, context: String::new(), source: Box::new(error) }
    }
}

/// By SQLSTATE (PostgreSQL documentation, appendix A).
fn postgres_kind(code: &str) -> ErrorKind {
    match code {
        "40001" | "40P01" | "55P03" | "23505" => ErrorKind::Conflict,
        "53100" => ErrorKind::DiskFull,
        "25006" => ErrorKind::ReadOnly,
        // A required value is missing, or a check or a reference is not met.
        "23502" | "23503" | "23514" | "23P01" => ErrorKind::BadValue,
        // A pool between us and the server gave this transaction a connection that has other statements prepared; or there is
        // no such database.
        "26000" | "42P05" | "3D000" => ErrorKind::Unavailable,
        _ => match &code[..code.len().min(2)] {
            "08" | "28" | "53" | "55" | "57" | "58" | "XX" => ErrorKind::Unavailable,
            "22" => ErrorKind::BadValue,
            _ => ErrorKind::Statement,
        },
    }
}

/// By result code; the low byte is the primary code (sqlite.org/rescode.html).
fn sqlite_kind(code: &str) -> ErrorKind {
    /// `SQLITE_IOERR_SHMSIZE`: there is no room even for the index of the log.
    const NO_ROOM: &str = "4874";
    /// `SQLITE_CONSTRAINT_CHECK`, `SQLITE_CONSTRAINT_NOTNULL`, `SQLITE_CONSTRAINT_FOREIGNKEY`.
    const OF_VALUES: [&str; 3] = ["275", "1299", "787"];
    /// `SQLITE_CONSTRAINT_PRIMARYKEY`, `SQLITE_CONSTRAINT_UNIQUE`: another transaction has it already.
    const TAKEN: [&str; 2] = ["1555", "2067"];
    if code == NO_ROOM {
        return ErrorKind::DiskFull;
    }
    if OF_VALUES.contains(&code) {
        return ErrorKind::BadValue;
    }
    if TAKEN.contains(&code) {
        return ErrorKind::Conflict;
    }
    match code.parse::<i32>().map(|code| code & 0xff) {
        Ok(5 | 6) => ErrorKind::Conflict,
        Ok(8) => ErrorKind::ReadOnly,
        Ok(13) => ErrorKind::DiskFull,
        Ok(10 | 14) => ErrorKind::Unavailable,
        Ok(18 | 20) => ErrorKind::BadValue,
        _ => ErrorKind::Statement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_depends_on_the_values_is_a_bad_value() {
        for code in ["22001", "22021", "22P02", "23502", "23503", "23514"] {
            assert_eq!(postgres_kind(code), ErrorKind::BadValue, "{code}");
        }
        for code in [
            "28000", "28P01", "3D000", "42501", "42P01", "42703", "58030", "XX000", "26000", "42P05", "0A000",
        ] {
            assert_ne!(postgres_kind(code), ErrorKind::BadValue, "{code}");
        }
        for (code, kind) in [
            ("275", ErrorKind::BadValue),
            ("1299", ErrorKind::BadValue),
            ("1", ErrorKind::Statement),
            ("2067", ErrorKind::Conflict),
        ] {
            assert_eq!(sqlite_kind(code), kind, "{code}");
        }
    }

    #[test]
    fn what_goes_away_by_itself_is_transient() {
        for code in ["08006", "28P01", "3D000", "53300", "57P01", "58030", "XX000", "26000", "42P05"] {
            assert_eq!(postgres_kind(code), ErrorKind::Unavailable, "{code}");
        }
    }
}
