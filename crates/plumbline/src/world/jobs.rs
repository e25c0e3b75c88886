//! Settings become jobs that run when they are asked to.

use std::{num::NonZeroUsize, sync::Arc};

use bus::kafka::{Consumer, ConsumerSettings, from_the_beginning};
use clients::{
    Options,
    s3::{self, Account, Bucket},
};
use inventory::{
    jobs::scheduled::{
        JobOptions, LIST_BYTES, LIST_TIMEOUT, Listed, OldHost, OpenBucket, Pendo, REBUILD_GROUP, Scheduled,
        StalenessWanted, read_event,
    },
    messages::events::Events,
};
use settings::Settings;

use super::{World, kafka, trust};
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
        listed: Listed { open: open_bucket(settings), chunk: at_least_one(*jobs.s3_chunk) },
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

/// What opens the bucket with the list of hosts to be deleted.
fn open_bucket(settings: &Settings) -> OpenBucket {
    let settings = settings.clone();
    Arc::new(move || {
        let jobs = &settings.jobs;
        if jobs.s3_bucket.is_empty() || jobs.s3_key_id.is_empty() || jobs.s3_secret.expose().is_empty() {
            let missing = "set jobs.s3_bucket, jobs.s3_key_id and jobs.s3_secret: S3_AWS_BUCKET, S3_AWS_ACCESS_KEY_ID and \
                           S3_AWS_SECRET_ACCESS_KEY";
            return Err(missing.into());
        }
        let account = Account {
            key_id: jobs.s3_key_id.to_string(),
            secret: jobs.s3_secret.expose().to_owned(),
            region: jobs.s3_region.to_string(),
        };
        let mut options = Options::new(s3::NAME, jobs.s3_endpoint.to_string());
        options.timeout = LIST_TIMEOUT;
        options.most_bytes = LIST_BYTES;
        options.trust = trust::of_services_anywhere(&settings)?;
        Ok(Bucket::new(options, &jobs.s3_bucket, account)?)
    })
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
