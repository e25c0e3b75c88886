//! Many at once.

use std::{collections::HashSet, sync::Arc, time::Duration};

use fleet::{ChangeKind, ChangeQuery, Report, Scope, Start};
use tokio::time::timeout;

use crate::bed::both;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_machine_that_many_report_at_once_is_one_host() {
    for bed in both().await {
        let other = bed.another_process().await;
        let tasks: Vec<_> = (0..8)
            .map(|n| {
                let bed = if n % 2 == 0 { bed.clone() } else { other.clone() };
                tokio::spawn(async move { bed.take(bed.draft().insights(1).by(&format!("r{n}"))).await })
            })
            .collect();
        let mut stored = Vec::new();
        for task in tasks {
            stored.push(task.await.unwrap());
        }
        let ids: HashSet<_> = stored.iter().map(|stored| stored.id).collect();
        assert_eq!(ids.len(), 1, "{}", bed.engine());
        assert_eq!(stored.iter().filter(|stored| stored.kind == ChangeKind::Created).count(), 1);
        assert_eq!(bed.hosts().await.len(), 1, "{}", bed.engine());
        assert_eq!(bed.hosts().await[0].host.times.reporters.len(), 8, "{}", bed.engine());
        assert_eq!(bed.fleet.groups(&bed.groups()).await.unwrap().total, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reader_never_skips_a_row_that_commits_late() {
    const WRITERS: u128 = 8;
    const BATCHES: u128 = 12;
    for bed in both().await {
        let other = bed.another_process().await;
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let bed = if writer % 2 == 0 { bed.clone() } else { other.clone() };
                tokio::spawn(async move {
                    for batch in 0..BATCHES {
                        // Batches of unequal size take unequally long from number to commit.
                        let machines =
                            (0..=(writer + batch) % 5).map(|n| writer * 1_000 + batch % 3 * 10 + n);
                        let reports: Vec<Arc<Report>> = machines
                            .map(|n| bed.draft().insights(n).named(&format!("{batch}")).into())
                            .collect();
                        bed.fleet.ingest(reports).await.unwrap();
                    }
                })
            })
            .collect();
        let reader = bed.another_process().await;
        let total: u128 =
            (0..WRITERS).map(|writer| (0..BATCHES).map(|batch| (writer + batch) % 5 + 1).sum::<u128>()).sum();
        let mut read = Vec::new();
        let reading = async {
            while read.len() < total as usize {
                let after = read.last().copied().unwrap_or(0);
                let rows = reader.fleet.changes(&bed.org, after, 7).await.unwrap();
                read.extend(rows.iter().map(|change| change.seq));
                // A gap that is still open here could only be filled behind the reader's back.
                assert_eq!(read, (1..=read.len() as i64).collect::<Vec<_>>(), "{}", bed.engine());
            }
        };
        timeout(Duration::from_mins(1), reading).await.unwrap();
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(bed.newest().await, total as i64, "{}", bed.engine());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn batches_over_the_same_organisations_in_any_order_do_not_lock_one_another_out() {
    for bed in both().await {
        let other = bed.another_org();
        let tasks: Vec<_> = (0..8u128)
            .map(|n| {
                let [first, second] =
                    if n % 2 == 0 { [bed.clone(), other.clone()] } else { [other.clone(), bed.clone()] };
                tokio::spawn(async move {
                    for _ in 0..10 {
                        let batch = vec![first.draft().insights(n).into(), second.draft().insights(n).into()];
                        first.fleet.ingest(batch).await.unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            timeout(Duration::from_mins(1), task).await.unwrap().unwrap();
        }
        assert_eq!((bed.newest().await, other.newest().await), (80, 80), "{}", bed.engine());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_ingest_that_is_given_up_is_stored_whole_or_not_at_all() {
    for bed in both().await {
        for n in 0..40u128 {
            let reports: Vec<Arc<Report>> = (0..3).map(|m| bed.draft().insights(n * 3 + m).into()).collect();
            let _ = timeout(Duration::from_micros(200 * n as u64), bed.fleet.ingest(reports)).await;
        }
        bed.take(bed.draft().insights(10_000)).await;
        let log = bed.log().await;
        assert_eq!(log.len() % 3, 1, "{}", bed.engine());
        assert_eq!(log.len(), bed.hosts().await.len(), "{}", bed.engine());
        assert_eq!(log.last().unwrap().seq, log.len() as i64, "{}", bed.engine());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_follows_the_feed_sees_every_row_once_while_others_write() {
    for bed in both().await {
        let other = bed.another_process().await;
        let writers: Vec<_> = (0..4u128)
            .map(|writer| {
                let bed = if writer % 2 == 0 { bed.clone() } else { other.clone() };
                tokio::spawn(async move {
                    for n in 0..10 {
                        bed.take(bed.draft().insights(writer * 100 + n)).await;
                    }
                })
            })
            .collect();
        let (mut after, mut seen) = (0, Vec::new());
        let following = async {
            while seen.len() < 40 {
                let query = ChangeQuery {
                    start: Start::After(after),
                    limit: 3,
                    ..ChangeQuery::newest(Scope::of(bed.org.clone()))
                };
                let feed = bed.fleet.feed(&query).await.unwrap();
                seen.extend(feed.changes.iter().map(|change| change.seq));
                after = feed.next.unwrap();
            }
        };
        timeout(Duration::from_mins(1), following).await.unwrap();
        assert_eq!(seen, (1..=40).collect::<Vec<_>>(), "{}", bed.engine());
        for writer in writers {
            writer.await.unwrap();
        }
    }
}

#[tokio::test]
async fn commits_of_this_process_are_told_and_no_others() {
    for bed in both().await {
        let mut commits = bed.fleet.commits();
        let other = bed.another_process().await;
        other.take(other.draft().insights(1)).await;
        assert!(!commits.has_changed().unwrap(), "{}", bed.engine());
        bed.take(bed.draft().insights(2)).await;
        assert!(commits.has_changed().unwrap(), "{}", bed.engine());
        commits.mark_unchanged();
        // What is refused commits nothing to the log.
        let refused = bed.draft().insights(3).profile(&serde_json::json!({"number_of_cpus": "many"}));
        assert!(bed.fleet.ingest(vec![refused.into()]).await.unwrap()[0].is_err());
        assert!(!commits.has_changed().unwrap(), "{}", bed.engine());
    }
}
