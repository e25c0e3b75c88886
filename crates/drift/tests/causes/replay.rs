//! A patch day of a whole fleet, with bad changes hidden in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Instant,
};

use drift::{causes::Arrival, rules::causes::Deviation};
use testkit::TestDatabase;

use crate::{
    host,
    world::{BASELINE, World, deviation},
};

/// Packages that the patch day brings to every machine.
const PATCHES: u32 = 5;
/// Bad changes, each on a few machines, in the minutes in which these are patched.
const BAD: u32 = 20;
/// How often each machine reports, before the patch and behind it.
const REPORTS: u32 = 4;

/// What came of a replay.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    /// Notifications of one for each report that deviates.
    before: usize,
    /// Events of causes.
    after: usize,
    /// Bad changes that were told.
    found: usize,
}

/// What a machine says behind its patch.
fn says(machine: u32, machines: u32) -> Vec<Deviation> {
    let patch = |number: u32| deviation(&format!("installed_packages.p{number}"), "1.0", "1.1");
    let mut says: Vec<Deviation> = (0..PATCHES).map(patch).collect();
    // Each bad change is on one machine in `machines / 3`, or so.
    let bad = (0..BAD).filter(|number| machine % (machines / 3).max(1) == number * 7 % (machines / 3).max(1));
    says.extend(bad.map(|number| deviation(&format!("enabled_services.bad{number}"), "", "enabled")));
    says
}

async fn replay(database: &TestDatabase, machines: u32) -> Outcome {
    let world = World::new(database).await;
    let (mut before, mut told) = (0, Vec::new());
    // Over three days: at each step some machines are patched, and those of the steps before report again.
    let steps = 48;
    for step in 0..steps + REPORTS {
        let reporting: Vec<Arrival> = (0..machines)
            .filter(|machine| {
                let patched = machine % steps;
                (patched..patched + REPORTS).contains(&step)
            })
            .map(|machine| Arrival {
                host: host(machine),
                at: world.now(),
                deviations: vec![(BASELINE, "gold".to_owned(), says(machine, machines))],
            })
            .collect();
        before += reporting.len();
        for batch in reporting.chunks(200) {
            world.report(batch).await;
        }
        world.pass(90 * 60);
        told.extend(world.told().await);
    }
    let facts: Vec<String> = told
        .iter()
        .map(|told| {
            let payload: serde_json::Value =
                serde_json::from_str(told["events"][0]["payload"].as_str().unwrap()).unwrap();
            payload["fact"].as_str().unwrap().to_owned()
        })
        .collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for fact in &facts {
        *times.entry(fact).or_default() += 1;
    }
    assert!(times.values().all(|times| *times == 1), "at most one event for each cause: {times:?}");
    let bad: BTreeSet<&String> =
        facts.iter().filter(|fact| fact.starts_with("enabled_services.bad")).collect();
    Outcome { before, after: facts.len(), found: bad.len() }
}

#[tokio::test]
async fn a_patch_day_is_one_event_for_each_cause_and_every_bad_change_is_found() {
    for database in TestDatabase::both().await {
        let outcome = replay(&database, 600).await;
        assert_eq!(outcome, Outcome { before: 2_400, after: (PATCHES + BAD) as usize, found: BAD as usize });
    }
}

#[tokio::test]
async fn ten_thousand_machines_patched_over_three_days() {
    let database = TestDatabase::embedded();
    let begin = Instant::now();
    let outcome = replay(&database, 10_000).await;
    println!(
        "10,000 machines, {PATCHES} packages patched over three days, {BAD} bad changes: {} notifications before, {} events \
         after, {} of {BAD} bad changes found, in {:.1} s",
        outcome.before,
        outcome.after,
        outcome.found,
        begin.elapsed().as_secs_f64()
    );
    assert_eq!(outcome, Outcome { before: 40_000, after: (PATCHES + BAD) as usize, found: BAD as usize });
}
