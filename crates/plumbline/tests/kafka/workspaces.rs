//! Workspaces of another service, by topics of their own.

use serde_json::json;
use store::{Db, Options, Sql};
use testkit::{Record, eventually};

use crate::{
    pipeline::Pipeline,
    support::{PATIENCE, Program},
};

#[tokio::test]
async fn workspaces_of_another_service_become_groups_from_either_topic() {
    let pipeline = Pipeline::shared().await;
    let db = Db::open(&pipeline.database_url, &Options::default()).await.unwrap();
    for (number, variable) in
        ["KAFKA_WORKSPACES_TOPIC", "KAFKA_WORKSPACES_BULK_TOPIC"].into_iter().enumerate()
    {
        let topic = pipeline.kafka.new_topic("workspaces", 1).await;
        let message = |operation: &str, name: &str| {
            let id = format!("b94301c8-ae4a-5ca3-98b3-1daa48fe1d5{number}");
            let workspace = json!({"id": id, "name": name, "type": "standard"});
            let payload =
                json!({"operation": operation, "org_id": "local", "workspace": workspace}).to_string();
            Record::new("", json!({"schema": {}, "payload": payload}).to_string())
        };
        let renamed = format!("renamed-{number}");
        let records = vec![message("create", "first"), Record::new("", "{"), message("update", &renamed)];
        let sent = records.len();
        pipeline.kafka.produce(&topic, records).await;
        let group = format!("group-of-{topic}");
        let mut command = pipeline.command();
        command.arg("ingress").envs([
            ("KAFKA_CONSUMER_TOPIC", topic.as_str()),
            (variable, &topic),
            ("KAFKA_HOST_INGRESS_GROUP", &group),
        ]);
        let _reader = Program::start(&mut command);
        eventually("every message is dealt with", PATIENCE, || async {
            let committed = pipeline.kafka.committed(&group, &topic).await;
            (committed.values().sum::<i64>() as usize == sent).then_some(())
        })
        .await;
        let rows =
            db.read(Sql::new("SELECT name FROM host_group WHERE name = $1").bind(&renamed)).await.unwrap();
        assert_eq!(rows.len(), 1, "{variable}");
    }
}
