//! The document of the API.

use crate::world::{both, named};

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    servicekit::document::check("baselines", &baselines::api::openapi::openapi());
}

#[tokio::test]
async fn the_document_is_served_to_everybody() {
    for world in both().await {
        let served = world.client.ask(None, "GET /v1/openapi.json", "").await;
        assert_eq!(served.json()["info"]["title"], "System baselines", "{served:?}");
    }
}

#[tokio::test]
async fn every_operation_of_the_document_asks_who_is_calling() {
    for world in both().await {
        for operation in servicekit::document::operations(&baselines::api::openapi::openapi()) {
            let id = "271edce1-bfe7-4d5e-89f5-abd0a3efc1ab";
            let (method, path) = operation.split_once(' ').unwrap();
            let mut operation = format!(
                "{method} /v1{}",
                path.replace("{ids}", id).replace("{systems}", id).replace("{id}", id)
            );
            let body = match operation.as_str() {
                "POST /v1/baselines" => r#"{"display_name": "x"}"#,
                "POST /v1/baselines/deletion_request" => r#"{"baseline_ids": []}"#,
                other if other.starts_with("PATCH") => r#"{"display_name": "x", "facts_patch": []}"#,
                other if other.starts_with("POST") && other.contains("/systems") => r#"{"system_ids": []}"#,
                _ => "",
            };
            if operation == format!("POST /v1/baselines/{id}") {
                operation += "?display_name=x";
            }
            assert_eq!(world.client.ask(None, &operation, body).await.status, 400, "{operation}");
            assert_eq!(world.client.ask(Some("%%%"), &operation, body).await.status, 400, "{operation}");
            let without = named("noperm", "golden");
            assert_eq!(world.client.ask(Some(&without), &operation, body).await.status, 403, "{operation}");
        }
    }
}
