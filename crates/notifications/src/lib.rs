//! Notifications on the wire: where an organisation wants to be told, and what could not be delivered.
//!
//! The queue, channels and delivery are crate `notify`, which every service that tells something stands on; here are the API
//! over it and the work beside requests. `plumbline consume` and `plumbline up` run the role, which delivers at once;
//! `plumbline serve`, which has no brokers, runs the job, which delivers webhooks and e-mail.

pub mod api;

use std::time::Duration;

use notify::Delivery;
use service::{Job, Metric, Role, Service};

/// What the service runs on.
#[derive(Clone, Debug)]
pub struct App {
    /// What its operations work on.
    pub api: api::App,
    /// Delivers.
    pub delivery: Delivery,
}

/// What this service brings.
pub static SERVICE: Service<App> = Service {
    name: "notifications",
    about: "where organisations are told what happened, and what could not be delivered",
    document: || api::operations().document(),
    migrations: &[notify::MIGRATIONS],
    metrics: &[
        Metric::labelled("notifications_delivered_total", "Notifications that were delivered, by kind", &[]),
        Metric::labelled(
            "notifications_failures_total",
            "Attempts that failed and are repeated, by kind",
            &[],
        ),
        Metric::labelled("notifications_dead_total", "Notifications that were given up, by kind", &[]),
    ],
    bases: |_| vec!["/api/notifications/v1".to_owned()],
    router: |app, bases| api::operations().router(&app.api, bases.iter().map(String::as_str)),
    roles: &[Role {
        name: "deliver",
        about: "delivers notifications: webhooks, e-mail, topics",
        reads: |_| Vec::new(),
        writes: |_| Vec::new(),
        in_up: true,
        idle: |_| None,
        run: |app, health, stop| {
            Box::pin(async move {
                health.role("deliver").done();
                app.delivery.run(stop).await;
                Ok(())
            })
        },
    }],
    jobs: &[Job {
        name: "deliver-notifications",
        about: "delivers the webhooks and e-mails that wait",
        every: |_| Some(Duration::from_secs(2)),
        // Each destination is taken by one process.
        alone: false,
        run: |app, stop| {
            Box::pin(
                async move { Ok(format!("{} notifications delivered", app.delivery.send_due(&stop).await?)) },
            )
        },
    }],
};
