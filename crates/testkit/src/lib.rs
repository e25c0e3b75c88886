//! What the tests of every crate share. A dev-dependency only: nothing of it enters the program.
//!
//! * Real components, without containers: one [`DatabaseServer`] and one [`KafkaServer`] are started for a whole
//!   run by `scripts/with-components.sh`; a test reaches them by [`TestDatabase`] and [`Kafka::shared`] and fails,
//!   never skips, when they are absent. A test that stops or kills a component starts its own.
//! * [`shared_cassandra`]: the one Cassandra node of a run, which starts when the first test asks for it; a test that stops
//!   or kills it starts its own [`CassandraServer`].
//! * [`OpenIdProvider`]: a certified OpenID provider; each test starts its own.
//! * A faulty network: [`TcpProxy`] stands before a component and cuts, refuses, stalls or delays.
//! * TLS: [`Certificates`] of an authority that nobody knows, and [`TlsFront`] before a component that speaks none.
//! * [`BucketServer`], which gives an object of S3 to whoever signs for it.
//! * Those who are told: [`MailServer`], and [`Receiver`] of webhooks, which answer, refuse, hang or hang up.
//! * [`callers`]: identities, and an RBAC service that grants what it is told to.
//! * Patience: [`eventually`] asks again until the answer is there.
//! * [`any_profile`]: valid system profiles for property tests.
//! * Recorded answers of the services that this program replaces: [`scenarios`], and [`compare`] to lay our
//!   answers beside them.
//!
//! The helpers panic with the reason: a helper that fails is a test that fails.
//!
//! # To add a component
//! Write a `…Server` with `start`, `stop`, `start_again` and `kill` around `process::Process` (it dies with the
//! test, and shows its log when the test fails), teach `scripts/bootstrap.sh` to install it, and, if most tests can
//! share one, start it in `bin/with-components.rs`.
#![expect(clippy::panic, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod bucket;
pub mod callers;
mod cassandra;
mod certificates;
pub mod compare;
mod database_server;
mod databases;
mod eventually;
mod kafka;
mod kafka_cluster;
mod mail_server;
mod memory;
mod openid;
mod ports;
mod process;
mod profiles;
mod proxy;
mod receiver;
pub mod scenarios;
mod tls_front;
mod topics;

pub use bucket::{BucketServer, KEY_ID, SECRET};
pub use cassandra::{CassandraServer, LazyCassandra, shared_cassandra};
pub use certificates::Certificates;
pub use database_server::DatabaseServer;
pub use databases::TestDatabase;
pub use eventually::eventually;
pub use kafka::{KafkaGuards, KafkaServer};
pub use kafka_cluster::KafkaCluster;
pub use mail_server::{MailScript, MailServer};
pub use memory::{Memory, peak_megabytes};
pub use openid::OpenIdProvider;
pub use ports::free_port;
pub use process::{Process, mortal, run};
pub use profiles::any_profile;
pub use proxy::TcpProxy;
pub use receiver::{Manners, Received, Receiver};
pub use tls_front::TlsFront;
pub use topics::{Kafka, Record};

/// The value of an environment variable that `scripts/with-components.sh` sets.
fn component(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run `make test`, or `scripts/with-components.sh cargo test -p CRATE`")
    })
}

/// A folder of jars: the one that a variable names, or else that of the user's cache.
fn cached(variable: &str, name: &str) -> Option<std::path::PathBuf> {
    let cache = || {
        let folder = std::env::var_os("XDG_CACHE_HOME").map(std::path::PathBuf::from);
        folder
            .or_else(|| Some(std::env::home_dir()?.join(".cache")))
            .map(|cache| cache.join("plumbline-test").join(name))
    };
    std::env::var_os(variable).map(std::path::PathBuf::from).or_else(cache).filter(|folder| folder.is_dir())
}
