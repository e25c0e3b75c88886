//! `GET /changes`: the log as a feed and newest first, on both engines.

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::world::{World, limited_to, report};

fn numbers(list: &Value) -> Vec<i64> {
    list["changes"].as_array().unwrap().iter().map(|change| change["seq"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_row_says_what_happened_to_which_host_and_why() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let id = world.take(report(0)).await.id;
        world.take(report(0)).await;
        let list = world.read("/changes").await;
        assert_eq!(
            list["changes"][1],
            json!({
                "seq": 1, "at": "2026-11-21T19:30:01+00:00", "kind": "created", "cause": "report", "reporter": "puptoo",
                "matched": null, "host": {"id": id, "display_name": "h0"},
            })
        );
        let again = &list["changes"][0];
        assert_eq!((&again["kind"], &again["matched"]), (&json!("seen"), &json!("insights_id")));
    }
}

#[tokio::test]
async fn who_asks_after_the_next_number_sees_every_row_once() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        world.take_many(7).await;
        let (mut after, mut seen) = (0, Vec::new());
        for _ in 0..4 {
            let list = world.read(&format!("/changes?after={after}&limit=2")).await;
            seen.extend(numbers(&list));
            after = list["next"].as_i64().unwrap();
        }
        assert_eq!((seen, after), ((1..=7).collect(), 7));
        let nothing = world.read("/changes?after=7").await;
        assert_eq!(nothing, json!({"changes": [], "next": 7}));
        world.take(report(7)).await;
        assert_eq!(numbers(&world.read("/changes?after=7").await), [8]);
    }
}

#[tokio::test]
async fn without_a_direction_the_newest_come_first() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        world.take_many(5).await;
        let list = world.read("/changes?limit=2").await;
        assert_eq!((numbers(&list), &list["next"]), (vec![5, 4], &json!(4)));
        let list = world.read("/changes?limit=2&before=4").await;
        assert_eq!((numbers(&list), &list["next"]), (vec![3, 2], &json!(2)));
        let list = world.read("/changes?limit=2&before=2").await;
        assert_eq!((numbers(&list), &list["next"]), (vec![1], &Value::Null));
    }
}

#[tokio::test]
async fn kinds_are_chosen() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let ids = world.take_many(2).await;
        world.take(report(1)).await;
        world.delete(ids[0]).await;
        assert_eq!(numbers(&world.read("/changes?kind=seen").await), [3]);
        assert_eq!(numbers(&world.read("/changes?kind=created&kind=deleted&after=0").await), [1, 2, 4]);
        let none = world.read("/changes?kind=updated&after=0").await;
        assert_eq!((numbers(&none), &none["next"]), (vec![], &json!(4)));
    }
}

#[tokio::test]
async fn who_may_for_some_groups_sees_what_happens_in_them() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let ids = world.take_many(4).await;
        let mine = world.group("mine", &ids[..2]).await;
        world.delete(ids[1]).await;
        world.delete(ids[2]).await;
        world.app.access.permissions = limited_to(json!([mine])).await;
        // Host 0 with all its past; of host 1, which is gone, what happened while it was in the group.
        let list = world.read("/changes?after=0").await;
        let mut seen: Vec<_> = list["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| {
                (change["host"]["display_name"].as_str().unwrap(), change["kind"].as_str().unwrap())
            })
            .collect();
        // Rows of one edit stand in the order of the ids, which are random.
        seen.sort_by_key(|(name, _)| *name);
        assert_eq!(
            seen,
            [("h0", "created"), ("h0", "updated"), ("h1", "updated"), ("h1", "deleted")],
            "{}",
            database.engine()
        );
        assert_eq!(list["next"], 8);
        let newest = world.read("/changes?limit=1").await;
        assert_eq!(newest["changes"][0]["kind"], "deleted");
        assert_eq!(newest["changes"][0]["host"]["display_name"], "h1");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    for (query, named) in [
        ("limit=0", "`limit`"),
        ("limit=1001", "at most 1000"),
        ("limit=x", "from 1 to 1000"),
        ("after=-1", "`after`"),
        ("before=x", "`before`"),
        ("kind=made", "created, updated, seen, deleted"),
        ("after=1&before=1", "`after` and `before`"),
    ] {
        let answer = world.get(&format!("/changes?{query}")).await;
        assert_eq!(
            (answer.status, answer.content_type()),
            (400, Some("application/problem+json")),
            "{query}"
        );
        assert!(answer.detail().contains(named), "{query}: {answer:?}");
    }
    assert_eq!(world.get("/changes?colour=red").await.status, 200);
}
