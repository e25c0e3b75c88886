//! What people change is in the audit log, whichever service they change it in.

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::tempdir;
use testkit::callers::user;

use crate::support::{BASE, Server, run, send};

async fn entries(server: &Server) -> Vec<Value> {
    let answer = server.get("/api/fleet/v1/audit").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_people_change_is_logged_and_what_is_refused_or_asked_is_not() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let made = server.post("/groups", json!({"name": "web"}).to_string()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let group = made.json()["id"].clone();
    assert_eq!(server.post("/groups", json!({"name": ""}).to_string()).await.status, 400);
    assert_eq!(server.post("/system_profile/validate_schema", "{}").await.status / 100, 4);
    let channel = server
        .request(Method::PUT, "/api/notifications/v1/channels/ops")
        .json(&json!({"kind": "email", "address": "ops@example.org", "events": ["drift"]}));
    assert_eq!(send(channel).await.unwrap().status, 200);
    let token = server.request(Method::POST, "/api/fleet/v1/tokens").json(&json!({"note": "a rack"}));
    let token = send(token.header("x-rh-insights-request-id", "r-7")).await.unwrap().json();
    let theirs =
        server.request(Method::POST, &format!("{BASE}/groups")).header("x-rh-identity", user("theirs"));
    assert_eq!(send(theirs.json(&json!({"name": "theirs"}))).await.unwrap().status, 201);

    let all = entries(&server).await;
    let operations: Vec<&str> = all.iter().map(|entry| entry["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["create_token", "save_channel", "api.group.create_group"], "{all:#?}");
    let [of_token, of_channel, of_group] = &all[..] else { panic!() };
    assert_eq!((&of_token["made"], &of_token["request_id"]), (&token["token"]["id"], &json!("r-7")));
    assert_eq!(of_channel["subject"], "PUT /api/notifications/v1/channels/ops");
    assert_eq!((&of_group["made"], &of_group["status"]), (&group, &json!(201)));
    assert_eq!((&of_group["actor"], &of_group["via"]), (&json!("local"), &json!("local")), "{of_group}");
    let text = Value::from(all.clone()).to_string();
    assert!(!text.contains("theirs") && !text.contains(token["secret"].as_str().unwrap()), "{text}");

    let path = folder.path().to_str().unwrap();
    let listed = run(["audit", "--data", path, "--org", "local", "--json"]);
    let listed: Vec<Value> = listed.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(listed, all);
    assert_eq!(run(["token", "create", "--note", "from here", "--data", path, "--org", "local"]).code, 0);
    let newest = &entries(&server).await[0];
    assert_eq!((&newest["via"], &newest["subject"]), (&json!("command line"), &json!("from here")));
}
