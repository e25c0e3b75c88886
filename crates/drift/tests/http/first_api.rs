//! The API of 2019.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use servicekit::Answer;

use crate::siblings::{Inside, Siblings, app, client};

const BASE: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";
const SAME: &str = "b2d0c485-2630-5005-9dff-b6f5ac6c43c5";

async fn ask(trial: bool, identity: &Value, query: &str) -> Answer {
    let mut app = app(Inside(Siblings::recorded()));
    app.trial = trial;
    let header = BASE64_STANDARD.encode(json!({"identity": identity}).to_string());
    let operation = format!("GET /r/insights/platform/drift/v0/comparison_report?{query}");
    client(&app).ask(Some(&header), &operation, "").await
}

#[tokio::test]
async fn machines_are_compared_by_facts_that_are_made_up() {
    let query = format!("system_ids[]={BASE}&system_ids[]={SAME}");
    let answer = ask(true, &json!({"account_number": "1"}), &query).await;
    let report = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(report["systems"][0]["fqdn"], "base.golden.example.com");
    let facts = report["facts"].as_array().unwrap();
    assert!(facts.len() > 200 && facts.iter().all(|fact| fact["systems"].as_array().unwrap().len() == 2));
}

#[tokio::test]
async fn refusals_are_those_of_2019() {
    let account = json!({"account_number": "1"});
    let unknown = "00000000-0000-0000-0000-000000000001";
    for (identity, query, message) in [
        (
            json!({"org_id": "o"}),
            format!("system_ids[]={BASE}"),
            "account number not found on identity token".to_owned(),
        ),
        (
            account.clone(),
            format!("system_ids[]={BASE}&system_ids[]={BASE}"),
            "duplicate UUID specified in system_ids list".to_owned(),
        ),
        (account, format!("system_ids[]={unknown}"), format!("System(s) {unknown} not available to display")),
    ] {
        let answer = ask(false, &identity, &query).await;
        assert_eq!((answer.status, answer.detail()), (400, message));
    }
}
