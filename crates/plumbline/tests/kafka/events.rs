//! What goes out: events, and what people are told (contract inventory-events §9, §10).

use std::collections::BTreeSet;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::{
    pipeline::{Pipeline, by_host},
    support::{PATIENCE, Program, report},
};

/// Every member of `host` in an event.
const MEMBERS: [&str; 27] = [
    "account",
    "ansible_host",
    "bios_uuid",
    "created",
    "culled_timestamp",
    "display_name",
    "facts",
    "fqdn",
    "groups",
    "id",
    "insights_id",
    "ip_addresses",
    "last_check_in",
    "mac_addresses",
    "openshift_cluster_id",
    "org_id",
    "per_reporter_staleness",
    "provider_id",
    "provider_type",
    "reporter",
    "satellite_id",
    "stale_timestamp",
    "stale_warning_timestamp",
    "subscription_manager_id",
    "system_profile",
    "tags",
    "updated",
];

fn members(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn an_event_has_the_key_the_headers_and_the_body_of_the_contract() {
    let pipeline = Pipeline::shared().await;
    let sent = report(1);
    pipeline.send([sent.clone()]).await;
    let _consumer = pipeline.consume();
    let events = pipeline.events("the event", 1, |events| events.len() == 1).await;
    let event = &events[0];

    let id = pipeline.hosts()["host-00001"].clone();
    assert_eq!(event.key, id);
    let node = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let headers: Vec<_> = event.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        headers,
        [
            ("event_type", "created"),
            ("request_id", "request-1"),
            ("producer", node.trim()),
            ("insights_id", "a94301c8-ae4a-4ca3-98b3-000000000001"),
            ("reporter", "puptoo"),
            ("host_type", "conventional"),
            ("os_name", "RHEL"),
            ("is_bootc", "False"),
        ]
    );
    let all = BTreeSet::from(["host", "metadata", "platform_metadata", "timestamp", "type"]);
    assert_eq!(members(&event.body), all);
    assert_eq!(event.body["metadata"], json!({"request_id": "request-1"}));
    assert_eq!(event.body["platform_metadata"], sent["platform_metadata"]);
    let host = &event.body["host"];
    assert_eq!(members(host), BTreeSet::from(MEMBERS));
    assert_eq!(host["id"], id);
    for name in ["org_id", "reporter", "display_name", "fqdn", "insights_id"] {
        assert_eq!(host[name], sent["data"][name], "{name}");
    }
    assert_eq!(host["system_profile"], sent["data"]["system_profile"]);
    assert!(host["stale_timestamp"].as_str().unwrap().ends_with("+00:00"));
    assert_eq!(host["per_reporter_staleness"]["puptoo"]["check_in_succeeded"], true);
}

#[tokio::test]
async fn people_are_told_of_new_hosts_and_of_refused_reports() {
    let pipeline = Pipeline::shared().await;
    let mut bad = report(2);
    bad["data"]["insights_id"] = json!("not-a-uuid");
    bad["platform_metadata"]["request_id"] = Value::Null;
    pipeline.send([report(1), bad, report(1)]).await;
    let _consumer = pipeline.consume();
    pipeline.events("the events of the good host", 2, |events| events.len() == 2).await;
    let told = pipeline.kafka.read(&pipeline.notifications, 2, PATIENCE).await;
    assert_eq!(told.len(), 2, "{told:?}");
    pipeline.no_more_than(2, &pipeline.notifications).await;
    for record in told {
        assert_eq!(record.key, None);
        let body: Value = serde_json::from_str(&record.text()).unwrap();
        let names: Vec<_> = record.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((&body["application"], &body["bundle"]), (&json!("inventory"), &json!("rhel")));
        assert_eq!(body["org_id"], "local");
        if body["event_type"] == "new-system-registered" {
            assert_eq!(names, ["event_type", "request_id", "producer", "rh-message-id"]);
            let id = &pipeline.hosts()["host-00001"];
            assert_eq!(body["context"]["inventory_id"], *id);
            let url = format!("https://console.example.com/insights/inventory/{id}");
            assert_eq!(body["context"]["host_url"], url);
            assert_eq!(body["context"]["rhel_version"], "9.1");
        } else {
            assert_eq!(body["event_type"], "validation-error");
            assert_eq!(names, ["event_type", "producer", "rh-message-id"], "no request, no header");
            let payload = &body["events"][0]["payload"];
            assert_eq!(payload["error"]["code"], "VE001");
            assert!(payload["error"]["message"].as_str().unwrap().contains("insights_id"), "{payload}");
            assert_eq!(payload["canonical_facts"]["fqdn"], "host-00002.example.com");
        }
    }
}

#[tokio::test]
async fn a_report_that_changes_nothing_gives_an_event_unless_told_otherwise() {
    for (value, kinds) in
        [("full", &["created", "updated", "updated", "updated"][..]), ("none", &["created", "updated"])]
    {
        let pipeline = Pipeline::shared().await;
        let mut changed = report(1);
        changed["data"]["system_profile"]["arch"] = json!("aarch64");
        pipeline.send([report(1), report(1), report(1), changed]).await;
        let consumer = Program::start(pipeline.command().env("EVENTS_ON_UNCHANGED", value));
        let last = |host: &Value| host["system_profile"]["arch"] == "aarch64";
        let events = pipeline
            .events("the last change", kinds.len(), |events| {
                events.last().is_some_and(|event| last(&event.body["host"]))
            })
            .await;
        let told: Vec<_> = events.iter().map(super::pipeline::Event::kind).collect();
        assert_eq!(told, kinds, "{value}");
        consumer.signal(rustix::process::Signal::TERM);
        assert_eq!(consumer.end(PATIENCE).await.code, 0);
    }
}

#[tokio::test]
async fn the_events_of_a_host_stand_in_the_order_of_its_reports() {
    let pipeline = Pipeline::shared().await;
    let generation = |n: usize| {
        (0..40).map(move |host| {
            let mut report = report(host);
            report["data"]["system_profile"]["number_of_cpus"] = json!(n);
            report
        })
    };
    pipeline.send((1..=20).flat_map(generation)).await;
    let _consumer = pipeline.consume();
    let events = pipeline.events("an event of each report", 800, |events| events.len() >= 800).await;
    pipeline.no_more_than(800, &pipeline.events).await;
    for (host, of_host) in by_host(&events) {
        let order: Vec<_> = of_host
            .iter()
            .map(|event| event.body["host"]["system_profile"]["number_of_cpus"].clone())
            .collect();
        assert_eq!(order, (1..=20).map(Value::from).collect::<Vec<_>>(), "{host}");
        assert_eq!(of_host[0].kind(), "created", "{host}");
        assert!(of_host[1..].iter().all(|event| event.kind() == "updated"), "{host}");
    }
}

#[tokio::test]
async fn a_copy_of_another_deployment_leaves_its_messages_alone_until_it_is_told_to_stop() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1)]).await;
    let mut copy = Program::start(pipeline.command().env("REPLICA_NAMESPACE", "true"));
    copy.says("plumbline does not read topic").await;
    pipeline.no_more_than(0, &pipeline.events).await;
    assert!(copy.runs() && pipeline.hosts().is_empty());
    copy.signal(Signal::TERM);
    assert_eq!(copy.end(PATIENCE).await.code, 0);
    // They are still there for whom they are meant for.
    let _consumer = pipeline.consume();
    pipeline.events("the event", 1, |events| events.len() == 1).await;
}
