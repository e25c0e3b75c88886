//! Who is let in, and what nobody of another organisation sees.

use serde_json::{Value, json};

use crate::world::{both, named};

#[tokio::test]
async fn another_organisation_finds_and_changes_nothing() {
    for world in both().await {
        let id = world.make("gold").await;
        let other = named("tuser", "golden-b");
        let patch = json!({"display_name": "mine", "facts_patch": []}).to_string();
        let some = format!(r#"{{"system_ids": ["{id}"]}}"#);
        let delete = format!(r#"{{"baseline_ids": ["{id}"]}}"#);
        for (operation, body) in [
            (format!("GET /v1/baselines/{id}"), ""),
            (format!("PATCH /v1/baselines/{id}"), &patch),
            (format!("POST /v1/baselines/{id}?display_name=mine"), ""),
            (format!("DELETE /v1/baselines/{id}"), ""),
            ("POST /v1/baselines/deletion_request".to_owned(), &delete),
            (format!("GET /v1/baselines/{id}/systems"), ""),
            (format!("POST /v1/baselines/{id}/systems"), &some),
            (format!("DELETE /v1/baselines/{id}/systems/{id}"), ""),
            (format!("POST /v1/baselines/{id}/systems/deletion_request"), &some),
        ] {
            assert_eq!(world.client.ask(Some(&other), &operation, body).await.status, 404, "{operation}");
        }
        let list = world.client.ask(Some(&other), "GET /v1/baselines", "").await.json();
        assert_eq!((list["meta"]["total_available"].clone(), list["data"].clone()), (json!(0), json!([])));
        assert_eq!(world.ask("tuser", &format!("GET /v1/baselines/{id}"), &Value::Null).await.status, 200);
    }
}

#[tokio::test]
async fn each_operation_asks_for_its_permission() {
    for world in both().await {
        let id = world.make("gold").await;
        let patch = json!({"display_name": "gold", "facts_patch": []});
        let none = json!({"system_ids": []});
        for (operation, body) in [
            ("POST /v1/baselines".to_owned(), json!({"display_name": "x"})),
            (format!("PATCH /v1/baselines/{id}"), patch),
            (format!("POST /v1/baselines/{id}?display_name=y"), Value::Null),
            ("POST /v1/baselines/deletion_request".to_owned(), json!({"baseline_ids": []})),
            (format!("GET /v1/baselines/{id}/systems"), Value::Null),
            (format!("GET /v1/systems/{id}/baselines"), Value::Null),
            (format!("POST /v1/baselines/{id}/systems"), none.clone()),
            (format!("POST /v1/baselines/{id}/systems/deletion_request"), none),
            (format!("DELETE /v1/baselines/{id}"), Value::Null),
        ] {
            for user in ["readonly", "noperm"] {
                assert_eq!(world.ask(user, &operation, &body).await.status, 403, "{user}: {operation}");
            }
            let meant = world.ask("tuser", &operation, &body).await;
            assert!(meant.is_good(), "{operation}: {meant:?}");
        }
    }
}

#[tokio::test]
async fn every_answer_tells_browsers_to_come_by_tls() {
    for world in both().await {
        for operation in ["GET /v1/version", "GET /v1/baselines/x", "GET /v1/nothing", "PUT /v1/baselines"] {
            let answer = world.ask("tuser", operation, &Value::Null).await;
            assert!(answer.header("strict-transport-security").is_some(), "{operation}: {answer:?}");
        }
    }
}
