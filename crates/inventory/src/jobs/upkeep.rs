//! What nobody needs any more goes: rows of the log that only said "seen", and sections that nothing refers to.

use std::time::Duration;

use fleet::Fleet;
use uuid::Uuid;

use super::{Ended, Stop};

/// The job's name among the leases.
const LEASE: &str = "upkeep";
/// The time between two rounds.
const ROUND_INTERVAL: Duration = Duration::from_mins(10);
/// For how long one process keeps the others from a round.
const LEASE_TERM: Duration = Duration::from_mins(5);

/// Tidies the record.
#[derive(Debug, Clone)]
pub struct Upkeep {
    /// The record.
    pub fleet: Fleet,
    /// The followers of the log that must miss nothing, whether they have begun or not.
    pub followers: Vec<&'static str>,
}

/// What one round removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// Rows of the log that went: check-ins that changed nothing and that every follower has dealt with.
    pub seen: u64,
    /// Sections that went.
    pub sections: usize,
}

impl Upkeep {
    /// Does a round now and then until told to stop; one process at a time.
    pub async fn run(&self, mut stop: Stop) -> Ended {
        let holder = Uuid::new_v4().to_string();
        while stop.sleep(ROUND_INTERVAL).await {
            let round = async {
                if self.fleet.take_lease(LEASE, &holder, LEASE_TERM).await? {
                    let removed = self.round(&stop).await?;
                    tracing::info!(seen = removed.seen, sections = removed.sections, "tidied the record");
                    self.fleet.release_lease(LEASE, &holder).await?;
                }
                Ok::<_, fleet::Error>(())
            };
            if let Err(error) = round.await {
                tracing::warn!(%error, "cannot tidy the record, trying again later");
            }
        }
        Ended::AsAsked
    }

    /// One round over every organisation. Ends early when told to stop.
    pub async fn round(&self, stop: &Stop) -> fleet::Result<Removed> {
        let mut removed = Removed::default();
        for org in self.fleet.orgs().await? {
            if stop.is_asked() {
                break;
            }
            removed.seen += self.fleet.drop_seen(&org, &self.followers).await?;
            removed.sections += self.fleet.collect(&org).await?.removed;
        }
        Ok(removed)
    }
}
