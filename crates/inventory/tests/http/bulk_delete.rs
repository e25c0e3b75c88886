//! Removing many hosts at once (contract inventory-http §13.2, §13.3), on both engines.

use std::num::NonZeroUsize;

use fleet::ChangeKind;
use ground::OrgId;
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, machine, user},
    support::{Answer, World},
};

const ALL: &str = "DELETE /hosts/all?confirm_delete_all=true";

async fn report(world: &World, org: &str, number: u8, age_hours: i64) -> String {
    let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user(org)}, "data": {
        "org_id": org, "reporter": "puptoo", "fqdn": format!("h{number}"), "display_name": format!("name {number}"),
        "insights_id": format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d{number:02}")
    }});
    world.take_in(&message, age_hours).await.id.to_string()
}

/// Five hosts of ours, the last one culled, and one of others. Two are removed in one transaction.
async fn world(database: &TestDatabase) -> World {
    let mut world = World::empty(database).await;
    world.app.limits.delete_chunk = NonZeroUsize::new(2).unwrap();
    for number in 0..4 {
        report(&world, "ours", number, 0).await;
    }
    report(&world, "ours", 4, 24 * 31).await;
    report(&world, "theirs", 0, 0).await;
    world
}

async fn ask(world: &World, operation: &str) -> Answer {
    ask_as(world, Some(&user("ours")), operation, "").await
}

fn counts(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json())
}

fn removed(found: i64, deleted: i64) -> (u16, Value) {
    (202, json!({"hosts_found": found, "hosts_deleted": deleted}))
}

#[tokio::test]
async fn hosts_that_match_are_removed_and_each_is_in_the_log() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        assert_eq!(counts(&ask(&world, "DELETE /hosts?fqdn=nothing").await), removed(0, 0));
        assert_eq!(counts(&ask(&world, "DELETE /hosts?fqdn=*").await), removed(0, 0));
        assert_eq!(counts(&ask(&world, "DELETE /hosts?display_name=name%200").await), removed(1, 1));
        assert_eq!(counts(&ask(&world, "DELETE /hosts?display_name=*&staleness=stale").await), removed(0, 0));
        let all = ask(&world, "DELETE /hosts?display_name=*").await;
        assert_eq!(counts(&all), removed(3, 3), "the culled one does not match");
        assert_eq!(ask(&world, "GET /hosts").await.json()["total"], 0);
        let theirs = ask_as(&world, Some(&user("theirs")), "GET /hosts", "").await;
        assert_eq!(theirs.json()["total"], 1);
        let org = OrgId::parse("ours").unwrap();
        let log = world.fleet.changes(&org, 0, 100).await.unwrap();
        let gone = log.iter().filter(|change| change.kind == ChangeKind::Deleted).count();
        assert_eq!(gone, 4);
    }
}

#[tokio::test]
async fn something_must_say_which_hosts_are_meant() {
    let database = TestDatabase::embedded();
    let world = world(&database).await;
    for query in ["", "?branch_id=1", "?display_name=", "?page=1&order_by=updated", "?updated_end=1969-01-01"]
    {
        let answer = ask(&world, &format!("DELETE /hosts{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert_eq!(
            answer.json()["detail"],
            "bulk-delete operation needs at least one input property to filter on."
        );
    }
    for query in ["?staleness=culled", "?fqdn=a&display_name=b", "?tags=", "?insights_id=x"] {
        assert_eq!(ask(&world, &format!("DELETE /hosts{query}")).await.status, 400, "{query}");
    }
    assert_eq!(ask(&world, "GET /hosts").await.json()["total"], 4);
    assert_eq!(counts(&ask(&world, "DELETE /hosts?staleness=unknown").await), removed(4, 4));
}

#[tokio::test]
async fn all_hosts_are_removed_when_that_is_confirmed() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        for query in ["", "?confirm_delete_all=false"] {
            let answer = ask(&world, &format!("DELETE /hosts/all{query}")).await;
            assert_eq!(
                (answer.status, answer.json()["detail"].as_str()),
                (400, Some("To delete all hosts, provide confirm_delete_all=true in the request."))
            );
        }
        let answer = ask(&world, "DELETE /hosts/all?confirm_delete_all=1").await;
        assert_eq!(
            answer.json()["detail"],
            "Wrong type, expected 'boolean' for parameter parameter 'confirm_delete_all'"
        );
        assert_eq!(counts(&ask(&world, ALL).await), removed(5, 4), "the culled one is found, and stays");
        assert_eq!(counts(&ask(&world, ALL).await), removed(1, 0));
        let theirs = ask_as(&world, Some(&user("theirs")), "GET /hosts", "").await;
        assert_eq!(theirs.json()["total"], 1);
        let none = ask_as(&world, Some(&user("nobody")), ALL, "").await;
        assert_eq!(counts(&none), removed(0, 0));
    }
}

#[tokio::test]
async fn only_hosts_within_reach_are_removed() {
    let database = TestDatabase::embedded();
    let mut world = world(&database).await;
    let id = report(&world, "ours", 9, 0).await;
    let body = json!({"name": "g", "host_ids": [id]}).to_string();
    let made = ask_as(&world, Some(&user("ours")), "POST /groups", &body).await;
    let group = made.json()["id"].clone();
    // A machine owns none of them.
    assert_eq!(counts(&ask_as(&world, Some(&machine("ours")), ALL, "").await), removed(0, 0));
    let definition = json!({"attributeFilter": {"key": "group.id", "operation": "in", "value": [group]}});
    let data = json!([{"permission": "inventory:hosts:*", "resourceDefinitions": [definition]}]);
    world.app.access.permissions = granting(data).await;
    assert_eq!(counts(&ask(&world, "DELETE /hosts?display_name=name%200").await), removed(0, 0));
    assert_eq!(counts(&ask(&world, ALL).await), removed(6, 1), "found wherever they are");
}
