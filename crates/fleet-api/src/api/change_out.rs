//! A row of the log as answers show it.

use fleet::{Change, MatchedOn};
use ground::Timestamp;
use serde::{Serialize, Serializer};
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that happened to a host.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeOut<'a> {
    /// Its number in the log: higher is later.
    pub seq: i64,
    /// When it was written.
    #[serde(serialize_with = "shown")]
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `created`, `updated`, `seen` (nothing but the times changed) or `deleted`.
    pub kind: &'static str,
    /// Why: `report`, `profile`, `volatile` (a report in which nothing differs but volatile facts), `check-in`, `rename`, `facts`, `group`, `tags`, `delete`, `merge`, `split`, `undo` or `import`.
    pub cause: &'a str,
    /// Whose report it was.
    pub reporter: Option<&'a str>,
    /// On which fact the report matched the host.
    pub matched: Option<&'static str>,
    /// The host.
    pub host: HostRef<'a>,
}

/// A host in a list of changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostRef<'a> {
    /// Its id.
    pub id: Uuid,
    /// The name that people saw after the change.
    pub display_name: &'a str,
}

impl<'a> From<&'a Change> for ChangeOut<'a> {
    fn from(change: &'a Change) -> Self {
        Self {
            seq: change.seq,
            at: change.at,
            kind: change.kind.name(),
            cause: &change.cause,
            reporter: change.reporter.as_deref(),
            matched: change.matched.map(MatchedOn::name),
            host: HostRef { id: change.host.id.0, display_name: &change.host.display_name },
        }
    }
}

/// Writes a point in time as text in UTC.
pub fn shown<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(at)
}
