//! How far it is, how fast, and how long batches take.

use std::{
    io::{IsTerminal as _, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::Serialize;
use tokio::time::{interval, sleep};

use crate::{
    failure::{Failure, Result},
    out,
};

/// How often the line on the terminal is written anew.
const REFRESH_INTERVAL: Duration = Duration::from_millis(500);

/// Counts what was sent. Cloning it gives another handle to the same count.
#[derive(Clone)]
pub struct Progress(Arc<Inner>);

struct Inner {
    total: u64,
    rate: Option<u32>,
    begun: Instant,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    taken: u64,
    reports: u64,
    refused: u64,
    bytes: u64,
    batches: Vec<Duration>,
    refusal: Option<String>,
    finished: bool,
}

/// What became of it all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadSummary {
    /// How many reports were sent.
    pub reports: u64,
    /// How many of them were refused.
    pub refused: u64,
    /// The bytes of all reports.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// Reports a second.
    pub per_second: f64,
    /// How long a batch took, where somebody answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_ms: Option<Percentiles>,
    /// Why the first refused one was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// Half of them took no longer, 99 in a hundred, and all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Percentiles {
    /// The median.
    pub p50: f64,
    /// 99 in a hundred.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Progress {
    /// Begins to count; shows a line on the error stream when that is a terminal.
    pub fn start(total: u64, rate: Option<u32>) -> Self {
        let progress =
            Self(Arc::new(Inner { total, rate, begun: Instant::now(), counted: Mutex::default() }));
        if std::io::stderr().is_terminal() {
            let shown = progress.clone();
            tokio::spawn(async move {
                let mut ticks = interval(REFRESH_INTERVAL);
                loop {
                    ticks.tick().await;
                    if shown.counted().finished {
                        break;
                    }
                    eprint!("\r{}\x1b[K", shown.line());
                    let _ = std::io::stderr().flush();
                }
            });
        }
        progress
    }

    /// Waits until so many more may be sent.
    pub async fn pace(&self, reports: usize) {
        let Some(rate) = self.0.rate.filter(|rate| *rate > 0) else { return };
        let taken = {
            let mut counted = self.counted();
            counted.taken += reports as u64;
            counted.taken - reports as u64
        };
        let due = Duration::from_secs_f64(taken as f64 / f64::from(rate));
        sleep(due.saturating_sub(self.0.begun.elapsed())).await;
    }

    /// Counts a batch.
    pub fn add(&self, reports: usize, refused: usize, bytes: usize, took: Option<Duration>) {
        let mut counted = self.counted();
        counted.reports += reports as u64;
        counted.refused += refused as u64;
        counted.bytes += bytes as u64;
        counted.batches.extend(took);
    }

    /// Remembers why a report was refused, if it is the first.
    pub fn note(&self, refusal: &str) {
        self.counted().refusal.get_or_insert_with(|| refusal.to_owned());
    }

    /// Stops counting and wipes the line.
    pub fn finish(&self) -> LoadSummary {
        self.counted().finished = true;
        if std::io::stderr().is_terminal() {
            eprint!("\r\x1b[K");
        }
        self.outcome()
    }

    fn outcome(&self) -> LoadSummary {
        let seconds = self.0.begun.elapsed().as_secs_f64();
        let mut counted = self.counted();
        counted.batches.sort_unstable();
        LoadSummary {
            reports: counted.reports,
            refused: counted.refused,
            bytes: counted.bytes,
            seconds,
            per_second: counted.reports as f64 / seconds.max(1e-9),
            batch_ms: Percentiles::of(&counted.batches),
            refusal: counted.refusal.clone(),
        }
    }

    fn line(&self) -> String {
        let outcome = self.outcome();
        format!("{} of {} reports · {}", outcome.reports, self.0.total, outcome.pace())
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Percentiles {
    /// Of times in order.
    fn of(sorted: &[Duration]) -> Option<Self> {
        let millis = |time: &Duration| time.as_secs_f64() * 1_000.0;
        let at =
            |share: usize| sorted.get((sorted.len() * share).div_ceil(100).saturating_sub(1)).map(millis);
        Some(Self { p50: at(50)?, p99: at(99)?, max: at(100)? })
    }
}

impl LoadSummary {
    /// Says it: as JSON, or for people. Where reports went to the standard output, on the error stream.
    pub fn show(&self, json: bool, on_error_stream: bool) -> Result<()> {
        let text = if json {
            serde_json::to_string(self).map_err(|error| Failure::Runtime(error.to_string()))?
        } else {
            let refusal = self.refusal.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let megabytes = self.bytes as f64 / 1e6;
            format!(
                "{} reports ({megabytes:.1} MB) in {:.1} s, {} refused{refusal} · {}",
                self.reports,
                self.seconds,
                self.refused,
                self.pace()
            )
        };
        if on_error_stream {
            out::message(text);
            return Ok(());
        }
        if json { out::document(&text) } else { out::line(text) }
    }

    fn pace(&self) -> String {
        let batches = self.batch_ms.map(|Percentiles { p50, p99, .. }| {
            format!(" · a batch {p50:.0} ms, 99 in a hundred under {p99:.0} ms")
        });
        format!("{:.0} a second{}", self.per_second, batches.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_met() {
        let times: Vec<Duration> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(Percentiles::of(&times), Some(Percentiles { p50: 100.0, p99: 198.0, max: 200.0 }));
        assert_eq!(Percentiles::of(&times[..1]), Some(Percentiles { p50: 1.0, p99: 1.0, max: 1.0 }));
        assert_eq!(Percentiles::of(&[]), None);
    }

    #[tokio::test]
    async fn a_rate_is_kept() {
        let progress = Progress::start(30, Some(100));
        for _ in 0..3 {
            progress.pace(10).await;
            progress.add(10, 0, 1, None);
        }
        let outcome = progress.finish();
        assert!((0.2..2.0).contains(&outcome.seconds), "{outcome:?}");
        assert_eq!((outcome.reports, outcome.refused), (30, 0));
    }
}
