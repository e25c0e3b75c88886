//! Drift of machines is told as they report.

use std::time::Duration;

use baselines::{
    Baselines,
    rules::facts,
    store::{NewBaseline, Placed},
};
use ground::{Clock, OrgId};
use serde_json::{Value, json};
use store::{Db, Options};
use uuid::Uuid;

use crate::{
    pipeline::Pipeline,
    support::{Program, report},
};

fn with_arch(n: usize, arch: &str) -> Value {
    let mut report = report(n);
    report["data"]["system_profile"] = json!({"arch": arch, "number_of_cpus": 4});
    report
}

/// A baseline that this host is held to.
pub async fn baseline(
    baselines: &Baselines,
    org: &OrgId,
    name: &str,
    arch: &str,
    told: bool,
    host: Uuid,
) -> Uuid {
    let new = NewBaseline {
        account: None,
        display_name: name.to_owned(),
        facts: facts::read(&json!([{"name": "arch", "value": arch}])).unwrap(),
        notifications_enabled: told,
    };
    let id = Uuid::new_v4();
    assert!(matches!(baselines.create(org, id, &new).await.unwrap(), Placed::Stored(_)));
    baselines.add_systems(org, id, &[(host, None)]).await.unwrap();
    id
}

#[tokio::test]
async fn a_machine_that_reports_and_is_not_as_its_baselines_say_is_told_once() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([with_arch(1, "x86_64"), with_arch(2, "x86_64")]).await;
    let _ingress = Program::start(pipeline.command().args(["ingress", "relay"]));
    pipeline.events("the hosts are there", 2, |events| events.len() == 2).await;
    let host = Uuid::parse_str(&pipeline.hosts()["host-00001"]).unwrap();

    let (org, topic) = (OrgId::parse("local").unwrap(), pipeline.kafka.new_topic("drift", 1).await);
    let db = Db::open(&pipeline.database_url, &Options::default()).await.unwrap();
    let baselines = Baselines::new(db.clone(), Clock::system());
    let _fits = baseline(&baselines, &org, "as it is", "x86_64", true, host).await;
    let silent = baseline(&baselines, &org, "silent", "s390x", false, host).await;
    let mut command = pipeline.command();
    command.args(["drift-notifications", "deliver"]).env("NOTIFICATION_SERVICE_TOPIC", &topic);
    let mut watching = Program::start(&mut command);
    watching.says("plumbline runs drift-notifications").await;
    // What was reported before is not told: the follower begins behind it.
    let fleet = fleet::Fleet::open(db, Clock::system(), fleet::FleetOptions::default());
    while fleet.followers_lag("drift-notifications").await.unwrap().iter().any(|lag| lag.org == org) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let gold = baseline(&baselines, &org, "gold", "aarch64", true, host).await;
    pipeline.send([with_arch(2, "ppc64le"), with_arch(1, "ppc64le")]).await;
    let told = pipeline.kafka.read(&topic, 1, Duration::from_mins(1)).await;
    let body: Value = serde_json::from_str(&told[0].text()).unwrap();
    let text = |name: &str| serde_json::from_str::<Value>(body[name].as_str().unwrap()).unwrap();
    assert_eq!(
        (&body["bundle"], &body["application"], &body["event_type"], &body["org_id"]),
        (&json!("rhel"), &json!("drift"), &json!("drift-baseline-detected"), &json!("local"))
    );
    assert_eq!(text("context")["inventory_id"], json!(host));
    assert_eq!(text("context")["display_name"], json!("host-00001"));
    let payloads = body["events"].as_array().unwrap().iter().map(|event| event["payload"].as_str().unwrap());
    let mut names: Vec<Value> = payloads
        .map(|payload| serde_json::from_str::<Value>(payload).unwrap()["baseline_name"].clone())
        .collect();
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, [json!("as it is"), json!("gold")], "{gold} {silent}");
    pipeline.no_more_than(1, &topic).await;
    assert!(watching.runs());
}
