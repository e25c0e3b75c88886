//! Hosts by a question, and what may follow in one.

use serde_json::{Value, json};
use servicekit::permissions::limited_to;
use testkit::{TestDatabase, callers::user};

use crate::world::{World, with_profile};

async fn filled(database: &TestDatabase) -> World {
    let world = World::empty(database).await;
    for (number, arch, cpus) in [(0, "x86_64", 4), (1, "x86_64", 8), (2, "aarch64", 8)] {
        let mut report = with_profile(number, &json!({ "arch": arch, "number_of_cpus": cpus }));
        report.tags.add("ns", "env", Some(if number == 0 { "prod" } else { "test" }));
        world.take(report).await;
    }
    world
}

fn names(hosts: &Value) -> Vec<&str> {
    hosts["hosts"].as_array().unwrap().iter().map(|host| host["display_name"].as_str().unwrap()).collect()
}

fn texts(completions: &Value) -> Vec<&str> {
    completions["completions"].as_array().unwrap().iter().map(|one| one["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_question_selects_the_hosts_of_lists_and_counts() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        for (question, expected) in [
            ("", vec!["h0", "h1", "h2"]),
            ("?q=arch:x86_64%20and%20not%20tag:env=prod", vec!["h1"]),
            ("?q=number_of_cpus%3E4%20or%20h0", vec!["h0", "h1", "h2"]),
            ("?q=h0%20h1", vec![]),
        ] {
            let hosts = world.read(&format!("/hosts{question}")).await;
            assert_eq!((&hosts["total"], names(&hosts)), (&json!(expected.len()), expected), "{question}");
        }
        let counted = world.read("/hosts?q=arch:x*&limit=0").await;
        assert_eq!((&counted["total"], names(&counted).len()), (&json!(2), 0));
        let second = world.read("/hosts?offset=1&limit=1").await;
        assert_eq!((&second["total"], names(&second)), (&json!(3), vec!["h1"]));
    }
}

#[tokio::test]
async fn packages_are_those_of_the_hosts_that_a_question_is_true_of() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        for (number, packages) in [(0, json!(["bash-0:5.1-1.x86_64"])), (1, json!(["zlib-0:1-1.x86_64"]))] {
            world.take(with_profile(number, &json!({ "installed_packages": packages }))).await;
        }
        assert_eq!(world.read("/packages?q=h0").await["packages"][0]["name"], "bash");
        assert_eq!(world.read("/packages?q=h0").await["total"], 1);
        assert_eq!(world.read("/packages/bash/hosts?q=h1").await["total"], 0);
        assert_eq!(world.get("/packages/bash?q=h1").await.status, 404);
        assert_eq!(names(&world.read("/hosts?q=package:%22bash%3E=5%22").await), ["h0"]);
    }
}

#[tokio::test]
async fn what_is_no_question_is_refused_with_the_place_and_what_would_be_right() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        let refused = world.get("/hosts?q=h0%20or%20tga:x").await;
        assert_eq!(refused.status, 400);
        assert_eq!(
            refused.json()["detail"],
            "q: character 7, `tga`: there is no such field; the nearest is `tag`; a text to look for stands in quotes"
        );
        let long = world.get(&format!("/hosts?q={}", "a".repeat(5_000))).await;
        assert!(long.json()["detail"].as_str().unwrap().contains("at most 4096 bytes"), "{}", long.json());
    }
}

#[tokio::test]
async fn fields_operators_and_values_that_there_are_complete_a_question() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        for (text, kept, first) in [
            ("gro", "", "group:"),
            ("number_of_cpus", "", "number_of_cpus:"),
            ("arch:", "arch:", "x86_64"),
            ("h0%20and%20arch:(x86_64,%20a", "h0 and arch:(x86_64, ", "aarch64"),
            ("number_of_cpus%3E", "number_of_cpus>", "8"),
            ("tag:", "tag:", "ns/env=test"),
            ("tag:prod", "tag:", "ns/env=prod"),
            ("name:h", "name:", "h0"),
            ("state:st", "state:", "stale"),
            ("h0%20", "h0 ", "and "),
        ] {
            let completions = world.read(&format!("/completions?text={text}")).await;
            assert_eq!((&completions["kept"], texts(&completions)[0]), (&json!(kept), first), "{text}");
        }
        assert_eq!(world.read("/completions?text=arch:").await["completions"][0]["hosts"], 2);
    }
}

#[tokio::test]
async fn who_sees_some_hosts_is_told_of_these_only() {
    for database in TestDatabase::both().await {
        let mut world = filled(&database).await;
        let hosts = world.read("/hosts?q=h2").await;
        let id = hosts["hosts"][0]["id"].as_str().unwrap().parse().unwrap();
        let group = world.group("g", &[ground::HostId(id)]).await;
        world.app.access.permissions = limited_to("inventory:hosts:*", json!([group])).await.permissions;
        let ask = async |path: &str| world.ask(Some(&user("ours")), &format!("GET {path}"), "").await.json();
        assert_eq!(names(&ask("/hosts?q=not%20h0").await), ["h2"]);
        assert_eq!(texts(&ask("/completions?text=arch:").await), ["aarch64"]);
        assert_eq!(texts(&ask("/completions?text=tag:").await), ["ns/env=test"]);
        assert_eq!(texts(&ask("/completions?text=group:g*").await), ["g"]);
    }
}
