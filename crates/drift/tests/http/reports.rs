//! What a report says that no recording shows.

use serde_json::{Value, json};
use servicekit::{Answer, Client};
use testkit::scenarios::load_ids;

use crate::siblings::{Inside, Siblings, app, client};

const BASE: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";
const SAME: &str = "b2d0c485-2630-5005-9dff-b6f5ac6c43c5";
const MULTI: &str = "d776a3e4-ceee-5849-b9d5-eb0c24f896aa";

fn service() -> Client {
    client(&app(Inside(Siblings::recorded())))
}

async fn ask(operation: &str, body: &str) -> Answer {
    let ids = load_ids("drift").unwrap();
    service().ask(ids.identities["user"].as_deref(), operation, body).await
}

#[tokio::test]
async fn several_values_of_a_fact_are_shown_one_by_one() {
    let body = json!({"system_ids": [BASE], "baseline_ids": [MULTI], "reference_id": MULTI}).to_string();
    let report = ask("POST /api/drift/v1/comparison_report", &body).await.json();
    let facts = report["facts"].as_array().unwrap();
    let tags = facts.iter().find(|fact| fact["name"] == "tags").unwrap();
    let team = tags["comparisons"].as_array().unwrap().iter().find(|fact| fact["name"] == "ns.team").unwrap();
    let cell = |id: &str, value: &str, state: &str| json!({"id": id, "value": value, "state": state});
    let row = |state: &str, first: Value, second: Value| json!({"state": state, "systems": [first, second]});
    assert_eq!(
        *team,
        json!({
            "name": "ns.team", "state": "DIFFERENT", "drifted_from_baseline": false,
            "systems": [{"id": MULTI, "value": ["a", "", "c"]}, {"id": BASE, "value": ["a", "b", ""]}],
            "multivalues": [
                row("SAME", cell(MULTI, "a", "SAME"), cell(BASE, "a", "SAME")),
                row("DIFFERENT", cell(MULTI, "", "SAME"), cell(BASE, "b", "DIFFERENT")),
                row("DIFFERENT", cell(MULTI, "c", "SAME"), cell(BASE, "", "DIFFERENT")),
            ],
        })
    );
}

#[tokio::test]
async fn the_order_of_ids_changes_nothing() {
    let report = |ids: [&'static str; 2]| async move {
        let body = json!({"system_ids": ids}).to_string();
        ask("POST /api/drift/v1/comparison_report", &body).await.json()
    };
    assert_eq!(report([BASE, SAME]).await, report([SAME, BASE]).await);
}

#[tokio::test]
async fn a_request_without_accept_is_answered_as_json_and_csv_is_attached() {
    let answer = ask(&format!("GET /api/drift/v1/comparison_report?system_ids[]={BASE}"), "").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let ids = load_ids("drift").unwrap();
    let mut request = service().request(
        ids.identities["user"].as_deref(),
        &format!("GET /api/drift/v1/comparison_report?system_ids[]={BASE}"),
        "",
    );
    request.headers_mut().insert("accept", "text/csv, */*".parse().unwrap());
    let answer = service().send(request).await;
    assert_eq!(answer.header("content-type"), Some("text/csv"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=export.csv"));
    assert!(
        answer.text.starts_with("name,state,base.golden.example.com\r\narch,SAME,x86_64\r\n"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_body_that_is_no_object_or_has_other_types_is_refused() {
    for (body, detail) in [
        ("[]", "[] is not of type 'object'"),
        ("null", "None is not of type 'object'"),
        (r#"{"system_ids": null}"#, "None is not of type 'array' - 'system_ids'"),
        (r#"{"system_ids": [5]}"#, "5 is not of type 'string' - 'system_ids.0'"),
        ("", "RequestBody is required"),
    ] {
        let answer = ask("POST /api/drift/v1/comparison_report", body).await;
        assert_eq!((answer.status, answer.detail().as_str()), (400, detail), "{body}");
        assert_eq!(answer.content_type(), Some("application/problem+json"));
    }
}

#[tokio::test]
async fn only_operators_see_the_status_of_baselines() {
    let ids = load_ids("drift").unwrap();
    let ask = |name: &'static str| {
        let identity = ids.identities[name].clone();
        async move { service().ask(identity.as_deref(), "GET /api/drift/admin/status", "").await }
    };
    let refused = ask("user").await;
    assert_eq!((refused.status, refused.detail().as_str()), (403, "Access Denied."));
    let answer = ask("associate").await;
    assert_eq!((answer.status, answer.json()), (200, json!({"totalBaselinesCount": 5})));
}
