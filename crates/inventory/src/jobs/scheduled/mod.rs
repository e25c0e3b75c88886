//! Jobs with an end, for `plumbline job NAME` (contract inventory-events §15). Deleted and changed hosts are told of by the log and
//! its relay; what a job publishes itself goes out before it notes that it is done.

mod duplicates;
mod groups;
mod listed;
mod pendo;
mod reaper;
mod rebuild;
mod stale;
mod staleness;
mod synchronizer;

use std::{fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use bus::{Publisher, kafka::Consumer};
use fleet::{Fleet, HostQuery, Scope};
use ground::OrgId;
use service::Error;

pub use self::{
    listed::{LIST_BYTES, LIST_TIMEOUT, Listed, OpenBucket},
    pendo::Pendo,
    rebuild::{GROUP as REBUILD_GROUP, OldHost, read as read_event},
    staleness::StalenessWanted,
};
use crate::{
    flags::Flags,
    messages::{events::Events, notifications::Notifications},
};

/// Connects to the brokers, to publish.
pub type Connect = Arc<dyn Fn() -> Result<Publisher, Error> + Send + Sync>;
/// Begins to read the topic of events from its beginning; `None` where there are no brokers to be read from.
pub type ReadEvents = Arc<dyn Fn() -> Result<Option<Consumer<Option<OldHost>>>, Error> + Send + Sync>;

/// What jobs run on.
#[derive(Clone)]
pub struct Scheduled {
    /// The record.
    pub fleet: Fleet,
    /// What is switched on.
    pub flags: Flags,
    /// Makes events.
    pub events: Events,
    /// Makes notifications.
    pub notifications: Notifications,
    /// Connects to the brokers when a job publishes something.
    pub connect: Connect,
    /// Reads the topic of events.
    pub read_events: ReadEvents,
    /// What was asked for.
    pub options: JobOptions,
}

/// What is asked of jobs.
#[derive(Clone)]
pub struct JobOptions {
    /// Nothing is changed; the jobs that heed it say what they would do.
    pub dry_run: bool,
    /// The jobs that heed it do nothing at all.
    pub suspended: bool,
    /// Whether writes are switched off for everybody.
    pub read_only: bool,
    /// Hosts that are dealt with together.
    pub chunk: NonZeroUsize,
    /// Hosts that are deleted in one transaction.
    pub delete_chunk: NonZeroUsize,
    /// For how long the topic of events is read.
    pub rebuild_time_limit: Duration,
    /// Settings for an organisation.
    pub staleness: StalenessWanted,
    /// Organisations whose groups go.
    pub empty_orgs: Vec<String>,
    /// Organisations between two log records about groups that were made.
    pub create_groups_chunk: NonZeroUsize,
    /// Hosts that get a group in one transaction.
    pub assign_groups_chunk: NonZeroUsize,
    /// The namespace of tags that goes.
    pub tag_namespace: String,
    /// Hosts that lose tags in one transaction.
    pub tag_chunk: NonZeroUsize,
    /// Hosts that a list names.
    pub listed: Listed,
    /// Counts for Pendo.
    pub pendo: Pendo,
}

/// What a job answers when it does nothing.
const SUSPENDED: &str = "suspended: set SUSPEND_JOB to false to have it run";

impl Scheduled {
    /// A question about all hosts of an organisation, culled ones too.
    async fn all_of(&self, org: &OrgId) -> fleet::Result<HostQuery> {
        let staleness = self.fleet.staleness(org).await?;
        Ok(HostQuery::new(Scope::of(org.clone()), staleness, self.fleet.clock().now()))
    }

    /// Says before what a dry run would have done that it did not.
    fn prefix(&self) -> &'static str {
        if self.options.dry_run { "dry run, nothing is changed: " } else { "" }
    }
}

impl fmt::Debug for Scheduled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scheduled").finish_non_exhaustive()
    }
}

/// What a job tells a Pushgateway when it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushed {
    /// The name of the job here.
    pub job: &'static str,
    /// Its name there.
    pub name: &'static str,
    /// Beginnings of the names of its metrics.
    pub metrics: &'static [&'static str],
}

/// The jobs that tell a Pushgateway (contract inventory-events §15).
pub const PUSHED: &[Pushed] = &[
    Pushed {
        job: "host-reaper",
        name: "inventory-reaper",
        metrics: &[
            "inventory_delete_host_count",
            "inventory_delete_host_commit_seconds",
            "inventory_reaper_fail_count",
        ],
    },
    Pushed {
        job: "generate-stale-host-notifications",
        name: "inventory-stale-host-notification",
        metrics: &["inventory_stale_host_notification_"],
    },
    Pushed {
        job: "host-delete-duplicates",
        name: "duplicate-hosts-remover",
        metrics: &["inventory_delete_duplicate_host_count"],
    },
    Pushed {
        job: "host-synchronizer",
        name: "inventory-synchronizer",
        metrics: &["inventory_synchronize_", "inventory_event_producer_"],
    },
    Pushed {
        job: "pendo-syncher",
        name: "inventory-pendo-syncher",
        metrics: &["inventory_pendo_syncher_failures"],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SERVICE, metric_names::METRICS};

    #[test]
    fn what_is_pushed_is_of_a_job_and_is_counted() {
        for Pushed { job, metrics, .. } in PUSHED {
            assert!(SERVICE.jobs.iter().any(|known| known.name == *job), "there is no job `{job}`");
            for begin in *metrics {
                assert!(METRICS.iter().any(|metric| metric.name.starts_with(begin)), "{job}: `{begin}`");
            }
        }
    }
}
