//! Settings become jobs that run when they are asked to.

use std::{num::NonZeroUsize, sync::Arc};

use bus::kafka::{Consumer, ConsumerSettings, from_the_beginning};
use inventory::{
    jobs::scheduled::{JobOptions, OldHost, Pendo, REBUILD_GROUP, Scheduled, StalenessWanted, read_event},
    messages::events::Events,
};
use settings::Settings;

use super::{World, kafka};
use crate::failure::Result;

/// What the jobs of the inventory run on.
pub fn scheduled(world: &World) -> Scheduled {
    let settings = &world.settings;
    let (publishing, reading) = (settings.clone(), settings.clone());
    Scheduled {
        fleet: world.fleet.clone(),
        flags: world.flags.clone(),
        events: Events { outlet: kafka::outlet(&settings.topics.events) },
        notifications: kafka::notifications(settings),
        connect: Arc::new(move || Ok(kafka::publisher(&publishing)?)),
        read_events: Arc::new(move || Ok(events(&reading)?)),
        options: options(settings),
    }
}

/// How many are dealt with together: none would be dealt with by 0.
pub fn at_least_one(number: u16) -> NonZeroUsize {
    NonZeroUsize::new(usize::from(number)).unwrap_or(NonZeroUsize::MIN)
}

fn options(settings: &Settings) -> JobOptions {
    let jobs = &settings.jobs;
    JobOptions {
        dry_run: *jobs.dry_run,
        suspended: *jobs.suspended,
        read_only: *settings.inventory.read_only,
        chunk: at_least_one(*jobs.chunk),
        delete_chunk: at_least_one(*settings.inventory.host_delete_chunk),
        rebuild_time_limit: *jobs.rebuild_time_limit,
        staleness: StalenessWanted {
            org: jobs.staleness_org.to_string(),
            stale: jobs.time_to_stale.to_string(),
            warning: jobs.time_to_stale_warning.to_string(),
            delete: jobs.time_to_delete.to_string(),
        },
        empty_orgs: jobs.org_ids.to_vec(),
        create_groups_chunk: at_least_one(*jobs.create_groups_chunk),
        assign_groups_chunk: at_least_one(*jobs.assign_groups_chunk),
        tag_namespace: jobs.tag_namespace.to_string(),
        tag_chunk: at_least_one(*jobs.tag_chunk),
        pendo: Pendo {
            active: *jobs.pendo_active,
            endpoint: jobs.pendo_endpoint.to_string(),
            key: jobs.pendo_key.expose().to_owned(),
            retries: *jobs.pendo_retries,
            timeout: *jobs.pendo_timeout,
            request_size: at_least_one(*jobs.pendo_request_size),
        },
    }
}

/// The topic of events, read from its beginning.
fn events(settings: &Settings) -> Result<Option<Consumer<Option<OldHost>>>> {
    if *settings.kafka.replica_namespace {
        return Ok(None);
    }
    let member = ConsumerSettings {
        max_messages: at_least_one(*settings.jobs.chunk).get(),
        ..ConsumerSettings::new(REBUILD_GROUP, &**settings.topics.events)
    };
    kafka::started(&kafka::client_config(settings), member, from_the_beginning, read_event).map(Some)
}
