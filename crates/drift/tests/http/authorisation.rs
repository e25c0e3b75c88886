//! Who is let in, with an RBAC service that is asked.

use std::time::Duration;

use drift_common::{Grants, Rbac, Trust};
use serde_json::{Value, json};
use servicekit::Answer;
use testkit::{callers::granting, scenarios::load_ids};

use crate::siblings::{Inside, Siblings, app, client};

const OPERATIONS: [&str; 3] = [
    "GET /api/drift/v1/version",
    "GET /api/drift/v1/comparison_report?system_ids[]=e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9",
    "POST /api/drift/v1/comparison_report",
];
const BODY: &str = r#"{"system_ids": ["e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9"]}"#;

async fn ask(endpoint: &str, identity: Option<&str>, operation: &str) -> Answer {
    let mut app = app(Inside(Siblings::recorded()));
    app.gate.grants =
        Grants::Rbac(Rbac::new("drift", endpoint, Duration::from_secs(2), Trust::default()).unwrap());
    let body = if operation.starts_with("POST") { BODY } else { "" };
    client(&app).ask(identity, operation, body).await
}

#[tokio::test]
async fn nobody_is_let_in_without_identity_and_permission() {
    let ids = load_ids("drift").unwrap();
    let user = ids.identities["user"].as_deref();
    let rbac =
        |permission: &'static str| granting(json!([{"permission": permission, "resourceDefinitions": []}]));
    let (may, may_not) = (rbac("drift:comparisons:read").await, rbac("drift:baselines:read").await);
    for operation in OPERATIONS {
        let answer = ask(&may, None, operation).await;
        assert_eq!(
            (answer.status, answer.detail().as_str()),
            (400, "identity not found on request"),
            "{operation}"
        );
        assert_eq!(ask(&may, Some("%%%"), operation).await.status, 400);
        let answer = ask(&may_not, user, operation).await;
        let text = "user does not have access to [['drift:*:*'], ['drift:comparisons:read']]";
        assert_eq!((answer.status, answer.detail().as_str()), (403, text), "{operation}");
        assert_eq!(ask(&may, user, operation).await.status, 200, "{operation}");
        assert_eq!(ask("http://127.0.0.1:9", user, operation).await.status, 500, "{operation}");
    }
}

#[tokio::test]
async fn outliers_ask_for_the_same_and_are_told_of_this_programs_own_hosts_only() {
    let ids = load_ids("drift").unwrap();
    let user = ids.identities["user"].as_deref();
    let rbac =
        |permission: &'static str| granting(json!([{"permission": permission, "resourceDefinitions": []}]));
    let (may, may_not) = (rbac("drift:comparisons:read").await, rbac("drift:baselines:read").await);
    let operation = "GET /api/fleet/v1/outliers?limit=3";
    assert_eq!(ask(&may, None, operation).await.status, 400);
    assert_eq!(ask(&may_not, user, operation).await.status, 403);
    assert_eq!(ask(&may, user, &operation.replace("limit", "bogus")).await.status, 400);
    let answer = ask(&may, user, operation).await;
    assert_eq!(answer.status, 404);
    assert!(answer.detail().contains("another inventory's"), "{answer:?}");
}

#[tokio::test]
async fn a_star_for_all_that_is_read_grants_comparisons() {
    let ids = load_ids("drift").unwrap();
    let rbac = granting(json!([{"permission": "drift:*:read"}])).await;
    assert_eq!(ask(&rbac, ids.identities["user"].as_deref(), OPERATIONS[1]).await.status, 200);
}

#[tokio::test]
async fn the_document_and_redirects_ask_nobody() {
    let client = client(&app(Inside(Siblings::recorded())));
    let answer = client.ask(None, "GET /api/drift/v1/openapi.json", "").await;
    assert_eq!((answer.status, answer.json()["info"]["version"].clone()), (200, Value::from("1.1.0")));
    assert_eq!(client.ask(None, "GET /api/drift/v1/version/", "").await.status, 307);
}

#[tokio::test]
async fn every_native_operation_asks_who_is_calling() {
    let (document, client) = (drift::api::native_document(), client(&app(Inside(Siblings::recorded()))));
    let mut walked = 0;
    for (path, item) in &document.paths.paths {
        let operations = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("DELETE", &item.delete),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
        ];
        for (method, _) in operations.into_iter().filter(|(_, operation)| operation.is_some()) {
            let path = path.replace("{id}", "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9");
            let body = if method == "POST" {
                r#"{"kind": "ignore", "pattern": "arch", "reason": "x", "ends": "2099-01-01"}"#
            } else {
                ""
            };
            let answer = client.ask(None, &format!("{method} /api/fleet/v1{path}"), body).await;
            assert_eq!(answer.detail(), "identity not found on request", "{method} {path}: {answer:?}");
            walked += 1;
        }
    }
    assert_eq!(walked, 6);
}
