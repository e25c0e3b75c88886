//! Some kills of each kind, as `make torture` does by the hundred: nothing acknowledged is lost, nothing is doubled,
//! comes back or stands in a wrong order.

use std::path::PathBuf;

use torture::{Outcome, Plan, embedded, server};

fn plan(kills: u64, seed: u64) -> Plan {
    Plan { program: PathBuf::from(env!("CARGO_BIN_EXE_plumbline")), kills, seed, progress: false }
}

fn clean(outcome: &Outcome) {
    assert!(outcome.findings.is_clean(), "{}", outcome.text());
    assert!(outcome.acknowledged > 100, "too little was sent to show anything: {}", outcome.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_over_the_embedded_store() {
    clean(&embedded::run(&plan(10, 1)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_over_a_database_server_and_a_broker() {
    let outcome = server::run(&plan(10, 1)).await;
    clean(&outcome);
    assert!(outcome.events > 100, "{}", outcome.text());
}
