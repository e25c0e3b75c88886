//! A consumer against a real broker.

mod support;

use std::{collections::BTreeSet, time::Duration};

use bus::{Message, kafka::ConsumerSettings};
use support::{consumer, next, numbered, producer, read, settings, texts};
use testkit::{Kafka, Record};
use tokio::time::{sleep, timeout};

#[tokio::test]
async fn a_batch_that_is_not_committed_comes_again_and_nothing_newer() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut consumer = consumer(&kafka, ConsumerSettings { max_messages: 2, ..settings(&topic) });
    producer(&kafka).send_all(&numbered(&topic, "k", 0..5)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(texts(&next(&mut consumer).await), ["0", "1"]);
    }
    next(&mut consumer).await.commit().await;
    assert_eq!(texts(&next(&mut consumer).await), ["2", "3"]);
    assert_eq!(kafka.committed(&format!("group-{topic}"), &topic).await, [(0, 2)].into());
}

#[tokio::test]
async fn what_was_committed_is_not_read_by_the_next_consumer() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    producer(&kafka).send_all(&numbered(&topic, "k", 0..4)).await.unwrap();
    let one_by_one = ConsumerSettings { max_messages: 1, ..settings(&topic) };

    let mut first = consumer(&kafka, one_by_one.clone());
    assert_eq!(read(&mut first, 2).await, ["0", "1"]);
    assert_eq!(texts(&next(&mut first).await), ["2"]);
    first.close().await;

    let mut second = consumer(&kafka, one_by_one);
    assert_eq!(read(&mut second, 2).await, ["2", "3"]);
    second.close().await;
    assert_eq!(kafka.committed(&format!("group-{topic}"), &topic).await, [(0, 4)].into());
}

#[tokio::test]
async fn bytes_are_handed_over_as_they_are() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let broken = Record {
        headers: vec![("application".into(), vec![0xfe]), ("event_type".into(), b"created".to_vec())],
        ..Record::new([0x00, 0xff], [0xff, 0xfe, b'{'])
    };
    let tombstone = Record { key: None, payload: None, ..Record::default() };
    kafka.produce(&topic, vec![broken, tombstone]).await;

    let mut consumer = consumer(&kafka, settings(&topic));
    let batch = next(&mut consumer).await;
    let messages: Vec<&Message> = batch.messages().iter().map(|received| &received.message).collect();
    assert_eq!(messages[0].payload, [0xff, 0xfe, b'{']);
    assert_eq!(messages[0].key, Some(vec![0x00, 0xff]));
    assert_eq!(messages[0].header("application"), Some([0xfe].as_slice()));
    assert_eq!(messages[0].header("event_type"), Some(b"created".as_slice()));
    assert_eq!((messages[1].payload.as_slice(), &messages[1].key), ([].as_slice(), &None));
    assert_eq!(&*messages[1].topic, topic);
}

#[tokio::test]
async fn a_batch_stays_within_its_bytes() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let messages: Vec<Message> =
        (0..6).map(|_| Message::new(topic.as_str(), vec![b'x'; 1_000]).with_key("k")).collect();
    producer(&kafka).send_all(&messages).await.unwrap();
    let mut consumer = consumer(&kafka, ConsumerSettings { max_bytes: 2_500, ..settings(&topic) });
    for _ in 0..2 {
        let batch = next(&mut consumer).await;
        assert_eq!(batch.messages().len(), 3);
        batch.commit().await;
    }
}

#[tokio::test]
async fn a_batch_does_not_wait_to_be_full() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut consumer = consumer(&kafka, settings(&topic));
    producer(&kafka).send_all(&numbered(&topic, "k", 0..1)).await.unwrap();
    assert_eq!(read(&mut consumer, 1).await, ["0"]);
    assert!(timeout(Duration::from_millis(500), consumer.next()).await.is_err());
    producer(&kafka).send_all(&numbered(&topic, "k", 1..2)).await.unwrap();
    assert_eq!(read(&mut consumer, 1).await, ["1"]);
}

#[tokio::test]
async fn a_new_member_shares_the_partitions_and_nothing_is_lost() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 4).await;
    let producer = producer(&kafka);
    let send = async |numbers: std::ops::Range<u32>| {
        let messages = numbers.map(|n| Message::new(topic.as_str(), n.to_string()).with_key(format!("k{n}")));
        producer.send_all(&messages.collect::<Vec<_>>()).await.unwrap();
    };
    send(0..100).await;
    let small = ConsumerSettings { max_messages: 10, ..settings(&topic) };
    let mut first = consumer(&kafka, small.clone());
    let mut seen: BTreeSet<String> = read(&mut first, 50).await.into_iter().collect();

    let mut second = consumer(&kafka, small);
    let mut of_second = 0;
    let mut sent = 100;
    while seen.len() < sent as usize || of_second == 0 {
        tokio::select! {
            batch = next(&mut first) => {
                seen.extend(texts(&batch));
                batch.commit().await;
            }
            batch = next(&mut second) => {
                of_second += batch.messages().len();
                seen.extend(texts(&batch));
                batch.commit().await;
            }
            () = sleep(Duration::from_millis(100)), if of_second == 0 => {
                send(sent..sent + 20).await;
                sent += 20;
            }
        }
    }
    // The first one leaves; the second takes over all partitions.
    first.close().await;
    send(sent..sent + 100).await;
    sent += 100;
    while seen.len() < sent as usize {
        seen.extend(read(&mut second, 1).await);
    }
    second.close().await;
    let committed = kafka.committed(&format!("group-{topic}"), &topic).await;
    assert_eq!(committed.values().sum::<i64>(), i64::from(sent));
}

#[tokio::test]
async fn partitions_that_move_during_a_long_batch_are_left_to_their_new_owner() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 2).await;
    let on = |partition, text: &str| Record { partition: Some(partition), ..Record::new("k", text) };
    kafka.produce(&topic, vec![on(0, "a"), on(1, "b")]).await;
    // Long enough to get both messages into one batch, and quick to pause.
    let settings = ConsumerSettings {
        grace: Duration::from_millis(200),
        max_wait: Duration::from_secs(2),
        ..settings(&topic)
    };
    let mut first = consumer(&kafka, settings.clone());
    assert_eq!(next(&mut first).await.messages().len(), 2);

    // The second member gets one of the partitions although the first one is not done with its batch.
    let mut second = consumer(&kafka, settings);
    let taken = read(&mut second, 1).await;
    let batch = next(&mut first).await;
    let kept = texts(&batch);
    assert_eq!((kept.len(), taken.len()), (1, 1));
    assert_ne!(kept, taken);
    batch.commit().await;
    assert_eq!(kafka.committed(&format!("group-{topic}"), &topic).await, [(0, 1), (1, 1)].into());
}

#[tokio::test]
async fn a_long_batch_does_not_cost_the_membership() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut config = bus::kafka::KafkaConfig::plaintext(kafka.bootstrap());
    config.overrides.insert("max.poll.interval.ms".into(), "6000".into());
    let settings =
        ConsumerSettings { grace: Duration::from_millis(500), max_messages: 1, ..settings(&topic) };
    let mut consumer = bus::kafka::Consumer::start(&config, settings).unwrap();
    producer(&kafka).send_all(&numbered(&topic, "k", 0..3)).await.unwrap();
    let batch = next(&mut consumer).await;
    sleep(Duration::from_secs(8)).await;
    batch.commit().await;
    assert_eq!(kafka.committed(&format!("group-{topic}"), &topic).await, [(0, 1)].into());
    assert_eq!(read(&mut consumer, 2).await, ["1", "2"]);
}

#[tokio::test]
async fn a_wrong_setting_is_told_at_the_start() {
    let mut config = bus::kafka::KafkaConfig::plaintext("localhost:1");
    config.overrides.insert("no.such.property".into(), "1".into());
    let error = bus::kafka::Consumer::start(&config, settings("t")).unwrap_err().to_string();
    assert!(
        error.starts_with("cannot start the Kafka consumer: ") && error.contains("no.such.property"),
        "{error}"
    );
}

#[tokio::test]
async fn a_partition_that_went_while_the_caller_was_busy_is_read_on_when_it_comes_back() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 2).await;
    let to = |partition, text: &str| Record { partition: Some(partition), ..Record::new("k", text) };
    let hasty = ConsumerSettings { grace: Duration::from_millis(200), ..settings(&topic) };
    kafka.produce(&topic, vec![to(0, "a"), to(1, "b")]).await;
    let mut first = consumer(&kafka, hasty.clone());
    let batch = next(&mut first).await;
    // Longer than the grace: from now on the partitions are paused.
    sleep(Duration::from_millis(600)).await;
    let mut second = consumer(&kafka, hasty);
    kafka.produce(&topic, vec![to(0, "c"), to(1, "d")]).await;
    next(&mut second).await.commit().await;
    batch.commit().await;
    second.close().await;

    kafka.produce(&topic, vec![to(0, "e"), to(1, "f")]).await;
    let mut wanted = BTreeSet::from(["e".to_owned(), "f".to_owned()]);
    while !wanted.is_empty() {
        let batch = next(&mut first).await;
        wanted.retain(|text| !texts(&batch).contains(text));
        batch.commit().await;
    }
    first.close().await;
}
