//! Things that are written once: what was sent, what was acknowledged, and what is therefore there.

use std::collections::{BTreeMap, BTreeSet};

use crate::outcome::{Findings, Wrong};

/// So many things are written in one round at the most.
pub const ROUND: u64 = 10_000;

/// Items of one kind by their numbers. Those of one round, from one kill to the next, follow one another.
#[derive(Debug, Default)]
pub struct Written {
    next: u64,
    /// Sent, and whether it was acknowledged.
    sent: BTreeMap<u64, bool>,
}

impl Written {
    /// From now on things of this round are written.
    pub fn begin(&mut self, round: u64) {
        self.next = round * ROUND;
    }

    /// The numbers of the next things: fewer than asked for at the end of a round.
    pub fn take(&mut self, count: u64) -> Vec<u64> {
        let end = (self.next / ROUND + 1) * ROUND - 1;
        let numbers: Vec<u64> = (self.next..(self.next + count).min(end)).collect();
        self.next += numbers.len() as u64;
        self.sent.extend(numbers.iter().map(|number| (*number, false)));
        numbers
    }

    /// These never left.
    pub fn not_sent(&mut self, numbers: &[u64]) {
        for number in numbers {
            self.sent.remove(number);
        }
    }

    /// These are on disk, the program says.
    pub fn acknowledged(&mut self, numbers: &[u64]) {
        self.sent.extend(numbers.iter().map(|number| (*number, true)));
    }

    /// How many were acknowledged.
    pub fn acknowledged_count(&self) -> u64 {
        self.sent.values().filter(|acknowledged| **acknowledged).count() as u64
    }

    /// Lays what is there of a round beside what was sent. What had no answer may be there or not.
    pub fn compare(&self, item: &str, round: u64, there: &[u64], findings: &mut Findings) {
        let mut seen = BTreeSet::new();
        for number in there {
            if !self.sent.contains_key(number) {
                findings.add(Wrong::Doubled, format!("{item} {number} is there, and nobody sent it"));
            } else if !seen.insert(*number) {
                findings.add(Wrong::Doubled, format!("{item} {number} is there twice"));
            }
        }
        for (number, acknowledged) in self.sent.range(round * ROUND..(round + 1) * ROUND) {
            if *acknowledged && !seen.contains(number) {
                findings.add(Wrong::Lost, format!("{item} {number} was acknowledged and is not there"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(there: &[u64]) -> (u64, u64) {
        let mut written = Written::default();
        written.begin(2);
        let numbers = written.take(3);
        assert_eq!(numbers, [20_000, 20_001, 20_002]);
        written.acknowledged(&numbers[..2]);
        let mut findings = Findings::default();
        written.compare("result", 2, there, &mut findings);
        (findings.count(Wrong::Lost), findings.count(Wrong::Doubled))
    }

    #[test]
    fn what_was_acknowledged_is_there_once_and_what_was_not_may_be() {
        assert_eq!(wrong(&[20_000, 20_001]), (0, 0));
        assert_eq!(wrong(&[20_000, 20_001, 20_002]), (0, 0));
        assert_eq!(wrong(&[20_000]), (1, 0));
        assert_eq!(wrong(&[20_000, 20_001, 20_001]), (0, 1));
        assert_eq!(wrong(&[20_000, 20_001, 20_003]), (0, 1));
    }

    #[test]
    fn a_round_ends() {
        let mut written = Written::default();
        written.begin(1);
        assert_eq!(written.take(ROUND).len() as u64, ROUND - 1);
        assert!(written.take(1).is_empty());
    }
}
