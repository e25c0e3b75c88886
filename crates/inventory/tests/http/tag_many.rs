//! Tags for many hosts at once, at the root (contract inventory-http §19), on both engines.

use std::num::NonZeroUsize;

use axum::body::Body;
use fleet::{Cause, ChangeKind};
use ground::OrgId;
use http::Request;
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, machine, user},
    support::{Answer, World, ask},
};

async fn report(world: &World, org: &str, number: u8, age_hours: i64) -> String {
    let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user(org)}, "data": {
        "org_id": org, "reporter": "puptoo", "insights_id": format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d{number:02}"),
        "tags": {"ns": {"k": ["old"]}}
    }});
    world.take_in(&message, age_hours).await.id.to_string()
}

async fn tag(world: &World, identity: Option<&str>, body: &str) -> Answer {
    let mut request = Request::post("/tags").header("content-type", "application/json");
    if let Some(identity) = identity {
        request = request.header("x-rh-identity", identity);
    }
    ask(&world.router(), request.body(Body::from(body.to_owned())).unwrap()).await
}

fn document(hosts: &[&str]) -> String {
    let tags = json!([{"namespace": "ns", "key": "k", "value": "old"}, {"namespace": "ns", "key": "k", "value": "new"}]);
    json!({"tags": tags, "host_id_list": hosts}).to_string()
}

async fn tags(world: &World, org: &str, host: &str) -> Value {
    let answer = ask_as(world, Some(&user(org)), &format!("GET /hosts/{host}/tags"), "").await;
    answer.json()["results"][host].clone()
}

#[tokio::test]
async fn hosts_get_further_tags_and_those_that_are_not_there_are_named() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        world.app.limits.tag_chunk = NonZeroUsize::new(2).unwrap();
        let hosts = [report(&world, "ours", 0, 0).await, report(&world, "ours", 1, 24 * 31).await];
        let theirs = report(&world, "theirs", 2, 0).await;
        let all = [hosts[0].as_str(), hosts[1].as_str(), theirs.as_str(), theirs.as_str()];
        let answer = tag(&world, Some(&user("ours")), &document(&all)).await;
        assert_eq!(
            (answer.status, answer.json()),
            (
                200,
                json!({"not_found_hosts": [theirs], "processed_hosts": 2, "total_hosts": 4,
                    "warning": format!("Some hosts were not found: {theirs}")})
            )
        );
        let value = |text: &str| json!({"namespace": "ns", "key": "k", "value": text});
        assert_eq!(tags(&world, "ours", &hosts[0]).await, json!([value("old"), value("new")]));
        assert_eq!(tags(&world, "theirs", &theirs).await, json!([value("old")]));
        let log = world.fleet.changes(&OrgId::parse("ours").unwrap(), 0, 100).await.unwrap();
        let told: Vec<String> = log
            .iter()
            .filter(|change| change.kind == ChangeKind::Updated && change.cause == Cause::Tags.name())
            .map(|change| change.host.id.to_string())
            .collect();
        assert_eq!(told.len(), 2, "the culled one, too");

        let again = tag(&world, Some(&user("ours")), &document(&[&hosts[0]])).await;
        assert_eq!(again.json(), json!({"not_found_hosts": [], "processed_hosts": 1, "total_hosts": 1}));
        let after = world.fleet.changes(&OrgId::parse("ours").unwrap(), 0, 100).await.unwrap();
        assert_eq!(after.len(), log.len(), "what changes nothing is not told");
    }
}

#[tokio::test]
async fn a_bad_request_is_told_in_one_member() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let host = report(&world, "ours", 0, 0).await;
    for (body, status, error) in [
        ("", 400, "No JSON data provided"),
        ("{}", 400, "No JSON data provided"),
        ("null", 400, "No JSON data provided"),
        (r#"{"tags": [1]}"#, 400, "Missing required field: host_id_list"),
        (&document(&["x"]), 400, "'x' is not a host id"),
    ] {
        let answer = tag(&world, Some(&user("ours")), body).await;
        assert_eq!((answer.status, answer.json()), (status, json!({"error": error})), "{body}");
    }
    assert_eq!(tag(&world, Some(&user("ours")), "{").await.status, 400);
    assert_eq!(tags(&world, "ours", &host).await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_may_write_hosts_may_tag_them() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    let host = report(&world, "ours", 0, 0).await;
    let body = document(&[&host]);
    for identity in [None, Some("nonsense")] {
        let answer = tag(&world, identity, &body).await;
        assert_eq!((answer.status, answer.json()), (401, json!({"error": "No identity provided"})));
    }
    let stranger = tag(&world, Some(&user("theirs")), &body).await;
    assert_eq!((stranger.status, stranger.json()["processed_hosts"].clone()), (200, json!(0)));
    let owner_of_nothing = tag(&world, Some(&machine("ours")), &body).await;
    assert_eq!(owner_of_nothing.json()["processed_hosts"], 0);
    world.app.access.read_only = true;
    assert_eq!(tag(&world, Some(&user("ours")), &body).await.status, 503);
    world.app.access.read_only = false;
    world.app.access.permissions =
        granting(json!([{"permission": "inventory:hosts:read", "resourceDefinitions": []}])).await;
    assert_eq!(tag(&world, Some(&user("ours")), &body).await.status, 403);
    assert_eq!(tags(&world, "ours", &host).await.as_array().unwrap().len(), 1);
}
