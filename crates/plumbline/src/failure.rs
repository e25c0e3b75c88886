//! Why a command did not do what was asked, and with which exit code it ends.

use std::process::ExitCode;

use thiserror::Error;

/// A result of a command.
pub type Result<T> = std::result::Result<T, Failure>;

/// Why a command failed. The text names the input and says what to do.
#[derive(Debug, Error)]
pub enum Failure {
    /// What was asked for is not possible as it was asked. Exit code 2, as for a command line that cannot be read.
    #[error("{0}")]
    Usage(String),
    /// Something that is needed is not there or does not work. Exit code 1.
    #[error("{0}")]
    Runtime(String),
    /// Whoever read the output has gone away. Said to nobody.
    #[error("the output is not read any more")]
    Unread,
}

impl Failure {
    /// What a service says: a failure of this program, a setting that does not allow what was asked for, or something else
    /// that does not work.
    pub fn of_service(error: service::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => *failure,
            Err(error) if error.is::<service::Misconfigured>() => Self::Usage(error.to_string()),
            Err(error) => Self::Runtime(error.to_string()),
        }
    }

    /// The code for the shell.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Runtime(_) => ExitCode::FAILURE,
            Self::Unread => ExitCode::SUCCESS,
        }
    }
}

impl From<settings::BadSettings> for Failure {
    fn from(error: settings::BadSettings) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}

impl From<fleet::Error> for Failure {
    fn from(error: fleet::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}
