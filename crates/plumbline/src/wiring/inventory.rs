//! Host Based Inventory.

use std::sync::Arc;

use futures::future::BoxFuture;
use inventory::{
    Inventory,
    api::{ApiLimits, App, SchemaCheck, ShownHosts},
    jobs::{outbox::Outbox, relay::RelayTopic, upkeep::Upkeep},
};

use crate::world::{World, export, jobs, kafka};

/// What the inventory runs on.
pub fn app(world: &World) -> Inventory {
    let (fleet, settings) = (world.fleet.clone(), world.settings.clone());
    let api = App {
        fleet: fleet.clone(),
        access: world.access.clone(),
        flags: world.flags.clone(),
        post_hosts: *settings.inventory.rest_post_enabled,
        shown: ShownHosts::default(),
        limits: ApiLimits {
            delete_chunk: jobs::at_least_one(*settings.inventory.host_delete_chunk),
            tags_at_once: usize::from(*settings.inventory.bulk_tags),
            tag_chunk: jobs::at_least_one(*settings.inventory.bulk_tag_hosts),
        },
        schema_check: SchemaCheck {
            is_replica: *settings.kafka.replica_namespace,
            users: settings.inventory.schema_users.split_whitespace().map(str::to_owned).collect(),
        },
        tracking: kafka::tracking(world),
    };
    inventory::tell_revision(&settings.inventory.build_commit.to_string());
    let relay = kafka::relay(fleet.clone(), world.publisher.clone(), &settings);
    let outbox = Outbox { fleet: fleet.clone() };
    let upkeep = Upkeep { fleet: fleet.clone(), followers: RelayTopic::followers(world.is_published) };
    let (publisher, flags) = (world.publisher.clone(), world.flags.clone());
    let consume = move |health, stop| -> BoxFuture<'static, Result<(), service::Error>> {
        let (fleet, publisher, flags, settings) =
            (fleet.clone(), publisher.clone(), flags.clone(), settings.clone());
        Box::pin(async move { kafka::consume(fleet, publisher, flags, &settings, &health, stop).await })
    };
    let (fleet, settings) = (world.fleet.clone(), world.settings.clone());
    let export = move |health, stop| -> BoxFuture<'static, Result<(), service::Error>> {
        let (fleet, settings) = (fleet.clone(), settings.clone());
        Box::pin(async move { export::run(fleet, &settings, &health, stop).await })
    };
    Inventory {
        api,
        consume: Arc::new(consume),
        export: Arc::new(export),
        relay,
        outbox,
        upkeep,
        scheduled: jobs::scheduled(world),
    }
}
