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
    migrations: &[fleet::MIGRATIONS, enrolment::MIGRATIONS, audit::MIGRATIONS],
    metrics: &[],
    bases: |_| vec![BASE.to_owned()],
    router: |app, bases| api::openapi::operations().router(app, bases.iter().map(String::as_str)),
    roles: &[],
    jobs: &[
        Job {
            name: "tell-collisions",
            about: "tells of hosts that two machines claim",
            every: |_| Some(Duration::from_secs(30)),
            alone: true,
            run: |app, _| {
                Box::pin(async move { Ok(format!("{} collisions told", collisions::tell(&app).await?)) })
            },
        },
        Job {
            name: "audit-retention",
            about: "removes old entries of the audit log (audit.keep_days)",
            every: |_| Some(Duration::from_hours(1)),
            alone: true,
            run: |app, stop| {
                Box::pin(async move {
                    let seconds = i64::try_from(app.audit_kept.as_secs()).unwrap_or(i64::MAX);
                    let older_than = app.fleet.clock().now().plus_seconds(-seconds);
                    let removed = app.audit.forget(older_than, || !stop.is_asked()).await?;
                    Ok(format!("{removed} entries of the audit log removed"))
                })
            },
        },
    ],
};
