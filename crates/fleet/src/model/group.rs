//! A group (workspace) of hosts.

use ground::{GroupId, OrgId, Timestamp};
use serde::{Deserialize, Serialize};

/// A group (workspace) of hosts. A host is in at most one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// The organisation it belongs to.
    pub org: OrgId,
    /// The account number of who made it.
    pub account: Option<String>,
    /// Its name; names need not differ.
    pub name: String,
    /// The group of hosts without a group: one in an organisation.
    pub ungrouped: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When its name or members were last changed.
    pub updated: Timestamp,
    /// How many members it has that are not culled.
    pub host_count: i64,
}
