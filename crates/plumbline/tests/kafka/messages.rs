//! What comes in: good messages, and others.

use serde_json::json;
use testkit::Record;

use crate::{
    pipeline::{Pipeline, by_host},
    support::{Dice, PATIENCE, Program, plumbline, report},
};

#[tokio::test]
async fn every_good_message_among_random_bytes_is_stored() {
    const MESSAGES: usize = 2_000;
    let pipeline = Pipeline::shared().await;
    let mut dice = Dice::new(3);
    let mut good = 0;
    let mut records = Vec::new();
    for n in 0..MESSAGES {
        let key = format!("{n}");
        records.push(match dice.below(4) {
            0 => Record::new(key, dice.bytes()),
            1 => {
                let mut torn = report(n).to_string().into_bytes();
                torn.truncate(dice.below(torn.len() as u64) as usize);
                Record::new(key, torn)
            }
            _ => {
                good += 1;
                Record::new(key, report(n).to_string())
            }
        });
    }
    records.push(Record { key: Some(b"tombstone".to_vec()), ..Record::default() });
    records.push(Record { payload: Some(b"no key".to_vec()), ..Record::default() });
    let sent = records.len();
    pipeline.kafka.produce(&pipeline.ingress, records).await;

    let mut consumer = pipeline.consume();
    let events = pipeline.events("an event of each host", good, |events| events.len() >= good).await;
    pipeline.no_more_than(good, &pipeline.events).await;
    assert!(events.iter().all(|event| event.kind() == "created"));
    pipeline.all_committed(sent).await;
    let hosts = pipeline.hosts();
    assert_eq!(hosts.len(), good);
    for (name, of_host) in by_host(&events) {
        assert_eq!(of_host.len(), 1, "{name}");
        assert_eq!(Some(&of_host[0].key), hosts.get(name));
    }
    assert!(consumer.runs());
    consumer.signal(rustix::process::Signal::TERM);
    let ended = consumer.end(PATIENCE).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!ended.err.contains("panicked"));
}

#[tokio::test]
async fn profiles_of_known_hosts_come_by_a_topic_of_their_own() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1)]).await;
    let _hosts = pipeline.consume();
    pipeline.events("the host is there", 1, |events| events.len() == 1).await;
    let id = pipeline.hosts()["host-00001"].clone();

    let profiles = pipeline.kafka.new_topic("profiles", 1).await;
    let message = |id: &str| {
        json!({
            "operation": "update_system_profile",
            "platform_metadata": {"request_id": "by-profile"},
            "data": {"id": id, "org_id": "local", "system_profile": {"arch": "s390x"}},
        })
    };
    let unknown = message("00000000-0000-4000-8000-000000000000").to_string();
    let records = vec![Record::new("a", unknown), Record::new("b", message(&id).to_string())];
    pipeline.kafka.produce(&profiles, records).await;
    let mut command = pipeline.command();
    command
        .arg("ingress")
        .env("KAFKA_CONSUMER_TOPIC", &profiles)
        .env("KAFKA_SYSTEM_PROFILE_TOPIC", &profiles);
    command.env("KAFKA_HOST_INGRESS_GROUP", "profiles-of-".to_owned() + &profiles);
    let _profiles = Program::start(&mut command);
    let events = pipeline.events("the profile is told", 2, |events| events.len() == 2).await;
    let of_host = &by_host(&events)["host-00001"];
    assert_eq!(of_host[1].kind(), "updated");
    assert_eq!(of_host[1].body["metadata"]["request_id"], "by-profile");
    assert_eq!(of_host[1].body["host"]["system_profile"]["arch"], "s390x");
    assert_eq!(of_host[1].body["host"]["system_profile"]["number_of_cpus"], 1, "the rest stays");
}

#[tokio::test]
async fn a_topic_that_nobody_knows_is_refused() {
    let pipeline = Pipeline::shared().await;
    let mut command = pipeline.command();
    command.env("KAFKA_CONSUMER_TOPIC", "platform.somewhere-else");
    let ended = Program::start(&mut command).end(PATIENCE).await;
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("`platform.somewhere-else`"), "{}", ended.err);
    assert!(ended.err.contains(&pipeline.ingress), "{}", ended.err);
}

#[tokio::test]
async fn a_group_without_offsets_begins_behind_the_newest_message_by_default() {
    let pipeline = Pipeline::shared().await;
    pipeline.send([report(1)]).await;
    let mut consumer = Program::start(pipeline.command().env_remove("KAFKA_CONSUMER_AUTO_OFFSET_RESET"));
    consumer.says("plumbline publishes to topic").await;
    // Reports are sent again until one comes after the group has its partitions.
    let (mut number, mut hosts) = (2, pipeline.hosts());
    while hosts.is_empty() && number < 200 {
        pipeline.send([report(number)]).await;
        number += 1;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        hosts = pipeline.hosts();
    }
    assert!(!hosts.is_empty() && !hosts.contains_key("host-00001"), "{hosts:?}");
}

#[tokio::test]
async fn the_doctor_knows_the_broker() {
    let pipeline = Pipeline::shared().await;
    let mut command = plumbline();
    command.args(["doctor", "--database-url", &pipeline.database_url]).envs(pipeline.environment());
    let ended = Program::start(&mut command).end(PATIENCE).await;
    assert_eq!(ended.code, 0, "{}", ended.out);
    let says = format!("{} answers and has the topics", pipeline.kafka.bootstrap());
    assert!(ended.out.contains(&says), "{}", ended.out);

    let doctor = async |name: &str, value: &str| {
        let mut command = plumbline();
        command.args(["doctor", "--database-url", &pipeline.database_url]).envs(pipeline.environment());
        let ended = Program::start(command.env(name, value)).end(PATIENCE).await;
        assert_eq!(ended.code, 1, "{name}: {}", ended.out);
        ended.out
    };
    let out = doctor("KAFKA_NOTIFICATION_TOPIC", "no-such-topic").await;
    assert!(out.contains("lacks topics: no-such-topic"), "{out}");
    // Something listens there, but it is no broker.
    let (_, rest) = pipeline.database_url.split_once('@').unwrap();
    let out = doctor("KAFKA_BOOTSTRAP_SERVERS", rest.split_once('/').unwrap().0).await;
    assert!(out.contains("FAIL  kafka"), "{out}");
    let out = doctor("RBAC_ENDPOINT", "http://127.0.0.1:1").await;
    assert!(out.contains("FAIL  rbac"), "{out}");
}
