//! Jobs that are asked for, between a real broker, a database server and a Pushgateway.

use std::process::Command;

use serde_json::{Value, json};
use store::{Db, Options, Sql};
use tempfile::{TempDir, tempdir};
use testkit::{Process, Receiver, Record, eventually, free_port};

use crate::{
    pipeline::{Pipeline, by_host},
    support::{PATIENCE, Program, client, plumbline, report},
};

/// A Pushgateway: the real one where it is installed, else one that keeps what it is given.
enum Gateway {
    Real { address: String, _running: Running },
    Kept(Receiver),
}

/// It ends with this value.
struct Running {
    _process: Process,
    _folder: TempDir,
}

impl Gateway {
    async fn start() -> Self {
        const PROGRAM: &str = "prometheus-pushgateway";
        if Command::new(PROGRAM).arg("--version").output().is_err() {
            return Self::Kept(Receiver::start().await);
        }
        let address = format!("127.0.0.1:{}", free_port());
        let folder = tempdir().unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg(format!("--web.listen-address={address}"));
        let process = Process::spawn("Pushgateway", command, &folder.path().join("log"));
        eventually("the Pushgateway answers", PATIENCE, || async {
            client().get(format!("http://{address}/-/ready")).send().await.ok().map(drop)
        })
        .await;
        Self::Real { address, _running: Running { _process: process, _folder: folder } }
    }

    fn address(&self) -> String {
        match self {
            Self::Real { address, .. } => address.clone(),
            Self::Kept(receiver) => {
                receiver.url.trim_start_matches("http://").trim_end_matches("/hook").to_owned()
            }
        }
    }

    /// Everything that it knows.
    async fn metrics(&self) -> String {
        match self {
            Self::Real { address, .. } => {
                client().get(format!("http://{address}/metrics")).send().await.unwrap().text().await.unwrap()
            }
            Self::Kept(receiver) => receiver.taken().into_iter().map(|call| call.body).collect(),
        }
    }
}

#[tokio::test]
async fn jobs_tell_the_topics_and_the_pushgateway() {
    let pipeline = Pipeline::shared().await;
    let gateway = Gateway::start().await;
    let job = async |name: &str, more: &[(&str, &str)]| {
        let mut command = plumbline();
        command
            .args(["job", name, "--json", "--database-url", &pipeline.database_url])
            .envs(pipeline.environment())
            .env("PROMETHEUS_PUSHGATEWAY", gateway.address())
            .env("NAMESPACE", "here")
            .envs(more.iter().copied());
        let ended = Program::start(&mut command).end(PATIENCE * 2).await;
        assert_eq!(ended.code, 0, "{name}: {}", ended.err);
        ended.json_lines().remove(0)["done"].as_str().unwrap().to_owned()
    };
    {
        let _consumer = pipeline.consume();
        pipeline.send([report(1), report(2)]).await;
        pipeline.events("both hosts are published", 2, |all| all.len() == 2).await;
        eventually("both hosts are told of", PATIENCE, || async {
            (pipeline.kafka.read(&pipeline.notifications, 2, PATIENCE).await.len() == 2).then_some(())
        })
        .await;
    }

    assert_eq!(job("host-synchronizer", &[]).await, "2 hosts synchronized");
    let events = pipeline.events("both hosts are published again", 4, |all| all.len() == 4).await;
    for of_host in by_host(&events).values() {
        let kinds: Vec<_> = of_host.iter().map(|event| event.kind()).collect();
        assert_eq!(kinds, ["created", "updated"]);
        assert!(of_host[1].body["platform_metadata"].is_null());
        let written = |n: usize| -> Value { of_host[n].body["host"].clone() };
        assert_eq!(written(0), written(1), "the whole state, as it is");
    }

    // A host that the topic has and the record has not.
    let gone = "b94301c8-ae4a-5ca3-98b3-1daa48fe1d59";
    let event = json!({"type": "updated", "host": {"id": gone, "org_id": "local", "display_name": "gone", "reporter": "puptoo",
        "system_profile": {"operating_system": {"name": "RHEL", "major": 9, "minor": 1}}}});
    pipeline.kafka.produce(&pipeline.events, vec![Record::new(gone, event.to_string())]).await;
    let said = job("rebuild-events-topic", &[]).await;
    let (read, rest) = said.split_once(' ').unwrap();
    assert_eq!(rest, "events read, 1 hosts told as deleted");
    let records = pipeline.kafka.read(&pipeline.events, read.parse::<usize>().unwrap() + 1, PATIENCE).await;
    let deleted = records.iter().find(|record| record.text().contains("\"delete\"")).unwrap();
    assert_eq!(deleted.key.as_deref(), Some(gone.as_bytes()));
    let body: Value = serde_json::from_str(&deleted.text()).unwrap();
    assert_eq!((&body["id"], &body["platform_metadata"]), (&json!(gone), &Value::Null));
    assert!(deleted.headers.contains(&("os_name".to_owned(), b"RHEL".to_vec())), "{:?}", deleted.headers);

    // Both hosts become stale, and are told of once; then they are culled.
    let db = Db::open(&pipeline.database_url, &Options::default()).await.unwrap();
    let older = async |seconds: i64| {
        let mut tx = db.begin().await.unwrap();
        let sql =
            Sql::new("UPDATE host_checkin SET last_check_in = last_check_in - $1").bind(seconds * 1_000_000);
        tx.execute(sql).await.unwrap();
        tx.commit().await.unwrap();
    };
    older(104_400).await;
    assert!(job("generate-stale-host-notifications", &[]).await.starts_with("2 hosts became stale"));
    assert!(job("generate-stale-host-notifications", &[]).await.starts_with("0 hosts became stale"));
    let told = pipeline.kafka.read(&pipeline.notifications, 4, PATIENCE).await;
    let stale: Vec<Value> =
        told[2..].iter().map(|record| serde_json::from_str(&record.text()).unwrap()).collect();
    assert!(
        stale
            .iter()
            .all(|message| message["event_type"] == "system-became-stale" && message["org_id"] == "local")
    );
    older(2_592_000).await;
    assert_eq!(
        job("host-delete-duplicates", &[]).await,
        "suspended: set SUSPEND_JOB to false to have it run"
    );
    assert_eq!(job("host-reaper", &[]).await, "2 culled hosts of 1 organisations deleted");
    assert!(pipeline.hosts().is_empty());

    let metrics = gateway.metrics().await;
    let has = |name: &str, value: &str| {
        metrics.lines().any(|line| line.starts_with(name) && line.ends_with(&format!(" {value}")))
    };
    for (name, value) in [
        ("inventory_delete_host_count_total", "2"),
        ("inventory_reaper_fail_count_total", "0"),
        ("inventory_synchronize_host_count_total", "2"),
        ("inventory_stale_host_notification_success_count_total", "0"),
    ] {
        assert!(has(name, value), "{name} {value}\n{metrics}");
    }
    if matches!(gateway, Gateway::Real { .. }) {
        assert!(metrics.contains("job=\"inventory-reaper-here\""), "{metrics}");
        assert!(!metrics.contains("plumbline_build_info"), "a job tells of its own metrics alone");
    }
}
