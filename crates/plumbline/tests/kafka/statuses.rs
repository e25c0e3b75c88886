//! How far each payload has come, for the payload tracker (contract inventory-events §11).

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    pipeline::Pipeline,
    support::{Program, report},
};

#[tokio::test]
async fn each_payload_can_be_followed_to_its_end() {
    let pipeline = Pipeline::shared().await;
    let mut bad = report(2);
    bad["data"]["insights_id"] = json!("not-a-uuid");
    let mut untold = report(3);
    untold["platform_metadata"]["request_id"] = Value::Null;
    pipeline.send([report(1), bad, untold]).await;
    let _consumer = pipeline.consume();
    let records = pipeline.kafka.read(&pipeline.tracker, 6, Duration::from_secs(30)).await;
    let mut payloads: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for record in records {
        assert_eq!((&record.key, record.headers.len()), (&None, 0));
        let status: Value = serde_json::from_str(&record.text()).unwrap();
        payloads.entry(status["request_id"].as_str().unwrap().to_owned()).or_default().push(status);
    }
    let words = |request: &str| -> Vec<String> {
        payloads[request].iter().map(|status| status["status"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(words("request1"), ["received", "success", "processing", "processing_success"]);
    assert_eq!(words("request2"), ["received", "error"]);
    assert_eq!(payloads.len(), 2, "without a request there is nothing to follow");

    let of_good = &payloads["request1"];
    let id = &pipeline.hosts()["host-00001"];
    assert_eq!(of_good[0]["status_msg"], "message received");
    assert_eq!(of_good[2]["status_msg"], "host operation complete");
    for status in of_good {
        assert_eq!(status["service"], "inventory");
        assert_eq!(status["org_id"], "local");
        assert!(!status["date"].as_str().unwrap().contains('+'), "{status}");
        assert_eq!(status["inventory_id"].as_str().is_some(), status["status"] != "received", "{status}");
    }
    assert_eq!(of_good[1]["inventory_id"], *id);
    let why = payloads["request2"][1]["status_msg"].as_str().unwrap();
    assert!(why.starts_with("ValidationException encountered in (handle_message): "), "{why}");
}

#[tokio::test]
async fn nobody_is_told_when_nobody_tracks() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1)]).await;
    let _consumer = Program::start(pipeline.command().env("PAYLOAD_TRACKER_ENABLED", "false"));
    pipeline.events("the event", 1, |events| events.len() == 1).await;
    pipeline.no_more_than(0, &pipeline.tracker).await;
}
