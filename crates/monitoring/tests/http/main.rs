//! The operations over HTTP.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use access::Access;
use ground::{Clock, OrgId, Timestamp};
use monitoring::{
    App, MIGRATIONS,
    batch::SeriesLimits,
    store::{Options, Relational},
};
use servicekit::Client;
use store::Db;
use testkit::TestDatabase;

mod dashboards;
mod guarded;
mod prometheus;
mod recorded;
mod writes;

/// When every test is.
const NOW: i64 = 1_700_000_000_000;

/// An app over a new database.
async fn app(database: &TestDatabase, access: Access) -> App {
    let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
    let clock = Clock::manual(Timestamp::from_micros(NOW * 1000));
    db.migrate(&[MIGRATIONS], clock.now()).await.unwrap();
    let samples = Arc::new(Relational::open(db.clone(), Options::default()));
    App { samples, db, clock, access, limits: SeriesLimits::default() }
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
