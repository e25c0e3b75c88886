//! The operations over HTTP.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use access::Access;
use bus::kafka::KafkaConfig;
use ground::{Clock, OrgId, Timestamp};
use monitoring::{
    App, MIGRATIONS,
    batch::{Batch, SeriesLimits},
    legacy::InDatabase,
    messages::Lines,
    rules::retention::Retention,
    store::{Options, Relational, WithTables},
};
use notify::{Event, Fixed, Queue};
use servicekit::{Client, permissions};
use store::Db;
use testkit::TestDatabase;

mod alert_rules;
mod cassandra;
mod dashboards;
mod guarded;
mod lines;
mod prometheus;
mod recorded;
mod writes;

/// When every test is.
const NOW: i64 = 1_700_000_000_000;

/// An app over a new database.
async fn app(database: &TestDatabase, access: Access) -> App {
    let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
    let clock = Clock::manual(Timestamp::from_micros(NOW * 1000));
    db.migrate(&[notify::MIGRATIONS, MIGRATIONS], clock.now()).await.unwrap();
    let tables = Arc::new(InDatabase(db.clone()));
    let samples = Arc::new(Relational::open(db.clone(), Options::default()));
    let samples = Arc::new(WithTables::new(samples, tables.clone()));
    let lines = Lines {
        kafka: KafkaConfig::plaintext(""),
        topics: Vec::new(),
        group: "metric-backend".to_owned(),
        org: ours(),
    };
    let machine = |_| Batch::default();
    App {
        samples,
        machine,
        tables,
        queue: Queue::new(db.clone(), clock.clone(), told(), 100),
        db,
        bundle: "rhel".to_owned(),
        retention: Retention::of_all(400),
        lines,
        clock,
        access,
        limits: SeriesLimits::default(),
    }
}

/// Alerts are told on a topic.
fn told() -> Fixed {
    Fixed { topics: vec![("alerts".to_owned(), vec![Event::Alert])], ..Fixed::default() }
}

/// An app over each place where rows and dashboards may stand, with what has to live as long.
async fn everywhere() -> Vec<(App, TestDatabase)> {
    let mut all = Vec::new();
    for database in TestDatabase::both().await {
        all.push((app(&database, permissions::everything()).await, database));
    }
    let database = TestDatabase::embedded();
    let (tables, app) = (cassandra::tables().await, app(&database, permissions::everything()).await);
    let samples = Arc::new(WithTables::new(app.samples.clone(), tables.clone()));
    let app = App { tables, samples, ..app };
    all.push((app, database));
    all
}

fn client(app: &App) -> Client {
    Client::new(monitoring::api::router(app), "")
}

fn ours() -> OrgId {
    OrgId::parse("ours").unwrap()
}

#[test]
fn the_document_is_the_committed_one() {
    servicekit::document::check("metrics", &monitoring::api::routes().1);
}
