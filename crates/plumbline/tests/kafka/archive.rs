//! Events of another inventory become history.

use std::time::Duration;

use baselines::Baselines;
use ground::{Clock, HostId, OrgId};
use history::{Profiles, Records, rules::visible::Reach};
use rustix::process::Signal;
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::{Record, eventually};
use uuid::Uuid;

use crate::{
    notifications::baseline,
    pipeline::Pipeline,
    support::{PATIENCE, Program, plumbline},
};

const HOST: &str = "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9";
const OTHER: &str = "b2d0c485-2630-5005-9dff-b6f5ac6c43c5";

fn told(host: &str, captured: &str) -> Record {
    let event = json!({"type": "updated", "timestamp": captured, "platform_metadata": {"request_id": "r"},
        "host": {"id": host, "org_id": "o", "account": null, "fqdn": "web", "tags": [], "groups": [],
            "system_profile": {"arch": "x86_64", "captured_date": captured}}});
    Record::new(host, event.to_string())
}

fn removed(host: &str, at: &str) -> Record {
    let event = json!({"type": "delete", "timestamp": at, "id": host, "org_id": "o", "account": null, "request_id": "r"});
    Record::new(host, event.to_string())
}

#[tokio::test]
async fn events_of_another_inventory_are_history_whatever_stands_between_them() {
    let pipeline = Pipeline::shared().await;
    let tombstone = Record { payload: None, ..Record::new(HOST, "") };
    pipeline
        .kafka
        .produce(
            &pipeline.events,
            vec![
                told(HOST, "2024-03-01T08:00:00+00:00"),
                told(HOST, "2024-03-01T08:00:00+00:00"),
                tombstone,
                Record::new(HOST, "no json"),
                told(OTHER, "2024-03-01T08:00:00+00:00"),
                removed(OTHER, "2024-03-01T09:00:00+00:00"),
                told(OTHER, "2024-03-01T08:30:00+00:00"),
                told(HOST, "2024-03-01T10:00:00+00:00"),
            ],
        )
        .await;
    let mut command = plumbline();
    command
        .args(["consume", "archive", "--database-url", &pipeline.database_url])
        .envs(pipeline.environment())
        .env("INVENTORY_SVC_URL", "http://127.0.0.1:9")
        .env("CONSUME_TOPIC", &pipeline.events)
        .env("TRACKER_TOPIC", &pipeline.tracker);
    let _archive = Program::start(&mut command);

    let statuses = pipeline.kafka.read(&pipeline.tracker, 12, Duration::from_mins(1)).await;
    let words = statuses.iter().map(|record| serde_json::from_str::<Value>(&record.text()).unwrap());
    let stored = words
        .filter(|status| status["status_msg"].as_str().unwrap().starts_with("stored historical profile"));
    assert_eq!(stored.count(), 3, "{statuses:?}");

    let db = Db::open(&pipeline.database_url, &Options::default()).await.unwrap();
    let profiles = Profiles::new(db, Clock::system());
    let records = Records { profiles, log: None, valid_seconds: 1_000_000_000 };
    let org = OrgId::parse("o").unwrap();
    for (host, expected) in [(HOST, 2), (OTHER, 0)] {
        let host = HostId(Uuid::parse_str(host).unwrap());
        let heads = records.of_host(&org, host, &Reach::All).await.unwrap();
        assert_eq!(heads.len(), expected, "{host}");
    }
}

/// A host as the other inventory tells of it at a time.
fn with_arch(host: &str, arch: &str, at: &str) -> Record {
    let event = json!({"type": "updated", "timestamp": at, "platform_metadata": null,
        "host": {"id": host, "org_id": "o", "account": "12", "display_name": "web one", "fqdn": "web", "updated": at, "groups": [],
            "tags": [{"namespace": "n", "key": "k", "value": "v"}], "system_profile": {"arch": arch, "number_of_cpus": 4}}});
    Record::new(host, event.to_string())
}

/// The host, the check-in and the names of baselines of a notification.
fn said(record: &Record) -> (Value, Value, Vec<Value>) {
    let body: Value = serde_json::from_str(&record.text()).unwrap();
    let parsed = |text: &Value| serde_json::from_str::<Value>(text.as_str().unwrap()).unwrap();
    let context = parsed(&body["context"]);
    let events = body["events"].as_array().unwrap().iter();
    let names = events.map(|event| parsed(&event["payload"])["baseline_name"].clone());
    (context["inventory_id"].clone(), context["system_check_in"].clone(), names.collect())
}

#[tokio::test]
async fn machines_of_another_inventory_that_are_not_as_their_baselines_say_are_told_also_after_a_crash() {
    let pipeline = Pipeline::shared().await;
    let db = Db::open(&pipeline.database_url, &Options::default()).await.unwrap();
    let (baselines, org) = (Baselines::new(db.clone(), Clock::system()), OrgId::parse("o").unwrap());
    let (host, other) = (Uuid::parse_str(HOST).unwrap(), Uuid::parse_str(OTHER).unwrap());
    baseline(&baselines, &org, "gold", "aarch64", true, host).await;
    baseline(&baselines, &org, "silent", "s390x", false, host).await;
    baseline(&baselines, &org, "other", "x86_64", true, other).await;
    let topic = pipeline.kafka.new_topic("drift", 1).await;
    let consume = |roles: &[&str]| {
        let mut command = plumbline();
        command
            .arg("consume")
            .args(roles)
            .args(["--database-url", &pipeline.database_url])
            .envs(pipeline.environment())
            .env("INVENTORY_SVC_URL", "http://127.0.0.1:9")
            .env("CONSUME_TOPIC", &pipeline.events)
            .env("TRACKER_TOPIC", &pipeline.tracker)
            .env("NOTIFICATION_SERVICE_TOPIC", &topic);
        Program::start(&mut command)
    };

    // What was stored when a process was killed is compared by the next one.
    let archive = consume(&["archive"]);
    let first = vec![
        with_arch(HOST, "ppc64le", "2026-03-01T10:00:00+00:00"),
        with_arch(OTHER, "x86_64", "2026-03-01T10:00:00+00:00"),
    ];
    pipeline.kafka.produce(&pipeline.events, first).await;
    pipeline.kafka.read(&pipeline.tracker, 4, Duration::from_mins(1)).await;
    archive.signal(Signal::KILL);

    let _all = consume(&["archive", "drift-notifications", "deliver"]);
    let told = pipeline.kafka.read(&topic, 1, Duration::from_mins(1)).await;
    assert_eq!(said(&told[0]), (json!(HOST), json!("2026-03-01T10:00:00+00:00"), vec![json!("gold")]));
    let body: Value = serde_json::from_str(&told[0].text()).unwrap();
    assert_eq!(
        (
            &body["bundle"],
            &body["event_type"],
            &body["account_id"],
            &body["org_id"],
            &body["events"][0]["metadata"]
        ),
        (&json!("rhel"), &json!("drift-baseline-detected"), &json!("12"), &json!("o"), &json!({}))
    );
    let context: Value = serde_json::from_str(body["context"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&context["display_name"], &context["tags"]),
        (&json!("web one"), &json!([{"namespace": "n", "key": "k", "value": "v"}]))
    );

    // Each check-in that drifts is told; what comes later than a state that was compared, and is older, is not.
    let more = vec![
        with_arch(HOST, "ppc64le", "2026-03-01T12:00:00+00:00"),
        with_arch(HOST, "s390x", "2026-03-01T11:00:00+00:00"),
        with_arch(HOST, "aarch64", "2026-03-01T13:00:00+00:00"),
    ];
    for event in more {
        let before = pipeline.kafka.read(&pipeline.tracker, usize::MAX, Duration::from_secs(2)).await.len();
        pipeline.kafka.produce(&pipeline.events, vec![event]).await;
        pipeline.kafka.read(&pipeline.tracker, before + 2, Duration::from_mins(1)).await;
        eventually("it is compared", PATIENCE, || async {
            profiles_waiting(&db).await.is_empty().then_some(())
        })
        .await;
    }
    let told = pipeline.kafka.read(&topic, 2, Duration::from_mins(1)).await;
    assert_eq!(said(&told[1]).1, json!("2026-03-01T12:00:00+00:00"));
    pipeline.no_more_than(2, &topic).await;
}

async fn profiles_waiting(db: &Db) -> Vec<history::store::Arrival> {
    Profiles::new(db.clone(), Clock::system()).arrivals(10).await.unwrap()
}
