//! Hosts that moved to another group, or are gone: followed in the log, where the inventory is in the same process.

use std::time::Duration;

use fleet::{Cause, Change, ChangeKind, Fleet, FollowerLag};
use ground::{OrgId, Stop};
use uuid::Uuid;

use crate::{Baselines, rules::groups::Group, store};

/// The follower's name in the log.
const NAME: &str = "baselines";
/// Rows read at a time.
const PAGE: i64 = 500;
/// What other processes wrote is looked for so often.
const PAUSE: Duration = Duration::from_secs(5);

/// Keeps groups and associations as the inventory has them.
#[derive(Clone)]
pub struct FollowLog {
    /// The record.
    pub fleet: Fleet,
    /// Baselines.
    pub baselines: Baselines,
}

/// Why a step failed; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The log.
    #[error(transparent)]
    Fleet(#[from] fleet::Error),
    /// Baselines.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl FollowLog {
    /// Follows until told to stop.
    pub async fn run(&self, mut stop: Stop) {
        let mut commits = self.fleet.commits();
        while !stop.is_asked() {
            if let Err(error) = self.catch_up(&stop).await {
                tracing::warn!(%error, "cannot follow the log, trying again");
                if !stop.sleep(PAUSE).await {
                    break;
                }
            }
            tokio::select! {
                () = stop.asked() => break,
                // The sender is the record itself, which lives as long as this.
                _ = commits.changed() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Deals with everything that is in the log now.
    pub async fn catch_up(&self, stop: &Stop) -> Result<(), Failed> {
        for FollowerLag { org, mut done, newest } in self.fleet.followers_lag(NAME).await? {
            while done < newest && !stop.is_asked() {
                let (changes, last) = self.fleet.news(&org, done, PAGE).await?;
                self.take(&org, &changes).await?;
                self.fleet.advance(NAME, &org, last).await?;
                done = last;
            }
        }
        Ok(())
    }

    async fn take(&self, org: &OrgId, changes: &[Change]) -> Result<(), Failed> {
        let of_interest =
            |change: &&Change| change.kind == ChangeKind::Deleted || change.cause == Cause::Group.name();
        let wanted: Vec<&Change> = changes.iter().filter(of_interest).collect();
        let systems: Vec<Uuid> = wanted.iter().map(|change| change.host.id.0).collect();
        let associated = self.baselines.associated(org, &systems).await?;
        for change in wanted.into_iter().filter(|change| associated.contains(&change.host.id.0)) {
            let system = change.host.id.0;
            if change.kind == ChangeKind::Deleted {
                self.baselines.forget_systems(org, &[system]).await?;
                continue;
            }
            let group = change.host.group.as_ref().filter(|group| !group.ungrouped);
            let group = group.map(|group| Group { id: group.id.to_string(), name: group.name.clone() });
            self.baselines.set_groups(org, system, group.as_slice()).await?;
        }
        Ok(())
    }
}
