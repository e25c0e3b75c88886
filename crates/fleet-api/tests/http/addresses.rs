//! Which hosts have an address.

use serde_json::{Value, json};
use servicekit::permissions::limited_to;
use testkit::{TestDatabase, callers::user};

use crate::world::{World, report};

fn with_addresses(number: u32, ip: &[&str], mac: &[&str]) -> fleet::Report {
    let mut report = report(number);
    report.canonical_facts.ip_addresses = ip.iter().map(|&text| text.to_owned()).collect();
    report.canonical_facts.mac_addresses = mac.iter().map(|&text| text.to_owned()).collect();
    report
}

async fn filled(database: &TestDatabase) -> World {
    let world = World::empty(database).await;
    world.take(with_addresses(0, &["10.0.0.7", "127.0.0.1", "FE80::1"], &["52:54:00:AA:00:01"])).await;
    world.take(with_addresses(1, &["10.0.0.70", "127.0.0.1"], &["52:54:00:aa:00:02"])).await;
    world
}

fn told(answer: &Value) -> Vec<(&str, &str)> {
    let addresses = answer["addresses"].as_array().unwrap().iter();
    addresses.map(|one| (one["address"].as_str().unwrap(), one["display_name"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn the_beginning_of_an_address_leads_to_its_hosts() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        let found = world.read("/addresses?search=10.0.0.7").await;
        assert_eq!(told(&found), [("10.0.0.7", "h0"), ("10.0.0.70", "h1")]);
        let one = world.read("/addresses?search=10.&limit=1").await;
        assert_eq!(told(&one), [("10.0.0.7", "h0")]);
        for written in ["52-54-00-AA-00-02", "52:54:00:aa:00:02"] {
            let found = world.read(&format!("/addresses?search={written}")).await;
            assert_eq!(told(&found), [("52:54:00:aa:00:02", "h1")]);
        }
        assert_eq!(told(&world.read("/addresses?search=fe80").await), [("fe80::1", "h0")]);
        for nothing in ["127.0.0.1", "192.168.", "%25"] {
            assert_eq!(world.read(&format!("/addresses?search={nothing}")).await, json!({"addresses": []}));
        }
        assert_eq!(world.get("/addresses").await.status, 400, "what is looked for is missing");
    }
}

#[tokio::test]
async fn an_address_is_as_new_as_the_log() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        assert_eq!(told(&world.read("/addresses?search=10.").await).len(), 2);
        world.take(with_addresses(0, &["10.9.9.9"], &[])).await;
        let gone = world.take(with_addresses(2, &["10.0.0.8"], &[])).await.id;
        let another = world.another_process().await;
        for process in [&world, &another] {
            let found = process.read("/addresses?search=10.").await;
            assert_eq!(told(&found), [("10.0.0.70", "h1"), ("10.0.0.8", "h2"), ("10.9.9.9", "h0")]);
        }
        world.delete(gone).await;
        for process in [&world, &another] {
            assert_eq!(told(&process.read("/addresses?search=10.0.0.8").await), []);
        }
    }
}

#[tokio::test]
async fn who_sees_some_hosts_finds_the_addresses_of_these() {
    for database in TestDatabase::both().await {
        let mut world = filled(&database).await;
        let second = world.take(with_addresses(1, &["10.0.0.70"], &[])).await.id;
        let group = world.group("g", &[second]).await;
        world.app.access.permissions = limited_to("inventory:hosts:*", json!([group])).await.permissions;
        let seen = world.ask(Some(&user("ours")), "GET /addresses?search=10.", "").await.json();
        assert_eq!(told(&seen), [("10.0.0.70", "h1")]);
    }
}
