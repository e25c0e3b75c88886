//! `GET /hosts/{id}/diff`: what differs between two moments, on both engines.

use fleet::Report;
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::world::{World, with_profile};

fn change(key: &str, before: Value, after: Value) -> Value {
    json!({"key": key, "before": before, "after": after})
}

#[tokio::test]
async fn what_differs_is_told_section_by_section() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let before = json!({
            "arch": "x86_64", "number_of_cpus": 2, "kernel_modules": ["a", "b"],
            "installed_packages": ["bash-0:5.1.8-6.el9.x86_64", "gone-0:1-1.noarch"],
            "network_interfaces": [{"name": "eth0", "mtu": 1500}],
        });
        let after = json!({
            "arch": "x86_64", "number_of_cpus": 4, "kernel_modules": ["b", "a"],
            "installed_packages": ["new-0:1-1.noarch", "bash-0:5.1.8-9.el9.x86_64"],
            "network_interfaces": [{"name": "eth0", "mtu": 9000}],
        });
        let id = world.take(with_profile(0, &before)).await.id;
        let then = world.clock.now().to_string().replace('+', "%2B");
        world.pass(60);
        let mut second: Report = with_profile(0, &after);
        second.tags.add("ns", "env", Some("prod"));
        world.take(second).await;

        let expected = json!([
            {"section": "host", "changes": [change("tags.ns/env", Value::Null, json!("prod"))]},
            {"section": "facts", "changes": [change("number_of_cpus", json!(2), json!(4))]},
            {"section": "network_interfaces", "changes": [change("eth0.mtu", json!(1500), json!(9000))]},
            {"section": "installed_packages", "changes": [
                change("bash", json!("bash-0:5.1.8-6.el9.x86_64"), json!("bash-0:5.1.8-9.el9.x86_64")),
                change("gone", json!("gone-0:1-1.noarch"), Value::Null),
                change("new", Value::Null, json!("new-0:1-1.noarch")),
            ]},
        ]);
        for query in ["from_seq=1".to_owned(), "from_seq=1&to_seq=2".to_owned(), format!("from_at={then}")] {
            let diff = world.read(&format!("/hosts/{id}/diff?{query}")).await;
            assert_eq!(diff["sections"], expected, "{query} {}", database.engine());
            assert_eq!((&diff["from"]["seq"], &diff["to"]["seq"]), (&json!(1), &json!(2)));
            assert_eq!(diff["to"]["at"], world.clock.now().to_string());
        }
        let back = world.read(&format!("/hosts/{id}/diff?from_seq=2&to_seq=1")).await;
        assert_eq!(back["sections"][1]["changes"], json!([change("number_of_cpus", json!(4), json!(2))]));
        assert_eq!(world.read(&format!("/hosts/{id}/diff?from_seq=2")).await["sections"], json!([]));
    }
}

#[tokio::test]
async fn a_removed_host_differs_from_what_it_was() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let id = world.take(with_profile(0, &json!({"arch": "x86_64"}))).await.id;
    world.take(with_profile(0, &json!({"arch": "aarch64"}))).await;
    world.delete(id).await;
    let diff = world.read(&format!("/hosts/{id}/diff?from_seq=1&to_seq=3")).await;
    assert_eq!(diff["sections"][0]["changes"], json!([change("arch", json!("x86_64"), json!("aarch64"))]));
    assert_eq!(world.get(&format!("/hosts/{id}/diff?from_seq=1")).await.status, 404);
    let unsaid = world.get(&format!("/hosts/{id}/diff?to_seq=1")).await;
    assert_eq!((unsaid.status, unsaid.detail().contains("`from_seq` or `from_at`")), (400, true));
}
