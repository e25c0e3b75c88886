//! system-baseline as one value.

use ::service::{Metric, Role, Service};

use crate::{MIGRATIONS, api, jobs::follow_log::FollowLog};

/// What the service runs on.
#[derive(Clone)]
pub struct App {
    /// What its operations work on.
    pub api: api::App,
    /// Keeps associations as the inventory has them.
    pub follow_log: FollowLog,
}

/// System baselines.
pub static SERVICE: Service<App> = Service {
    name: "baselines",
    about: "what machines should be: named lists of facts, and the machines that are held to them",
    document: api::openapi::openapi,
    migrations: &[MIGRATIONS],
    metrics: &[
        Metric::seconds("baseline_fetch_requests", "Time of requests for one baseline"),
        Metric::seconds("baseline_fetch_all_requests", "Time of requests for lists of baselines"),
        Metric::seconds("baseline_create_requests", "Time of requests that make a baseline"),
        Metric::seconds("baseline_delete_requests", "Time of requests that delete baselines"),
        Metric::seconds("baseline_inventory_service_requests", "Time of requests to the inventory"),
        Metric::seconds(
            "baseline_hsp_service_requests",
            "Time of requests to the service of historical profiles",
        ),
        Metric::seconds("baseline_rbac_service_requests", "Time of requests to RBAC"),
        Metric::counter("baseline_api_exceptions_total", "Requests that were refused or failed"),
    ],
    bases: |settings| vec![settings.baselines.root_path(&settings.inventory.path_prefix)],
    router: |app, bases| {
        bases.iter().fold(axum::Router::new(), |router, base| router.merge(api::router(&app.api, base)))
    },
    roles: &[Role {
        name: "baseline-associations",
        about: "follows the log: hosts of baselines that move to another group, or are gone",
        reads: |_| Vec::new(),
        writes: |_| Vec::new(),
        in_up: true,
        idle: |settings| {
            let other = settings.siblings.inventory_url.is_some();
            other.then_some("hosts are another inventory's, which tells of them by its events: `plumbline consume archive`")
        },
        run: |app, _, stop| {
            Box::pin(async move {
                app.follow_log.run(stop).await;
                Ok(())
            })
        },
    }],
    jobs: &[],
};
