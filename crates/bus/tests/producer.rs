//! A producer against a real broker, and against one that makes faults.
#![expect(clippy::expect_used, reason = "helpers of tests")]

mod support;

use std::{collections::BTreeMap, time::Duration};

use bus::{
    Message, Publisher,
    kafka::{KafkaConfig, Producer, ProducerSettings},
};
use rdkafka::{
    mocking::MockCluster,
    producer::DefaultProducerContext,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use support::{PATIENCE, numbered, producer};
use testkit::{Kafka, Record, TcpProxy};

fn cluster() -> MockCluster<'static, DefaultProducerContext> {
    let cluster = MockCluster::new(1).expect("a cluster can be made");
    cluster.create_topic("t", 1, 1).expect("a topic can be made");
    cluster
}

#[tokio::test]
async fn messages_of_one_key_keep_their_order() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 3).await;
    let publisher = Publisher::Kafka(producer(&kafka));
    let messages: Vec<Message> = (0..3_000)
        .map(|n: u32| Message::new(topic.as_str(), n.to_be_bytes()).with_key(format!("host-{}", n % 50)))
        .collect();
    publisher.send_all(&messages).await.unwrap();

    let records = kafka.read(&topic, 3_000, PATIENCE).await;
    assert_eq!(records.len(), 3_000);
    let mut places: BTreeMap<Vec<u8>, (i32, Vec<u8>)> = BTreeMap::new();
    for record in records {
        let (key, partition, payload) =
            (record.key.unwrap(), record.partition.unwrap(), record.payload.unwrap());
        if let Some((before, previous)) = places.get(&key) {
            assert_eq!(*before, partition);
            assert!(*previous < payload);
        }
        places.insert(key, (partition, payload));
    }
    let used: std::collections::BTreeSet<i32> = places.values().map(|(partition, _)| *partition).collect();
    assert_eq!(used.len(), 3);
}

#[tokio::test]
async fn a_message_arrives_as_it_was_sent() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let message = Message::new(topic.as_str(), [0xff, 0x00])
        .with_key([0xfe])
        .with_header("event_type", "updated")
        .with_header("empty", "");
    producer(&kafka).send_all(&[message]).await.unwrap();
    let expected = Record {
        key: Some(vec![0xfe]),
        headers: vec![("event_type".into(), b"updated".to_vec()), ("empty".into(), Vec::new())],
        payload: Some(vec![0xff, 0x00]),
        partition: Some(0),
        offset: Some(0),
    };
    assert_eq!(kafka.read(&topic, 1, PATIENCE).await, [expected]);
}

#[tokio::test]
async fn a_lossy_message_arrives_when_nothing_fails() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let producer = producer(&kafka);
    producer.send_lossy(Message::new(topic.as_str(), "status"));
    producer.flush(PATIENCE).await;
    assert_eq!(kafka.read(&topic, 1, PATIENCE).await[0].text(), "status");
}

#[tokio::test]
async fn of_a_message_that_is_too_large_the_place_is_told() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut messages = numbered(&topic, "k", 0..3);
    messages[1].payload = vec![b'x'; 2_000_000];
    let error = producer(&kafka).send_all(&messages).await.unwrap_err();
    assert!(error.too_large && error.failed == [1], "{error:?}");
    assert!(error.to_string().starts_with(&format!("cannot send to topic `{topic}`: ")), "{error}");
    assert_eq!(kafka.read(&topic, 2, PATIENCE).await.len(), 2);
}

#[tokio::test]
async fn an_unknown_topic_is_an_error_with_its_name() {
    let mut config = KafkaConfig::plaintext(Kafka::shared().bootstrap());
    config.overrides.insert("topic.metadata.propagation.max.ms".into(), "500".into());
    let producer = Producer::start(&config, &ProducerSettings::default()).unwrap();
    let error = producer.send_all(&[Message::new("no-such-topic", "x")]).await.unwrap_err();
    assert_eq!(&*error.topic, "no-such-topic");
    assert!(!error.too_large);
}

#[tokio::test]
async fn more_than_the_queue_takes_is_sent_all_the_same() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut config = KafkaConfig::plaintext(kafka.bootstrap());
    config.overrides.insert("queue.buffering.max.messages".into(), "10".into());
    let producer = Producer::start(&config, &ProducerSettings::default()).unwrap();
    producer.send_all(&numbered(&topic, "k", 0..200)).await.unwrap();
    let texts: Vec<String> = kafka.read(&topic, 200, PATIENCE).await.iter().map(Record::text).collect();
    assert_eq!(texts, (0..200).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn brokers_out_of_reach_are_an_error_after_the_delivery_timeout_and_then_fine_again() {
    let cluster = cluster();
    let proxy = TcpProxy::start(cluster.bootstrap_servers()).await;
    proxy.refuse();
    // The client learns the address of a broker from the broker; so that the proxy stays in between, only the first
    // contact is cut.
    let settings =
        ProducerSettings { delivery_timeout: Duration::from_secs(1), ..ProducerSettings::default() };
    let producer = Producer::start(&KafkaConfig::plaintext(proxy.address().to_string()), &settings).unwrap();
    let error = producer.send_all(&[Message::new("t", "x")]).await.unwrap_err();
    assert!(!error.too_large, "{error:?}");
    proxy.resume();
    testkit::eventually("the brokers are reached again", PATIENCE, async || {
        producer.send_all(&[Message::new("t", "x")]).await.ok()
    })
    .await;
}

#[tokio::test]
async fn a_producer_that_failed_for_good_is_replaced() {
    let cluster = cluster();
    let refused = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED];
    cluster.request_errors(RDKafkaApiKey::InitProducerId, &refused);
    let settings =
        ProducerSettings { delivery_timeout: Duration::from_secs(5), ..ProducerSettings::default() };
    let producer = Producer::start(&KafkaConfig::plaintext(cluster.bootstrap_servers()), &settings).unwrap();
    producer.send_all(&[Message::new("t", "x")]).await.unwrap_err();
    producer.send_all(&[Message::new("t", "x")]).await.unwrap();
}
