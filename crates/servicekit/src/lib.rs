//! What the tests of a service's HTTP face share. A dev-dependency only.
//!
//! * [`Client`]: requests to a router without a socket, and [`Answer`]s.
//! * [`database`]: an empty database with a service's tables; run a suite over [`testkit::TestDatabase::both`].
//! * [`permissions`]: everybody may, nobody may, who may for some groups only.
//! * [`authorisation`]: every operation of the document, asked by those who may not. A service writes one line an
//!   operation.
//! * [`document`]: the committed `openapi/NAME.json` is the document that is served.
//! * [`replay`]: requests that were recorded on the service that this one replaces, and what may differ.
//!
//! The helpers panic with the reason: a helper that fails is a test that fails.
#![expect(
    clippy::panic,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails"
)]

pub mod authorisation;
mod client;
pub mod document;
pub mod permissions;
pub mod replay;

use ground::Timestamp;
use store::{Db, Migrations, Options};
use testkit::TestDatabase;

pub use client::{Answer, Client};

/// 2026-11-21T19:30:00Z, when most answers were recorded.
pub const START: Timestamp = Timestamp::from_micros(1_795_289_400_000_000);

/// Opens a database and makes these tables in it.
pub async fn database(database: &TestDatabase, tables: &[Migrations]) -> Db {
    let db = Db::open(database.url(), &Options::default()).await.expect("the database can be opened");
    db.migrate(tables, START).await.expect("the tables can be made");
    db
}
