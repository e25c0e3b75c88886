//! What happened, and the fleet at a glance, narrowed to the hosts that a question or a tag is about; on both engines.

use serde_json::{Value, json};
use testkit::{TestDatabase, callers::user};

use crate::world::{World, limited_to, with_profile};

/// Three machines, of which two are `env=prod` and one of these became another, as the third did.
async fn filled(database: &TestDatabase) -> (World, Vec<ground::HostId>) {
    let world = World::empty(database).await;
    let mut ids = Vec::new();
    for (number, env) in [(0, "prod"), (1, "prod"), (2, "test")] {
        ids.push(world.take(tagged(number, env, "x86_64")).await.id);
    }
    for (number, env) in [(1, "prod"), (2, "test")] {
        world.take(tagged(number, env, "aarch64")).await;
    }
    world.pass(60);
    (world, ids)
}

fn tagged(number: u32, env: &str, arch: &str) -> fleet::Report {
    let mut report = with_profile(number, &json!({ "arch": arch }));
    report.tags.add("ns", "env", Some(env));
    report
}

fn rows(list: &Value) -> Vec<(i64, &str)> {
    list["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["seq"].as_i64().unwrap(), row["host"]["display_name"].as_str().unwrap()))
        .collect()
}

fn causes(answer: &Value) -> Vec<(&str, u64)> {
    let all = answer["causes"].as_array().unwrap().iter();
    all.map(|cause| (cause["text"].as_str().unwrap(), cause["hosts"].as_u64().unwrap())).collect()
}

#[tokio::test]
async fn rows_of_the_log_are_those_of_the_hosts_that_are_so_now() {
    for database in TestDatabase::both().await {
        let (world, ids) = filled(&database).await;
        for (asked, expected) in [
            ("tag=env=test", vec![(5, "h2"), (3, "h2")]),
            ("tag=ns/env=prod", vec![(4, "h1"), (2, "h1"), (1, "h0")]),
            ("tag=env=prod&q=arch:aarch64", vec![(4, "h1"), (2, "h1")]),
            ("tag=env=prod&tag=env=test&kind=updated", vec![(5, "h2"), (4, "h1")]),
            ("q=h0%20or%20arch:aarch64&after=1&limit=2", vec![(2, "h1"), (3, "h2")]),
            ("tag=nothing", vec![]),
        ] {
            assert_eq!(rows(&world.read(&format!("/changes?{asked}")).await), expected, "{asked}");
        }
        let ended = world.read("/changes?q=h0&after=0").await;
        assert_eq!(
            (rows(&ended), &ended["next"]),
            (vec![(1, "h0")], &json!(5)),
            "a feed goes on after what it passed over"
        );
        world.delete(ids[1]).await;
        assert_eq!(
            rows(&world.read("/changes?tag=env=prod").await),
            [(1, "h0")],
            "who is gone is not so any more"
        );
    }
}

#[tokio::test]
async fn causes_and_the_overview_are_those_of_the_same_hosts() {
    for database in TestDatabase::both().await {
        let (world, _) = filled(&database).await;
        let answer = world.read("/changes/causes?tag=env=prod&names=1").await;
        assert_eq!(causes(&answer), [("new host", 2), ("arch x86_64 → aarch64", 1)]);
        assert_eq!((&answer["causes"][0]["names"], &answer["hosts"]), (&json!(["h0"]), &json!(2)));
        let hosts =
            world.read("/changes/causes/hosts?key=arch&before=x86_64&after=aarch64&q=tag:env=test").await;
        assert_eq!((&hosts["total"], &hosts["hosts"][0]["display_name"]), (&json!(1), &json!("h2")));
        // From the moment itself, and from the beginning of its hour.
        let since = "from=2026-11-21T19:30:04Z&q=tag:env=prod";
        assert_eq!(causes(&world.read(&format!("/changes/causes?{since}")).await).len(), 2);
        let exact = world.read(&format!("/changes/causes?{since}&exact=true")).await;
        assert_eq!(
            (causes(&exact), &exact["from"]),
            (vec![("arch x86_64 → aarch64", 1)], &json!("2026-11-21T19:30:04+00:00"))
        );

        let overview = world.read("/overview?q=tag:env=prod").await;
        assert_eq!((&overview["hosts"]["total"], &overview["hosts"]["fresh"]), (&json!(2), &json!(2)));
        assert_eq!(overview["latest"].as_array().unwrap().len(), 3);
        let bins = overview["activity"]["bins"].as_array().unwrap();
        let sum = |name: &str| bins.iter().map(|bin| bin[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("created"), sum("updated")), (2, 1));
        assert_eq!(world.read("/overview").await["hosts"]["total"], 3, "what is kept is the whole");
    }
}

#[tokio::test]
async fn what_is_no_question_is_refused_with_the_name_of_its_parameter() {
    for database in TestDatabase::both().await {
        let (world, _) = filled(&database).await;
        for (path, named) in [
            ("/changes?q=tga:x", "q: character 1, `tga`"),
            ("/changes/causes?tag==x", "tag: "),
            ("/changes/causes/hosts?key=x&q=(", "q: "),
            ("/overview?q=tga:x", "q: character 1, `tga`"),
        ] {
            let refused = world.get(path).await;
            let detail = refused.json()["detail"].as_str().unwrap().to_owned();
            assert!(
                refused.status == 400 && detail.starts_with(named),
                "{path}: {} {detail}",
                refused.status
            );
        }
    }
}

#[tokio::test]
async fn a_question_shows_nobody_more_than_their_own_hosts() {
    for database in TestDatabase::both().await {
        let (mut world, ids) = filled(&database).await;
        let group = world.group("g", &ids[2..]).await;
        let paths = [
            "/changes?q=not%20h0&kind=created",
            "/changes/causes?tag=env=prod&tag=env=test&section=facts",
            "/overview?q=arch:*",
        ];
        let ask = async |world: &World, org: &str, path: &str| {
            world.ask(Some(&user(org)), &format!("GET {path}"), "").await
        };
        for path in paths {
            let foreign = ask(&world, "theirs", path).await.json();
            let told = foreign.to_string();
            assert!(!told.contains("h1") && !told.contains("aarch64"), "{path}: {told}");
        }
        world.app.access.permissions = limited_to(json!([group])).await;
        let seen = ask(&world, "ours", paths[0]).await.json();
        assert_eq!(rows(&seen), [(3, "h2")]);
        assert_eq!(causes(&ask(&world, "ours", paths[1]).await.json()), [("arch x86_64 → aarch64", 1)]);
        assert_eq!(ask(&world, "ours", paths[2]).await.json()["hosts"]["total"], 1);
        world.app.access.permissions = servicekit::permissions::granting(json!([])).await.permissions;
        for path in paths {
            assert_eq!(ask(&world, "ours", path).await.status, 403, "{path}");
        }
    }
}
