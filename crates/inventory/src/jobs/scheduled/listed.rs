//! Hosts that a list in a bucket of S3 names are deleted (contract inventory-events §15.7).

use std::{
    collections::BTreeSet,
    num::NonZeroUsize,
    sync::Arc,
    time::{Duration, Instant},
};

use clients::s3::Bucket;
use fleet::Origin;
use ground::{HostId, OrgId, Stop};
use service::Error;

use super::{SUSPENDED, Scheduled};
use crate::{metric_names::count_deleted, records};

/// The object with the list.
const OBJECT: &str = "host_ids.csv";

/// Opens the bucket.
pub type OpenBucket = Arc<dyn Fn() -> Result<Bucket, Error> + Send + Sync>;

/// Where the list is.
#[derive(Clone)]
pub struct Listed {
    /// Opens the bucket.
    pub open: OpenBucket,
    /// Hosts that are looked at, and deleted, together.
    pub chunk: NonZeroUsize,
}

/// Longest wait for the list.
pub const LIST_TIMEOUT: Duration = Duration::from_mins(5);
/// Most bytes of a list: two million ids.
pub const LIST_BYTES: usize = 128 << 20;

/// What became of the hosts of a list.
#[derive(Debug, Default)]
struct Counts {
    deleted: usize,
    several: usize,
    found: BTreeSet<String>,
}

impl Scheduled {
    /// Deletes hosts, of whatever organisation, whose subscription manager ids the list names, unless several reporters know them.
    /// What fails is logged, as by the original, and the job ends well.
    pub async fn delete_listed(&self, stop: &Stop) -> Result<String, Error> {
        if self.options.suspended {
            return Ok(SUSPENDED.to_owned());
        }
        let outcome = async {
            let wanted = self.list().await?;
            let mut counts = Counts::default();
            for org in self.fleet.orgs().await? {
                self.delete_listed_of(&org, &wanted, &mut counts, stop).await?;
            }
            let missing = wanted.len() - counts.found.len();
            let text = format!(
                "{}{} hosts {}, {} have several reporters, {missing} ids were not found",
                self.prefix(),
                counts.deleted,
                if self.options.dry_run { "to be deleted" } else { "deleted" },
                counts.several,
            );
            Ok::<String, Error>(text)
        };
        match outcome.await {
            Ok(text) => Ok(text),
            Err(error) => {
                tracing::error!(%error, "the hosts of the list could not be deleted");
                Ok(format!("nothing more was deleted: {error}"))
            }
        }
    }

    async fn list(&self) -> Result<BTreeSet<String>, Error> {
        let reply = (self.options.listed.open)()?.get(OBJECT, self.fleet.clock().now()).await?;
        if !reply.status.is_success() {
            return Err(format!("S3 answers {} for {OBJECT}", reply.status).into());
        }
        let text = String::from_utf8(reply.body).map_err(|_| format!("{OBJECT} is not UTF-8"))?;
        Ok(ids(&text))
    }

    async fn delete_listed_of(
        &self,
        org: &OrgId,
        wanted: &BTreeSet<String>,
        counts: &mut Counts,
        stop: &Stop,
    ) -> fleet::Result<()> {
        let all = self.all_of(org).await?;
        let ids = self.fleet.ids(&all).await?;
        for chunk in ids.chunks(self.options.listed.chunk.get()) {
            if stop.is_asked() {
                break;
            }
            let mut gone: Vec<HostId> = Vec::new();
            for (_, host) in self.fleet.hosts_by_id(org, chunk).await? {
                let Some(id) =
                    host.canonical_facts.subscription_manager_id.as_ref().filter(|id| wanted.contains(*id))
                else {
                    continue;
                };
                counts.found.insert(id.clone());
                if host.times.reporters.len() == 1 {
                    gone.push(host.id);
                } else {
                    counts.several += 1;
                }
            }
            if self.options.dry_run || gone.is_empty() {
                counts.deleted += gone.len();
                continue;
            }
            let began = Instant::now();
            let gone = self.fleet.delete_still_matching(&all, &gone, &Origin::default()).await?;
            count_deleted(gone.len(), began);
            records::deleted(org, &gone);
            counts.deleted += gone.len();
        }
        Ok(())
    }
}

/// The first column of each line but the first.
fn ids(text: &str) -> BTreeSet<String> {
    let lines = text.lines().skip(1).map(|line| line.split('\t').next().unwrap_or_default().trim());
    lines.filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_head_tabs_and_blank_lines() {
        let found = ids("id\tname\r\na\tone\r\n\r\n\t\nb\na\tagain\n");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(ids("").is_empty() && ids("id").is_empty());
    }
}
