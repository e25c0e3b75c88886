//! What applications say of hosts, by a topic of its own.

use serde_json::json;
use store::{Db, Options, Sql};
use testkit::{Record, eventually};

use crate::{
    pipeline::Pipeline,
    support::{PATIENCE, Program, report},
};

const MESSAGES: usize = 6;

#[tokio::test]
async fn what_applications_say_of_known_hosts_is_stored_once_and_others_are_in_nobodys_way() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1)]).await;
    let _hosts = pipeline.consume();
    pipeline.events("the host is there", 1, |events| events.len() == 1).await;
    let id = pipeline.hosts()["host-00001"].clone();

    let topic = pipeline.kafka.new_topic("host-apps", 1).await;
    let message = |application: Option<&str>, hosts: serde_json::Value| {
        let body = json!({"org_id": "local", "timestamp": "2026-11-20T12:00:00+00:00", "hosts": hosts});
        let mut record = Record::new("local", body.to_string());
        let header = application.map(|name| ("application".to_owned(), name.as_bytes().to_vec()));
        record.headers.extend(header);
        record
    };
    let unknown = "00000000-0000-4000-8000-000000000000";
    let records = vec![
        message(Some("advisor"), json!([{"id": id, "data": {"recommendations": 5, "low": 1}}])),
        message(None, json!([])),
        message(Some("image_builder"), json!([])),
        Record { payload: Some(b"{".to_vec()), ..message(Some("patch"), json!([])) },
        message(
            Some("malware"),
            json!([{"id": unknown, "data": {}}, {"id": id, "data": {"last_matches": "many"}}]),
        ),
        message(Some("advisor"), json!([{"id": id, "data": {"recommendations": 6}}])),
    ];
    assert_eq!(records.len(), MESSAGES);
    pipeline.kafka.produce(&topic, records).await;
    let group = format!("apps-of-{topic}");
    let mut command = pipeline.command();
    command.arg("ingress").envs([
        ("KAFKA_CONSUMER_TOPIC", topic.as_str()),
        ("KAFKA_HOST_APP_DATA_TOPIC", &topic),
        ("KAFKA_HOST_INGRESS_GROUP", &group),
    ]);
    let mut reader = Program::start(&mut command);
    eventually("every message is dealt with", PATIENCE, || async {
        let committed = pipeline.kafka.committed(&group, &topic).await;
        (committed.values().sum::<i64>() as usize == MESSAGES).then_some(())
    })
    .await;
    assert!(reader.runs());

    let db = Db::open(&pipeline.database_url, &Options::default()).await.unwrap();
    let rows = db.read(Sql::new("SELECT application, data{text} FROM host_app_data")).await.unwrap();
    let stored: Vec<(String, serde_json::Value)> = rows
        .iter()
        .map(|row| (row.get(0).unwrap(), serde_json::from_str(&row.get::<String>(1).unwrap()).unwrap()))
        .collect();
    assert_eq!(stored, [("advisor".to_owned(), json!({"recommendations": 6, "low": 1}))]);
    // Nobody is told of it.
    pipeline.no_more_than(1, &pipeline.events).await;
}
