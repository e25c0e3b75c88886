//! Which packages are where.

use serde_json::{Value, json};
use servicekit::permissions::limited_to;
use testkit::{TestDatabase, callers::user};

use crate::world::{World, with_profile};

fn with_packages(number: u32, packages: &[&str]) -> fleet::Report {
    with_profile(number, &json!({ "installed_packages": packages }))
}

async fn filled(database: &TestDatabase) -> World {
    let world = World::empty(database).await;
    let old = ["openssl-1:3.0.2-1.el9.x86_64", "openssl-1:3.0.2-1.el9.i686", "bash-0:5.1-1.el9.x86_64"];
    world.take(with_packages(0, &old)).await;
    world.take(with_packages(1, &old)).await;
    world.take(with_packages(2, &["openssl-1:3.0.6-1.el9.x86_64", "libopenssl-0:1-1.noarch"])).await;
    world
}

fn names(hosts: &Value) -> Vec<&str> {
    hosts["hosts"].as_array().unwrap().iter().map(|host| host["display_name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_package_leads_to_its_versions_and_these_to_their_hosts() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        let found = world.read("/packages?search=OpenSSL").await;
        let expected = json!({"total": 2, "packages": [
            {"name": "openssl", "versions": 2, "hosts": 3},
            {"name": "libopenssl", "versions": 1, "hosts": 1},
        ]});
        assert_eq!(found, expected);
        let versions = world.read("/packages/openssl").await;
        assert_eq!(
            versions["versions"],
            json!([
                {"version": "1:3.0.2-1.el9", "arches": ["x86_64", "i686"], "hosts": 2},
                {"version": "1:3.0.6-1.el9", "arches": ["x86_64"], "hosts": 1},
            ])
        );
        let old = world.read("/packages/openssl/hosts?version=1:3.0.2-1.el9").await;
        assert_eq!((&old["total"], names(&old)), (&json!(2), vec!["h0", "h1"]));
        let all = world.read("/packages/openssl/hosts?limit=2&offset=1").await;
        assert_eq!((&all["total"], names(&all)), (&json!(3), vec!["h1", "h2"]));
        assert_eq!(world.get("/packages/none").await.status, 404);
    }
}

#[tokio::test]
async fn what_is_asked_is_as_new_as_the_log() {
    for database in TestDatabase::both().await {
        let world = filled(&database).await;
        world.read("/packages").await;
        world.take(with_packages(1, &["bash-0:5.2-1.el9.x86_64"])).await;
        let gone = world.take(with_packages(3, &["zlib-0:1-1.x86_64"])).await.id;
        assert_eq!(world.read("/packages?search=zlib").await["total"], 1);
        let openssl = world.read("/packages/openssl/hosts").await;
        assert_eq!(names(&openssl), ["h0", "h2"]);
        let another = world.another_process().await;
        assert_eq!(another.read("/packages/bash").await["versions"].as_array().unwrap().len(), 2);
        world.delete(gone).await;
        assert_eq!(another.read("/packages?search=zlib").await["total"], 0);
        assert_eq!(world.read("/packages?search=zlib").await["total"], 0);
    }
}

#[tokio::test]
async fn who_sees_some_hosts_sees_the_packages_of_these() {
    for database in TestDatabase::both().await {
        let mut world = filled(&database).await;
        let hosts = world.read("/packages/libopenssl/hosts").await;
        let id = hosts["hosts"][0]["id"].as_str().unwrap().parse().unwrap();
        let group = world.group("g", &[ground::HostId(id)]).await;
        world.app.access.permissions = limited_to("inventory:hosts:*", json!([group])).await.permissions;
        let seen = world.ask(Some(&user("ours")), "GET /packages", "").await.json();
        assert_eq!(
            seen["packages"],
            json!([
                {"name": "libopenssl", "versions": 1, "hosts": 1},
                {"name": "openssl", "versions": 1, "hosts": 1},
            ])
        );
        assert_eq!(world.get("/packages/bash").await.status, 404);
        assert_eq!(names(&world.read("/packages/openssl/hosts").await), ["h2"]);
    }
}
