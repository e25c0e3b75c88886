//! Which packages are where, in memory that follows the log.

use std::sync::Arc;

use fleet::Report;
use serde_json::json;

use crate::bed::{Bed, both};

const HOSTS: u128 = 1_010;

async fn report_all(bed: &Bed, own: impl Fn(u128) -> String) {
    let report = |machine| {
        let packages = json!({"installed_packages": ["bash-0:5.1-1.x86_64", own(machine)]});
        Arc::<Report>::from(bed.draft().insights(machine).profile(&packages))
    };
    let stored = bed.fleet.ingest((1..=HOSTS).map(report).collect()).await.unwrap();
    assert!(stored.iter().all(Result::is_ok));
}

/// On how many hosts a package is, over all its versions.
async fn hosts_with(bed: &Bed, name: &str) -> usize {
    let versions = bed.fleet.package_versions(&bed.query(), name).await.unwrap();
    versions.iter().map(|version| version.hosts).sum()
}

#[tokio::test]
async fn lists_that_no_machine_has_any_more_are_forgotten_and_no_machine_with_them() {
    for bed in both().await {
        report_all(&bed, |machine| format!("own{machine}-0:1-1.x86_64")).await;
        assert_eq!((hosts_with(&bed, "bash").await, hosts_with(&bed, "own7").await), (HOSTS as usize, 1));
        bed.pass(60);
        report_all(&bed, |_| "common-0:1-1.x86_64".to_owned()).await;
        for name in ["bash", "common"] {
            assert_eq!(hosts_with(&bed, name).await, HOSTS as usize, "{} {name}", bed.engine());
        }
        assert_eq!(hosts_with(&bed, "own7").await, 0, "{}", bed.engine());
    }
}
