//! `plumbline regressions`: where series of measurements got worse.

mod report;
mod series;

use std::{
    io::Read as _,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

use changepoint::{Budget, Detector, Finding, Outlook, Thresholds};
use series::{Series, Table};

use crate::{
    cli::Regressions,
    failure::{Failure, Result},
    out,
};

/// No file is larger, in bytes.
const LARGEST: u64 = 1 << 30;
const DAYS_OF_A_MONTH: f64 = 30.0;

/// What was found in one series.
struct Read {
    findings: Vec<Finding>,
    outlook: Option<Outlook>,
}

/// Reads the file and says what got worse.
pub fn run(asked: &Regressions) -> Result<ExitCode> {
    let budget = Budget::new(asked.budget).ok_or_else(|| {
        Failure::Usage(format!("--budget: {} is not from 0.01 to 100 false alarms", asked.budget))
    })?;
    let table = series::read(&text(&asked.file)?)
        .map_err(|failure| Failure::Usage(format!("{}: {failure}", asked.file.display())))?;
    let months: f64 = table.series.iter().map(months).sum();
    let points = table.series.iter().map(|series| series.points.len() as u64).sum();
    let thresholds = budget.thresholds(points, months);
    let read = read_all(&table, &thresholds);
    let report = report::Report::new(&table, &read, budget, asked.budget, months);
    if asked.json {
        out::json(&report)?;
    } else {
        report.show(asked.all)?;
    }
    Ok(if asked.check && report.is_open() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn text(file: &Path) -> Result<String> {
    let bad = |why: String| Failure::Usage(format!("cannot read {}: {why}", file.display()));
    let input: Box<dyn std::io::Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file).map_err(|error| bad(error.to_string()))?)
    };
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| bad(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(bad("larger than 1 GiB; give fewer series at a time".to_owned()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count();
        bad(format!("line {line} is no UTF-8 text"))
    })
}

/// How long a series is watched, in months; a point stands for a day at least.
fn months(series: &Series) -> f64 {
    let (Some(first), Some(last)) = (series.points.first(), series.points.last()) else { return 0.0 };
    ((last.time - first.time).as_secs_f64() / 86_400.0 + 1.0) / DAYS_OF_A_MONTH
}

/// On all processors; the outcomes in the order of the series.
fn read_all(table: &Table, thresholds: &Thresholds) -> Vec<Read> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, Read)> = std::thread::scope(|scope| {
        let work = || {
            let mut own = Vec::new();
            while let Some((at, series)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                table.series.get(at).map(|series| (at, series))
            } {
                let mut detector = Detector::new(series.direction, thresholds);
                series.points.iter().for_each(|point| detector.push(point));
                let outlook = detector.outlook();
                own.push((at, Read { findings: detector.into_findings(), outlook }));
            }
            own
        };
        let started: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        // A thread that panics ends the command: there is no such thread.
        started.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, read)| read).collect()
}
