//! What is switched on for some organisations.

use std::time::Duration;

use clients::Trust;
use ground::OrgId;
use inventory::flags::{Flag, Flags, Orgs, Switches};
use serde_json::json;
use testkit::{TestDatabase, callers::answering, eventually};

use crate::{
    callers::{ask_as, granting, user},
    support::World,
};

#[tokio::test]
async fn one_organisation_is_read_only_and_another_is_not() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    world.app.flags = Flags::new(Switches { read_only: Orgs::listed("ours"), ..Switches::default() });
    let body = r#"{"name": "g"}"#;
    let refused = ask_as(&world, Some(&user("ours")), "POST /groups", body).await;
    assert_eq!(
        (refused.status, &refused.json()["detail"]),
        (503, &json!("Inventory API is currently in read-only mode."))
    );
    assert_eq!(ask_as(&world, Some(&user("ours")), "GET /groups", "").await.status, 200);
    assert_eq!(ask_as(&world, Some(&user("theirs")), "POST /groups", body).await.status, 201);
    // Views are no part of it.
    let view = r#"{"name": "v", "configuration": {"columns": []}}"#;
    assert_eq!(
        ask_as(&world, Some(&testkit::callers::person("ours", "ann")), "POST /beta/views", view).await.status,
        201
    );
}

#[tokio::test]
async fn what_an_application_says_is_shown_to_those_who_may_see_it_there() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
        "org_id": "ours", "reporter": "puptoo", "insights_id": "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54",
    }});
    let id = world.take_in(&message, 0).await.id;
    for (application, data) in [("advisor", json!({"low": 1})), ("patch", json!({"template_name": "t"}))] {
        let message = json!({"org_id": "ours", "timestamp": "2026-11-20T12:00:00Z", "hosts": [{"id": id, "data": data}]});
        world.take_in_app_data(application, &message.to_string()).await;
    }
    let granted = ["inventory:hosts:read", "advisor:*:read", "malware-detection:*:read"];
    let granted = granted.map(|permission| json!({"permission": permission, "resourceDefinitions": []}));
    world.app.access.permissions = granting(json!(granted)).await;
    let view = async |world: &World, query: &str| {
        ask_as(world, Some(&user("ours")), &format!("GET /beta/hosts-view{query}"), "").await
    };
    let all = view(&world, "").await.json();
    assert!(all["results"][0]["app_data"]["patch"].is_object() && all["denied_services"].is_null());

    world.app.flags = Flags::new(Switches { views_rbac: Orgs::All, ..Switches::default() });
    let some = view(&world, "").await.json();
    assert_eq!(some["results"][0]["app_data"].as_object().unwrap().keys().collect::<Vec<_>>(), ["advisor"]);
    assert_eq!(some["denied_services"], json!(["compliance", "patch", "remediations", "vulnerability"]));
    for (query, detail) in [
        ("?order_by=patch:template_name", "Insufficient permissions to sort by 'patch'"),
        ("?filter[patch][template_name]=t", "Insufficient permissions to filter by ['patch']"),
    ] {
        let refused = view(&world, query).await;
        assert_eq!((refused.status, &refused.json()["detail"]), (403, &json!(detail)));
    }
    assert_eq!(view(&world, "?order_by=advisor:low&filter[malware][last_scan][nil]=true").await.status, 200);
}

#[tokio::test]
async fn a_server_switches_on_more() {
    let constraint = json!({"contextName": "orgId", "operator": "IN", "values": ["ours"]});
    let server = answering(&json!({"version": 2, "features": [{
        "name": "hbi.api.read-only", "enabled": true, "strategies": [{"name": "default", "constraints": [constraint]}],
    }]}))
    .await;
    let flags = Flags::default();
    let (ours, theirs) = (OrgId::parse("ours").unwrap(), OrgId::parse("theirs").unwrap());
    assert!(!flags.is_on(Flag::ReadOnly, &ours));
    flags.follow(server, "token", Trust::default(), Duration::from_millis(50)).unwrap();
    let is_on = || async { flags.is_on(Flag::ReadOnly, &ours).then_some(()) };
    eventually("the server was asked", Duration::from_secs(20), is_on).await;
    assert!(!flags.is_on(Flag::ReadOnly, &theirs) && !flags.is_on(Flag::RejectRhsm, &ours));
    assert!(
        flags
            .follow("http://127.0.0.1:1".to_owned(), "a\nb", Trust::default(), Duration::from_secs(1))
            .is_err()
    );
}
