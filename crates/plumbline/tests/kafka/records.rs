//! Log records as pipelines of the original read them.

use serde_json::{Value, json};
use testkit::{Record, eventually};

use crate::{
    pipeline::Pipeline,
    support::{PATIENCE, Program, report},
};

/// The records of a program that begin so.
fn of<'a>(records: &'a [Value], beginning: &str) -> Vec<&'a Value> {
    let says = |record: &&Value| record["message"].as_str().is_some_and(|text| text.starts_with(beginning));
    records.iter().filter(says).collect()
}

async fn send(pipeline: &Pipeline) {
    let mut good = report(1);
    good["data"]["system_profile"] = json!({"arch": "x86_64", "number_of_cpus": 4});
    good["platform_metadata"]["request_id"] = json!("request-1");
    let mut bad = report(2);
    bad["data"]["mac_addresses"] = json!([]);
    pipeline.send([good, bad]).await;
    pipeline.kafka.produce(&pipeline.ingress, vec![Record::new("k", "no json")]).await;
}

#[tokio::test]
async fn each_host_and_message_is_told_of_with_the_members_of_the_original() {
    let pipeline = Pipeline::shared().await;
    let mut command = pipeline.command();
    command
        .args(["ingress", "relay"])
        .env("PLUMBLINE_SERVER_LOG_FORMAT", "logstash")
        .env("SP_FIELDS_TO_LOG", "arch, none");
    let program = Program::start(&mut command);
    send(&pipeline).await;
    let records: Vec<Value> = eventually("everything is told", PATIENCE, || async {
        let out = program.out();
        let records: Vec<Value> = out.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let wanted = ["Message status=PRODUCED", "Error adding host: ", "Unable to parse json message"];
        wanted.iter().all(|text| !of(&records, text).is_empty()).then_some(records)
    })
    .await;

    let attempt = of(&records, "Attempting to add host");
    let attempt = attempt.iter().find(|record| record["request_id"] == "request-1").unwrap();
    assert_eq!(attempt["input_host"]["system_profile"], json!(r#"{"arch":"x86_64"}"#), "{attempt}");
    assert_eq!((&attempt["levelname"], &attempt["name"]), (&json!("INFO"), &json!("inventory.hosts")));
    assert!(attempt["auth_type"].is_string() && attempt["access_rule"] == "RBAC", "{attempt}");

    let [created] = of(&records, "Host created")[..] else { panic!("{records:?}") };
    assert_eq!(
        (&created["host"]["display_name"], &created["org_id"]),
        (&json!("host-00001"), &json!("local"))
    );
    assert_eq!(created["system_profile"], json!(r#"{"arch":"x86_64"}"#));
    assert!(created["host"].get("facts").is_none() && created["host"]["id"].is_string(), "{created}");

    let refused = of(&records, "Error adding host: ")[0];
    assert_eq!(refused["host"]["display_name"], json!("host-00002"), "{refused}");
    assert_eq!(of(&records, "Unable to parse json message")[0]["incoming_message"], json!("no json"));
    let produced = of(&records, "Message status=PRODUCED, topic=")[0];
    assert!(produced["message"].as_str().unwrap().contains("key="), "{produced}");
}

#[tokio::test]
async fn people_who_read_lines_are_told_of_problems_only() {
    let pipeline = Pipeline::shared().await;
    let program = Program::start(pipeline.command().args(["ingress", "relay"]));
    send(&pipeline).await;
    pipeline.events("the host is there", 1, |events| events.len() == 1).await;
    eventually("problems are told", PATIENCE, || async {
        let err = program.err();
        (err.contains("Error adding host") && err.contains("Unable to parse json message")).then_some(())
    })
    .await;
    assert!(!program.err().contains("Attempting to add host"), "{}", program.err());
}
