//! Over the embedded store: `plumbline up` on a folder.

use std::{
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    Outcome, Plan,
    dice::Dice,
    ledger::Ledger,
    load::{Sender, Shared, Transport},
    outcome::Times,
    program::{Api, Program},
    record::{self, Record},
    services::Services,
    verify::{self, http_hosts},
};

const ORGS: usize = 2;
const MACHINES: usize = 60;
const SENDERS: usize = 4;

/// Runs the plan.
pub async fn run(plan: &Plan) -> Outcome {
    let begun = Instant::now();
    let folder = TempDir::with_prefix("plumbline-torture-").expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let url = format!("sqlite:{}", data.join("plumbline.db").display());
    let arguments = ["up", "--no-report", "--data", data.to_str().expect("a path of plain letters")];
    let program = Program::new(&plan.program, &folder.path().join("log"), &arguments)
        .with(&[("PLUMBLINE_BENCHMARKS_CHECK_IMAGES", "false".to_owned())]);
    let mut api = Api::new(program);
    let mut dice = Dice::new(plan.seed);
    let mut record = Record::new(ORGS);
    let mut recoveries = Times::default();
    let mut at_start = 0;

    api.start().await;
    let shared = Shared::new(Ledger::new(ORGS, MACHINES), api.url(), api.client());
    let services = Services::new(&shared, None).await;
    for kill in 1..=plan.kills {
        if dice.chance(15) {
            // While it recovers from the last kill.
            api.spawn();
            tokio::time::sleep(Duration::from_millis(dice.below(120))).await;
            api.kill();
            at_start += 1;
        } else {
            let mut senders = senders(&shared, &mut dice);
            senders.extend(services.start(kill, &mut dice));
            tokio::time::sleep(Duration::from_millis(20 + dice.below(700))).await;
            api.kill();
            shared.stop.store(true, Ordering::Relaxed);
            for sender in senders {
                sender.await.expect("a sender ends");
            }
        }
        recoveries.add(api.start().await);
        check(&url, &api, &shared, &mut record).await;
        services.check(kill).await;
        if kill % 25 == 0 || !shared.findings(|findings| findings.is_clean()) {
            plan.say(&format!("embedded: {kill} kills, {} rows compared", record.rows()));
        }
        if !shared.findings(|findings| findings.is_clean()) {
            break;
        }
    }
    services.check_all(plan.kills).await;
    api.stop();
    let (acknowledged, unanswered) = shared.ledger(|ledger| ledger.counts());
    Outcome {
        store: "SQLite, `plumbline up`",
        kills: plan.kills,
        faults: vec![("  of these at its start", at_start)],
        acknowledged,
        written: services.acknowledged(),
        unanswered,
        rows: record.rows(),
        findings: shared.findings(|findings| findings.clone()),
        recoveries: vec![("first answer", recoveries)],
        took: begun.elapsed(),
        ..Outcome::default()
    }
}

fn senders(shared: &Shared, dice: &mut Dice) -> Vec<tokio::task::JoinHandle<()>> {
    shared.stop.store(false, Ordering::Relaxed);
    (0..SENDERS)
        .map(|first| {
            let way = if first % 2 == 0 { Transport::Documents } else { Transport::Lines };
            let sender = Sender { shared: shared.clone(), way, first, of: SENDERS, dice: dice.split() };
            tokio::spawn(sender.run())
        })
        .collect()
}

async fn check(url: &str, api: &Api, shared: &Shared, record: &mut Record) {
    let fleet = record::open(url).await.expect("the store can be read");
    verify::record(&fleet, shared, record, Duration::ZERO).await.expect("the log can be read to its end");
    // The program alone is to recover the store from the next kill.
    fleet.db().close().await;
    let there = http_hosts(api, shared, ORGS).await;
    let mut ledger = shared.ledger.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    shared.findings(|findings| {
        ledger.compare_hosts("the API", &there, findings);
        ledger.settle(findings);
    });
}
