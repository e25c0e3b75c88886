//! Staleness settings as answers show them.

use fleet::{OwnStaleness, Staleness};
use ground::{OrgId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// After how many seconds without a report hosts are stale, warned of and as if deleted. Members stand in the order of the
/// contract; those for immutable hosts are copies.
#[derive(Debug, Serialize, ToSchema)]
pub struct StalenessOut<'a> {
    /// Of the settings; `system_default` when the organisation has none of its own.
    pub id: String,
    /// Whose they are.
    #[schema(value_type = String)]
    pub org_id: &'a OrgId,
    /// Stale after.
    pub conventional_time_to_stale: i64,
    /// Warned of after.
    pub conventional_time_to_stale_warning: i64,
    /// As if deleted after.
    pub conventional_time_to_delete: i64,
    /// As `conventional_time_to_stale`.
    pub immutable_time_to_stale: i64,
    /// As `conventional_time_to_stale_warning`.
    pub immutable_time_to_stale_warning: i64,
    /// As `conventional_time_to_delete`.
    pub immutable_time_to_delete: i64,
    /// When the organisation first had its own; null for the defaults.
    pub created: Option<String>,
    /// When they were last changed; null for the defaults.
    pub updated: Option<String>,
}

impl<'a> StalenessOut<'a> {
    /// What an organisation has for itself, else the defaults.
    pub fn new(org: &'a OrgId, own: Option<&OwnStaleness>, defaults: Staleness) -> Self {
        let Staleness { stale, warning, delete } = own.map_or(defaults, |own| own.staleness);
        let shown = |at: Timestamp| at.to_string();
        Self {
            id: own.map_or_else(|| "system_default".to_owned(), |own| own.id.to_string()),
            org_id: org,
            conventional_time_to_stale: stale,
            conventional_time_to_stale_warning: warning,
            conventional_time_to_delete: delete,
            immutable_time_to_stale: stale,
            immutable_time_to_stale_warning: warning,
            immutable_time_to_delete: delete,
            created: own.map(|own| shown(own.created)),
            updated: own.map(|own| shown(own.updated)),
        }
    }
}
