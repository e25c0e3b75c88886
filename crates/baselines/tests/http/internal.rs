//! The API of the sibling services.

use serde_json::{Value, json};

use crate::world::{both, host, named};

#[tokio::test]
async fn it_is_closed_to_everybody_without_the_secret() {
    for world in both().await {
        let system = host("base");
        for operation in [
            "GET /internal/v1/version".to_owned(),
            "GET /internal/v1/baselines".to_owned(),
            format!("PATCH /internal/v1/systems/{system}"),
            format!("DELETE /internal/v1/systems/{system}"),
            "POST /internal/v1/systems/deletion_request".to_owned(),
        ] {
            let body = if operation.starts_with("POST") { json!({"system_ids": []}) } else { Value::Null };
            assert_eq!(world.ask("tuser", &operation, &body).await.status, 403, "{operation}");
            let mut guessed =
                world.client.request(Some(&named("tuser", "golden")), &operation, &body.to_string());
            guessed.headers_mut().insert("x-rh-drift-internal-api", "golden-secreT".parse().unwrap());
            assert_eq!(world.client.send(guessed).await.status, 403, "{operation}");
        }
    }
}

#[tokio::test]
async fn a_sibling_is_told_the_version_and_for_the_rest_names_an_organisation() {
    for world in both().await {
        for (operation, status) in [("GET /internal/v1/version", 200), ("GET /internal/v1/baselines", 400)] {
            let mut request = world.client.request(None, operation, "");
            request.headers_mut().insert("x-rh-drift-internal-api", "golden-secret".parse().unwrap());
            assert_eq!(world.client.send(request).await.status, status, "{operation}");
        }
    }
}

#[tokio::test]
async fn groups_and_removals_reach_the_baselines_of_the_organisation_only() {
    for world in both().await {
        let id = world.make("gold").await;
        let system = host("base");
        let body = json!({"system_ids": [system]});
        world.ask("tuser", &format!("POST /v1/baselines/{id}/systems"), &body).await;
        let of_system = format!("GET /internal/v1/baselines?system_id={system}");
        assert_eq!(world.sibling("golden", &of_system, &Value::Null).await.json(), json!([id]));
        assert_eq!(world.sibling("golden-b", &of_system, &Value::Null).await.json(), json!([]));

        let patch = format!("PATCH /internal/v1/systems/{system}");
        let moved = json!({"groups": [{"id": "g9", "name": "nine", "more": 1}]});
        assert_eq!(world.sibling("golden-b", &patch, &moved).await.status, 404);
        let answer = world.sibling("golden", &patch, &moved).await;
        assert_eq!(answer.json()[0]["groups"], json!([{"id": "g9", "name": "nine"}]), "{answer:?}");
        assert_eq!(
            (answer.json()[0]["system_baseline_id"].clone(), answer.json()[0]["org_id"].clone()),
            (json!(id), json!("golden"))
        );
        // Without groups they stay as they are.
        let answer = world.sibling("golden", &patch, &json!({})).await;
        assert_eq!(answer.json()[0]["groups"][0]["id"], "g9");
        assert_eq!(world.sibling("golden", &patch, &json!({"groups": null})).await.status, 400);
        let by_group = format!("GET /v1/baselines/{id}/systems?group_ids[]=g9");
        assert_eq!(world.ask("tuser", &by_group, &Value::Null).await.json(), body);

        let delete = format!("DELETE /internal/v1/systems/{system}");
        assert_eq!(world.sibling("golden-b", &delete, &Value::Null).await.text, "\"OK\"\n");
        assert_eq!(world.ask("tuser", &by_group, &Value::Null).await.json(), body);
        let request = "POST /internal/v1/systems/deletion_request";
        assert_eq!(world.sibling("golden", request, &body).await.text, "\"OK\"\n");
        assert_eq!(world.ask("tuser", &by_group, &Value::Null).await.json(), json!({"system_ids": []}));
    }
}
