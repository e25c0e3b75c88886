//! What 90 days of a host take.

use std::sync::Arc;

use fleet::{CanonicalFacts, Report};
use ground::HostId;
use history::{rules::captured::captured, store::NewProfile};
use load::{Machines, Plan, Stream};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::bed::{Bed, both};

const HOSTS: u64 = 5;
const DAYS: u32 = 90;
const DAY: i64 = 24 * 60 * 60;
/// No host may take more for 90 days, in bytes. A profile has 33 KB.
const MOST: i64 = 400_000;

async fn bytes(bed: &Bed) -> i64 {
    let size = match bed.engine() {
        "embedded" => "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
        _ => "SELECT pg_database_size(current_database())::bigint",
    };
    bed.profiles.db().read_one(store::Sql::new(size)).await.unwrap().unwrap().get(0).unwrap()
}

/// What each host reports on a day: its number and its profile, captured on that day.
fn day(bed: &Bed, machines: &Machines, round: u32) -> Vec<(u64, Map<String, Value>)> {
    let plan = Plan { stream: Stream::Day, seed: 1, machines: HOSTS, round };
    plan.reports()
        .map(|reported| {
            let mut text = String::new();
            machines.write_document(&mut text, reported);
            let mut document: Value = serde_json::from_str(&text).unwrap();
            let mut profile = document["system_profile"].as_object_mut().unwrap().clone();
            profile.insert("captured_date".to_owned(), bed.clock.now().to_string().into());
            (reported.machine, profile)
        })
        .collect()
}

fn report(bed: &Bed, machine: u64, profile: Map<String, Value>) -> Arc<Report> {
    Arc::new(Report {
        profile: Some(Value::Object(profile).to_string().into()),
        ..Report::new(
            bed.org.clone(),
            "puptoo",
            CanonicalFacts {
                insights_id: Some(Uuid::from_u128(u128::from(machine) + 1)),
                ..CanonicalFacts::default()
            },
        )
    })
}

fn told(bed: &Bed, machine: u64, profile: Map<String, Value>) -> NewProfile {
    let now = bed.clock.now();
    NewProfile {
        id: Uuid::new_v4(),
        org: bed.org.clone(),
        account: None,
        inventory_id: HostId(Uuid::from_u128(u128::from(machine) + 1)),
        created: now,
        captured: captured(&profile, now),
        groups: Some(Vec::new()),
        profile,
        said: None,
        check_in: None,
    }
}

#[tokio::test]
async fn ninety_days_of_a_host_take_little_more_than_what_changed() {
    for bed in both().await {
        let machines = Machines::new(1, bed.org.clone(), 5);
        let mut sizes = [0; 2];
        for (way, size) in sizes.iter_mut().enumerate() {
            let before = bytes(&bed).await;
            for round in 1..=DAYS {
                let reports = day(&bed, &machines, round);
                if way == 0 {
                    let reports = reports.into_iter().map(|(n, profile)| report(&bed, n, profile)).collect();
                    assert!(bed.fleet.ingest(reports).await.unwrap().iter().all(Result::is_ok));
                } else {
                    let new: Vec<_> =
                        reports.into_iter().map(|(n, profile)| told(&bed, n, profile)).collect();
                    bed.profiles.put(&new).await.unwrap();
                }
                bed.pass(DAY);
            }
            *size = (bytes(&bed).await - before) / HOSTS as i64;
        }
        let kilobytes = |bytes: i64| bytes / 1_000;
        println!(
            "{}: {DAYS} days of a host that reports daily and is updated every tenth day take {} KB in the log, {} KB in \
             the tables of another inventory's hosts",
            bed.engine(),
            kilobytes(sizes[0]),
            kilobytes(sizes[1])
        );
        assert!(sizes.iter().all(|size| (1..MOST).contains(size)), "{}: {sizes:?}", bed.engine());
    }
}
