//! What nobody needs any more goes: rows of the log that only said "seen", and sections that nothing refers to.

use std::time::Duration;

use fleet::Fleet;

use super::Stop;

/// The time between two rounds.
pub const INTERVAL: Duration = Duration::from_mins(10);

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
