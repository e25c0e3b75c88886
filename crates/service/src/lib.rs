//! What a service brings, as one value.
//!
//! A service crate has one constant, its [`Service`]: name, document, tables, metrics, base paths, how its router is
//! made, what it does beside requests. All of it works on the service's own `App`. `plumbline` lists the services
//! once, in `services.rs`, each with the function that makes its `App` ([`Service::with`]); the commands `up`, `serve`,
//! `consume`, `job`, `migrate` and `openapi` read that list.
//!
//! * A [`Role`] runs until it is told to stop: it reads a topic, or follows the log ([`follow()`]).
//! * A [`Job`] runs to its end, again and again after a while: retention, clean-up.

mod follow;
mod metric;
mod registered;

use std::time::Duration;

use axum::Router;
use futures::future::BoxFuture;
use ground::Stop;
use settings::Settings;
use store::Migrations;
use utoipa::openapi::OpenApi;
use web::Health;

pub use follow::{Waits, follow};
pub use metric::{Metric, MetricKind};
pub use registered::{Ready, ReadyJob, ReadyRole, Registered};

/// Why a service, a role or a job cannot go on.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// A service, over what its operations work on.
pub struct Service<A: 'static> {
    /// Its name on the command line and in `openapi/NAME.json`.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Its OpenAPI document.
    pub document: fn() -> OpenApi,
    /// Its tables, one set a crate; sets that several services name are applied once.
    pub migrations: &'static [Migrations],
    /// What it counts and measures.
    pub metrics: &'static [Metric],
    /// The base paths that it is served under, the usual one first.
    pub bases: fn(&Settings) -> Vec<String>,
    /// Its router under these base paths.
    pub router: fn(&A, &[String]) -> Router,
    /// What it does beside requests, without an end.
    pub roles: &'static [Role<A>],
    /// What it does now and then.
    pub jobs: &'static [Job<A>],
}

/// The settings do not allow what was asked for: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Misconfigured(pub String);

/// Work without an end, for `plumbline consume NAME` and `plumbline up`.
pub struct Role<A: 'static> {
    /// Its name on the command line, one among all services.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// The topics that it reads.
    pub reads: fn(&Settings) -> Vec<String>,
    /// The topics that it publishes to.
    pub writes: fn(&Settings) -> Vec<String>,
    /// Whether `plumbline up` runs it too, where there may be no broker.
    pub in_up: bool,
    /// Why there is nothing to do for it with these settings; it is left out then unless somebody names it.
    pub idle: fn(&Settings) -> Option<&'static str>,
    /// Runs it until it is told to stop; what is under way is finished first.
    pub run: fn(A, Health, Stop) -> BoxFuture<'static, Result<(), Error>>,
}

/// Work with an end, for `plumbline job NAME`; `plumbline up` and `plumbline serve` do it again and again.
pub struct Job<A: 'static> {
    /// Its name on the command line, one among all services.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// How long to wait between two runs; `None` for never by itself.
    pub every: fn(&Settings) -> Option<Duration>,
    /// Whether one process at a time does it; otherwise each does, and the work itself is shared out.
    pub alone: bool,
    /// Runs it once; answers what it did, in one line.
    pub run: fn(A, Stop) -> BoxFuture<'static, Result<String, Error>>,
}

impl<A> std::fmt::Debug for Service<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("name", &self.name).finish_non_exhaustive()
    }
}
