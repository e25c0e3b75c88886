//! What is wrong with a configuration.

use std::{fmt, path::PathBuf};

use crate::Source;

/// One reason why the configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// The value is not what the setting takes.
    #[error("`{value}` is not allowed for {name} (from {from}): give {allowed}")]
    Value {
        /// Name of the setting, as `rbac.timeout`.
        name: &'static str,
        /// The text found; masked when it may be a secret.
        value: String,
        /// The layer that it came from.
        from: Source,
        /// What the setting takes, in words.
        allowed: String,
    },
    /// A layer names a setting that does not exist.
    #[error("there is no setting {name} (from {from}): remove it, or compare it with default.toml")]
    Unknown {
        /// The name found.
        name: String,
        /// The layer that it came from.
        from: Source,
    },
    /// A variable of the environment looks like a setting's and is none.
    #[error(
        "there is no setting for {name} (from environment): the nearest is {nearest}; remove it, or compare it with default.toml"
    )]
    Variable {
        /// The variable.
        name: String,
        /// That of a setting which is most like it.
        nearest: String,
    },
    /// A file cannot be read, or is not what it should be.
    #[error("{} cannot be used: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why, in one line.
        reason: String,
    },
    /// `CLOWDER_ENABLED` without a document.
    #[error("CLOWDER_ENABLED is true and ACG_CONFIG is not set: set it to the path of the Clowder document")]
    NoClowderPath,
}

/// Every reason why the configuration cannot be used; shown one a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSettings(pub Vec<BadSetting>);

impl fmt::Display for BadSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for BadSettings {}
