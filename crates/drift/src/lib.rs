//! Comparison reports on the wire: what differs between machines, baselines and past states (contract drift).
//!
//! Floor 4 of the house. Its only tables are those of causes: hosts, baselines and historical profiles are other services', which it asks
//! through [`Sources`]; in process or over HTTP is decided by who makes the [`App`](api::App).
//!
//! | part | gives |
//! | --- | --- |
//! | [`api`] | `comparison_report` (GET and POST), `version`, `admin/status`; the API of 2019; of the native API `outliers` and `causes` |
//! | [`rules`] | what a request may ask, the facts of trial mode, the comparison of 2019. No I/O |
//! | [`answer`] | a report as JSON and as CSV |
//! | [`causes`] | why machines are no longer as their baselines say, and which changes are known of |
//! | [`jobs`], [`messages`] | machines that report are compared with their baselines, and drift is told |
//! | [`Sources`], [`Machine`] | what is asked of others |
//! | [`Machines`] | machines from the record, each part of a profile read once for all that have it |
//!
//! The comparison itself is `compare::report`, and the facts of a profile are `drift_common::facts`.
//!
//! # To add a fact
//! A line in `drift_common::facts`; nothing changes here.

pub mod answer;
pub mod api;
pub mod causes;
pub mod jobs;
mod machines;
pub mod messages;
mod migrations;
pub mod rules;
mod sources;
mod store;

use std::time::Duration;

use jobs::{arrivals::Arrivals, states::OfStates};
use service::{Job, Metric, Role, Service};

pub use machines::{Machines, scope};
pub use migrations::MIGRATIONS;
pub use sources::{Machine, Reply, Sources};

/// Upper bounds of the numbers of systems compared (contract drift §8).
const SYSTEMS_COMPARED: [f64; 8] = [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Every static statement, for the test that has both engines prepare them.
pub use crate::store::ALL as STATEMENTS;

/// What the service runs on.
#[derive(Clone)]
pub struct App {
    /// What its operations work on.
    pub api: api::App,
    /// Compares machines with their baselines as they report.
    pub arrivals: Arrivals,
    /// The same for machines of another inventory; none where they are of this one.
    pub of_states: Option<OfStates>,
}

/// What this service brings.
pub static SERVICE: Service<App> = Service {
    name: "drift",
    about: "comparison reports: what differs between machines, baselines and past states",
    document: api::document,
    migrations: &[notify::MIGRATIONS, MIGRATIONS],
    metrics: &[
        Metric::seconds("drift_comparison_report_requests", "Time of comparison reports"),
        Metric::counter("drift_api_exceptions_total", "Requests that were refused or failed"),
        Metric::sizes("drift_systems_compared", "Systems of successful reports", &SYSTEMS_COMPARED),
        Metric::seconds("drift_performance_timing", "Time of the steps of a report, by method and part"),
        Metric::seconds("drift_inventory_service_requests", "Time of requests to the inventory"),
        Metric::seconds("drift_baseline_service_requests", "Time of requests to the baseline service"),
        Metric::seconds(
            "drift_hsp_service_requests",
            "Time of requests to the service of historical profiles",
        ),
        Metric::seconds("drift_rbac_service_requests", "Time of requests to RBAC"),
        Metric::counter("drift_inventory_service_exceptions", "Requests to the inventory without an answer"),
        Metric::counter(
            "drift_baseline_service_exceptions",
            "Requests to the baseline service without an answer",
        ),
        Metric::counter(
            "drift_hsp_service_exceptions",
            "Requests to the service of historical profiles without an answer",
        ),
        Metric::counter("drift_rbac_exceptions", "Requests to RBAC without an answer"),
    ],
    bases: |settings| vec![settings.drift.base_path(&settings.inventory.path_prefix)],
    router: |app, bases| api::router(&app.api, bases),
    roles: &[Role {
        name: "drift-notifications",
        about: "follows what machines report, and tells of those that are not as their baselines say",
        reads: |_| Vec::new(),
        writes: |_| Vec::new(),
        in_up: true,
        idle: |_| None,
        run: |app, health, stop| {
            Box::pin(async move {
                let health = health.role("drift-notifications");
                match app.of_states {
                    Some(states) => states.run(&health, stop).await,
                    None => app.arrivals.run(&health, stop).await,
                }
                Ok(())
            })
        },
    }],
    jobs: &[Job {
        name: "clean-causes",
        about: "removes causes of drift that are over, and rules about changes, after 90 days",
        every: |_| Some(Duration::from_hours(1)),
        alone: true,
        run: |app, _| Box::pin(async move { Ok(format!("{} removed", app.arrivals.causes.clean().await?)) }),
    }],
};

/// Causes of drift and odd hosts: what of this service is native.
pub static CAUSES: Service<api::App> = Service {
    name: "causes",
    about: "causes of drift, and the odd ones among hosts",
    document: api::native_document,
    migrations: &[],
    metrics: &[],
    bases: |_| vec![api::NATIVE_BASE.to_owned()],
    router: |app, _| api::native_router(app),
    roles: &[],
    jobs: &[],
};
