//! Settings of an organisation by which its hosts age (contract inventory-http §9, §16), on both engines.

use serde_json::{Value, json};
use store::{Db, Options};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, user},
    support::{Answer, World},
};

const SETTINGS: &str = "/account/staleness";
const HOUR: i64 = 3_600;

async fn ask(world: &World, operation: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    ask_as(world, Some(&user("ours")), operation, &body).await
}

async fn report(world: &World, org: &str, age_hours: i64) -> String {
    let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user(org)}, "data": {
        "org_id": org, "reporter": "puptoo", "insights_id": "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54"
    }});
    world.take_in(&message, age_hours).await.id.to_string()
}

fn times(stale: i64, warning: i64, delete: i64) -> Value {
    json!({"conventional_time_to_stale": stale, "conventional_time_to_stale_warning": warning,
        "conventional_time_to_delete": delete})
}

#[tokio::test]
async fn settings_are_made_changed_and_dropped() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let defaults = ask(&world, &format!("GET {SETTINGS}"), &Value::Null).await.json();
        assert_eq!((&defaults["id"], &defaults["created"]), (&json!("system_default"), &Value::Null));
        for operation in ["PATCH", "DELETE"] {
            let answer = ask(&world, &format!("{operation} {SETTINGS}"), &json!({})).await;
            assert_eq!(answer.status, 404);
            assert_eq!(answer.json()["detail"], "Staleness record for org_id ours does not exist.");
        }
        let near = ask(&world, &format!("POST {SETTINGS}"), &json!({})).await;
        assert_eq!((near.status, near.json()["id"].clone()), (201, json!("system_default")));

        let made = ask(&world, &format!("POST {SETTINGS}"), &times(1, 2, 3)).await;
        assert_eq!(made.status, 201, "{made:?}");
        let made = made.json();
        assert_eq!(made["org_id"], "ours");
        for kind in ["conventional", "immutable"] {
            for (name, seconds) in [("stale", 1), ("stale_warning", 2), ("delete", 3)] {
                assert_eq!(made[format!("{kind}_time_to_{name}")], seconds);
            }
        }
        assert!(made["created"].as_str().unwrap().ends_with("+00:00"));
        assert_eq!(ask(&world, &format!("GET {SETTINGS}"), &Value::Null).await.json(), made);
        let twice = ask(&world, &format!("POST {SETTINGS}"), &times(1, 2, 4)).await;
        assert_eq!(
            (twice.status, twice.json()),
            (
                400,
                json!({"title": "Integrity error", "detail": "Staleness record for org_id ours already exists."})
            )
        );

        world.clock.set(world.clock.now().plus_seconds(5));
        let delete = json!({"conventional_time_to_delete": 9, "immutable_time_to_delete": 1});
        let changed = ask(&world, &format!("PATCH {SETTINGS}"), &delete).await.json();
        assert_eq!(
            (&changed["conventional_time_to_stale"], &changed["immutable_time_to_delete"]),
            (&json!(1), &json!(9))
        );
        assert_eq!((&changed["id"], &changed["created"]), (&made["id"], &made["created"]));
        assert_ne!(changed["updated"], made["updated"]);
        let all = ask(&world, &format!("GET {SETTINGS}/defaults"), &Value::Null).await.json();
        assert_eq!(all, defaults, "whatever the organisation has set");
        let theirs = ask_as(&world, Some(&user("theirs")), &format!("GET {SETTINGS}"), "").await.json();
        assert_eq!((&theirs["id"], &theirs["org_id"]), (&json!("system_default"), &json!("theirs")));

        let near = times(104_400 + HOUR - 1, 604_800, 2_592_000 - HOUR + 1);
        let answer = ask(&world, &format!("PATCH {SETTINGS}"), &near).await;
        assert_eq!((answer.status, answer.json()), (200, defaults.clone()));
        assert_eq!(ask(&world, &format!("PATCH {SETTINGS}"), &near).await.status, 404);
        let custom = times(104_400 + HOUR, 604_800, 2_592_000);
        assert_ne!(ask(&world, &format!("POST {SETTINGS}"), &custom).await.json()["id"], "system_default");
        let answer = ask(&world, &format!("DELETE {SETTINGS}"), &Value::Null).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert_eq!(ask(&world, &format!("GET {SETTINGS}"), &Value::Null).await.json(), defaults);
    }
}

#[tokio::test]
async fn a_document_that_breaks_a_rule_changes_nothing() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    for (document, detail) in [
        (
            json!({"conventional_time_to_stale": 0}),
            "0 is less than the minimum of 1 - 'conventional_time_to_stale'",
        ),
        (json!({"x": 1}), "Validation Error: {'x': ['Unknown field.']}"),
        (
            times(2, 2, 3),
            "Validation Error: {'_schema': ['conventional_time_to_stale must be lower than conventional_time_to_stale_warning']}",
        ),
    ] {
        let answer = ask(&world, &format!("POST {SETTINGS}"), &document).await;
        assert_eq!(answer.content_type.as_deref(), Some("application/problem+json"));
        assert_eq!((answer.status, answer.json()["detail"].as_str()), (400, Some(detail)));
    }
    let settings = ask(&world, &format!("GET {SETTINGS}"), &Value::Null).await.json();
    assert_eq!(settings["id"], "system_default");
}

#[tokio::test]
async fn hosts_age_by_the_settings_at_once_in_every_process() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        let mut other =
            World { fleet: world.fleet.clone(), clock: world.clock.clone(), app: world.app.clone() };
        other.fleet = fleet::Fleet::open(db, world.clock.clone(), fleet::FleetOptions::default());
        other.app.fleet = other.fleet.clone();
        other.app.shown = inventory::api::ShownHosts::default();
        let host = report(&world, "ours", 2).await;
        report(&world, "theirs", 2).await;
        let made = ask(&world, "POST /groups", &json!({"name": "g", "host_ids": [host]})).await;
        let group = format!("GET /groups/{}", made.json()["id"].as_str().unwrap());
        let total = async |query: &str| {
            let mut found = Vec::new();
            for world in [&world, &other] {
                found.push(
                    ask(world, &format!("GET /hosts{query}"), &Value::Null).await.json()["total"].clone(),
                );
            }
            assert_eq!(found[0], found[1], "one process sees what the other has set");
            found.remove(0)
        };
        let shown = async || ask(&other, "GET /hosts", &Value::Null).await.json()["results"][0].clone();
        let members =
            async || ask(&world, &group, &Value::Null).await.json()["results"][0]["host_count"].clone();
        assert_eq!((total("?staleness=fresh").await, members().await), (json!(1), json!(1)));
        let before = shown().await;

        ask(&world, &format!("POST {SETTINGS}"), &times(HOUR, 3 * HOUR, 4 * HOUR)).await;
        assert_eq!((total("?staleness=fresh").await, total("?staleness=stale").await), (json!(0), json!(1)));
        let after = shown().await;
        assert_ne!(before["stale_timestamp"], after["stale_timestamp"]);
        assert_eq!(after["culled_timestamp"], after["per_reporter_staleness"]["puptoo"]["culled_timestamp"]);

        ask(&other, &format!("PATCH {SETTINGS}"), &times(1, 2, HOUR)).await;
        assert_eq!((total("").await, members().await), (json!(0), json!(0)));
        let by_id = ask(&world, &format!("GET /hosts/{host}"), &Value::Null).await;
        assert_eq!(by_id.status, 404, "it is culled");
        let theirs = ask_as(&world, Some(&user("theirs")), "GET /hosts?staleness=fresh", "").await;
        assert_eq!(theirs.json()["total"], 1);
        assert_ne!(report(&world, "ours", 0).await, host, "a culled host is not recognised");

        ask(&world, &format!("DELETE {SETTINGS}"), &Value::Null).await;
        assert_eq!(total("?staleness=fresh").await, json!(2));
    }
}

#[tokio::test]
async fn both_permissions_are_needed() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    let permission = |name: &str| json!({"permission": name, "resourceDefinitions": []});
    let read = ["staleness:staleness:read", "inventory:hosts:read"];
    let write = ["staleness:*:write", "inventory:*:*"];
    for (names, reads, writes) in [
        (&read[..1], 403, 403),
        (&read[1..], 403, 403),
        (&read, 200, 403),
        (&write[..1], 403, 403),
        (&write, 403, 201),
    ] {
        let granted = names.iter().map(|name| permission(name)).collect();
        world.app.access.permissions = granting(granted).await;
        assert_eq!(ask(&world, &format!("GET {SETTINGS}"), &Value::Null).await.status, reads, "{names:?}");
        assert_eq!(ask(&world, &format!("GET {SETTINGS}/defaults"), &Value::Null).await.status, reads);
        assert_eq!(ask(&world, &format!("POST {SETTINGS}"), &json!({})).await.status, writes, "{names:?}");
    }
}
