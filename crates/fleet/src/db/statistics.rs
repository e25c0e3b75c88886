//! What the planner of the database knows of the tables.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Fleet;

/// Statistics are made anew when a process has stored so many new hosts, and each time that it has stored four times as
/// many: from then on the database's own upkeep keeps pace.
const FIRST: u64 = 500;

const FACTOR: u64 = 4;

const TABLES: [&str; 6] = ["host", "host_checkin", "tag", "host_tag", "section", "host_change"];

/// How many new hosts this process has stored.
#[derive(Default)]
pub(crate) struct NewHostCounter(AtomicU64);

impl NewHostCounter {
    /// Counts; whether it is time for statistics.
    fn add(&self, hosts: u64) -> bool {
        let before = self.0.fetch_add(hosts, Ordering::Relaxed);
        let mut step = FIRST;
        while step <= before {
            step = step.saturating_mul(FACTOR);
        }
        step <= before + hosts
    }
}

impl Fleet {
    /// New hosts were stored. Until a database has looked at tables that have grown, it takes an organisation for a few
    /// rows, and reads all of them to find those with some keys: a fleet that reports for the first time would be slower
    /// with every host.
    pub(crate) fn grown(&self, hosts: u64) {
        if !self.new_hosts().add(hosts) {
            return;
        }
        let fleet = self.clone();
        tokio::spawn(async move {
            if let Err(error) = fleet.db().make_statistics(&TABLES).await {
                tracing::info!(%error, "the statistics of the tables are left to the database");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_made_at_every_fourfold_growth() {
        let growth = NewHostCounter::default();
        let steps: Vec<u64> = (1..=100).filter(|_| growth.add(100)).collect();
        assert_eq!(steps, [5, 20, 80]);
        assert!(growth.add(1_000_000));
        assert!(!growth.add(1));
    }
}
