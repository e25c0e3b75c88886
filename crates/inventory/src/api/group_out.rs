//! A group as answers show it.

use fleet::Group;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use ground::{OrgId, Timestamp};
use uuid::Uuid;

/// A group (workspace) of hosts (contract inventory-http §14.1).
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupOut<'a> {
    /// Its id.
    pub id: Uuid,
    /// The organisation it belongs to.
    #[schema(value_type = String)]
    pub org_id: &'a OrgId,
    /// The account number of who made it.
    pub account: Option<&'a str>,
    /// Its name; names need not differ.
    pub name: &'a str,
    /// Whether it is the group of hosts without a group.
    pub ungrouped: bool,
    /// When it was made.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    /// When its name or members were last changed.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub updated: Timestamp,
    /// How many members it has that are not culled.
    pub host_count: i64,
}

impl<'a> From<&'a Group> for GroupOut<'a> {
    fn from(group: &'a Group) -> Self {
        Self {
            id: group.id.0,
            org_id: &group.org,
            account: group.account.as_deref(),
            name: &group.name,
            ungrouped: group.ungrouped,
            created: group.created,
            updated: group.updated,
            host_count: group.host_count,
        }
    }
}

/// Writes a point in time as text in UTC.
pub fn shown<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}
