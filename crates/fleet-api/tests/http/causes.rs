//! What changed, where, on how many hosts.

use fleet::{Edit, Origin, OwnedTag, Scope};
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::world::{World, org, with_profile};

fn profile(openssl: &str, captured: &str, kernel: &str) -> Value {
    json!({
        "installed_packages": [format!("openssl-1:{openssl}.el9.x86_64"), format!("openssl-1:{openssl}.el9.i686"), "bash-0:5.1-1.el9.x86_64"],
        "running_processes": [captured],
        "captured_date": captured,
        "os_kernel_version": kernel,
    })
}

/// Three machines, of which two get another openssl and one of these another kernel; the third differs in what is volatile.
async fn filled(database: &TestDatabase) -> World {
    let world = World::empty(database).await;
    for number in 0..3 {
        world.take(with_profile(number, &profile("3.0.2-1", "2026-11-21T00:00:00Z", "5.14.0"))).await;
    }
    world.pass(3_600);
    world.take(with_profile(0, &profile("3.0.6-1", "2026-11-21T01:00:00Z", "5.14.0"))).await;
    world.take(with_profile(1, &profile("3.0.6-1", "2026-11-21T01:00:00Z", "5.15.0"))).await;
    world.take(with_profile(2, &profile("3.0.2-1", "2026-11-21T01:00:00Z", "5.14.0"))).await;
    world.pass(60);
    world
}

fn told(answer: &Value) -> Vec<(String, u64)> {
    let causes = answer["causes"].as_array().unwrap();
    causes
        .iter()
        .map(|each| (each["text"].as_str().unwrap().to_owned(), each["hosts"].as_u64().unwrap()))
        .collect()
}

#[tokio::test]
async fn what_happened_is_grouped_by_what_it_was_and_counted_by_hosts() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        let answer = world.get("/changes/causes").await.json();
        let expected = [
            ("new host", 3),
            ("openssl 1:3.0.2-1.el9 → 1:3.0.6-1.el9", 2),
            ("os_kernel_version 5.14.0 → 5.15.0", 1),
        ];
        assert_eq!(told(&answer), expected.map(|(text, hosts)| (text.to_owned(), hosts)));
        assert_eq!((&answer["hosts"], &answer["changes"]), (&json!(3), &json!(5)));
        let bins = answer["bins"].as_array().unwrap();
        let sum = |name: &str| bins.iter().map(|bin| bin[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("created"), sum("updated"), sum("deleted")), (3, 2, 0));
        assert_eq!(answer["examined_since"], Value::Null);
    }
}

#[tokio::test]
async fn it_is_narrowed_by_time_section_and_text() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        let packages = world.get("/changes/causes?section=installed_packages").await.json();
        assert_eq!(told(&packages), [("openssl 1:3.0.2-1.el9 → 1:3.0.6-1.el9".to_owned(), 2)]);
        let kernels = world.get("/changes/causes?search=KERNEL").await.json();
        assert_eq!(told(&kernels), [("os_kernel_version 5.14.0 → 5.15.0".to_owned(), 1)]);
        let later = world.get("/changes/causes?from=2026-11-21T20:20:00Z").await.json();
        assert_eq!(told(&later).len(), 2, "the hour in which it began is whole");
        assert_eq!(world.get("/changes/causes?from=2030-01-01T00:00:00Z").await.status, 400);
        assert_eq!(world.get("/changes/causes?from=1990-01-01T00:00:00Z").await.status, 400);
    }
}

#[tokio::test]
async fn a_cause_leads_to_its_hosts_and_to_the_rows_to_compare() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        let path = "/changes/causes/hosts?section=installed_packages&key=openssl&before=1:3.0.2-1.el9&after=1:3.0.6-1.el9";
        let answer = world.get(path).await.json();
        assert_eq!(answer["total"], 2);
        let names: Vec<_> =
            answer["hosts"].as_array().unwrap().iter().map(|host| &host["display_name"]).collect();
        assert_eq!(names, ["h1", "h0"]);
        let host = &answer["hosts"][0];
        let (id, from, to) = (host["id"].as_str().unwrap(), &host["before"], &host["seq"]);
        let diff = world.get(&format!("/hosts/{id}/diff?from_seq={from}&to_seq={to}")).await.json();
        assert_eq!(diff["sections"][0]["section"], "facts");
        let none = world.get("/changes/causes/hosts?key=openssl").await.json();
        assert_eq!(none["total"], 0);
    }
}

#[tokio::test]
async fn edits_and_removals_are_causes_too() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let id = world.take(with_profile(0, &json!({}))).await.id;
        let tag = OwnedTag { namespace: None, key: "k".to_owned(), value: None };
        let edit = Edit::Tags { add: vec![tag], remove: Vec::new() };
        world.fleet.edit(&Scope::of(org("ours")), &[id], edit, &Origin::default()).await.unwrap();
        world.delete(id).await;
        let texts: Vec<_> =
            told(&world.get("/changes/causes").await.json()).into_iter().map(|(text, _)| text).collect();
        assert_eq!(texts, ["host deleted", "new host", "tags changed"]);
    }
}
