//! Sections and tags are removed when nothing refers to them, and not before.

use std::time::Duration;

use fleet::{Collected, Origin};
use serde_json::json;
use store::Sql;
use tokio::time::timeout;

use crate::{
    bed::{Bed, both},
    draft::Draft,
};

/// A list long enough to be a base or a delta; lists of one family are alike, those of two have nothing in common.
fn packages(family: u128, n: u128) -> Vec<String> {
    let shared = (1..=120u128).map(|p| (p * (2_654_435_761 + family * 40_503)) % 16_769_023);
    shared.map(|name| format!("{name:06x}-0:1-1.x86_64")).chain([format!("own{n}-0:1-1.x86_64")]).collect()
}

/// Removes the rows of the log that no host's newest state is in, as retention does.
async fn prune(bed: &Bed) {
    let mut tx = bed.fleet.db().begin().await.unwrap();
    let text =
        "DELETE FROM host_change WHERE org_id = $1 AND seq NOT IN (SELECT seq FROM host WHERE org_id = $1)";
    tx.execute(Sql::new(text).bind(&bed.org)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn sections(bed: &Bed) -> i64 {
    count(bed, "SELECT COUNT(*) FROM section WHERE org_id = $1").await
}

async fn tags(bed: &Bed) -> i64 {
    count(bed, "SELECT COUNT(*) FROM tag WHERE org_id = $1").await
}

async fn count(bed: &Bed, text: &'static str) -> i64 {
    let sql = Sql::new(text).bind(&bed.org);
    bed.fleet.db().read_one(sql).await.unwrap().unwrap().get(0).unwrap()
}

async fn report(bed: &Bed, machine: u128, family: u128, n: u128) {
    let profile = json!({ "installed_packages": packages(family, n) });
    bed.take(bed.draft().insights(machine).profile(&profile)).await;
}

#[tokio::test]
async fn what_a_host_or_a_row_of_the_log_refers_to_stays() {
    for bed in both().await {
        let origin = Origin { metadata: Some(r#"{"kept":1}"#.into()), ..Origin::default() };
        let id = bed.take(bed.draft().insights(1).with(|report| report.origin = origin)).await.id;
        for n in 0..4 {
            report(&bed, 1, n, n).await;
        }
        let nothing = Collected { sections: 5, removed: 0 };
        assert_eq!(bed.fleet.collect(&bed.org).await.unwrap(), nothing, "{}", bed.engine());
        prune(&bed).await;
        let most = Collected { sections: 5, removed: 4 };
        assert_eq!(bed.fleet.collect(&bed.org).await.unwrap(), most, "{}", bed.engine());
        assert_eq!(bed.profile(id).await["installed_packages"], json!(packages(3, 3)));
    }
}

#[tokio::test]
async fn a_tag_is_stored_once_and_stays_as_long_as_a_host_has_it() {
    for bed in both().await {
        let tagged = |machine, values: &[&str]| {
            let add = |draft: Draft, value: &&str| draft.tag("ns", "key", Some(value));
            values.iter().fold(bed.draft().insights(machine), add)
        };
        bed.take(tagged(1, &["shared", "own"])).await;
        bed.take(tagged(2, &["shared"])).await;
        assert_eq!(tags(&bed).await, 2, "{}", bed.engine());
        let elsewhere = bed.another_org();
        elsewhere.take(elsewhere.draft().insights(1).tag("ns", "key", Some("own"))).await;
        bed.take(tagged(1, &["shared"])).await;
        bed.fleet.collect(&bed.org).await.unwrap();
        assert_eq!((tags(&bed).await, tags(&elsewhere).await), (1, 1), "{}", bed.engine());
        let counted = bed.fleet.tags(&bed.query()).await.unwrap();
        let counted: Vec<_> = counted.iter().map(|tag| (tag.value.as_deref(), tag.count)).collect();
        assert_eq!(counted, [(Some("shared"), 2)], "{}", bed.engine());
        bed.take(tagged(2, &["own"])).await;
        assert_eq!(tags(&bed).await, 2, "what was collected comes again, {}", bed.engine());
    }
}

#[tokio::test]
async fn a_base_stays_as_long_as_a_delta_stands_on_it() {
    for bed in both().await {
        report(&bed, 1, 0, 1).await;
        report(&bed, 2, 0, 2).await;
        report(&bed, 1, 7, 1).await;
        prune(&bed).await;
        assert_eq!(bed.fleet.collect(&bed.org).await.unwrap().removed, 0, "{}", bed.engine());
        report(&bed, 2, 7, 2).await;
        prune(&bed).await;
        assert_eq!(bed.fleet.collect(&bed.org).await.unwrap().removed, 2, "delta and base, {}", bed.engine());
        assert_eq!(sections(&bed).await, 2);
    }
}

#[tokio::test]
async fn a_base_that_is_gone_is_used_by_nobody_not_even_another_process() {
    for bed in both().await {
        let other = bed.another_process().await;
        for process in [&bed, &other] {
            report(process, 1, 0, 1).await;
            report(process, 2, 0, 2).await;
        }
        for process in [&bed, &other] {
            report(process, 1, 7, 1).await;
            report(process, 2, 8, 2).await;
        }
        prune(&bed).await;
        assert!(bed.fleet.collect(&bed.org).await.unwrap().removed > 0);
        // What was collected comes again: both still know it as the base for machines like these.
        report(&other, 3, 0, 3).await;
        report(&bed, 4, 0, 4).await;
        let reader = bed.another_process().await;
        for row in bed.hosts().await {
            let machine = row.host.canonical_facts.insights_id.unwrap().as_u128();
            let family = [7, 8, 0, 0][machine as usize - 1];
            let found = reader.profile(row.host.id).await;
            assert_eq!(found["installed_packages"], json!(packages(family, machine)), "{}", bed.engine());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_in_use_is_removed_while_machines_report() {
    const ROUNDS: u128 = 25;
    for bed in both().await {
        let other = bed.another_process().await;
        // Each machine goes to and fro between few lists: what the collector has just found unused comes again.
        let reporting: Vec<_> = (0..4u128)
            .map(|machine| {
                let bed = if machine % 2 == 0 { bed.clone() } else { other.clone() };
                tokio::spawn(async move {
                    for round in 0..ROUNDS {
                        report(&bed, machine, (round * 7 + machine) % 3, round % 2).await;
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        let mut removed = 0;
        let collecting = async {
            while !reporting.iter().all(tokio::task::JoinHandle::is_finished) {
                prune(&bed).await;
                removed += bed.fleet.collect(&bed.org).await.unwrap().removed;
            }
        };
        timeout(Duration::from_mins(1), collecting).await.unwrap();
        for task in reporting {
            task.await.unwrap();
        }
        prune(&bed).await;
        removed += bed.fleet.collect(&bed.org).await.unwrap().removed;
        assert!(removed > 0, "the collector had something to do, {}", bed.engine());
        let reader = bed.another_process().await;
        for row in bed.hosts().await {
            let machine = row.host.canonical_facts.insights_id.unwrap().as_u128();
            let last = ROUNDS - 1;
            let expected = packages((last * 7 + machine) % 3, last % 2);
            let found = reader.profile(row.host.id).await;
            assert_eq!(found["installed_packages"], json!(expected), "{}", bed.engine());
        }
    }
}
