//! A database server without space, or that takes no writes: what cannot be stored is refused or waits, reading goes on,
//! and it is over when the database takes writes again.

use std::{fs, process::Command};

use reqwest::Method;
use rustix::process::Signal;
use serde_json::{Value, json};
use store::{Db, Options, Sql};
use testkit::{DatabaseServer, Kafka, TestDatabase, eventually};

use crate::{
    pipeline::Pipeline,
    support::{Answer, BASE, ORG, PATIENCE, Server, SmallDisk, b64_identity, large_reports, plumbline, send},
};

/// The API on the pipeline's database.
async fn api(pipeline: &Pipeline) -> Server {
    let mut command = plumbline();
    command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", &pipeline.database_url]);
    Server::start(command.env("BYPASS_RBAC", "true")).await
}

async fn ask(api: &Server, method: Method, path: &str, body: &Value) -> Answer {
    let request = api.request(method, &format!("{BASE}{path}")).header("x-rh-identity", b64_identity(ORG));
    let request = request.header("content-type", "application/json");
    send(if body.is_null() { request } else { request.body(body.to_string()) }).await.unwrap()
}

async fn total(api: &Server) -> u64 {
    let answer = ask(api, Method::GET, "/hosts?per_page=1", &Value::Null).await;
    assert_eq!(answer.status, 200, "it goes on to read: {}", answer.text);
    answer.json()["total"].as_u64().unwrap()
}

/// A document for `POST /hosts`.
fn document(number: usize) -> Value {
    let mut document = large_reports(number..number + 1)[0]["data"].take();
    document["stale_timestamp"] = json!("2099-01-01T00:00:00+00:00");
    document
}

/// Twenty hosts are there; then nothing can be stored, as `block` sees to, and after `free` everything is.
async fn survives(pipeline: &Pipeline, says: &str, block: impl AsyncFnOnce(), free: impl AsyncFnOnce()) {
    let mut consumer = pipeline.consume();
    let api = api(pipeline).await;
    pipeline.send(large_reports(0..20)).await;
    eventually("the first are stored", PATIENCE, async || (total(&api).await == 20).then_some(())).await;
    pipeline.all_committed(20).await;

    block().await;
    pipeline.send(large_reports(20..60)).await;
    eventually("the log says why", PATIENCE, async || consumer.err().contains(says).then_some(())).await;
    // A single host may still find room on a disk that has none for many.
    let many: Vec<Value> = (900..960).map(document).collect();
    let refused = ask(&api, Method::POST, "/hosts", &json!(many)).await;
    let stored = if refused.status == 503 { 0 } else { 60 - refused.json()["errors"].as_u64().unwrap() };
    assert!(stored < 60, "{}", refused.text);
    assert!(!refused.text.contains(says), "nothing of the inside is shown: {}", refused.text);
    eventually("the API's log says why", PATIENCE, async || api.program.err().contains(says).then_some(()))
        .await;
    assert!(total(&api).await < 60 + stored);
    assert!(consumer.runs(), "{}", consumer.err());

    free().await;
    eventually("all are stored", PATIENCE, async || (total(&api).await == 60 + stored).then_some(())).await;
    pipeline.all_committed(60).await;
    let accepted = ask(&api, Method::POST, "/hosts", &json!([document(999)])).await;
    assert_eq!(accepted.json()["data"][0]["status"], 201, "{}", accepted.text);
    assert_eq!(api.stop().await.code, 0);
    consumer.signal(Signal::TERM);
    assert_eq!(consumer.end(PATIENCE).await.code, 0);
}

#[tokio::test]
async fn a_database_server_without_space_is_waited_for() {
    let Some(disk) = SmallDisk::mount(40) else {
        eprintln!("not run: this user may not mount a file system");
        return;
    };
    // A server of its own: it is used to the end of its disk.
    let server = tokio::task::spawn_blocking(DatabaseServer::start).await.unwrap();
    let folder = disk.path().join("tables");
    fs::create_dir(&folder).unwrap();
    if rustix::process::getuid().is_root() {
        fs::set_permissions(disk.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        assert!(Command::new("chown").arg("postgres:").arg(&folder).status().unwrap().success());
    }
    let database = TestDatabase::in_folder(&server.url("postgres"), &folder).await;
    let pipeline = Pipeline::on(Kafka::shared(), database).await;
    let filler = disk.path().join("filler");
    let block = async || drop(disk.fill());
    survives(&pipeline, "No space left on device", block, async || fs::remove_file(&filler).unwrap()).await;
    drop((pipeline, server));
}

#[tokio::test]
async fn a_database_that_takes_no_writes_is_waited_for() {
    let pipeline = Pipeline::shared().await;
    let (place, name) = pipeline.database_url.rsplit_once('/').unwrap();
    let elsewhere = Db::open(&format!("{place}/postgres"), &Options::default()).await.unwrap();
    let set = async |setting: &str| {
        let mut tx = elsewhere.begin().await.unwrap();
        tx.execute(Sql::new(format!("ALTER DATABASE {name} {setting}"))).await.unwrap();
        tx.commit().await.unwrap();
        // Sessions begin with the setting that they find.
        let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1";
        elsewhere.read(Sql::new(end).bind(name)).await.unwrap();
    };
    let says = "read-only transaction";
    let block = async || set("SET default_transaction_read_only = on").await;
    survives(&pipeline, says, block, async || set("RESET default_transaction_read_only").await).await;
}
