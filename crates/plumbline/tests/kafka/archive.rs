//! Events of another inventory become history.

use std::time::Duration;

use ground::{Clock, HostId, OrgId};
use history::{Profiles, Records, rules::visible::Reach};
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::Record;
use uuid::Uuid;

use crate::{
    pipeline::Pipeline,
    support::{Program, plumbline},
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
