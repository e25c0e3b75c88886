//! From a report that comes in to the event that tells of it.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use bus::Recorder;
use drift::{
    Machines, Reply,
    causes::Causes,
    jobs::arrivals::{Arrivals, Held, Watched},
    messages::notification::Notifications,
};
use drift_common::Baseline;
use fleet::{CanonicalFacts, Fleet, FleetOptions, Report};
use ground::{Clock, HostId, OrgId, Stopper};
use notify::{Event, Fixed, Queue};
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;
use web::Health;

use crate::world::delivery;

/// Reports a second, and for how many seconds.
const RATE: u32 = 500;
const SECONDS: u32 = 4;
/// Reports of one batch, as a consumer takes them in.
const BATCH: u32 = 50;

/// Every machine is held to one baseline.
struct Gold;

impl Watched for Gold {
    fn of_systems<'a>(&'a self, _: &'a OrgId, systems: &'a [HostId]) -> Reply<'a, (Vec<Baseline>, Held)> {
        Box::pin(async move {
            let facts = json!([{"name": "arch", "value": "aarch64"}]);
            let baseline = Baseline {
                id: Uuid::from_u128(1).to_string(),
                display_name: "gold".to_owned(),
                baseline_facts: serde_json::from_value(facts).unwrap(),
                ..Baseline::default()
            };
            Ok((vec![baseline], systems.iter().map(|system| (*system, vec![0])).collect()))
        })
    }
}

fn report(number: u32, arch: &str) -> Report {
    Report {
        profile: Some(json!({"arch": arch, "number_of_cpus": 4}).to_string().into()),
        ..Report::new(
            OrgId::parse("ours").unwrap(),
            "puptoo",
            CanonicalFacts {
                insights_id: Some(Uuid::from_u128(u128::from(number) + 1)),
                fqdn: Some(format!("h{number}")),
                ..CanonicalFacts::default()
            },
        )
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drift_is_told_within_a_moment_at_five_hundred_reports_a_second() {
    for database in TestDatabase::both().await {
        let clock = Clock::system();
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        let tables = [fleet::MIGRATIONS, notify::MIGRATIONS, drift::MIGRATIONS];
        db.migrate(&tables, clock.now()).await.unwrap();
        let topics = vec![("told".to_owned(), vec![Event::Drift])];
        let queue = Queue::new(db.clone(), clock.clone(), Fixed { topics, ..Fixed::default() }, 100_000);
        let fleet = Fleet::open(db.clone(), clock.clone(), FleetOptions::default());
        let recorder = Recorder::default();
        let (stopper, stop) = Stopper::new();
        let sending = delivery(&queue, &recorder);
        let arrivals = Arrivals {
            fleet: fleet.clone(),
            machines: Machines::new(fleet.clone()),
            watched: Arc::new(Gold),
            queue: queue.clone(),
            notifications: Notifications { bundle: "rhel".to_owned(), application: "drift".to_owned() },
            causes: Causes { db, clock, queue, settle: 60, bundle: "rhel".to_owned() },
        };
        // Followers begin behind what is there.
        let ingest = async |reports: Vec<Report>| {
            let done = fleet.ingest(reports.into_iter().map(Into::into).collect()).await.unwrap();
            done.into_iter().map(|one| one.unwrap().id).collect::<Vec<_>>()
        };
        ingest(vec![report(0, "x86_64")]).await;
        let health = Health::default();
        let (following, delivering) = (stop.clone(), stop.clone());
        let follow =
            tokio::spawn(async move { arrivals.run(&health.role("drift-notifications"), following).await });
        let send = tokio::spawn(async move { sending.run(delivering).await });
        tokio::time::sleep(Duration::from_secs(1)).await;

        let mut begun: HashMap<String, Instant> = HashMap::new();
        let mut took: Vec<Duration> = Vec::new();
        let pause = Duration::from_secs(1) * BATCH / RATE;
        let mut next = Instant::now();
        let take = |begun: &HashMap<String, Instant>, took: &mut Vec<Duration>| {
            let now = Instant::now();
            for message in recorder.take() {
                let body: Value = serde_json::from_slice(&message.payload).unwrap();
                let context: Value = serde_json::from_str(body["context"].as_str().unwrap()).unwrap();
                took.push(now.duration_since(begun[context["inventory_id"].as_str().unwrap()]));
            }
        };
        for batch in 0..RATE * SECONDS / BATCH {
            let at = Instant::now();
            let ids = ingest((1..=BATCH).map(|one| report(batch * BATCH + one, "x86_64")).collect()).await;
            begun.extend(ids.into_iter().map(|id| (id.to_string(), at)));
            next += pause;
            while Instant::now() < next {
                tokio::time::sleep(Duration::from_millis(5)).await;
                take(&begun, &mut took);
            }
        }
        let all = (RATE * SECONDS) as usize;
        let deadline = Instant::now() + Duration::from_mins(1);
        while took.len() < all && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
            take(&begun, &mut took);
        }
        stopper.stop();
        follow.await.unwrap();
        send.await.unwrap();
        assert_eq!(took.len(), all, "each report is told once");
        took.sort_unstable();
        let part = |percent: usize| took[(took.len() - 1) * percent / 100].as_millis();
        println!(
            "{}: {RATE} reports/s, from ingest to event: median {} ms, p99 {} ms",
            database.engine(),
            part(50),
            part(99)
        );
        // A busy machine takes longer than the second that is aimed at.
        assert!(part(99) < 10_000);
    }
}
