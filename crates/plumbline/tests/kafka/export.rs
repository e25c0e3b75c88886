//! The export service asks over a topic and is answered over HTTP.

use serde_json::json;
use testkit::{Receiver, Record, eventually};

use crate::{
    pipeline::Pipeline,
    support::{PATIENCE, Program, b64_identity, lines, report, run_with_input},
};

#[tokio::test]
async fn a_request_from_the_topic_is_answered_to_the_export_service() {
    let pipeline = Pipeline::shared().await;
    let taken = run_with_input(
        ["ingest", "-", "--database-url", &pipeline.database_url],
        lines(&[report(1), report(2)]).as_bytes(),
    );
    assert_eq!(taken.code, 0, "{}", taken.err);
    let service = Receiver::start().await;
    let topic = pipeline.kafka.new_topic("exports", 1).await;
    let id = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";
    let request = json!({
        "id": id, "source": "urn:redhat:source:console:app:export-service", "subject": "s", "specversion": "1.0", "type": "t",
        "time": "2026-11-20T12:00:00Z", "redhatorgid": "o", "dataschema": "d",
        "data": {"resource_request": {"application": "urn:redhat:application:inventory", "export_request_uuid": id, "format": "xml",
            "resource": "systems", "uuid": id, "x-rh-identity": b64_identity("local")}},
    });
    pipeline.kafka.produce(&topic, vec![Record::new("", "{"), Record::new("", request.to_string())]).await;
    let group = format!("group-of-{topic}");
    let endpoint = service.url.trim_end_matches("/hook").to_owned();
    let mut command = pipeline.command();
    command.arg("export").envs([
        ("KAFKA_EXPORT_SERVICE_TOPIC", topic.as_str()),
        ("KAFKA_EXPORT_SERVICE_GROUP", &group),
        ("EXPORT_SERVICE_ENDPOINT", &endpoint),
        ("EXPORT_SERVICE_TOKEN", "hush"),
        ("BYPASS_RBAC", "true"),
    ]);
    let _exporter = Program::start(&mut command);
    eventually("both messages are dealt with", PATIENCE, || async {
        let committed = pipeline.kafka.committed(&group, &topic).await;
        (committed.values().sum::<i64>() == 2).then_some(())
    })
    .await;
    let told = service.taken();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].body.contains("`xml` is no format"), "{}", told[0].body);
    assert_eq!(told[0].headers["x-rh-exports-psk"], "hush");
}
