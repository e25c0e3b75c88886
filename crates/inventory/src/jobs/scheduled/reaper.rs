//! Culled hosts go (contract inventory-events §15.2).

use std::time::Instant;

use fleet::{Condition, Origin};
use ground::{OrgId, Stop};
use service::Error;

use super::Scheduled;
use crate::{flags::Flag, metric_names::count_deleted, records};

const FAILURES: &str = "inventory_reaper_fail_count_total";

impl Scheduled {
    /// Deletes every host that has not been heard of for the time to delete of its organisation; organisations whose writes are
    /// switched off are left alone.
    pub async fn reap(&self, stop: &Stop) -> Result<String, Error> {
        let (mut deleted, mut orgs) = (0, 0);
        for org in self.fleet.orgs().await? {
            if stop.is_asked() {
                break;
            }
            if self.options.read_only || self.flags.is_on(Flag::ReadOnly, &org) {
                continue;
            }
            match self.reap_org(&org, stop).await {
                Ok(0) => {}
                Ok(gone) => {
                    deleted += gone;
                    orgs += 1;
                    tracing::info!(%org, hosts = gone, "culled hosts were deleted");
                }
                Err(error) => {
                    metrics::counter!(FAILURES).increment(1);
                    return Err(error.into());
                }
            }
        }
        Ok(format!("{deleted} culled hosts of {orgs} organisations deleted"))
    }

    async fn reap_org(&self, org: &OrgId, stop: &Stop) -> fleet::Result<usize> {
        let all = self.all_of(org).await?;
        let culled = Condition::LastCheckIn(None, Some(all.staleness.culled_before(all.now)));
        let culled = all.with(culled);
        let mut deleted = 0;
        // What was culled when the job began, a chunk at a time.
        let ids = self.fleet.ids(&culled).await?;
        for chunk in ids.chunks(self.options.delete_chunk.get()) {
            if stop.is_asked() {
                break;
            }
            let began = Instant::now();
            let gone = self.fleet.delete_still_matching(&culled, chunk, &Origin::default()).await?;
            count_deleted(gone.len(), began);
            records::deleted(org, &gone);
            deleted += gone.len();
        }
        Ok(deleted)
    }
}
