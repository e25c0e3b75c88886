//! Rows of the outbox: what Kessel is told of hosts (contract inventory-events §12).

use fleet::{ChangeKind, Host, TimelineEntry};
use serde_json::{Value, json};
use uuid::Uuid;

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxRow {
    /// The host.
    pub host: Uuid,
    /// `ReportResource` or `DeleteResource`.
    pub operation: &'static str,
    /// What is told.
    pub payload: Value,
}

/// What a row of the log tells; `None` where nothing differs that is told.
pub fn row(entry: &TimelineEntry) -> Option<OutboxRow> {
    let host = &*entry.change.host;
    let is_told = match entry.change.kind {
        ChangeKind::Deleted => {
            return Some(OutboxRow {
                host: host.id.0,
                operation: "DeleteResource",
                payload: json!({
                    "reference": {"resource_type": "host", "resource_id": host.id, "reporter": {"type": "HBI"}},
                }),
            });
        }
        ChangeKind::Created => true,
        ChangeKind::Updated => entry.before.as_ref().is_none_or(|before| differs(&before.host, host)),
        ChangeKind::Seen => false,
    };
    is_told.then(|| OutboxRow { host: host.id.0, operation: "ReportResource", payload: reported(host) })
}

fn differs(before: &Host, after: &Host) -> bool {
    reporter(before) != reporter(after) || workspace(before) != workspace(after)
}

fn reported(host: &Host) -> Value {
    let common = workspace(host).map_or_else(|| json!({}), |id| json!({"workspace_id": id}));
    json!({
        "type": "host",
        "reporter_type": "hbi",
        "reporter_instance_id": "redhat",
        "representations": {
            "metadata": {
                "local_resource_id": host.id,
                "api_href": "https://apihref.com/",
                "console_href": "https://www.console.com/",
                "reporter_version": "1.0",
                "transaction_id": Uuid::new_v4(),
            },
            "common": common,
            "reporter": reporter(host),
        },
    })
}

fn workspace(host: &Host) -> Option<String> {
    host.group.as_ref().map(|group| group.id.to_string())
}

/// What tells the host apart at the other service.
fn reporter(host: &Host) -> Value {
    let facts = &host.canonical_facts;
    json!({
        "satellite_id": facts.satellite_id,
        "subscription_manager_id": facts.subscription_manager_id,
        "insights_id": facts.insights_id,
        "ansible_host": host.ansible_host,
    })
}
