//! What nobody needs any more goes: rows of the log that only said "seen", and sections that nothing refers to.

use std::time::Duration;

use fleet::Fleet;
use uuid::Uuid;

use super::Stop;

/// The job's name among the leases.
const NAME: &str = "upkeep";
/// The time between two rounds.
const PAUSE: Duration = Duration::from_mins(10);
/// For how long one process keeps the others from a round.
const TERM: Duration = Duration::from_mins(5);

/// Tidies the record.
#[derive(Debug, Clone)]
pub struct Upkeep {
    /// The record.
    pub fleet: Fleet,
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tidied {
    /// Rows of the log that went: check-ins that changed nothing and that every follower has dealt with.
    pub seen: u64,
    /// Sections that went.
    pub sections: usize,
}

impl Upkeep {
    /// Does a round now and then until told to stop; one process at a time.
    pub async fn run(&self, mut stop: Stop) {
        let holder = Uuid::new_v4().to_string();
        while stop.sleep(PAUSE).await {
            let round = async {
                if self.fleet.take_lease(NAME, &holder, TERM).await? {
                    let tidied = self.round(&stop).await?;
                    tracing::info!(seen = tidied.seen, sections = tidied.sections, "tidied the record");
                    self.fleet.release_lease(NAME, &holder).await?;
                }
                Ok::<_, fleet::Error>(())
            };
            if let Err(error) = round.await {
                tracing::warn!(%error, "cannot tidy the record, trying again later");
            }
        }
    }

    /// One round over every organisation. Ends early when told to stop.
    pub async fn round(&self, stop: &Stop) -> fleet::Result<Tidied> {
        let mut tidied = Tidied::default();
        for org in self.fleet.orgs().await? {
            if stop.is_asked() {
                break;
            }
            tidied.seen += self.fleet.drop_seen(&org).await?;
            tidied.sections += self.fleet.collect(&org).await?.removed;
        }
        Ok(tidied)
    }
}
