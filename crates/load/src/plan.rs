//! Who reports what, in which order.

use crate::dice::Dice;

/// One report of one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    /// Which machine.
    pub machine: u64,
    /// How often its packages have been updated since it was new.
    pub updates: u32,
    /// Which of its reports this is: it decides the id of the request.
    pub occasion: u64,
}

/// What the machines of a fleet do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Each reports for the first time.
    New,
    /// Each reports again what it reported when it was new.
    Same,
    /// Each reports again with three packages updated since the round before.
    Changed,
    /// A day of a fleet: one in a hundred is new, one in ten has updates, the others are as they were.
    Day,
}

/// A stream of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// What happens.
    pub stream: Stream,
    /// The seed of the fleet.
    pub seed: u64,
    /// How many machines it has.
    pub machines: u64,
    /// For the how many-th time it happens, from 1.
    pub round: u32,
}

/// Of how many machines a day brings a new one, and of how many it updates one.
const MACHINES_PER_NEW_ONE: u64 = 100;
const UPDATED: u8 = 10;

impl Plan {
    /// How many reports there are.
    pub fn len(&self) -> u64 {
        match self.stream {
            Stream::New | Stream::Same | Stream::Changed => self.machines,
            Stream::Day => self.machines + self.machines / MACHINES_PER_NEW_ONE * u64::from(self.round),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The reports, in order.
    pub fn reports(self) -> impl Iterator<Item = Reported> {
        let len = self.len();
        // Machines do not report in the order in which they were made: each step is far from the one before, and none
        // comes twice, as the stride shares no factor with the number of machines.
        let stride = match self.stream {
            Stream::New => 1,
            _ => (len * 5 / 8 + 1..=len * 2).find(|stride| coprime(*stride, len)).unwrap_or(1),
        };
        (0..len).map(move |n| self.report(n * stride % len))
    }

    fn report(&self, machine: u64) -> Reported {
        let round = u64::from(self.round);
        let (updates, occasion) = match self.stream {
            Stream::New => (0, 0),
            Stream::Same => (0, 1_000_000 + round),
            Stream::Changed => (self.round, 2_000_000 + round),
            Stream::Day => {
                let new = machine.checked_sub(self.machines);
                let first = new.map_or(0, |new| new / (self.machines / MACHINES_PER_NEW_ONE).max(1) + 1);
                let updated = |day: &u64| Dice::at(self.seed, &[6, machine, *day]).percent(UPDATED);
                ((first + 1..=round).filter(updated).count() as u32, 3_000_000 + round)
            }
        };
        Reported { machine, updates, occasion }
    }
}

fn coprime(a: u64, b: u64) -> bool {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn plan(stream: Stream, machines: u64, round: u32) -> Plan {
        Plan { stream, seed: 3, machines, round }
    }

    #[test]
    fn every_machine_reports_once() {
        for machines in [1, 2, 7, 100, 1_000, 1_024] {
            for stream in [Stream::New, Stream::Same, Stream::Changed, Stream::Day] {
                let plan = plan(stream, machines, 1);
                let seen: HashSet<u64> = plan.reports().map(|report| report.machine).collect();
                assert_eq!(seen.len() as u64, plan.len(), "{stream:?} of {machines}");
                assert!(seen.iter().all(|machine| *machine < plan.len()));
            }
        }
        assert_eq!(plan(Stream::New, 0, 1).reports().count(), 0);
    }

    #[test]
    fn a_day_has_new_machines_and_some_updates() {
        let day: Vec<Reported> = plan(Stream::Day, 1_000, 1).reports().collect();
        assert_eq!(day.len(), 1_010);
        let updated = day.iter().filter(|report| report.updates > 0).count();
        assert!((50..150).contains(&updated), "{updated}");
        assert!(day.iter().all(|report| report.machine < 1_000 || report.updates == 0));
        // What was updated stays so on the next day.
        let next = plan(Stream::Day, 1_000, 2);
        assert!(day.iter().all(|report| next.report(report.machine).updates >= report.updates));
    }

    #[test]
    fn each_round_has_requests_of_its_own() {
        let occasion = |stream, round| plan(stream, 10, round).report(1).occasion;
        let all: HashSet<u64> = [Stream::New, Stream::Same, Stream::Changed, Stream::Day]
            .into_iter()
            .flat_map(|stream| [occasion(stream, 1), occasion(stream, 2)])
            .collect();
        // The first report is the first report, however often it is sent.
        assert_eq!(all.len(), 7);
    }
}
