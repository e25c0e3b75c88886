//! Workspaces (groups) that another service makes, renames and deletes, as messages (contract inventory-events §7).

use fleet::Workspace;
use ground::{GroupId, OrgId, Timestamp, any_uuid};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceMessage {
    /// Whose workspace.
    pub org: OrgId,
    /// The account number of the organisation.
    pub account: Option<String>,
    /// What has happened to it.
    pub change: WorkspaceChange,
}

/// What has happened to a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkspaceChange {
    /// It is there.
    Created(Workspace),
    /// It has another name, since this moment if that is told.
    Renamed(GroupId, String, Option<Timestamp>),
    /// It is gone.
    Deleted(GroupId),
}

/// The outbox of the other service: JSON in JSON.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope {
    #[serde(rename = "schema")]
    _schema: Map<String, Value>,
    payload: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    operation: String,
    org_id: String,
    #[serde(default)]
    account_number: Option<String>,
    workspace: WorkspaceIn,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkspaceIn {
    id: String,
    name: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    modified: Option<String>,
}

/// Reads a message; the error says what is wrong with it.
pub fn read(payload: &[u8]) -> Result<WorkspaceMessage, String> {
    let envelope: Envelope = serde_json::from_slice(payload).map_err(|error| error.to_string())?;
    let payload: Payload =
        serde_json::from_str(&envelope.payload).map_err(|error| format!("payload: {error}"))?;
    let WorkspaceIn { id, name, kind, created, modified } = payload.workspace;
    let org = OrgId::parse(&payload.org_id).map_err(|error| format!("org_id: {error}"))?;
    let id = GroupId(any_uuid(&id).ok_or_else(|| format!("workspace.id: `{id}` is no UUID"))?);
    let name = storable(name, "workspace.name", 255)?;
    let account =
        payload.account_number.map(|account| storable(account, "account_number", 36)).transpose()?;
    let time = |text: Option<String>, member: &str| {
        let parse =
            |text: String| Timestamp::parse(&text).map_err(|error| format!("workspace.{member}: {error}"));
        text.map(parse).transpose()
    };
    let (created, modified) = (time(created, "created")?, time(modified, "modified")?);
    let change = match payload.operation.as_str() {
        "create" => WorkspaceChange::Created(Workspace {
            id,
            name,
            ungrouped: kind.is_some_and(|kind| kind == "ungrouped-hosts"),
            created,
            modified,
        }),
        "update" => WorkspaceChange::Renamed(id, name, modified),
        "delete" => WorkspaceChange::Deleted(id),
        _ => return Err("Operation must be 'create', 'update', or 'delete'.".to_owned()),
    };
    Ok(WorkspaceMessage { org, account, change })
}

/// A text that the database takes.
fn storable(text: String, member: &str, most: usize) -> Result<String, String> {
    if text.chars().count() > most {
        return Err(format!("{member}: longer than {most} characters"));
    }
    if text.contains('\0') {
        return Err(format!("{member}: has the character NUL"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

    fn message(payload: &Value) -> Result<WorkspaceMessage, String> {
        read(json!({"schema": {}, "payload": payload.to_string()}).to_string().as_bytes())
    }

    fn payload(operation: &str) -> Value {
        json!({"operation": operation, "org_id": "o", "workspace": {"id": ID, "name": "n", "type": "standard"}})
    }

    #[test]
    fn the_three_operations_are_read() {
        let id = GroupId(ID.parse().unwrap());
        let mut create = payload("create");
        create["workspace"]["type"] = json!("ungrouped-hosts");
        create["workspace"]["created"] = json!("2026-01-01T00:00:00Z");
        create["account_number"] = json!("1");
        let read = message(&create).unwrap();
        assert_eq!((read.org.as_str(), read.account.as_deref()), ("o", Some("1")));
        let created = Timestamp::parse("2026-01-01T00:00:00Z").ok();
        let expected = Workspace { id, name: "n".to_owned(), ungrouped: true, created, modified: None };
        assert_eq!(read.change, WorkspaceChange::Created(expected));
        let renamed = message(&payload("update")).unwrap().change;
        assert_eq!(renamed, WorkspaceChange::Renamed(id, "n".to_owned(), None));
        assert_eq!(message(&payload("delete")).unwrap().change, WorkspaceChange::Deleted(id));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refusal = |payload: &Value| message(payload).unwrap_err();
        assert_eq!(refusal(&payload("x")), "Operation must be 'create', 'update', or 'delete'.");
        for (pointer, value, named) in [
            ("/workspace/id", json!("x"), "workspace.id"),
            ("/workspace/name", json!("x".repeat(256)), "workspace.name"),
            ("/workspace/name", json!("a\u{0}"), "workspace.name"),
            ("/org_id", json!(""), "org_id"),
            ("/workspace/type", json!(1), "payload"),
        ] {
            let mut wrong = payload("create");
            *wrong.pointer_mut(pointer).unwrap() = value;
            assert!(refusal(&wrong).starts_with(named), "{wrong}");
        }
        let mut more = payload("delete");
        more["more"] = json!(1);
        assert!(refusal(&more).starts_with("payload"));
        for bad in ["{", "null", r#"{"payload": "{}"}"#, r#"{"schema": {}, "payload": {}}"#] {
            assert!(read(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
