//! Topics of a test's own, and the consumer between them.

use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use testkit::{Kafka, Record, TestDatabase, eventually};

use crate::support::{PATIENCE, Program, plumbline, run};

/// Topics of its own on a broker, and a database with tables.
pub struct Pipeline {
    pub kafka: Kafka,
    pub database_url: String,
    pub ingress: String,
    pub events: String,
    pub notifications: String,
    pub tracker: String,
    pub database: TestDatabase,
}

impl Pipeline {
    /// On the components that the run shares.
    pub async fn shared() -> Self {
        Self::on(Kafka::shared(), TestDatabase::server().await).await
    }

    pub async fn on(kafka: Kafka, database: TestDatabase) -> Self {
        let migrated = run(["migrate", "up", "--database-url", database.url()]);
        assert_eq!(migrated.code, 0, "{}", migrated.err);
        Self {
            database_url: database.url().to_owned(),
            ingress: kafka.new_topic("ingress", 3).await,
            events: kafka.new_topic("events", 3).await,
            notifications: kafka.new_topic("notifications", 1).await,
            tracker: kafka.new_topic("tracker", 1).await,
            kafka,
            database,
        }
    }

    /// The consumer group.
    pub fn group(&self) -> String {
        format!("group-of-{}", self.ingress)
    }

    /// Says where the broker is and which topics to use.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("KAFKA_BOOTSTRAP_SERVERS", self.kafka.bootstrap().to_owned()),
            ("KAFKA_CONSUMER_TOPIC", self.ingress.clone()),
            ("KAFKA_HOST_INGRESS_TOPIC", self.ingress.clone()),
            ("KAFKA_EVENT_TOPIC", self.events.clone()),
            ("KAFKA_NOTIFICATION_TOPIC", self.notifications.clone()),
            ("PAYLOAD_TRACKER_KAFKA_TOPIC", self.tracker.clone()),
            ("KAFKA_HOST_INGRESS_GROUP", self.group()),
            ("KAFKA_CONSUMER_AUTO_OFFSET_RESET", "earliest".to_owned()),
            ("KAFKA_CONSUMER_SESSION_TIMEOUT_MS", "6000".to_owned()),
            ("KAFKA_CONSUMER_HEARTBEAT_INTERVAL_MS", "300".to_owned()),
            ("MQ_DB_BATCH_MAX_MESSAGES", "100".to_owned()),
            ("MQ_DB_BATCH_MAX_SECONDS", "0.1".to_owned()),
            ("PLUMBLINE_SERVER_METRICS_PORT", "0".to_owned()),
            ("CONSOLEDOT_HOSTNAME", "console.example.com".to_owned()),
        ]
    }

    /// The command line of a consumer with both roles.
    pub fn command(&self) -> Command {
        let mut command = plumbline();
        command.args(["consume", "--database-url", &self.database_url]).envs(self.environment());
        command
    }

    pub fn consume(&self) -> Program {
        Program::start(&mut self.command())
    }

    /// Writes reports under the name of their host: those of one host stay in their order.
    pub async fn send(&self, reports: impl IntoIterator<Item = Value>) {
        let record = |report: Value| {
            let key = report["data"]["insights_id"].as_str().unwrap_or_default().to_owned();
            Record::new(key, report.to_string())
        };
        self.kafka.produce(&self.ingress, reports.into_iter().map(record).collect()).await;
    }

    /// Reads the events until there are so many, and these are complete.
    pub async fn events(&self, what: &str, count: usize, complete: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let deadline = Instant::now() + PATIENCE * 4;
        let mut records = self.kafka.read(&self.events, count, PATIENCE * 4).await;
        // A reader needs its time to find its partitions, so each gets more than the one before.
        let mut window = Duration::from_secs(1);
        loop {
            let events: Vec<Event> = records.into_iter().map(Event::of).collect();
            if complete(&events) {
                return events;
            }
            assert!(Instant::now() < deadline, "not in time: {what}; there are {} events", events.len());
            records = self.kafka.read(&self.events, usize::MAX, window).await;
            window = (window * 2).min(Duration::from_secs(8));
        }
    }

    /// After some time there are still no more than so many messages in a topic.
    pub async fn no_more_than(&self, count: usize, topic: &str) {
        let records = self.kafka.read(topic, count + 1, Duration::from_secs(2)).await;
        assert!(records.len() <= count, "there are more than {count}: {}", records[count].text());
    }

    /// Waits until the group has committed everything that stands in the topic.
    pub async fn all_committed(&self, messages: usize) {
        eventually("the offsets are committed", PATIENCE, || async {
            let committed = self.kafka.committed(&self.group(), &self.ingress).await;
            (committed.values().sum::<i64>() as usize == messages).then_some(())
        })
        .await;
    }

    /// The hosts in the database, name to id.
    pub fn hosts(&self) -> BTreeMap<String, String> {
        let listed = run(["hosts", "--json", "--database-url", &self.database_url]);
        assert_eq!(listed.code, 0, "{}", listed.err);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let hosts = listed.json_lines();
        let all: BTreeMap<_, _> =
            hosts.iter().map(|host| (text(&host["display_name"]), text(&host["id"]))).collect();
        assert_eq!(all.len(), hosts.len(), "a host stands there twice");
        all
    }
}

/// An event as it stands in its topic.
#[derive(Debug)]
pub struct Event {
    pub key: String,
    pub headers: Vec<(String, String)>,
    pub body: Value,
}

impl Event {
    fn of(record: Record) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            body: serde_json::from_str(&record.text()).unwrap(),
            key: text(record.key.unwrap()),
            headers: record.headers.into_iter().map(|(name, value)| (name, text(value))).collect(),
        }
    }

    pub fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }

    /// The display name of its host.
    pub fn host(&self) -> &str {
        self.body["host"]["display_name"].as_str().unwrap()
    }
}

/// The events of each host, in their order.
pub fn by_host(events: &[Event]) -> BTreeMap<&str, Vec<&Event>> {
    let mut all: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for event in events {
        all.entry(event.host()).or_default().push(event);
    }
    all
}
