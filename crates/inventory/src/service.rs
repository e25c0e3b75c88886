//! The inventory as one value.

use std::{fmt, sync::Arc, time::Duration};

use ::service::{Error, Job, Role, Service};
use futures::future::BoxFuture;
use ground::Stop;
use web::RoleHealth;

use crate::{
    api,
    jobs::{
        outbox::Outbox,
        relay::Relay,
        scheduled::Scheduled,
        upkeep::{self, Upkeep},
    },
    metric_names,
    migrations::MIGRATIONS,
};

/// Reads the topic that is consumed, whatever its messages are about, until it is told to stop.
pub type Consume = Arc<dyn Fn(RoleHealth, Stop) -> BoxFuture<'static, Result<(), Error>> + Send + Sync>;

/// What the inventory runs on.
#[derive(Clone)]
pub struct Inventory {
    /// What its operations work on.
    pub api: api::App,
    /// Reads the topic that is consumed.
    pub consume: Consume,
    /// Answers requests for exports.
    pub export: Consume,
    /// Publishes the log.
    pub relay: Relay,
    /// Writes the log into the outbox.
    pub outbox: Outbox,
    /// Tidies the record.
    pub upkeep: Upkeep,
    /// Runs when it is asked to.
    pub scheduled: Scheduled,
}

/// Host Based Inventory.
pub static SERVICE: Service<Inventory> = Service {
    name: "inventory",
    about: "machines, what is known of them, and the groups they are in",
    document: api::openapi::openapi,
    migrations: &[fleet::MIGRATIONS, MIGRATIONS],
    metrics: metric_names::METRICS,
    bases: |settings| {
        [settings.inventory.base_path()].into_iter().chain(settings.inventory.legacy_path()).collect()
    },
    router: |inventory, bases| api::router(&inventory.api, bases),
    roles: &[
        Role {
            name: "ingress",
            about: "reads the topic `consumed`: reports, profiles, what applications say of hosts, or workspaces",
            reads: |settings| vec![settings.topics.consumed.to_string()],
            writes: |settings| vec![settings.topics.notifications.to_string()],
            in_up: false,
            idle: |_| None,
            run: |inventory, health, stop| (inventory.consume)(health.role("ingress"), stop),
        },
        Role {
            name: "export",
            about: "answers requests of the export service for hosts",
            reads: |settings| vec![settings.export.topic.to_string()],
            writes: |_| Vec::new(),
            in_up: false,
            idle: |settings| {
                let export = &settings.export;
                let is_set = export.endpoint.is_set() || export.token.is_set();
                (!is_set).then_some(
                    "set export.endpoint (EXPORT_SERVICE_ENDPOINT) to the address of the export service",
                )
            },
            run: |inventory, health, stop| (inventory.export)(health.role("export"), stop),
        },
        Role {
            name: "relay",
            about: "publishes events of the log",
            reads: |_| Vec::new(),
            writes: |settings| vec![settings.topics.events.to_string()],
            in_up: true,
            idle: |_| None,
            run: |inventory, health, stop| {
                Box::pin(async move { inventory.relay.run(&health, stop).await.into() })
            },
        },
        Role {
            name: "outbox",
            about: "writes the log into the table `outbox`, for who reads the write-ahead log of the database",
            reads: |_| Vec::new(),
            writes: |_| Vec::new(),
            in_up: true,
            idle: |settings| (!*settings.inventory.outbox).then_some("set inventory.outbox to true"),
            run: |inventory, health, stop| {
                Box::pin(async move { inventory.outbox.run(&health.role("outbox"), stop).await.into() })
            },
        },
    ],
    jobs: &[
        Job {
            name: "upkeep",
            about: "removes what the log and the sections of the record need no longer",
            every: |_| Some(upkeep::INTERVAL),
            alone: true,
            run: |inventory, stop| {
                Box::pin(async move {
                    let removed = inventory.upkeep.round(&stop).await?;
                    Ok(format!("{} rows of the log and {} sections removed", removed.seen, removed.sections))
                })
            },
        },
        Job {
            every: |_| Some(REAPING),
            ..asked_for(
                "host-reaper",
                "deletes hosts that have not reported for the time to delete",
                |inventory, stop| Box::pin(async move { inventory.scheduled.reap(&stop).await }),
            )
        },
        asked_for(
            "generate-stale-host-notifications",
            "tells once of each host that became stale since the last run",
            |inventory, stop| Box::pin(async move { inventory.scheduled.tell_stale(stop).await }),
        ),
        asked_for(
            "host-delete-duplicates",
            "deletes all but the newest of hosts that are one machine by their facts",
            |inventory, stop| Box::pin(async move { inventory.scheduled.remove_duplicates(&stop).await }),
        ),
        asked_for("host-synchronizer", "publishes the state of every host once more", |inventory, stop| {
            Box::pin(async move { inventory.scheduled.synchronize(stop).await })
        }),
        asked_for(
            "rebuild-events-topic",
            "publishes that hosts are deleted that the topic of events has and the record has not",
            |inventory, stop| Box::pin(async move { inventory.scheduled.rebuild_events_topic(stop).await }),
        ),
        asked_for(
            "update-staleness",
            "changes by which settings the hosts of an organisation age",
            |inventory, _| Box::pin(async move { inventory.scheduled.update_staleness().await }),
        ),
        asked_for(
            "delete-empty-org-groups",
            "deletes the groups of organisations that have no hosts",
            |inventory, _| Box::pin(async move { inventory.scheduled.delete_empty_org_groups().await }),
        ),
        asked_for(
            "create-ungrouped-host-groups",
            "makes the group of hosts without a group where it is missing",
            |inventory, stop| Box::pin(async move { inventory.scheduled.create_ungrouped(&stop).await }),
        ),
        asked_for(
            "assign-ungrouped-hosts-to-groups",
            "puts hosts that are in no group into that of hosts without a group",
            |inventory, stop| Box::pin(async move { inventory.scheduled.assign_ungrouped(&stop).await }),
        ),
        asked_for(
            "delete-host-namespace-access-tags",
            "takes the tags of one namespace from all hosts",
            |inventory, stop| Box::pin(async move { inventory.scheduled.delete_tag_namespace(&stop).await }),
        ),
        asked_for(
            "delete-hosts-s3",
            "deletes hosts whose subscription manager ids a list in a bucket of S3 names",
            |inventory, stop| Box::pin(async move { inventory.scheduled.delete_listed(&stop).await }),
        ),
        asked_for(
            "pendo-syncher",
            "tells Pendo how many hosts each organisation has",
            |inventory, mut stop| Box::pin(async move { inventory.scheduled.tell_pendo(&mut stop).await }),
        ),
    ],
};

/// A job that runs when it is asked to: by hand, or by whatever has a calendar.
const fn asked_for(
    name: &'static str,
    about: &'static str,
    run: fn(Inventory, Stop) -> BoxFuture<'static, Result<String, Error>>,
) -> Job<Inventory> {
    Job { name, about, every: |_| None, alone: true, run }
}

/// The time between two runs of the job that deletes culled hosts.
const REAPING: Duration = Duration::from_hours(1);

impl fmt::Debug for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inventory").finish_non_exhaustive()
    }
}
