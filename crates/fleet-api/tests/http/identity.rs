//! Which machine a host is, over HTTP.

use fleet::Report;
use ground::HostId;
use serde_json::{Value, json};
use testkit::{TestDatabase, callers::user};
use uuid::Uuid;

use crate::world::{World, org, report};

fn on(number: u32, mac: &str) -> Report {
    let mut report = report(number);
    report.canonical_facts.mac_addresses = vec![mac.to_owned()];
    report
}

const MACS: [&str; 2] = ["52:54:00:00:00:01", "52:54:00:00:00:02"];

async fn claimed(world: &World) -> HostId {
    let host = world.take(on(0, MACS[0])).await.id;
    for mac in [MACS[1], MACS[0], MACS[1]] {
        assert_eq!(world.take(on(0, mac)).await.id, host);
    }
    host
}

#[tokio::test]
async fn a_host_tells_which_reports_were_taken_for_it_and_why_it_may_be_two() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let host = claimed(&world).await;
        let identity = world.read(&format!("/hosts/{host}/identity")).await;
        let matched: Vec<_> =
            identity["matches"].as_array().unwrap().iter().map(|row| row["matched"].clone()).collect();
        assert_eq!(matched, [json!("insights_id"), json!("insights_id"), json!("insights_id"), Value::Null]);
        assert_eq!(identity["matches"][0]["hardware"]["mac_addresses"], json!([MACS[1]]));
        assert_eq!(identity["collision"]["conflict"], json!(["mac_addresses"]));
        let page = world.read(&format!("/hosts/{host}/identity?limit=1")).await;
        assert_eq!((&page["next"], page["matches"].as_array().unwrap().len()), (&json!(4), 1));

        let listed = world.read("/collisions").await;
        assert_eq!((&listed["total"], &listed["collisions"][0]["host_id"]), (&json!(1), &json!(host.0)));
        assert_eq!(listed["collisions"][0]["machines"].as_array().unwrap().len(), 2);
        let settled = world.ask(Some(&user("ours")), &format!("DELETE /collisions/{host}"), "").await;
        assert_eq!(settled.status, 204);
        assert_eq!(world.read("/collisions").await["total"], 0);
    }
}

#[tokio::test]
async fn machines_are_split_previewed_and_undone() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let host = claimed(&world).await;
        let seq = world.read("/collisions").await["collisions"][0]["machines"][0]["seq"].clone();
        let body = json!({"kind": "split", "host": host.0, "seq": seq}).to_string();
        let ask = async |operation: &str| world.ask(Some(&user("ours")), operation, &body).await;
        let before = world.newest().await;
        let shown = ask("POST /identity-changes?dry_run=true").await;
        assert_eq!((shown.status, shown.json()["hosts"].as_array().unwrap().len()), (200, 2), "{shown:?}");
        assert_eq!(world.newest().await, before);
        let made = ask("POST /identity-changes").await.json();
        let other = made["other"].as_str().unwrap().to_owned();
        assert_eq!(world.take(on(0, MACS[1])).await.id.to_string(), other);
        assert_eq!(world.take(on(0, MACS[0])).await.id, host);
        assert_eq!(ask("POST /identity-changes").await.status, 409, "that machine has gone");

        let listed = world.read("/identity-changes").await["changes"][0].clone();
        assert_eq!((&listed["id"], &listed["undone"]), (&made["id"], &json!(false)));
        for (of, found) in [(host.to_string(), 1), (other.clone(), 1), (Uuid::nil().to_string(), 0)] {
            let own = world.read(&format!("/identity-changes?host_id={of}")).await;
            assert_eq!(own["changes"].as_array().unwrap().len(), found, "{of}");
        }
        let undo = format!("DELETE /identity-changes/{}", made["id"].as_str().unwrap());
        let undone = world.ask(Some(&user("ours")), &undo, "").await;
        assert_eq!((undone.status, &undone.json()["undone"]), (200, &json!(true)), "{undone:?}");
        assert_eq!(world.ask(Some(&user("ours")), &undo, "").await.status, 404);
        assert_eq!(world.take(on(0, MACS[1])).await.id, host);
    }
}

#[tokio::test]
async fn a_collision_is_told_once() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let events = vec![notify::Event::Collision];
        let saved = world
            .app
            .queue
            .save_channel("ours", "us", notify::ChannelKind::Email, "us@example.com", None, events)
            .await;
        assert!(matches!(saved.unwrap(), notify::Saved::Yes { .. }));
        claimed(&world).await;
        let job = &fleet_api::SERVICE.jobs[0];
        for _ in 0..2 {
            let (_stopper, stop) = ground::Stopper::new();
            (job.run)(world.app.clone(), stop).await.unwrap();
            let statuses = world.app.queue.statuses(org("ours").as_str()).await.unwrap();
            assert_eq!(statuses[0].waiting, 1, "{statuses:?}");
        }
    }
}
