//! Reports through the program for a while: its memory has to stay flat.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    Plan,
    dice::Dice,
    program::{Api, Program},
    reports::{identity, org_name},
};

/// How many machines report.
const MACHINES: u64 = 5_000;
/// How many reports are in a request.
const REPORTS_PER_REQUEST: u64 = 100;
/// The later half may have so many bytes more than the earlier one, beside a tenth.
const ALLOWED_GROWTH_BYTES: u64 = 8 << 20;

/// What was seen.
#[derive(Debug, Clone)]
pub struct Flatness {
    /// Seconds since the beginning, reports taken in by then, and resident bytes.
    pub samples: Vec<(f64, u64, u64)>,
}

impl Flatness {
    /// The median of the resident bytes in a part of the time.
    fn median(&self, from: f64, to: f64) -> u64 {
        let end = self.samples.last().map_or(0.0, |sample| sample.0);
        let mut part: Vec<u64> = self
            .samples
            .iter()
            .filter(|sample| sample.0 >= from * end && sample.0 <= to * end)
            .map(|sample| sample.2)
            .collect();
        part.sort_unstable();
        part.get(part.len() / 2).copied().unwrap_or(0)
    }

    /// The medians of the second and the fourth quarter.
    pub fn quarters(&self) -> (u64, u64) {
        (self.median(0.25, 0.5), self.median(0.75, 1.0))
    }

    /// Whether the last quarter is not above the second by more than a tenth and some megabytes.
    pub fn is_flat(&self) -> bool {
        let (second, last) = self.quarters();
        second > 0 && last <= second + second / 10 + ALLOWED_GROWTH_BYTES
    }

    /// What was seen, in twenty lines and a verdict.
    pub fn text(&self) -> String {
        let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        let mut text = format!("{:>9} {:>12} {:>10}\n", "seconds", "reports", "RSS MiB");
        for at in 1..=20 {
            let Some(last) = self.samples.len().checked_sub(1) else { break };
            let (seconds, reports, bytes) = self.samples[last * at / 20];
            let _ = writeln!(text, "{seconds:>9.0} {reports:>12} {:>10.1}", megabytes(bytes));
        }
        let (second, last) = self.quarters();
        let _ = writeln!(
            text,
            "median of the second quarter {:.1} MiB, of the last {:.1} MiB: {}",
            megabytes(second),
            megabytes(last),
            if self.is_flat() { "flat" } else { "it grows" }
        );
        text
    }
}

/// Drives reports through `plumbline up` for that long.
pub async fn run(plan: &Plan, time: Duration) -> Flatness {
    let folder = TempDir::with_prefix("plumbline-torture-").expect("a temporary folder can be made");
    let data = folder.path().join("data");
    let arguments = ["up", "--no-report", "--data", data.to_str().expect("a path of plain letters")];
    let mut api = Api::new(Program::new(&plan.program, &folder.path().join("log"), &arguments));
    api.start().await;
    let begun = Instant::now();
    let reports = AtomicU64::new(0);
    let sending = async {
        let mut dice = Dice::new(plan.seed);
        let mut first = 0;
        while begun.elapsed() < time {
            let lines: Vec<String> =
                (first..first + REPORTS_PER_REQUEST).map(|at| line(at % MACHINES, &mut dice)).collect();
            let request = api.client().post(format!("{}/api/fleet/v1/ingest", api.url()));
            let answer = request.header("x-rh-identity", identity(0)).body(lines.join("\n")).send().await;
            let text = answer.expect("the program answers").text().await.expect("an answer has an end");
            let taken = text.lines().filter(|line| line.contains("\"ok\":true")).count() as u64;
            assert_eq!(taken, REPORTS_PER_REQUEST, "every report is taken: {text}");
            reports.fetch_add(taken, Ordering::Relaxed);
            first += REPORTS_PER_REQUEST;
        }
    };
    let mut samples = Vec::new();
    let sampling = async {
        while begun.elapsed() < time {
            tokio::time::sleep(Duration::from_secs(1).min(time / 40)).await;
            let bytes = api.resident().expect("the program runs");
            samples.push((begun.elapsed().as_secs_f64(), reports.load(Ordering::Relaxed), bytes));
            if samples.len() % 30 == 0 {
                plan.say(&format!(
                    "memory: {} reports, {} MiB",
                    reports.load(Ordering::Relaxed),
                    bytes >> 20
                ));
            }
        }
    };
    tokio::join!(sending, sampling);
    api.stop();
    Flatness { samples }
}

/// A report of about 20 KB. Six of ten repeat the last one, three have updated packages, one a profile of its own.
fn line(machine: u64, dice: &mut Dice) -> String {
    let kind = dice.below(10);
    let (level, unique) = match kind {
        0..=5 => (machine % 50, String::new()),
        6..=8 => (dice.below(1_000), String::new()),
        _ => (machine % 50, format!("own-{}-0:1-1.el9.noarch", dice.below(u64::MAX))),
    };
    let mut packages: Vec<String> = (0..400u64)
        .map(|package| {
            let version = if package % 100 == level % 100 { level / 100 + 2 } else { 1 };
            format!("package-with-a-name-{package}-0:{version}.{}-1.el9.x86_64", package % 7)
        })
        .collect();
    packages.extend(Some(unique).filter(|name| !name.is_empty()));
    let report: Value = json!({
        "operation": "add_host",
        "platform_metadata": {"request_id": "memory", "b64_identity": identity(0)},
        "data": {
            "org_id": org_name(0),
            "reporter": "puptoo",
            "fqdn": format!("machine-{machine:05}.example.com"),
            "insights_id": crate::ledger::insights_id(machine as usize).to_string(),
            "system_profile": {"arch": "x86_64", "number_of_cpus": machine % 64, "installed_packages": packages},
        },
    });
    report.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: impl Fn(u64) -> u64) -> Flatness {
        Flatness { samples: (0..100).map(|at| (at as f64, at, bytes(at) << 20)).collect() }
    }

    #[test]
    fn memory_that_grows_in_the_second_half_is_found() {
        assert!(seen(|_| 60).is_flat());
        assert!(seen(|at| if at < 20 { at } else { 60 }).is_flat(), "caches fill at the beginning");
        assert!(!seen(|at| 60 + at).is_flat());
    }
}
