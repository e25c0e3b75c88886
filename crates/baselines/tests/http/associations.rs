//! Systems of baselines over HTTP.

use serde_json::{Value, json};

use crate::world::{World, both, host};

async fn associated(world: &World) -> String {
    let id = world.make("gold").await;
    let body = json!({"system_ids": [host("base"), host("same"), host("diffpkg")]});
    let answer = world.ask("tuser", &format!("POST /v1/baselines/{id}/systems"), &body).await;
    assert_eq!(answer.json(), body, "{answer:?}");
    id
}

async fn systems(world: &World, user: &str, id: &str, query: &str) -> Value {
    let answer = world.ask(user, &format!("GET /v1/baselines/{id}/systems{query}"), &Value::Null).await;
    assert!(answer.is_good(), "{answer:?}");
    answer.json()["system_ids"].clone()
}

#[tokio::test]
async fn who_is_limited_to_groups_sees_and_counts_the_systems_in_them() {
    for world in both().await {
        let id = associated(&world).await;
        for (user, expected) in [
            ("tuser", json!([host("base"), host("same"), host("diffpkg")])),
            ("grouped", json!([host("base")])),
            ("nogroup", json!([])),
        ] {
            assert_eq!(systems(&world, user, &id, "").await, expected, "{user}");
            let count = expected.as_array().unwrap().len();
            let list = world.ask(user, "GET /v1/baselines", &Value::Null).await;
            assert_eq!(list.json()["data"][0]["mapped_system_count"], count, "{user}: {list:?}");
            let one = world.ask(user, &format!("GET /v1/baselines/{id}"), &Value::Null).await;
            assert_eq!(one.json()["data"][0]["mapped_system_count"], count);
        }
    }
}

#[tokio::test]
async fn the_baselines_of_a_system_are_told_to_who_reaches_it() {
    for world in both().await {
        associated(&world).await;
        world.make("another").await;
        for (user, system, expected) in [
            ("tuser", "base", json!(["gold"])),
            ("tuser", "missing", json!([])),
            ("grouped", "base", json!(["gold"])),
            ("grouped", "same", json!([])),
            ("nogroup", "base", json!([])),
        ] {
            let path = format!("GET /v1/systems/{}/baselines", host(system));
            let answer = world.ask(user, &path, &Value::Null).await;
            assert!(answer.is_good(), "{answer:?}");
            let data = answer.json()["data"].as_array().unwrap().clone();
            let names: Value = data.iter().map(|each| each["display_name"].clone()).collect();
            assert_eq!(names, expected, "{user}, {system}");
            assert!(data.iter().all(|each| each.get("baseline_facts").is_none()));
        }
        let answer = world.ask("tuser", "GET /v1/systems/x/baselines", &Value::Null).await;
        assert_eq!((answer.status, answer.detail().as_str()), (400, "malformed UUIDs requested (x)"));
    }
}

#[tokio::test]
async fn systems_are_filtered_by_ids_and_names_of_groups() {
    for world in both().await {
        let id = associated(&world).await;
        let by = async |query: &str| systems(&world, "tuser", &id, query).await;
        assert_eq!(by("?group_ids[]=g1&group_ids[]=g2").await, json!([host("base"), host("same")]));
        assert_eq!(by("?group_ids[]=,g1").await, json!([host("base"), host("diffpkg")]));
        assert_eq!(by("?group_names[]=one").await, json!([host("base")]));
        assert_eq!(by("?group_names[]=two%2C%20too").await, json!([host("same")]));
    }
}

#[tokio::test]
async fn systems_that_cannot_be_associated_are_refused_by_name() {
    for world in both().await {
        let id = associated(&world).await;
        let path = format!("POST /v1/baselines/{id}/systems");
        let add = async |systems: Value| world.ask("tuser", &path, &json!({"system_ids": systems})).await;
        let again = add(json!([host("missing"), host("same")])).await;
        let message = format!("System {} already associated with this baseline", host("same"));
        assert_eq!((again.status, again.detail()), (400, message));
        let unknown = "00000000-0000-0000-0000-000000000001";
        let answer = add(json!([host("missing"), unknown])).await;
        assert_eq!(
            (answer.status, answer.detail()),
            (404, format!("ids [{unknown}] not available to display"))
        );
        assert_eq!(add(json!(["b09ee644-0fd6-51bc-8bc0-9bb058e94d57"])).await.status, 403);
        assert_eq!(add(json!(["6cd76e12-11d1-5e7a-874f-dcd9265caf72"])).await.status, 500);
        let twice = add(json!([host("missing"), host("missing")])).await;
        assert_eq!((twice.status, twice.detail().as_str()), (400, "duplicate IDs in request"));
        let centos = add(json!([host("centos")])).await;
        assert_eq!(centos.json()["system_ids"].as_array().unwrap().len(), 3, "{centos:?}");
        assert_eq!(world.ask("tuser", &path, &json!([host("missing")])).await.status, 400);
    }
}

#[tokio::test]
async fn systems_are_dissociated_by_path_and_by_request() {
    for world in both().await {
        let id = associated(&world).await;
        let by_path = format!("DELETE /v1/baselines/{id}/systems/{},{}", host("base"), host("missing"));
        let answer = world.ask("tuser", &by_path, &Value::Null).await;
        let message =
            format!("Failed to remove system id {} from mapped systems - not in list", host("missing"));
        assert_eq!((answer.status, answer.detail()), (400, message));
        let by_path = format!("DELETE /v1/baselines/{id}/systems/{}", host("base"));
        assert_eq!(world.ask("tuser", &by_path, &Value::Null).await.text, "\"OK\"\n");
        let request = format!("POST /v1/baselines/{id}/systems/deletion_request");
        let body = json!({"system_ids": [host("same")]});
        assert_eq!(world.ask("readonly", &request, &body).await.status, 403);
        assert_eq!(world.ask("notif", &request, &body).await.text, "\"OK\"\n");
        assert_eq!(systems(&world, "notif", &id, "").await, json!([host("diffpkg")]));
    }
}
