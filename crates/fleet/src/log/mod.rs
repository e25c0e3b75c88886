//! The log of changes: reading it, following it, and what differs between its rows.

pub(crate) mod differences;
pub(crate) mod feed;
pub(crate) mod followers;
mod head;
pub(crate) mod read;
pub(crate) mod recent_changes;
pub(crate) mod timeline;

pub use feed::{ChangeQuery, Feed, Start};
pub use followers::FollowerLag;
pub use head::LogHead;
pub use timeline::TimelineEntry;
