//! historical-system-profiles as one value.

use std::sync::Arc;

use ::service::{Error, Job, Metric, Role, Service};
use bus::kafka::Consumer;

use crate::{
    MIGRATIONS, api,
    jobs::{
        archive::{Archive, Read},
        clean::Cleaner,
    },
};

/// Connects to the topic of another inventory's events; gives what keeps them, too.
pub type Connect = Arc<dyn Fn() -> Result<(Archive, Consumer<Read>), Error> + Send + Sync>;

/// What the service runs on.
#[derive(Clone)]
pub struct App {
    /// What its operations work on.
    pub api: api::App,
    /// Connects to the topic of another inventory's events.
    pub connect: Connect,
    /// Removes old profiles.
    pub cleaner: Cleaner,
}

/// Historical system profiles.
pub static SERVICE: Service<App> = Service {
    name: "history",
    about: "what machines were: their historical system profiles",
    document: api::openapi::openapi,
    migrations: &[MIGRATIONS],
    metrics: &[
        Metric::counter(
            "hsp_profile_messages_consumed_total",
            "Events of created and updated hosts that were read",
        ),
        Metric::counter("hsp_profile_messages_processed_total", "Profiles that were stored"),
        Metric::counter("hsp_profile_messages_processed_duplicates_total", "Profiles that were there before"),
        Metric::counter("hsp_profile_messages_errored_total", "Events that were left out"),
        Metric::counter("hsp_delete_messages_consumed_total", "Events of deleted hosts that were read"),
        Metric::counter("hsp_delete_messages_processed_total", "Hosts whose profiles were removed"),
        Metric::counter("hsp_delete_messages_errored_total", "Hosts whose profiles could not be removed"),
        Metric::seconds("hsp_inventory_service_requests", "Time of requests to the inventory"),
        Metric::seconds("hsp_rbac_service_requests", "Time of requests to RBAC"),
        Metric::counter("hsp_records_cleaned_total", "Profiles removed because of their age"),
        Metric::seconds("hsp_records_cleaning_time", "Time of removing old profiles"),
    ],
    bases: |settings| vec![settings.history.base_path(&settings.inventory.path_prefix)],
    router: |app, bases| {
        bases.iter().fold(axum::Router::new(), |router, base| router.merge(api::router(&app.api, base)))
    },
    roles: &[Role {
        name: "archive",
        about: "reads the events of another inventory into history",
        reads: |settings| vec![settings.history.topic.to_string()],
        writes: |_| Vec::new(),
        in_up: false,
        idle: |settings| {
            let own = settings.siblings.inventory_url.is_none();
            own.then_some(
                "history is the log of this inventory; set INVENTORY_SVC_URL to read the events of another one",
            )
        },
        run: |app, _, stop| {
            Box::pin(async move {
                let (archive, consumer) = (app.connect)()?;
                archive.run(consumer, stop).await;
                Ok(())
            })
        },
    }],
    jobs: &[Job {
        name: "clean-history",
        about: "removes historical profiles that are older than they are valid",
        every: |settings| Some(settings.history.cleaner_pause.duration()),
        alone: true,
        run: |app, _| {
            Box::pin(async move {
                let cleaned = app.cleaner.run().await?;
                Ok(format!("{} profiles and {} parts of profiles removed", cleaned.profiles, cleaned.parts))
            })
        },
    }],
};

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").finish_non_exhaustive()
    }
}
