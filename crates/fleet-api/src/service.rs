//! The native API as one value.

use std::time::Duration;

use service::{Job, Service};

use crate::{
    api::{self, App},
    collisions,
};

/// Where the API stands.
pub const BASE: &str = "/api/fleet/v1";

/// The native API.
pub static SERVICE: Service<App> = Service {
    name: "fleet",
    about: "the fleet at a glance, the feed of changes, the past of hosts",
    document: api::openapi::openapi,
    migrations: &[fleet::MIGRATIONS, enrolment::MIGRATIONS],
    metrics: &[],
    bases: |_| vec![BASE.to_owned()],
    router: |app, bases| api::openapi::operations().router(app, bases.iter().map(String::as_str)),
    roles: &[],
    jobs: &[Job {
        name: "tell-collisions",
        about: "tells of hosts that two machines claim",
        every: |_| Some(Duration::from_secs(30)),
        alone: true,
        run: |app, _| {
            Box::pin(async move { Ok(format!("{} collisions told", collisions::tell(&app).await?)) })
        },
    }],
};
