//! How many alerts a patch day is: reports go into the record and are compared with a baseline, as they are on arrival.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use drift::{
    Machines, Reply,
    causes::Causes,
    jobs::arrivals::{Arrivals, Held, Watched},
    messages::notification::Notifications,
};
use drift_common::Baseline;
use fleet::{CanonicalFacts, Fleet, FleetOptions, Report as HostReport};
use ground::{Clock, HostId, OrgId, Timestamp};
use notify::{Event, Fixed, Queue};
use serde_json::{Value, json};
use store::Db;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    options::Options,
    report::{Goal, Report, Row},
};

/// The names of the rows.
pub const ROWS: [&str; 4] = ["causes-before", "causes-after", "causes-found", "causes-compared"];

/// Packages that the patch day brings to every machine.
const PATCHES: u64 = 5;
/// Bad changes, each on a few machines, in the minutes in which these are patched.
const BAD: u64 = 20;
/// Parts of the patch day, of an hour and a half each: three days.
const STEPS: u64 = 48;
/// How often each machine reports, when it is patched and behind it.
const REPORTS: u64 = 4;
/// Reports of one batch.
const BATCH: usize = 200;
/// Other packages of each machine.
const OTHERS: u64 = 300;

/// Every machine is held to one baseline: what it was before the patch day.
struct Gold;

impl Watched for Gold {
    fn of_systems<'a>(&'a self, _: &'a OrgId, systems: &'a [HostId]) -> Reply<'a, (Vec<Baseline>, Held)> {
        Box::pin(async move {
            let packages: Vec<Value> = (0..PATCHES)
                .map(|n| (format!("patched{n}"), "1.0-1.x86_64"))
                .chain((0..BAD).map(|n| (format!("delicate{n}"), "2.0-1.x86_64")))
                .map(|(name, value)| json!({"name": name, "value": value}))
                .collect();
            let facts = json!([{"name": "installed_packages", "values": packages}]);
            let baseline = Baseline {
                id: Uuid::from_u128(1).to_string(),
                display_name: "gold".to_owned(),
                baseline_facts: serde_json::from_value(facts).expect("facts of a baseline"),
                ..Baseline::default()
            };
            Ok((vec![baseline], systems.iter().map(|system| (*system, vec![0])).collect()))
        })
    }
}

/// A machine as it reports: before its patch, or behind it with the bad changes that came to it.
fn report(machine: u64, machines: u64, patched: bool) -> HostReport {
    // Each bad change is on three machines, or so.
    let group = (machines / 3).max(1);
    let version = |is_new: bool, old: &'static str, new: &'static str| if is_new { new } else { old };
    let patches = (0..PATCHES).map(|n| format!("patched{n}-0:{}-1.x86_64", version(patched, "1.0", "1.1")));
    let delicate = (0..BAD).map(|n| {
        let bad = patched && machine % group == n * 7 % group;
        format!("delicate{n}-0:{}-1.x86_64", version(bad, "2.0", "1.9"))
    });
    let others = (0..OTHERS).map(|n| format!("package{n}-0:3.{n}-1.x86_64"));
    let packages: Vec<String> = patches.chain(delicate).chain(others).collect();
    HostReport {
        profile: Some(json!({"arch": "x86_64", "installed_packages": packages}).to_string().into()),
        ..HostReport::new(
            OrgId::parse("bench").expect("an organisation"),
            "puptoo",
            CanonicalFacts {
                insights_id: Some(Uuid::from_u128(u128::from(machine) + 1)),
                fqdn: Some(format!("h{machine}")),
                ..CanonicalFacts::default()
            },
        )
    }
}

struct World {
    fleet: Fleet,
    arrivals: Arrivals,
    clock: Clock,
    org: OrgId,
    /// How far the log has been compared.
    done: i64,
    compared: u64,
    spent: Duration,
}

impl World {
    async fn new(folder: &TempDir) -> Self {
        let clock = Clock::manual(Timestamp::parse("2026-03-01T00:00:00Z").expect("a time"));
        let url = format!("sqlite://{}", folder.path().join("bench.db").display());
        let db = Db::open(&url, &store::Options::default()).await.expect("a database");
        let tables = [fleet::MIGRATIONS, notify::MIGRATIONS, drift::MIGRATIONS];
        db.migrate(&tables, clock.now()).await.expect("tables");
        let topics = vec![("told".to_owned(), vec![Event::Drift, Event::Cause])];
        let fixed = Fixed { topics, ..Fixed::default() };
        let queue = Queue::new(db.clone(), clock.clone(), fixed, 100_000);
        let fleet = Fleet::open(db.clone(), clock.clone(), FleetOptions::default());
        let arrivals = Arrivals {
            fleet: fleet.clone(),
            machines: Machines::new(fleet.clone()),
            watched: Arc::new(Gold),
            queue: queue.clone(),
            notifications: Notifications { bundle: "rhel".to_owned(), application: "drift".to_owned() },
            causes: Causes { db, clock: clock.clone(), queue, settle: 60, bundle: "rhel".to_owned() },
        };
        let org = OrgId::parse("bench").expect("an organisation");
        Self { fleet, arrivals, clock, org, done: 0, compared: 0, spent: Duration::ZERO }
    }

    /// Takes reports in, and compares those that tell of something new.
    async fn take(&mut self, reports: Vec<HostReport>) {
        for batch in reports.chunks(BATCH) {
            let batch = batch.iter().cloned().map(Into::into).collect();
            self.fleet.ingest(batch).await.expect("reports are stored");
        }
        let begun = Instant::now();
        loop {
            let news = self.fleet.news(&self.org, self.done, BATCH as i64).await;
            let (changes, last) = news.expect("the log is read");
            if last == self.done {
                break;
            }
            self.compared += changes.len() as u64;
            self.arrivals.compare(&self.org, &changes).await.expect("machines are compared");
            self.done = last;
        }
        self.spent += begun.elapsed();
    }
}

/// Measures the rows.
pub async fn measure(options: &Options, report_of: &mut Report) {
    let machines = options.hosts() / 2;
    let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
    let mut world = World::new(&folder).await;
    world.take((0..machines).map(|machine| report(machine, machines, false)).collect()).await;
    (world.compared, world.spent) = (0, Duration::ZERO);
    let (mut before, mut after) = (0, 0);
    for step in 0..STEPS + REPORTS {
        let reporting = (0..machines).filter(|machine| {
            let patched = machine % STEPS;
            (patched..patched + REPORTS).contains(&step)
        });
        let reports: Vec<HostReport> = reporting.map(|machine| report(machine, machines, true)).collect();
        // Each of them is of a machine that is not as the baseline says.
        before += reports.len();
        world.take(reports).await;
        world.clock.set(world.clock.now().plus_seconds(90 * 60));
        after += world.arrivals.causes.tell_due().await.expect("causes are told");
    }
    let causes = world.arrivals.causes.list("bench").await.expect("causes are read");
    let told = causes.iter().filter(|cause| cause.told.is_some());
    let bad: BTreeSet<&str> = told
        .map(|cause| cause.deviation.fact.as_str())
        .filter(|fact| fact.starts_with("installed_packages.delicate"))
        .collect();
    let rate = world.compared as f64 / world.spent.as_secs_f64();
    let rows = [
        Row::new(
            "causes-before",
            "patch day: alerts of one for each check-in that drifts",
            before as f64,
            "",
        ),
        Row::new("causes-after", "patch day: alerts of one for each cause", after as f64, "")
            .goal(Goal::no_more_than((PATCHES + BAD) as f64, (PATCHES + BAD) as f64)),
        Row::new("causes-found", "of 20 bad changes in the same minutes", bad.len() as f64, "")
            .goal(Goal::rate(BAD as f64, BAD as f64)),
        Row::new("causes-compared", "reports compared with a baseline", rate, "/s"),
    ];
    for row in rows {
        if options.wants(&row.name) {
            report_of.add(row);
        }
    }
}
