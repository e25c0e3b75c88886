//! The topics that the log is published to.

use fleet::{Cause, Change, ChangeKind};

/// What a follower of the log publishes to. Each has a position and a lease of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayTopic {
    /// Host events.
    Events,
    /// Notifications of new and deleted hosts.
    Notifications,
    /// Nowhere: nobody listens. What it passes over, a publishing relay still owes.
    Nobody,
}

impl RelayTopic {
    /// Those of an inventory whose log is published, or is not.
    pub(super) const fn all(is_published: bool) -> &'static [Self] {
        if is_published { &[Self::Events, Self::Notifications] } else { &[Self::Nobody] }
    }

    /// The names of the followers of a log that is published, or is not: what they have not dealt with must stay.
    pub fn followers(is_published: bool) -> Vec<&'static str> {
        Self::all(is_published).iter().map(|topic| topic.follower()).collect()
    }

    /// The name among leases and positions.
    pub fn follower(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Notifications => "notifications",
            Self::Nobody => "nobody",
        }
    }

    /// The name of the work in `/health`.
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::Events => "relay of events",
            Self::Notifications => "relay of notifications",
            Self::Nobody => "relay",
        }
    }

    /// Whether a row gives a message. A host that another inventory had is no new one for people.
    pub(super) fn tells(self, change: &Change) -> bool {
        match self {
            Self::Events => true,
            Self::Notifications => match change.kind {
                ChangeKind::Created => change.cause != Cause::Import.name(),
                ChangeKind::Deleted => true,
                ChangeKind::Updated | ChangeKind::Seen => false,
            },
            Self::Nobody => false,
        }
    }
}
