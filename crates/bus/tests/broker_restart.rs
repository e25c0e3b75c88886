//! A broker that goes away and comes back.

mod support;

use std::{ops::Range, time::Duration};

use bus::{SendError, kafka::Producer};
use support::{consumer, next, numbered, producer, read, settings, texts};
use testkit::KafkaServer;
use tokio::task::JoinHandle;

/// Sends while the test goes on.
fn send_beside(producer: &Producer, topic: &str, numbers: Range<u32>) -> JoinHandle<Result<(), SendError>> {
    let (producer, messages) = (producer.clone(), numbered(topic, "k", numbers));
    tokio::spawn(async move { producer.send_all(&messages).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ends_survive_a_broker_that_stops_and_starts() {
    let mut server = KafkaServer::start();
    let kafka = server.kafka().clone();
    let topic = kafka.new_topic("bus", 1).await;
    let producer = producer(&kafka);
    let mut consumer = consumer(&kafka, settings(&topic));
    producer.send_all(&numbered(&topic, "k", 0..10)).await.unwrap();
    assert_eq!(read(&mut consumer, 10).await.len(), 10);

    // In order: what is sent meanwhile waits in the client.
    server.stop();
    let sending = send_beside(&producer, &topic, 10..20);
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.start_again();
    sending.await.unwrap().unwrap();
    let expected: Vec<String> = (10..20).map(|n| n.to_string()).collect();
    assert_eq!(read(&mut consumer, 10).await, expected);

    // Killed while a batch is worked on: its commit may fail, but no message is lost.
    producer.send_all(&numbered(&topic, "k", 20..21)).await.unwrap();
    let mut batch = next(&mut consumer).await;
    assert_eq!(texts(&mut batch), ["20"]);
    server.kill();
    batch.commit().await;
    server.start_again();
    producer.send_all(&numbered(&topic, "k", 21..22)).await.unwrap();
    let mut last = read(&mut consumer, 1).await;
    while last.last().is_some_and(|text| text != "21") {
        last = read(&mut consumer, 1).await;
    }
    testkit::eventually("all is committed", support::PATIENCE, async || {
        let committed = kafka.committed(&format!("group-{topic}"), &topic).await;
        (committed == [(0, 22)].into()).then_some(())
    })
    .await;
    consumer.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_abandoned_does_not_arrive_later() {
    let mut server = KafkaServer::start();
    let kafka = server.kafka().clone();
    let topic = kafka.new_topic("bus", 1).await;
    let producer = producer(&kafka);
    producer.send_all(&numbered(&topic, "k", 0..2)).await.unwrap();
    server.stop();
    let sending = send_beside(&producer, &topic, 2..9);
    tokio::time::sleep(Duration::from_secs(1)).await;
    producer.abandon();
    sending.await.unwrap().unwrap_err();

    server.start_again();
    producer.send_all(&numbered(&topic, "k", 9..10)).await.unwrap();
    let mut consumer = consumer(&kafka, settings(&topic));
    assert_eq!(read(&mut consumer, 3).await, ["0", "1", "9"]);
    consumer.close().await;
}
