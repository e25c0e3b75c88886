//! Transactions that change hosts: the lock of the organisation, the rows of the log, the write.

pub(crate) mod add_tags;
pub(crate) mod change_row;
pub(crate) mod collector;
mod conflict;
pub(crate) mod delete;
pub(crate) mod edit;
mod event_size;
pub(crate) mod groups;
mod identity_change;
pub(crate) mod loaded_host;
mod maintenance;
pub(crate) mod org_writer;
pub(crate) mod queue;
pub(crate) mod rows;
pub(crate) mod staleness;
pub(crate) mod transaction;
mod workspaces;

pub use collector::Collected;
pub use edit::{Edit, EditOutcome};
pub use groups::GroupOutcome;
pub use identity_change::{IdentityChange, IdentityChangeKind, IdentityOutcome};
pub use workspaces::Workspace;
