//! The inventory as one value.

use std::{fmt, sync::Arc};

use ::service::{Error, Job, Role, Service};
use bus::kafka::Consumer;

use crate::{
    api,
    jobs::{
        ingress::{Ingress, OpenedMessage},
        relay::Relay,
        upkeep::{self, Upkeep},
    },
    metric_names,
};

/// Connects to the topic of reports; gives what takes them in, too.
pub type Connect = Arc<dyn Fn() -> Result<(Ingress, Consumer<OpenedMessage>), Error> + Send + Sync>;

/// What the inventory runs on.
#[derive(Clone)]
pub struct Inventory {
    /// What its operations work on.
    pub api: api::App,
    /// Connects to the topic of reports.
    pub connect: Connect,
    /// Publishes the log.
    pub relay: Relay,
    /// Tidies the record.
    pub upkeep: Upkeep,
}

/// Host Based Inventory.
pub static SERVICE: Service<Inventory> = Service {
    name: "inventory",
    about: "machines, what is known of them, and the groups they are in",
    document: api::openapi::openapi,
    migrations: &[fleet::MIGRATIONS],
    metrics: metric_names::METRICS,
    bases: |settings| {
        [settings.inventory.base_path()].into_iter().chain(settings.inventory.legacy_path()).collect()
    },
    router: |inventory, bases| api::router(&inventory.api, bases),
    roles: &[
        Role {
            name: "ingress",
            about: "reads reports from the topic `consumed`",
            reads: |settings| vec![settings.topics.consumed.to_string()],
            writes: |settings| vec![settings.topics.notifications.to_string()],
            in_up: false,
            idle: |_| None,
            run: |inventory, health, stop| {
                Box::pin(async move {
                    let (ingress, consumer) = (inventory.connect)()?;
                    ingress.run(consumer, &health.role("ingress"), stop).await.into()
                })
            },
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
    ],
    jobs: &[Job {
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
    }],
};

impl fmt::Debug for Inventory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inventory").finish_non_exhaustive()
    }
}
