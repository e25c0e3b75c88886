//! Workspaces of another service, as groups.

use fleet::ChangeKind;
use ground::OrgId;
use inventory::{
    jobs::workspaces::Workspaces,
    report::workspace::{WorkspaceMessage, read},
};
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, user},
    support::World,
};

const ID: &str = "b94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

fn message(operation: &str, name: &str, kind: &str) -> WorkspaceMessage {
    let workspace = json!({"id": ID, "name": name, "type": kind, "modified": "2026-11-20T12:00:00+00:00"});
    let payload =
        json!({"operation": operation, "org_id": "ours", "account_number": "1", "workspace": workspace});
    read(json!({"schema": {}, "payload": payload.to_string()}).to_string().as_bytes()).unwrap()
}

#[tokio::test]
async fn groups_are_made_renamed_and_deleted_as_another_service_says() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let workspaces = Workspaces { fleet: world.fleet.clone() };
        let report = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
            "org_id": "ours", "reporter": "puptoo", "insights_id": "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54",
        }});
        let host = world.take_in(&report, 0).await.id;
        let ask = async |operation: String, body: &Value| {
            let body = if body.is_null() { String::new() } else { body.to_string() };
            ask_as(&world, Some(&user("ours")), &operation, &body).await
        };
        let name = async || {
            ask(format!("GET /groups/{ID}"), &Value::Null).await.json()["results"][0]["name"].clone()
        };
        let of_host = async || {
            ask(format!("GET /hosts/{host}"), &Value::Null).await.json()["results"][0]["groups"][0]["name"]
                .clone()
        };
        let org = OrgId::parse("ours").unwrap();

        // A name is not held to the rules of the API.
        workspaces.apply(&message("create", "a/b", "standard")).await.unwrap();
        assert_eq!(name().await, "a/b", "{}", database.engine());
        workspaces.apply(&message("create", "again", "standard")).await.unwrap();
        assert_eq!(name().await, "a/b", "what is there stays");
        let joined = ask(format!("POST /groups/{ID}/hosts"), &json!([host])).await;
        assert_eq!(joined.status, 200, "{joined:?}");

        let before = world.fleet.log_head(&org).await.unwrap().seq;
        workspaces.apply(&message("update", "c", "standard")).await.unwrap();
        assert_eq!((name().await, of_host().await), (json!("c"), json!("c")));
        let changes = world.fleet.changes(&org, before, 10).await.unwrap();
        let kinds: Vec<_> = changes.iter().map(|change| (change.kind, change.host.id)).collect();
        assert_eq!(kinds, [(ChangeKind::Updated, host)], "every member is told of");
        workspaces.apply(&message("update", "c", "standard")).await.unwrap();
        assert_eq!(
            world.fleet.log_head(&org).await.unwrap().seq,
            before + 1,
            "the same message again tells nothing"
        );

        workspaces.apply(&message("delete", "c", "standard")).await.unwrap();
        assert_eq!(ask(format!("GET /groups/{ID}"), &Value::Null).await.status, 404);
        assert_eq!(of_host().await, "Ungrouped Hosts");
        for operation in ["update", "delete"] {
            workspaces.apply(&message(operation, "x", "standard")).await.unwrap();
        }
        // There is one group of hosts without a group.
        workspaces.apply(&message("create", "second", "ungrouped-hosts")).await.unwrap();
        assert_eq!(ask(format!("GET /groups/{ID}"), &Value::Null).await.status, 404);
    }
}
