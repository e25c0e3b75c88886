//! The inventory as one value.

use std::{fmt, sync::Arc};

use ::service::{Error, Job, Role, Service};
use futures::future::BoxFuture;
use ground::Stop;
use web::RoleHealth;

use crate::{
    api,
    jobs::{
        relay::Relay,
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
