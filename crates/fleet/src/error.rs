//! What can go wrong with the record.

use ground::Transient;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure that is not the caller's: the database, or damaged data in it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Another process has taken in messages of the same source meanwhile, perhaps these. Nothing was stored.
    #[error("another process has taken in messages of the same topic meanwhile")]
    Overtaken,
    /// A fault of this program: a task that panicked, a semaphore that was closed.
    #[error("internal error: {0}")]
    Internal(String),
    /// Stored data that cannot be read back.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
}

impl Error {
    pub(crate) fn damaged(problem: impl Into<String>) -> Self {
        Self::Damaged(problem.into())
    }

    pub(crate) fn internal(problem: &impl std::fmt::Display) -> Self {
        Self::Internal(problem.to_string())
    }

    /// A section that something refers to is not there.
    pub fn missing(section: profile::Digest) -> Self {
        Self::damaged(format!("section {section} is missing"))
    }

    /// Whether what was to be stored is at fault: its values do not fit, or what is stored of the same host is damaged. Other
    /// reports may be stored at the same time. Everything else is the matter of the database, or of the program.
    pub fn is_of_the_report(&self) -> bool {
        self.is_damage() || matches!(self, Self::Store(error) if error.is_bad_value())
    }

    /// Whether stored data cannot be read back.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Store(error) => error.kind() == store::ErrorKind::Damaged,
            Self::Overtaken | Self::Internal(_) => false,
        }
    }
}

impl Transient for Error {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_transient())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::damaged(error.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::damaged(error.to_string())
    }
}
