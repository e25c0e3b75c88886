//! `GET /hosts/{id}/state`: a host as it is and as it was, on both engines.

use fleet::Report;
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::world::{World, with_profile};

#[tokio::test]
async fn a_host_is_shown_as_it_was_at_any_moment() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let profile = |n: u8| json!({"arch": "x86_64", "installed_packages": [format!("a-0:{n}-1.x86_64")]});
        let mut first: Report = with_profile(0, &profile(1));
        first.tags.add("ns", "k", Some("v"));
        first.facts.push(("ns".to_owned(), json!({"a": 1})));
        let id = world.take(first).await.id;
        let then = world.clock.now();
        world.pass(60);
        world.take(with_profile(0, &profile(2))).await;
        world.take(with_profile(0, &profile(2))).await;

        let now = world.read(&format!("/hosts/{id}/state")).await;
        assert_eq!(
            (&now["seq"], &now["kind"], &now["at"]),
            (&json!(3), &json!("seen"), &json!(world.clock.now().to_string()))
        );
        assert_eq!(now["system_profile"], profile(2));
        let host = &now["host"];
        assert_eq!(
            (&host["id"], &host["display_name"], &host["fqdn"]),
            (&json!(id), &json!("h0"), &json!("h0"))
        );
        assert_eq!(host["tags"], json!([{"namespace": "ns", "key": "k", "value": "v"}]));
        assert_eq!(host["facts"], json!([{"namespace": "ns", "facts": {"a": 1}}]));
        assert_eq!(host["group"]["name"], "Ungrouped Hosts");
        assert_eq!(host["last_check_in"], now["at"]);
        assert_eq!(host["stale_timestamp"], world.clock.now().plus_seconds(104_400).to_string());
        assert_eq!(host["created"], then.to_string());

        let time = then.to_string().replace('+', "%2B");
        for query in [format!("at={time}"), "seq=1".to_owned()] {
            let was = world.read(&format!("/hosts/{id}/state?{query}")).await;
            assert_eq!((&was["seq"], &was["kind"]), (&json!(1), &json!("created")), "{query}");
            assert_eq!(was["system_profile"], profile(1), "{query}");
            assert_eq!(was["host"]["last_check_in"], then.to_string());
        }
        let before = world.get(&format!("/hosts/{id}/state?at=2020-01-01")).await;
        assert_eq!(before.status, 404);
        assert!(before.detail().contains("was not known yet at 2020-01-01"), "{before:?}");
    }
}

#[tokio::test]
async fn a_host_that_is_gone_is_shown_as_it_was() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let id = world.take(with_profile(0, &json!({"arch": "x86_64"}))).await.id;
        let then = world.clock.now().to_string().replace('+', "%2B");
        world.delete(id).await;
        let gone = world.get(&format!("/hosts/{id}/state")).await;
        assert_eq!(gone.status, 404);
        assert!(gone.detail().contains("was removed") && gone.detail().contains("seq=2"), "{gone:?}");
        let last = world.read(&format!("/hosts/{id}/state?seq=2")).await;
        assert_eq!((&last["kind"], &last["system_profile"]), (&json!("deleted"), &json!({"arch": "x86_64"})));
        assert_eq!(world.read(&format!("/hosts/{id}/state?at={then}")).await["kind"], "created");
    }
}

#[tokio::test]
async fn one_moment_is_asked_for() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let id = world.take(with_profile(0, &json!({}))).await.id;
    for (query, named) in
        [("seq=1&at=2026-01-01", "`seq` and `at`"), ("seq=x", "`seq`"), ("at=yesterday", "`at`")]
    {
        let answer = world.get(&format!("/hosts/{id}/state?{query}")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.detail().contains(named), "{answer:?}");
    }
    assert_eq!(
        world.read(&format!("/hosts/{id}/state")).await["system_profile"],
        Value::Object(serde_json::Map::new())
    );
}
