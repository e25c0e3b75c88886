//! The native API as one value.

use service::Service;

use crate::api::{self, App};

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
    jobs: &[],
};
