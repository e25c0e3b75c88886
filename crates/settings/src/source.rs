//! A value and the layer that it came from.

use std::{fmt, ops::Deref, path::PathBuf};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nobody set it.
    Default,
    /// The configuration file at this path.
    File(PathBuf),
    /// The Clowder document, at this JSON pointer.
    Clowder(&'static str),
    /// This environment variable.
    Env(String),
    /// This command line flag, as written (`--listen`).
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Clowder(pointer) => write!(f, "clowder {pointer}"),
            Self::Env(name) => write!(f, "environment {name}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// A value with its source. Reads like the value itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value in force.
    pub value: T,
    /// The layer that gave it.
    pub source: Source,
}

impl<T> Sourced<T> {
    /// Whether somebody chose this value.
    pub fn is_set(&self) -> bool {
        self.source != Source::Default
    }
}

impl<T> Deref for Sourced<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}
