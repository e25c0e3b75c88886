//! `PATCH /hosts/{ids}/tags`: tags come and go, on both engines.

use fleet::Report;
use serde_json::{Value, json};
use testkit::{TestDatabase, callers::user};

use crate::world::{Answer, World, limited_to, report};

async fn patch(world: &World, ids: &str, body: Value) -> Answer {
    world.pass(1);
    world.ask(Some(&user("ours")), &format!("PATCH /hosts/{ids}/tags"), &body.to_string()).await
}

async fn tags(world: &World, id: &str) -> Value {
    world.read(&format!("/hosts/{id}/state")).await["host"]["tags"].clone()
}

fn tag(namespace: Value, key: &str, value: Value) -> Value {
    json!({"namespace": namespace, "key": key, "value": value})
}

#[tokio::test]
async fn tags_come_and_go_and_the_log_says_so() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let mut tagged: Report = report(0);
        tagged.tags.add("ns", "env", Some("prod"));
        tagged.tags.add("ns", "env", Some("test"));
        tagged.tags.add("null", "lone", None);
        let one = world.take(tagged).await.id.to_string();
        let other = world.take(report(1)).await.id.to_string();
        let body = json!({
            "add": [tag(json!("ns"), "env", json!("new")), {"key": "bare"}],
            "remove": [tag(json!("ns"), "env", json!("prod")), tag(Value::Null, "lone", Value::Null), {"key": "never"}],
        });
        let answer = patch(&world, &format!("{one},{other}"), body.clone()).await;
        assert_eq!((answer.status, answer.json()), (200, json!({"changed": 2})), "{answer:?}");
        let ns = json!("ns");
        assert_eq!(
            tags(&world, &one).await,
            json!([
                tag(ns.clone(), "env", json!("test")),
                tag(ns.clone(), "env", json!("new")),
                tag(Value::Null, "bare", Value::Null),
            ]),
            "{}",
            database.engine()
        );
        assert_eq!(
            tags(&world, &other).await,
            json!([tag(ns, "env", json!("new")), tag(Value::Null, "bare", Value::Null)])
        );
        let newest = world.read(&format!("/hosts/{one}/timeline?limit=1")).await["changes"][0].clone();
        assert_eq!((&newest["cause"], &newest["fields"]), (&json!("tags"), &json!(["tags"])));

        // What changes nothing leaves no trace.
        let before = world.newest().await;
        assert_eq!(patch(&world, &one, body).await.json(), json!({"changed": 0}));
        assert_eq!(patch(&world, &one, json!({})).await.json(), json!({"changed": 0}));
        assert_eq!(world.newest().await, before);
        // And they are found by their tags.
        let scope = fleet::Scope::of(crate::world::org("ours"));
        let wanted = fleet::TagMatch {
            namespace: Some("ns".to_owned()),
            key: "env".to_owned(),
            value: Some("new".to_owned()),
        };
        let query = fleet::HostQuery::new(scope, world.fleet.default_staleness(), world.clock.now())
            .with(fleet::Condition::Tags(vec![wanted]));
        assert_eq!(world.fleet.count(&query).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn all_hosts_are_changed_or_none() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let ids = world.take_many(2).await;
        let nobody = "00000000-0000-4000-8000-0000000000ff";
        let body = json!({"add": [{"key": "k"}]});
        let answer = patch(&world, &format!("{},{nobody}", ids[0]), body.clone()).await;
        assert_eq!((answer.status, answer.detail()), (404, format!("no hosts are known under {nobody}")));
        let mine = world.group("mine", &ids[..1]).await;
        world.app.access.permissions = limited_to(json!([mine])).await;
        assert_eq!(patch(&world, &format!("{},{}", ids[0], ids[1]), body.clone()).await.status, 404);
        assert_eq!(tags(&world, &ids[0].to_string()).await, json!([]));
        assert_eq!(patch(&world, &ids[0].to_string(), body).await.json(), json!({"changed": 1}));
    }
}

#[tokio::test]
async fn what_is_no_tag_is_refused_and_named() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let id = world.take(report(0)).await.id.to_string();
    let long = "ä".repeat(256);
    for (body, named) in [
        (json!({"add": [{"key": ""}]}), "`add[0].key`"),
        (json!({"add": [{"key": "k"}, {"key": long}]}), "`add[1].key`"),
        (json!({"remove": [{"key": "k", "value": long}]}), "`remove[0].value`"),
        (json!({"add": [{"namespace": long, "key": "k"}]}), "`add[0].namespace`"),
        (json!({"add": [{"value": "v"}]}), "missing field `key`"),
        (json!({"ad": []}), "unknown field `ad`"),
        (json!({"add": [{"key": "a\u{0}b"}]}), "NUL"),
        (json!([]), "must be an object"),
        (json!({"add": {}}), "the body is not what it should be"),
    ] {
        let answer = patch(&world, &id, body).await;
        assert_eq!(
            (answer.status, answer.content_type()),
            (400, Some("application/problem+json")),
            "{answer:?}"
        );
        assert!(answer.detail().contains(named), "{answer:?}");
    }
    let ids: Vec<String> = (0..101).map(|n| uuid::Uuid::from_u128(n + 1).to_string()).collect();
    let many = patch(&world, &ids.join(","), json!({})).await;
    assert_eq!((many.status, many.detail().contains("at most 100")), (400, true), "{many:?}");
    let most: Vec<Value> = (0..10_001).map(|n| json!({"key": format!("k{n}")})).collect();
    let full = patch(&world, &id, json!({ "add": most })).await;
    assert_eq!((full.status, full.detail().contains("10000")), (400, true));
    assert_eq!(tags(&world, &id).await, json!([]), "nothing was changed");
}
