//! A row of the log.

use std::sync::Arc;

use ground::Timestamp;
use profile::Digest;

use crate::{Error, Host, MatchedOn, Result, SectionMap};

/// What a row of the log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// The host is new.
    Created,
    /// Something of it changed.
    Updated,
    /// It was heard of and nothing changed but the times.
    Seen,
    /// It was removed.
    Deleted,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Created, Self::Updated, Self::Seen, Self::Deleted];

    /// The word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Seen => "seen",
            Self::Deleted => "deleted",
        }
    }

    pub(crate) fn from_name(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| Error::damaged(format!("the log has a row of kind `{name}`")))
    }
}

/// Why a row was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A report.
    Report,
    /// A report of the profile alone.
    Profile,
    /// A report in which nothing differs but volatile facts: it is kept and does not count as a change.
    Volatile,
    /// A check-in without a report.
    CheckIn,
    /// A new name.
    Rename,
    /// Facts were merged or replaced.
    Facts,
    /// The host's group, or its name, changed.
    Group,
    /// Tags were added or removed.
    Tags,
    /// Somebody asked for the removal.
    Delete,
    /// Two hosts became one.
    Merge,
    /// One host became two.
    Split,
    /// A merge or a split was undone.
    Undo,
    /// Another inventory had it so.
    Import,
}

impl Cause {
    /// The word in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Report => "report",
            Self::Profile => "profile",
            Self::Volatile => "volatile",
            Self::CheckIn => "check-in",
            Self::Rename => "rename",
            Self::Facts => "facts",
            Self::Group => "group",
            Self::Tags => "tags",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::Undo => "undo",
            Self::Import => "import",
        }
    }
}

/// One row of the log: a whole state.
#[derive(Debug, Clone)]
pub struct Change {
    /// Its number in the organisation: higher is later, in the order of commits.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// What happened.
    pub kind: ChangeKind,
    /// Why: one of the words of [`Cause::name`].
    pub cause: String,
    /// Whose report it was.
    pub reporter: Option<String>,
    /// On which fact the report matched the host.
    pub matched: Option<MatchedOn>,
    /// The state after it; of a deleted host, the last one.
    pub host: Arc<Host>,
    /// The sections of the profile after it.
    pub sections: Arc<SectionMap>,
    /// The id of the request that caused it.
    pub request_id: Option<String>,
    /// Whether a person deleted the host in the browser.
    pub by_frontend: bool,
    /// The sender's metadata, as [`Fleet::origins`] finds it.
    pub metadata: Option<Digest>,
}
