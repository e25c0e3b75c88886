//! A consumer against a real broker.

mod support;

use std::{collections::BTreeSet, time::Duration};

use bus::{
    Incoming, Message,
    kafka::{Consumer, ConsumerSettings, KafkaConfig, OffsetReset, PartitionState, from_committed},
};
use support::{PATIENCE, consumer, next, numbered, producer, read, settings, text, texts};
use testkit::{Kafka, KafkaServer, Record};
use tokio::time::{sleep, timeout};

/// Waits until the brokers know that a group is so far in each partition.
async fn committed<const PARTITIONS: usize>(kafka: &Kafka, topic: &str, expected: [(i32, i64); PARTITIONS]) {
    let expected = expected.into();
    testkit::eventually("the brokers know", PATIENCE, async || {
        (kafka.committed(&format!("group-{topic}"), topic).await == expected).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_is_not_committed_comes_again_and_nothing_newer() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut consumer = consumer(&kafka, ConsumerSettings { max_messages: 2, ..settings(&topic) });
    producer(&kafka).send_all(&numbered(&topic, "k", 0..5)).await.unwrap();
    for _ in 0..3 {
        assert_eq!(texts(&mut next(&mut consumer).await), ["0", "1"]);
    }
    next(&mut consumer).await.commit().await;
    assert_eq!(texts(&mut next(&mut consumer).await), ["2", "3"]);
    committed(&kafka, &topic, [(0, 2)]).await;
}

#[tokio::test]
async fn the_next_batch_can_be_had_before_the_brokers_know_of_the_last_one_and_no_third() {
    let mut server = KafkaServer::start();
    let kafka = server.kafka().clone();
    let topic = kafka.new_topic("bus", 1).await;
    let mut consumer = consumer(&kafka, ConsumerSettings { max_messages: 2, ..settings(&topic) });
    producer(&kafka).send_all(&numbered(&topic, "k", 0..6)).await.unwrap();
    let mut first = next(&mut consumer).await;
    assert_eq!(texts(&mut first), ["0", "1"]);
    // Long enough to have read the next one.
    sleep(Duration::from_secs(1)).await;
    server.stop();
    first.commit().await;
    let mut second = next(&mut consumer).await;
    assert_eq!(texts(&mut second), ["2", "3"]);
    assert!(timeout(Duration::from_secs(3), second.commit()).await.is_err());
    assert!(timeout(Duration::from_secs(1), consumer.next()).await.is_err());
    server.start_again();
    // The member was out of the group for a while: what it did not commit may come again before the rest.
    while read(&mut consumer, 2).await != ["4", "5"] {}
    committed(&kafka, &topic, [(0, 6)]).await;
    consumer.close().await;
}

#[tokio::test]
async fn what_was_committed_is_not_read_by_the_next_consumer() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    producer(&kafka).send_all(&numbered(&topic, "k", 0..4)).await.unwrap();
    let one_by_one = ConsumerSettings { max_messages: 1, ..settings(&topic) };

    let mut first = consumer(&kafka, one_by_one.clone());
    assert_eq!(read(&mut first, 2).await, ["0", "1"]);
    assert_eq!(texts(&mut next(&mut first).await), ["2"]);
    first.close().await;

    let mut second = consumer(&kafka, one_by_one);
    assert_eq!(read(&mut second, 2).await, ["2", "3"]);
    second.close().await;
    committed(&kafka, &topic, [(0, 4)]).await;
}

#[tokio::test]
async fn partitions_begin_where_the_caller_says_whatever_the_group_has_committed() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 2).await;
    let on = |partition, text: &str| Record { partition: Some(partition), ..Record::new("k", text) };
    kafka.produce(&topic, ["0", "1", "2", "3"].map(|text| on(0, text)).into()).await;
    let mut by_group = consumer(&kafka, settings(&topic));
    assert_eq!(read(&mut by_group, 4).await.len(), 4);
    by_group.close().await;

    let (tell, told) = std::sync::mpsc::sync_channel(100);
    let start = move |partitions: &[PartitionState]| {
        let _ = tell.try_send(partitions.to_vec());
        Ok(partitions
            .iter()
            .map(|partition| if partition.partition == 0 { 2 } else { partition.high })
            .collect())
    };
    let config = KafkaConfig::plaintext(kafka.bootstrap());
    let mut by_caller = Consumer::start(&config, settings(&topic), start, text).unwrap();
    assert_eq!(read(&mut by_caller, 2).await, ["2", "3"]);
    let mut states = told.recv().unwrap();
    states.sort_by_key(|state| state.partition);
    let state = |partition, committed, high| PartitionState {
        topic: topic.as_str().into(),
        partition,
        committed,
        low: 0,
        high,
    };
    assert_eq!(states, [state(0, Some(4), 4), state(1, None, 0)]);
}

#[tokio::test]
async fn a_rewound_consumer_reads_again_from_where_the_caller_says() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    producer(&kafka).send_all(&numbered(&topic, "k", 0..6)).await.unwrap();
    let mut begin = vec![1, 3];
    let start = move |partitions: &[PartitionState]| {
        let offset = begin.pop().ok_or("asked too often")?;
        Ok(partitions.iter().map(|_| offset).collect())
    };
    let config = KafkaConfig::plaintext(kafka.bootstrap());
    let one_by_one = ConsumerSettings { max_messages: 1, ..settings(&topic) };
    let mut consumer = Consumer::start(&config, one_by_one, start, text).unwrap();
    assert_eq!(read(&mut consumer, 2).await, ["3", "4"]);
    assert_eq!(texts(&mut next(&mut consumer).await), ["5"]);
    consumer.rewind();
    assert_eq!(read(&mut consumer, 5).await, ["1", "2", "3", "4", "5"]);
}

#[tokio::test]
async fn nothing_is_read_before_the_caller_can_say_where_to_begin() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    producer(&kafka).send_all(&numbered(&topic, "k", 0..2)).await.unwrap();
    let mut failures = 2;
    let start = move |partitions: &[PartitionState]| {
        if failures > 0 {
            failures -= 1;
            return Err("the database does not answer".to_owned());
        }
        Ok(partitions.iter().map(|partition| partition.low).collect())
    };
    let config = KafkaConfig::plaintext(kafka.bootstrap());
    let mut consumer = Consumer::start(&config, settings(&topic), start, text).unwrap();
    assert_eq!(read(&mut consumer, 2).await, ["0", "1"]);
    let config = KafkaConfig::plaintext(kafka.bootstrap());
    let never = |_: &[PartitionState]| Err("the database does not answer".to_owned());
    let waiting = Consumer::start(
        &config,
        ConsumerSettings { group: format!("waits-{topic}"), ..settings(&topic) },
        never,
        text,
    );
    sleep(Duration::from_secs(4)).await;
    timeout(Duration::from_secs(5), waiting.unwrap().close()).await.unwrap();
}

#[tokio::test]
async fn bytes_are_handed_over_as_they_are() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let broken = Record::new([0x00, 0xff], [0xff, 0xfe, b'{']);
    let tombstone = Record { key: None, payload: None, ..Record::default() };
    kafka.produce(&topic, vec![broken, tombstone]).await;

    let read = |message: Incoming<'_>| {
        (message.topic.to_owned(), message.key.map(<[u8]>::to_vec), message.payload.to_vec())
    };
    let config = KafkaConfig::plaintext(kafka.bootstrap());
    let mut consumer =
        Consumer::start(&config, settings(&topic), from_committed(OffsetReset::Earliest), read).unwrap();
    let mut batch = next(&mut consumer).await;
    let messages: Vec<_> = batch.messages().map(|message| message.clone()).collect();
    assert_eq!(
        messages,
        [(topic.clone(), Some(vec![0x00, 0xff]), vec![0xff, 0xfe, b'{']), (topic.clone(), None, Vec::new())]
    );
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
        let mut batch = next(&mut consumer).await;
        assert_eq!(batch.messages().count(), 3);
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
            mut batch = next(&mut first) => {
                seen.extend(texts(&mut batch));
                batch.commit().await;
            }
            mut batch = next(&mut second) => {
                of_second += batch.messages().count();
                seen.extend(texts(&mut batch));
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
    assert_eq!(next(&mut first).await.messages().count(), 2);

    // The second member gets one of the partitions although the first one is not done with its batch.
    let mut second = consumer(&kafka, settings);
    let taken = read(&mut second, 1).await;
    let mut batch = next(&mut first).await;
    let kept = texts(&mut batch);
    assert_eq!((kept.len(), taken.len()), (1, 1));
    assert_ne!(kept, taken);
    batch.commit().await;
    committed(&kafka, &topic, [(0, 1), (1, 1)]).await;
}

#[tokio::test]
async fn a_long_batch_does_not_cost_the_membership() {
    let kafka = Kafka::shared();
    let topic = kafka.new_topic("bus", 1).await;
    let mut config = KafkaConfig::plaintext(kafka.bootstrap());
    config.overrides.insert("max.poll.interval.ms".into(), "6000".into());
    let settings =
        ConsumerSettings { grace: Duration::from_millis(500), max_messages: 1, ..settings(&topic) };
    let mut consumer =
        Consumer::start(&config, settings, from_committed(OffsetReset::Earliest), text).unwrap();
    producer(&kafka).send_all(&numbered(&topic, "k", 0..3)).await.unwrap();
    let batch = next(&mut consumer).await;
    sleep(Duration::from_secs(8)).await;
    batch.commit().await;
    committed(&kafka, &topic, [(0, 1)]).await;
    assert_eq!(read(&mut consumer, 2).await, ["1", "2"]);
}

#[tokio::test]
async fn a_wrong_setting_is_told_at_the_start() {
    let mut config = KafkaConfig::plaintext("localhost:1");
    config.overrides.insert("no.such.property".into(), "1".into());
    let error = Consumer::start(&config, settings("t"), from_committed(OffsetReset::Latest), text)
        .unwrap_err()
        .to_string();
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
        let mut batch = next(&mut first).await;
        let came = texts(&mut batch);
        wanted.retain(|text| !came.contains(text));
        batch.commit().await;
    }
    first.close().await;
}
