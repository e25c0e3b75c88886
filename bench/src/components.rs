//! PostgreSQL and Kafka as users run them, and fleets to fill them with.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ground::OrgId;
use hyper::body::Bytes;
use load::{Machines, Plan, Reported, Stream};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer as _},
};
use sqlx::{Connection as _, PgConnection, Row as _};
use testkit::{DatabaseServer, Kafka, KafkaServer};

use crate::{options::Options, program::Program};

/// The seed of all fleets.
pub const SEED: u64 = 1;
/// How many in a hundred are like no other.
pub const UNIQUE: u8 = 5;
/// Documents in one request, and in one batch for the brokers.
pub const BATCH: usize = 200;
/// How many partitions the topics have.
const PARTITIONS: i32 = 4;
/// The longest that anything may take.
pub const PATIENCE: Duration = Duration::from_mins(5);

/// A broker and a server.
pub struct Components {
    pub kafka: KafkaServer,
    pub postgres: DatabaseServer,
}

impl Components {
    pub fn start() -> Self {
        eprintln!("starting Kafka and PostgreSQL");
        Self { kafka: KafkaServer::for_measurement(), postgres: DatabaseServer::for_measurement() }
    }

    /// The url of a new database with all tables.
    pub async fn database(&self, options: &Options, name: &str) -> String {
        new_database(&self.postgres, options, name).await
    }

    /// A topic filled with a stream of reports.
    pub async fn filled(&self, options: &Options, prefix: &str, stream: &str) -> String {
        let kafka = self.kafka.kafka();
        let topic = self.topic(prefix).await;
        let (hosts, unique) = (options.hosts().to_string(), UNIQUE.to_string());
        Program::run(
            options,
            &[
                "load",
                "--kafka",
                kafka.bootstrap(),
                "--topic",
                &topic,
                "--hosts",
                &hosts,
                "--stream",
                stream,
                "--unique",
                &unique,
                "--batch",
                "500",
            ],
        );
        topic
    }

    pub async fn topic(&self, prefix: &str) -> String {
        self.kafka.kafka().new_topic(prefix, PARTITIONS).await
    }
}

/// How many messages a topic has had.
pub fn messages(kafka: &Kafka, topic: &str) -> i64 {
    let reader: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", kafka.bootstrap())
        .create()
        .expect("a consumer can be made");
    let ends = (0..PARTITIONS).map(|partition| {
        let ends = reader.fetch_watermarks(topic, partition, Duration::from_secs(10));
        ends.map_or(0, |(_, end)| end)
    });
    ends.sum()
}

/// The number of the newest row of the log.
pub async fn newest(connection: &mut PgConnection) -> i64 {
    let row = sqlx::query("SELECT COALESCE(MAX(seq), 0)::int8 FROM org").fetch_one(connection).await;
    row.expect("PostgreSQL answers").get(0)
}

/// The organisation of all fleets.
pub fn org() -> OrgId {
    OrgId::parse("local").expect("a word of five letters")
}

/// The machines of all fleets.
pub fn machines(unique: u8) -> Machines {
    Machines::new(SEED, org(), unique)
}

/// A stream of reports as bodies of `POST /hosts`, made beforehand.
pub fn bodies(machines: &Arc<Machines>, reports: &[Reported]) -> Vec<(u64, Bytes)> {
    let body = |some: &[Reported]| {
        let mut text = String::with_capacity(some.len() * 36_000);
        for (n, report) in some.iter().enumerate() {
            text.push(if n == 0 { '[' } else { ',' });
            machines.write_document(&mut text, *report);
        }
        text.push(']');
        (some.len() as u64, Bytes::from(text))
    };
    reports.chunks(BATCH).map(body).collect()
}

/// The url of a new database of this server with all tables.
pub async fn new_database(server: &DatabaseServer, options: &Options, name: &str) -> String {
    let mut connection = PgConnection::connect(&server.url("postgres")).await.expect("PostgreSQL answers");
    let make = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(make).execute(&mut connection).await.expect("a database can be made");
    let url = server.url(name);
    Program::run(options, &["migrate", "up", "--database-url", &url]);
    url
}

/// The plan of a stream over all machines.
pub fn plan(stream: Stream, machines: u64) -> Plan {
    Plan { stream, seed: SEED, machines, round: 1 }
}

/// Asks again until the answer is yes.
pub async fn until(what: &str, mut ready: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !ready().await {
        assert!(Instant::now() < deadline, "{what}: not after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
