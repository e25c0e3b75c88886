//! A broker, a database or a network that is gone for a while: the program goes on by itself, and nothing is lost.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use testkit::{DatabaseServer, Kafka, KafkaServer, TcpProxy, TestDatabase, eventually};
use tokio::time::sleep;

use crate::{
    pipeline::{Pipeline, by_host},
    support::{BASE, PATIENCE, Program, Server, b64_identity, plumbline, report, send},
};

const REPORTS: usize = 400;

/// Every report has made its host, and every host has its event.
async fn all_there(pipeline: &Pipeline, count: usize, mut consumer: Program) {
    let events =
        pipeline.events("an event of each host", count, |events| by_host(events).len() == count).await;
    assert!(by_host(&events).values().all(|of_host| of_host[0].kind() == "created"));
    pipeline.all_committed(count).await;
    assert_eq!(pipeline.hosts().len(), count);
    assert!(consumer.runs(), "it never had to be started again");
    consumer.signal(Signal::TERM);
    let ended = consumer.end(PATIENCE).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(!ended.err.contains("panicked"), "{}", ended.err);
}

#[tokio::test]
async fn a_broker_may_stop_and_come_back() {
    let mut server = tokio::task::spawn_blocking(KafkaServer::start).await.unwrap();
    let pipeline = Pipeline::on(server.kafka().clone(), TestDatabase::server().await).await;
    pipeline.send((0..REPORTS).map(report)).await;
    let mut consumer = pipeline.consume();
    consumer.says("plumbline publishes to topic").await;
    // Once while the consumer joins its group, once while it works.
    for pause in [0, 1_500] {
        sleep(Duration::from_millis(pause)).await;
        let task = tokio::task::spawn_blocking(move || {
            server.stop();
            server.start_again();
            server
        });
        server = task.await.unwrap();
    }
    pipeline.send((REPORTS..2 * REPORTS).map(report)).await;
    all_there(&pipeline, 2 * REPORTS, consumer).await;
}

#[tokio::test]
async fn a_database_may_stop_and_come_back() {
    let mut server = tokio::task::spawn_blocking(DatabaseServer::start).await.unwrap();
    let database = TestDatabase::on_server(&server.url("postgres")).await;
    let pipeline = Pipeline::on(Kafka::shared(), database).await;
    pipeline.send((0..REPORTS).map(report)).await;
    let consumer = pipeline.consume();
    eventually("the first batch is stored", PATIENCE, || async {
        (!pipeline.hosts().is_empty()).then_some(())
    })
    .await;
    for kill in [false, true] {
        let task = tokio::task::spawn_blocking(move || {
            if kill {
                server.kill();
            } else {
                server.stop();
            }
            std::thread::sleep(Duration::from_secs(2));
            server.start_again();
            server
        });
        pipeline.send((REPORTS..2 * REPORTS).map(report).skip(usize::from(kill) * REPORTS)).await;
        server = task.await.unwrap();
    }
    all_there(&pipeline, 2 * REPORTS, consumer).await;
}

#[tokio::test]
async fn connections_to_the_database_may_be_cut_refused_and_stalled() {
    let mut pipeline = Pipeline::shared().await;
    let url = pipeline.database_url.clone();
    let (user, rest) = url.split_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let proxy = TcpProxy::start(address).await;
    pipeline.database_url = format!("{user}@{}/{name}", proxy.address());
    let consumer = pipeline.consume();
    pipeline.database_url = url;
    for part in 0..4 {
        pipeline.send((part * REPORTS / 4..(part + 1) * REPORTS / 4).map(report)).await;
        for _ in 0..5 {
            sleep(Duration::from_millis(150)).await;
            proxy.cut();
        }
        if part % 2 == 0 {
            proxy.refuse();
        } else {
            proxy.stall();
        }
        sleep(Duration::from_secs(1)).await;
        proxy.resume();
    }
    all_there(&pipeline, REPORTS, consumer).await;
}

#[tokio::test]
async fn the_api_says_that_the_database_is_gone_and_answers_when_it_is_back() {
    let mut server = tokio::task::spawn_blocking(DatabaseServer::start).await.unwrap();
    let database = TestDatabase::on_server(&server.url("postgres")).await;
    assert_eq!(crate::support::run(["migrate", "up", "--database-url", database.url()]).code, 0);
    let mut command = plumbline();
    command.args(["serve", "--listen", "127.0.0.1:0", "--database-url", database.url()]);
    let api = Server::start(command.env("BYPASS_RBAC", "true")).await;
    let ask = async || {
        let request = api.request(reqwest::Method::GET, &format!("{BASE}/hosts"));
        send(request.header("x-rh-identity", b64_identity("o"))).await.unwrap()
    };
    assert_eq!(ask().await.json()["total"], json!(0));
    server = tokio::task::spawn_blocking(move || {
        server.stop();
        server
    })
    .await
    .unwrap();
    let gone = ask().await;
    assert!((500..=503).contains(&gone.status), "{} {}", gone.status, gone.text);
    assert_eq!(gone.kind, "application/problem+json");
    assert!(!gone.text.contains("postgres"), "nothing of the inside is shown: {}", gone.text);
    assert_eq!(api.get("/health").await.status, 200);
    let _server = tokio::task::spawn_blocking(move || {
        server.start_again();
        server
    })
    .await
    .unwrap();
    eventually("it answers again", PATIENCE, || async { (ask().await.status == 200).then_some(()) }).await;
    assert_eq!(api.stop().await.code, 0);
}
