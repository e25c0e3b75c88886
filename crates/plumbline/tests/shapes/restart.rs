//! A rolling restart, and a rolling upgrade: every process of an installation is stopped and started anew, one after the other, while it
//! is asked and machines report.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::Method;
use testkit::eventually;

use crate::{
    installation::Installation,
    support::{BASE, PATIENCE, report, send},
};

const CALLERS: usize = 4;
/// Hosts that report while processes are replaced.
const HOSTS: usize = 400;

/// Asks and reports while the database gets what this version wants and then every process is replaced by one of this version. Gives
/// the number of migrations.
pub async fn under_load(mut installation: Installation) -> u64 {
    let (asked, is_over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..CALLERS {
        let (asked, is_over) = (Arc::clone(&asked), Arc::clone(&is_over));
        let list = installation.request(Method::GET, &format!("{BASE}/hosts?per_page=10"));
        let write = installation.request(Method::POST, "/write?precision=s");
        callers.spawn(async move {
            for n in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    return n;
                }
                let answer = if n % 2 == 0 {
                    send(list.try_clone().unwrap()).await.unwrap()
                } else {
                    let line = format!("load,caller={caller} value={n} {}", 1_764_500_000 + n);
                    send(write.try_clone().unwrap().body(line)).await.unwrap()
                };
                assert!(
                    (200..300).contains(&answer.status),
                    "request {n}: {} {}",
                    answer.status,
                    answer.text
                );
                asked.fetch_add(1, Ordering::Relaxed);
            }
            0
        });
    }
    let processes = installation.processes.len();
    eventually("the processes are at work", PATIENCE, async || {
        (asked.load(Ordering::Relaxed) > 20).then_some(())
    })
    .await;
    let applied = installation.components.upgrade();
    // Those of the version before go on with the new tables.
    let after = asked.load(Ordering::Relaxed);
    eventually("they go on", PATIENCE, async || (asked.load(Ordering::Relaxed) > after + 100).then_some(()))
        .await;
    for n in 0..processes {
        let part = HOSTS / processes;
        installation.report((n * part..(n + 1) * part).map(report)).await;
        let before = asked.load(Ordering::Relaxed);
        installation.processes[n].replace(&installation.components).await;
        // It takes part again before the next one goes.
        eventually("it goes on", PATIENCE, async || {
            (asked.load(Ordering::Relaxed) > before + 20).then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_millis(2_500)).await;
    }
    is_over.store(true, Ordering::Relaxed);
    let mut written = 0;
    while let Some(requests) = callers.join_next().await {
        written += requests.unwrap() / 2;
    }
    eventually("every host is there", PATIENCE * 2, async || {
        let hosts = installation.get(&format!("{BASE}/hosts?per_page=1")).await;
        (hosts.json()["total"] == HOSTS).then_some(())
    })
    .await;
    let query = "/prometheus/api/v1/query?query=sum(count_over_time(load_value[1d]))&time=1764580000";
    let counted = installation.get(query).await;
    assert_eq!(counted.json()["data"]["result"][0]["value"][1], written.to_string(), "{}", counted.text);
    applied
}
