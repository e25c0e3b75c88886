//! What RBAC's pages ask for (contract inventory-http §15), and the check of schemas (§22).

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, machine, user},
    support::{Answer, World},
};

const GROUPS: &str = "/resource-types/inventory-groups";

async fn ask(world: &World, operation: &str, body: &str) -> Answer {
    ask_as(world, Some(&user("ours")), operation, body).await
}

#[tokio::test]
async fn groups_are_counted_and_listed_by_name() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
            "org_id": "ours", "reporter": "puptoo", "insights_id": "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54"
        }});
        world.take_in(&message, 0).await;
        for name in ["c", "a", "b"] {
            assert_eq!(ask(&world, "POST /groups", &json!({"name": name}).to_string()).await.status, 201);
        }
        ask_as(&world, Some(&user("theirs")), "POST /groups", r#"{"name": "theirs"}"#).await;

        let types = ask(&world, "GET /resource-types?page=2", "").await.json();
        let path = format!("/inventory/v1{GROUPS}");
        let entry = json!({"value": "inventory-groups", "path": path, "count": 4});
        assert_eq!((&types["meta"]["count"], &types["data"]), (&json!(1), &json!([entry])));
        assert_eq!(types["links"]["previous"], "/inventory/v1/resource-types?per_page=10&page=1");

        let names = |answer: &Value| -> Vec<String> {
            answer["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|group| group["name"].as_str().unwrap().to_owned())
                .collect()
        };
        let all = ask(&world, &format!("GET {GROUPS}"), "").await.json();
        assert_eq!(names(&all), ["a", "b", "c"], "without the group of hosts without one");
        assert_eq!(all["meta"]["count"], 3);
        let second = ask(&world, &format!("GET {GROUPS}?per_page=1&page=2"), "").await.json();
        assert_eq!(names(&second), ["b"]);
        let at = |page: i64| json!(format!("{path}?per_page=1&page={page}"));
        assert_eq!(second["links"], json!({"first": at(1), "previous": at(1), "next": at(3), "last": at(3)}));
        assert_eq!(names(&ask(&world, &format!("GET {GROUPS}?name=B"), "").await.json()), ["b"]);
        let none = ask(&world, &format!("GET {GROUPS}?name=nothing"), "").await.json();
        assert_eq!((&none["meta"]["count"], &none["data"]), (&json!(0), &json!([])));
        assert_eq!(ask(&world, &format!("GET {GROUPS}?per_page=101"), "").await.status, 400);
    }
}

#[tokio::test]
async fn only_who_administers_permissions_may_ask() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    for (permission, status) in [("rbac:*:*", 200), ("rbac:*:read", 403), ("inventory:*:*", 403)] {
        world.app.access.permissions =
            granting(json!([{"permission": permission, "resourceDefinitions": []}])).await;
        for path in ["/resource-types", GROUPS] {
            assert_eq!(ask(&world, &format!("GET {path}"), "").await.status, status, "{permission}");
        }
    }
}

#[tokio::test]
async fn schemas_are_checked_for_the_staff_alone() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    let operation = "POST /system_profile/validate_schema";
    let missing = ask(&world, operation, "").await;
    assert_eq!(
        (missing.status, missing.json()["detail"].clone()),
        (400, json!("Missing query parameter 'repo_branch'"))
    );
    assert_eq!(ask(&world, &format!("{operation}?repo_branch=x&days=0"), "").await.status, 400);
    let operation = format!("{operation}?repo_branch=x");
    let skipped = ask(&world, &operation, "").await;
    assert_eq!(
        (skipped.status, skipped.text.as_str()),
        (200, r#"{"message":"Schema validation skipped - running in replica cluster"}"#)
    );
    assert_eq!(ask_as(&world, Some(&machine("ours")), &operation, "").await.status, 403);
    world.app.schema_check.is_replica = false;
    assert_eq!(ask(&world, &operation, "").await.status, 501);
    world.app.schema_check.users = ["another".to_owned()].into();
    let refused = ask(&world, &operation, "").await;
    assert_eq!(refused.json()["detail"], "This endpoint is restricted to HBI Admins.");
}
