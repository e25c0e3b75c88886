//! `as_of=`: the hosts and packages that there were, on both engines.

use serde_json::{Value, json};
use testkit::{TestDatabase, callers::user};

use crate::world::{World, limited_to, with_profile};

fn names(hosts: &Value) -> Vec<&str> {
    hosts["hosts"].as_array().unwrap().iter().map(|host| host["display_name"].as_str().unwrap()).collect()
}

fn asked(world: &World) -> String {
    world.clock.now().to_string().replace('+', "%2B")
}

#[tokio::test]
async fn hosts_are_those_that_there_were_as_they_were() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let first = asked(&world);
        world.take(with_profile(0, &json!({"arch": "x86_64"}))).await;
        let gone = world.take(with_profile(1, &json!({"arch": "x86_64"}))).await.id;
        let then = asked(&world);
        world.take(with_profile(0, &json!({"arch": "aarch64"}))).await;
        world.take(with_profile(2, &json!({"arch": "x86_64"}))).await;
        world.delete(gone).await;
        let later = asked(&world);

        for (at, question, expected) in [
            (&first, "", vec![]),
            (&then, "", vec!["h0", "h1"]),
            (&later, "", vec!["h0", "h2"]),
            (&then, "&q=arch:x86_64", vec!["h0", "h1"]),
            (&later, "&q=arch:x86_64", vec!["h2"]),
            (&then, "&q=not%20h0", vec!["h1"]),
        ] {
            let hosts = world.read(&format!("/hosts?as_of={at}{question}")).await;
            assert_eq!(
                (&hosts["total"], names(&hosts)),
                (&json!(expected.len()), expected),
                "{at}{question}"
            );
        }
        let page = world.read(&format!("/hosts?as_of={then}&offset=1&limit=1")).await;
        assert_eq!((&page["total"], names(&page)), (&json!(2), vec!["h1"]));
        let counted = world.read(&format!("/hosts?as_of={then}&limit=0")).await;
        assert_eq!((&counted["total"], names(&counted).len()), (&json!(2), 0));
    }
}

#[tokio::test]
async fn the_fleet_at_a_glance_is_as_it_was() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let os = |minor: u8| json!({"operating_system": {"name": "RHEL", "major": 9, "minor": minor}});
        let id = world.take(with_profile(0, &os(1))).await.id;
        world.take(with_profile(1, &os(1))).await;
        world.group("web", &[id]).await;
        let then = asked(&world);
        world.take(with_profile(0, &os(2))).await;
        world.take(with_profile(2, &os(2))).await;
        world.delete(id).await;

        let glance = world.read(&format!("/overview?as_of={then}")).await;
        assert_eq!(glance["hosts"], json!({"total": 2, "fresh": null, "stale": null, "stale_warning": null}));
        assert_eq!(glance["operating_systems"], json!([{"name": "RHEL", "version": "9.1", "hosts": 2}]));
        let groups: Vec<_> =
            glance["groups"].as_array().unwrap().iter().map(|group| &group["name"]).collect();
        assert_eq!(groups, ["Ungrouped Hosts", "web"]);
        let happened = &glance["activity"]["bins"][23];
        assert_eq!((&happened["created"], &happened["deleted"]), (&json!(2), &json!(0)));
        assert_eq!(glance["latest"][0]["host"]["display_name"], "h0");
        assert_eq!((&glance["seq"], &glance["reporters"]), (&Value::Null, &json!([])));

        let some = world.read(&format!("/overview?as_of={then}&q=group:web")).await;
        assert_eq!(some["hosts"]["total"], 1);
    }
}

#[tokio::test]
async fn packages_are_those_that_there_were_and_on_which_hosts() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let with =
            |machine, packages: &[&str]| with_profile(machine, &json!({"installed_packages": packages}));
        let (old, new) = ("bash-0:5.1-1.x86_64", "bash-0:5.2-1.x86_64");
        let first = asked(&world);
        world.take(with(0, &[old, "vim-0:9-1.x86_64"])).await;
        let gone = world.take(with(1, &[old])).await.id;
        let then = asked(&world);
        world.take(with(0, &[new])).await;
        world.take(with(2, &[new])).await;
        world.delete(gone).await;
        let now = asked(&world);

        let bash =
            |versions: usize, hosts: usize| json!({"name": "bash", "versions": versions, "hosts": hosts});
        let vim = json!({"name": "vim", "versions": 1, "hosts": 1});
        for (at, expected) in
            [(&first, json!([])), (&then, json!([bash(1, 2), vim])), (&now, json!([bash(1, 2)]))]
        {
            let packages = world.read(&format!("/packages?as_of={at}")).await;
            assert_eq!(
                (packages["total"].as_u64(), &packages["packages"]),
                (Some(expected.as_array().unwrap().len() as u64), &expected),
                "{at}"
            );
        }
        for (at, version, hosts) in [(&then, "5.1-1", vec!["h0", "h1"]), (&now, "5.2-1", vec!["h0", "h2"])] {
            let versions = world.read(&format!("/packages/bash?as_of={at}")).await;
            assert_eq!(versions["versions"], json!([{"version": version, "arches": ["x86_64"], "hosts": 2}]));
            let with = world.read(&format!("/packages/bash/hosts?as_of={at}&version={version}")).await;
            assert_eq!(names(&with), hosts);
        }
        let some = world.read(&format!("/packages/bash/hosts?as_of={then}&q=not%20h0")).await;
        assert_eq!(names(&some), ["h1"]);
        let page = world.read(&format!("/packages/bash/hosts?as_of={then}&offset=1&limit=1")).await;
        assert_eq!((&page["total"], names(&page)), (&json!(2), vec!["h1"]));
        assert_eq!(world.get(&format!("/packages/vim?as_of={now}")).await.status, 404);
    }
}

#[tokio::test]
async fn what_is_not_known_of_the_past_is_refused_with_the_reason() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        world.take_many(1).await;
        for (path, named) in [
            ("/hosts?as_of=soon", "as_of"),
            ("/hosts?as_of=2026-11-21&q=state:fresh", "as_of: check-ins"),
            ("/hosts?as_of=2026-11-21&q=package:bash", "as_of: what is in packages"),
            ("/hosts?as_of=2026-11-21&q=tga:x", "q: character 1"),
            ("/overview?as_of=2026-11-21&q=reporter:puptoo", "as_of: check-ins"),
            ("/overview?as_of=2026-11-21&q=tga:x", "q: character 1"),
            ("/packages?as_of=soon", "as_of"),
            ("/packages?as_of=2026-11-21&q=state:fresh", "as_of: check-ins"),
            ("/packages/bash/hosts?as_of=2026-11-21&q=tga:x", "q: character 1"),
        ] {
            let refused = world.get(path).await;
            let detail = refused.json()["detail"].as_str().unwrap().to_owned();
            assert!(refused.status == 400 && detail.contains(named), "{path}: {} {detail}", refused.status);
        }
    }
}

#[tokio::test]
async fn nobody_is_told_more_of_the_past_than_of_the_present() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let ids = world.take_many(3).await;
        for machine in 0..3 {
            let bash = format!("bash-0:5.{machine}-1.x86_64");
            world.take(with_profile(machine, &json!({"installed_packages": [bash]}))).await;
        }
        let group = world.group("g", &ids[2..]).await;
        let at = asked(&world);
        let ask = async |world: &World, path: &str, org: &str| {
            world.ask(Some(&user(org)), &format!("GET {path}?as_of={at}"), "").await
        };
        assert_eq!(ask(&world, "/hosts", "theirs").await.json()["total"], 0);
        assert_eq!(ask(&world, "/overview", "theirs").await.json()["hosts"]["total"], 0);
        assert_eq!(ask(&world, "/packages", "theirs").await.json()["total"], 0);
        assert_eq!(ask(&world, "/packages/bash", "theirs").await.status, 404);
        assert_eq!(ask(&world, "/packages/bash/hosts", "theirs").await.json()["total"], 0);
        world.app.access.permissions = limited_to(json!([group])).await;
        assert_eq!(names(&ask(&world, "/hosts", "ours").await.json()), ["h2"]);
        let glance = ask(&world, "/overview", "ours").await.json();
        assert_eq!((&glance["hosts"]["total"], &glance["groups"][0]["name"]), (&json!(1), &json!("g")));
        let versions = ask(&world, "/packages/bash", "ours").await.json();
        assert_eq!(versions["versions"], json!([{"version": "5.2-1", "arches": ["x86_64"], "hosts": 1}]));
        assert_eq!(names(&ask(&world, "/packages/bash/hosts", "ours").await.json()), ["h2"]);
        world.app.access.permissions = servicekit::permissions::granting(json!([])).await.permissions;
        for path in ["/hosts", "/overview", "/packages", "/packages/bash", "/packages/bash/hosts"] {
            assert_eq!(ask(&world, path, "ours").await.status, 403);
        }
    }
}
