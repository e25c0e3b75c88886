//! What a user does with everything: a machine reports, is found, held against a baseline and its past, measured, and benchmarked.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::eventually;

use crate::{
    installation::Installation,
    support::{BASE, PATIENCE, report, send},
};

const DRIFT: &str = "/api/drift/v1";
const BASELINES: &str = "/api/system-baseline/v1";
const HISTORY: &str = "/api/historical-system-profiles/v1";
const FLEET: &str = "/api/fleet/v1";

fn machine(arch: &str, captured: &str) -> Value {
    let mut report = report(1);
    report["data"]["system_profile"] = json!({"arch": arch, "number_of_cpus": 4, "installed_packages": ["bash-0:5.1.8-6.el9.x86_64"], "captured_date": captured});
    report
}

/// Goes through all services of an installation.
pub async fn walk(installation: &Installation) {
    let host = inventory(installation).await;
    let baseline = baselines(installation, &host).await;
    drift(installation, &host, &baseline).await;
    history(installation, &host).await;
    metrics(installation).await;
    let benchmarks = installation.get("/api/v1/benchmarks").await;
    assert_eq!((benchmarks.status, &benchmarks.json()["total"]), (200, &json!(0)), "{}", benchmarks.text);
    let causes = installation.get(&format!("{FLEET}/causes")).await;
    assert_eq!(causes.status, 200, "{}", causes.text);
    let regressions = installation.get(&format!("{FLEET}/regressions")).await;
    assert_eq!(regressions.status, 200, "{}", regressions.text);
    let overview = installation.get(&format!("{FLEET}/overview")).await;
    assert_eq!(overview.json()["hosts"]["total"], 1, "{}", overview.text);
}

/// A report comes in by Kafka; the host is found, and told of.
async fn inventory(installation: &Installation) -> String {
    installation.report([machine("x86_64", "2026-11-30T10:00:00Z")]).await;
    let host = eventually("the host is listed", PATIENCE * 2, async || {
        let hosts = installation.get(&format!("{BASE}/hosts?display_name=host-00001")).await;
        hosts.json()["results"][0]["id"].as_str().map(str::to_owned)
    })
    .await;
    let events = installation.components.kafka.read(&installation.components.events, 1, PATIENCE).await;
    let event: Value = serde_json::from_str(&events[0].text()).unwrap();
    assert_eq!((&event["type"], &event["host"]["id"]), (&json!("created"), &json!(host)));
    host
}

/// What the host should be is made from it.
async fn baselines(installation: &Installation, host: &str) -> String {
    let made = installation
        .post(&format!("{BASELINES}/baselines"), &json!({"display_name": "gold", "inventory_uuid": host}))
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let tied = installation
        .post(&format!("{BASELINES}/baselines/{id}/systems"), &json!({"system_ids": [host]}))
        .await;
    assert_eq!(tied.status, 200, "{}", tied.text);
    id
}

/// It reports otherwise: that is told on the topic, and stands in a comparison with the baseline.
async fn drift(installation: &Installation, host: &str, baseline: &str) {
    let same = compare(installation, host, baseline).await;
    assert_eq!(fact(&same, "arch")["state"], "SAME", "{same}");
    installation.report([machine("aarch64", "2026-11-30T11:00:00Z")]).await;
    let told = &installation.components.notifications;
    let told = installation.components.kafka.read(told, 1, Duration::from_mins(1)).await;
    assert!(told[0].text().contains("drift-baseline-detected"), "{}", told[0].text());
    let differs = compare(installation, host, baseline).await;
    assert_eq!(fact(&differs, "arch")["state"], "DIFFERENT", "{differs}");
}

async fn compare(installation: &Installation, host: &str, baseline: &str) -> Value {
    let path = format!("{DRIFT}/comparison_report?system_ids[]={host}&baseline_ids[]={baseline}");
    let report = installation.get(&path).await;
    assert_eq!(report.status, 200, "{}", report.text);
    report.json()
}

fn fact<'r>(report: &'r Value, name: &str) -> &'r Value {
    let facts = report["facts"].as_array().unwrap();
    facts.iter().find(|fact| fact["name"] == name).unwrap()
}

/// Both of its states are kept.
async fn history(installation: &Installation, host: &str) {
    let path = format!("{HISTORY}/systems/{host}");
    eventually("both states are in the history", PATIENCE, async || {
        let states = installation.get(&path).await;
        let profiles = states.json()["data"][0]["profiles"].as_array().map_or(0, Vec::len);
        (profiles == 2).then_some(())
    })
    .await;
}

/// A sample goes in by one door and out by another.
async fn metrics(installation: &Installation) {
    let line = "load,host=host-00001 value=2.5 1764500000";
    let written = installation.request(Method::POST, "/write?precision=s").body(line);
    let written = send(written).await.unwrap();
    assert_eq!(written.status, 204, "{}", written.text);
    let found = installation.get("/prometheus/api/v1/query?query=load_value&time=1764500000").await;
    assert_eq!(found.json()["data"]["result"][0]["value"][1], "2.5", "{}", found.text);
    let name = uuid::Uuid::new_v4();
    let board = json!({"type": "time_series", "name": name, "data": {"charts": []}});
    let made = installation.post("/api/v1/dashboards", &board).await;
    assert!((200..300).contains(&made.status), "{}: {}", made.status, made.text);
}
