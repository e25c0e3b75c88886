//! What was found, and how it is told.

use std::{fmt::Write as _, time::Duration};

/// The most findings that are kept in words; all are counted.
const MAX_FINDINGS_KEPT: usize = 40;

/// What kind of wrong was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Something acknowledged is not there, or not as it was.
    Lost,
    /// Something is there twice, or nobody asked for it.
    Doubled,
    /// A deleted host came back without a report.
    Resurrected,
    /// Something stands before what came before it.
    OutOfOrder,
    /// The program did something else that it must not do.
    Other,
}

/// What was found so far.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    counts: [u64; 5],
    words: Vec<String>,
}

impl Findings {
    /// Adds a finding.
    pub fn add(&mut self, wrong: Wrong, words: impl Into<String>) {
        self.counts[wrong as usize] += 1;
        if self.words.len() < MAX_FINDINGS_KEPT {
            self.words.push(format!("{wrong:?}: {}", words.into()));
        }
    }

    /// How many of a kind.
    pub fn count(&self, wrong: Wrong) -> u64 {
        self.counts[wrong as usize]
    }

    /// The first findings, in words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.counts.iter().all(|count| *count == 0)
    }

    /// Takes those of another part of the run.
    pub fn merge(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.words.extend(other.words);
        self.words.truncate(MAX_FINDINGS_KEPT);
    }
}

/// How long recoveries took.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Adds one.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How many, the median, and the longest; nothing when there are none.
    pub fn summary(&self) -> Option<(usize, Duration, Duration)> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        Some((sorted.len(), *sorted.get(sorted.len() / 2)?, *sorted.last()?))
    }
}

/// The outcome over one kind of store.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// Over what.
    pub store: &'static str,
    /// How often a process of the program was killed.
    pub kills: u64,
    /// What else was done, and how often.
    pub faults: Vec<(&'static str, u64)>,
    /// Operations on machines that the program, or the broker, acknowledged.
    pub acknowledged: u64,
    /// What else was acknowledged, by kind.
    pub written: Vec<(&'static str, u64)>,
    /// Operations whose answer never came: they may have happened or not.
    pub unanswered: u64,
    /// Rows of the log that were laid beside what was sent.
    pub rows: u64,
    /// Events that were laid beside the log; none where there is no broker.
    pub events: u64,
    /// Events that came again after a crash, as at-least-once allows.
    pub repeated: u64,
    /// What was found.
    pub findings: Findings,
    /// From the start of a process until it does its work again.
    pub recoveries: Vec<(&'static str, Times)>,
    /// How long the run took.
    pub took: Duration,
}

impl Outcome {
    /// The outcome as text for people, one fact a line.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            let _ = writeln!(text, "{name:<38}{value}");
        };
        line("store", &self.store);
        line("kill -9 of the program", &self.kills);
        for (name, count) in &self.faults {
            line(name, count);
        }
        line("acknowledged", &self.acknowledged);
        for (name, count) in &self.written {
            line(name, count);
        }
        line("unanswered", &self.unanswered);
        line("rows of the log compared", &self.rows);
        line("events compared", &self.events);
        line("events sent again", &self.repeated);
        line("lost", &self.findings.count(Wrong::Lost));
        line("doubled", &self.findings.count(Wrong::Doubled));
        line("resurrected", &self.findings.count(Wrong::Resurrected));
        line("out of order", &self.findings.count(Wrong::OutOfOrder));
        line("otherwise wrong", &self.findings.count(Wrong::Other));
        for (name, times) in &self.recoveries {
            if let Some((count, median, longest)) = times.summary() {
                let value = format!(
                    "p50 {:.2} s, max {:.2} s ({count})",
                    median.as_secs_f64(),
                    longest.as_secs_f64()
                );
                line(&format!("recovery: {name}"), &value);
            }
        }
        line("took", &format!("{:.0} s", self.took.as_secs_f64()));
        for words in self.findings.words() {
            let _ = writeln!(text, "  {words}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_counted_and_told() {
        let mut findings = Findings::default();
        assert!(findings.is_clean());
        findings.add(Wrong::Lost, "host 7");
        let mut outcome = Outcome { store: "x", ..Outcome::default() };
        outcome.findings.merge(findings);
        assert!(!outcome.findings.is_clean());
        let text = outcome.text();
        assert!(
            text.contains("lost                                  1") && text.contains("Lost: host 7"),
            "{text}"
        );
    }

    #[test]
    fn the_median_and_the_longest_are_told() {
        let mut times = Times::default();
        assert_eq!(times.summary(), None);
        for seconds in [3, 1, 2] {
            times.add(Duration::from_secs(seconds));
        }
        assert_eq!(times.summary(), Some((3, Duration::from_secs(2), Duration::from_secs(3))));
    }
}
