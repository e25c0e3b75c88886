//! What messages are about, and what became of them.

use fleet::StoredReport;

use crate::report::{Invalid, envelope::ParseError};

/// What the messages of a topic are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Hosts: they are created or updated.
    Hosts,
    /// Profiles of hosts that are known (contract inventory-events §6).
    Profiles,
}

/// What became of a message.
#[derive(Debug)]
pub enum Outcome {
    /// It was stored.
    Stored(StoredReport),
    /// It breaks a rule; whoever sent it is told.
    Refused(Invalid),
    /// It is no envelope; nobody can be told.
    Dropped(ParseError),
    /// Its values do not fit the database, which takes others at the same time.
    Failed(String),
}
