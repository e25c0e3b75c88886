//! What the payload tracker is told of requests (contract inventory-events §11).

use axum::body::Body;
use bus::{Publisher, Recorder};
use http::Request;
use inventory::{api::Tracking, messages::payload_tracker::PayloadTracker};
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::user,
    support::{self, Answer, BASE, World},
};

async fn world(database: &TestDatabase) -> (World, Recorder) {
    let mut world = World::empty(database).await;
    world.app.post_hosts = true;
    let recorder = Recorder::default();
    let tracker = PayloadTracker { topic: "platform.payload-status".into(), service: "inventory".into() };
    let sent = recorder.clone();
    world.app.tracking = Tracking::new(tracker, move || Publisher::Recorder(sent));
    (world, recorder)
}

async fn ask(world: &World, operation: &str, body: &str) -> Answer {
    ask_in(world, Some("a-b-c"), operation, body).await
}

async fn ask_in(world: &World, request_id: Option<&str>, operation: &str, body: &str) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(format!("{BASE}{path}"));
    request = request.header("x-rh-identity", user("ours")).header("content-type", "application/json");
    if let Some(id) = request_id {
        request = request.header("x-rh-insights-request-id", id);
    }
    support::ask(&world.router(), request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Status, host and text of what was sent.
fn told(recorder: &Recorder) -> Vec<(String, Option<String>, Option<String>)> {
    let text = |body: &Value, name: &str| body[name].as_str().map(str::to_owned);
    let body = |payload: Vec<u8>| -> Value { serde_json::from_slice(&payload).unwrap() };
    let bodies = recorder.take().into_iter().map(|message| body(message.payload));
    bodies
        .inspect(|body| assert_eq!((&body["request_id"], &body["org_id"]), (&json!("abc"), &json!("ours"))))
        .map(|body| (text(&body, "status").unwrap(), text(&body, "inventory_id"), text(&body, "status_msg")))
        .collect()
}

fn status(name: &str, host: Option<&str>, text: Option<&str>) -> (String, Option<String>, Option<String>) {
    (name.to_owned(), host.map(str::to_owned), text.map(str::to_owned))
}

fn document(number: u8) -> Value {
    json!({"account": "1", "reporter": "r", "stale_timestamp": "2030-01-01T00:00:00Z",
        "insights_id": format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d{number:02}"), "display_name": format!("n{number}")})
}

#[tokio::test]
async fn a_removal_is_told_host_by_host() {
    for database in TestDatabase::both().await {
        let (world, recorder) = world(&database).await;
        let stored = ask(&world, "POST /hosts", &json!([document(1), document(2)]).to_string()).await.json();
        let id = |n: usize| stored["data"][n]["host"]["id"].as_str().unwrap();
        assert_eq!(
            told(&recorder),
            [status("received", None, Some("add host operation")), status("success", None, None)]
        );
        for operation in [format!("DELETE /hosts/{}", id(0)), "DELETE /hosts?display_name=n2".to_owned()] {
            let host = if operation.contains('?') { id(1) } else { id(0) };
            assert!(ask(&world, &operation, "").await.status < 300);
            assert_eq!(
                told(&recorder),
                [
                    status("received", None, Some("delete operation")),
                    status("processing", Some(host), Some("deleted host")),
                    status("processing_success", Some(host), None),
                    status("success", None, None),
                ],
                "{operation}"
            );
        }
    }
}

#[tokio::test]
async fn a_document_that_is_refused_is_told_with_the_reason() {
    for database in TestDatabase::both().await {
        let (world, recorder) = world(&database).await;
        let nameless = json!([{"account": "1", "reporter": "r", "stale_timestamp": "2030-01-01T00:00:00Z"}]);
        ask(&world, "POST /hosts", &nameless.to_string()).await;
        let told = told(&recorder);
        let statuses: Vec<&str> = told.iter().map(|(status, ..)| status.as_str()).collect();
        assert_eq!(statuses, ["received", "processing", "processing_error", "success"]);
        assert!(
            told[2]
                .2
                .as_deref()
                .unwrap()
                .starts_with("ValidationException encountered in (adding/updating host): ")
        );
    }
}

#[tokio::test]
async fn other_changes_and_requests_without_an_id_are_not_told() {
    for database in TestDatabase::both().await {
        let (world, recorder) = world(&database).await;
        let stored = ask(&world, "POST /hosts", &json!([document(1)]).to_string()).await.json();
        let id = stored["data"][0]["host"]["id"].as_str().unwrap();
        told(&recorder);
        assert_eq!(ask(&world, &format!("PATCH /hosts/{id}"), r#"{"display_name": "x"}"#).await.status, 200);
        let quiet = ask_in(&world, None, &format!("DELETE /hosts/{id}"), "").await;
        assert_eq!((quiet.status, recorder.take().len()), (200, 0));
    }
}
