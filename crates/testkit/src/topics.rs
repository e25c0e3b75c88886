//! The topics of a broker, as a test reads and writes them.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, Message as _, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer as _},
    message::{BorrowedMessage, Header, Headers as _, OwnedHeaders},
    metadata::{MetadataPartition, MetadataTopic},
    producer::{BaseProducer, BaseRecord, Producer as _},
};
use tokio::task::spawn_blocking;
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(20);

/// A running broker. All methods panic when it does not answer within 20 s.
#[derive(Debug, Clone)]
pub struct Kafka {
    bootstrap: String,
    replicas: i32,
}

/// A message as it stands in a topic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Absent: the message has no key.
    pub key: Option<Vec<u8>>,
    /// In their order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Absent: the message is a tombstone.
    pub payload: Option<Vec<u8>>,
    /// Where it stands; when written, absent means that the key decides.
    pub partition: Option<i32>,
    /// Set by the broker.
    pub offset: Option<i64>,
}

impl Record {
    /// A record without headers.
    pub fn new(key: impl Into<Vec<u8>>, payload: impl Into<Vec<u8>>) -> Self {
        Self { key: Some(key.into()), payload: Some(payload.into()), ..Self::default() }
    }

    /// The payload as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.payload.as_deref().unwrap_or_default()).into_owned()
    }

    fn of(message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().map(|headers| {
            headers
                .iter()
                .map(|header| (header.key.to_owned(), header.value.unwrap_or_default().to_vec()))
                .collect()
        });
        Self {
            key: message.key().map(<[u8]>::to_vec),
            headers: headers.unwrap_or_default(),
            payload: message.payload().map(<[u8]>::to_vec),
            partition: Some(message.partition()),
            offset: Some(message.offset()),
        }
    }
}

impl Kafka {
    /// The broker that `scripts/with-components.sh` started for this run.
    pub fn shared() -> Self {
        Self::at(crate::component("PLUMBLINE_TEST_KAFKA"))
    }

    /// The broker at `host:port`, for one behind a proxy.
    pub fn at(bootstrap: impl Into<String>) -> Self {
        Self { bootstrap: bootstrap.into(), replicas: 1 }
    }

    /// Several brokers: topics are made on so many of them.
    pub(crate) fn with_replicas(self, replicas: i32) -> Self {
        Self { replicas, ..self }
    }

    /// `host:port`, for `bootstrap.servers`.
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// Makes a topic with a name of its own (`PREFIX-…`) and gives the name.
    pub async fn new_topic(&self, prefix: &str, partitions: i32) -> String {
        let topic = format!("{prefix}-{}", Uuid::new_v4().simple());
        self.create_topic(&topic, partitions).await;
        topic
    }

    /// Makes a topic and waits until clients see it.
    pub async fn create_topic(&self, topic: &str, partitions: i32) {
        self.create_topic_with(topic, partitions, &[]).await;
    }

    /// The same with configuration of the topic (`max.message.bytes`, …).
    pub async fn create_topic_with(&self, topic: &str, partitions: i32, configuration: &[(&str, &str)]) {
        let admin = self.admin();
        let mut wanted = NewTopic::new(topic, partitions, TopicReplication::Fixed(self.replicas));
        for (name, value) in configuration {
            wanted = wanted.set(name, value);
        }
        let made = admin
            .create_topics([&wanted], &AdminOptions::new().operation_timeout(Some(PATIENCE)))
            .await
            .unwrap_or_else(|error| panic!("{} does not make topics: {error}", self.bootstrap));
        for topic in made {
            topic.unwrap_or_else(|(topic, error)| panic!("cannot make the topic `{topic}`: {error}"));
        }
        let (kafka, topic) = (self.clone(), topic.to_owned());
        blocking(move || {
            let deadline = Instant::now() + PATIENCE;
            while kafka.partitions(&topic).len() < partitions as usize {
                assert!(Instant::now() < deadline, "the topic `{topic}` does not appear");
                std::thread::sleep(Duration::from_millis(20));
            }
        })
        .await;
    }

    /// Adds partitions to a topic, up to `partitions`, and waits until clients see them.
    pub async fn add_partitions(&self, topic: &str, partitions: usize) {
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let wanted = NewPartitions::new(topic, partitions);
        let made = self.admin().create_partitions([&wanted], &options).await.expect("the broker answers");
        for topic in made {
            topic.unwrap_or_else(|(topic, error)| panic!("cannot add partitions to `{topic}`: {error}"));
        }
        let (kafka, topic) = (self.clone(), topic.to_owned());
        blocking(move || {
            let deadline = Instant::now() + PATIENCE;
            while kafka.partitions(&topic).len() < partitions {
                assert!(Instant::now() < deadline, "`{topic}` does not get its partitions");
                std::thread::sleep(Duration::from_millis(20));
            }
        })
        .await;
    }

    /// Deletes a topic.
    pub async fn delete_topic(&self, topic: &str) {
        let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
        let gone = self.admin().delete_topics(&[topic], &options).await.expect("the broker answers");
        for topic in gone {
            topic.unwrap_or_else(|(topic, error)| panic!("cannot delete `{topic}`: {error}"));
        }
    }

    fn admin(&self) -> AdminClient<DefaultClientContext> {
        self.config().create().expect("an admin client can be made")
    }

    /// Writes the records in their order and waits until the broker has them.
    pub async fn produce(&self, topic: &str, records: Vec<Record>) {
        let (mut config, topic) = (self.config(), topic.to_owned());
        if self.replicas > 1 {
            // A broker that dies has perhaps taken what is sent to the next one once more.
            config.set("enable.idempotence", "true").set("max.in.flight.requests.per.connection", "1");
        }
        blocking(move || {
            let producer: BaseProducer = config.create().expect("a producer can be made");
            for record in &records {
                let headers = record.headers.iter().fold(OwnedHeaders::new(), |headers, (key, value)| {
                    headers.insert(Header { key, value: Some(value) })
                });
                let mut message: BaseRecord<'_, [u8], [u8]> = BaseRecord::to(&topic).headers(headers);
                message.key = record.key.as_deref();
                message.payload = record.payload.as_deref();
                message.partition = record.partition;
                producer
                    .send(message)
                    .unwrap_or_else(|(error, _)| panic!("cannot write to `{topic}`: {error}"));
                producer.poll(Duration::ZERO);
            }
            producer.flush(PATIENCE).unwrap_or_else(|error| panic!("cannot write to `{topic}`: {error}"));
        })
        .await;
    }

    /// Reads a topic from its beginning until there are `count` records or the time is over. Records of one
    /// partition come in their order.
    pub async fn read(&self, topic: &str, count: usize, within: Duration) -> Vec<Record> {
        let (kafka, topic) = (self.clone(), topic.to_owned());
        blocking(move || {
            let mut all = TopicPartitionList::new();
            for partition in kafka.partitions(&topic) {
                all.add_partition_offset(&topic, partition, Offset::Beginning).expect("a valid offset");
            }
            let consumer = kafka.reader("testkit-reader");
            consumer.assign(&all).expect("partitions can be assigned");
            let deadline = Instant::now() + within;
            let mut records = Vec::new();
            while records.len() < count && Instant::now() < deadline {
                if let Some(Ok(message)) = consumer.poll(Duration::from_millis(50)) {
                    records.push(Record::of(&message));
                }
            }
            records
        })
        .await
    }

    /// The offsets that a consumer group has committed, by partition; a partition without one is absent.
    pub async fn committed(&self, group: &str, topic: &str) -> BTreeMap<i32, i64> {
        let (kafka, group, topic) = (self.clone(), group.to_owned(), topic.to_owned());
        blocking(move || {
            let mut wanted = TopicPartitionList::new();
            for partition in kafka.partitions(&topic) {
                wanted.add_partition(&topic, partition);
            }
            let committed = kafka.reader(&group).committed_offsets(wanted, PATIENCE);
            let committed =
                committed.unwrap_or_else(|error| panic!("no offsets of the group `{group}`: {error}"));
            committed
                .elements()
                .iter()
                .filter_map(|element| match element.offset() {
                    Offset::Offset(offset) => Some((element.partition(), offset)),
                    _ => None,
                })
                .collect()
        })
        .await
    }

    /// Whether a broker answers within a second.
    pub(crate) fn answers(&self) -> bool {
        self.brokers() > 0
    }

    /// How many brokers there are, as one tells that answers within a second; 0 when none does.
    pub(crate) fn brokers(&self) -> usize {
        let client: BaseConsumer = self.config().create().expect("a client can be made");
        client.fetch_metadata(None, Duration::from_secs(1)).map_or(0, |metadata| metadata.brokers().len())
    }

    /// How many brokers have all that was written to a topic: the least of its partitions.
    pub async fn in_sync(&self, topic: &str) -> usize {
        let (kafka, topic) = (self.clone(), topic.to_owned());
        blocking(move || {
            let client: BaseConsumer = kafka.config().create().expect("a client can be made");
            let metadata = client.fetch_metadata(Some(&topic), PATIENCE).expect("a broker answers");
            let partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
            partitions.map(|partition| partition.isr().len()).min().unwrap_or(0)
        })
        .await
    }

    fn partitions(&self, topic: &str) -> Vec<i32> {
        let client: BaseConsumer = self.config().create().expect("a client can be made");
        let metadata = client.fetch_metadata(Some(topic), PATIENCE);
        let metadata = metadata.unwrap_or_else(|error| panic!("{} does not answer: {error}", self.bootstrap));
        let known = metadata.topics().iter().find(|known| known.name() == topic && known.error().is_none());
        known.map(|topic| topic.partitions().iter().map(MetadataPartition::id).collect()).unwrap_or_default()
    }

    fn reader(&self, group: &str) -> BaseConsumer {
        let mut config = self.config();
        config.set("group.id", group).set("enable.auto.commit", "false");
        config.create().expect("a consumer can be made")
    }

    fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap).set("linger.ms", "0");
        config
    }
}

/// Runs what blocks beside the test, so that the tasks of the test go on meanwhile.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(failed) => std::panic::resume_unwind(failed.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_record_is_read_as_it_was_written() {
        let kafka = Kafka::shared();
        let topic = kafka.new_topic("testkit", 2).await;
        let written = Record {
            key: None,
            headers: vec![("event_type".into(), b"created".to_vec()), ("empty".into(), Vec::new())],
            payload: Some(vec![0xff, 0x00]),
            partition: Some(1),
            offset: Some(0),
        };
        let tombstone =
            Record { key: Some(b"k".to_vec()), partition: Some(1), offset: Some(1), ..Record::default() };
        kafka.produce(&topic, vec![written.clone(), tombstone.clone()]).await;
        assert_eq!(kafka.read(&topic, 2, PATIENCE).await, [written, tombstone]);
        assert!(kafka.committed("nobody", &topic).await.is_empty());
    }

    #[tokio::test]
    async fn reading_more_than_there_is_gives_what_there_is() {
        let kafka = Kafka::shared();
        let topic = kafka.new_topic("testkit", 1).await;
        kafka.produce(&topic, vec![Record::new("k", "only")]).await;
        assert_eq!(kafka.read(&topic, 2, Duration::from_secs(2)).await.len(), 1);
    }
}
