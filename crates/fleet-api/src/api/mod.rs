//! The operations over HTTP, version 1.
//!
//! One file an operation, named after it: its parameters, answers, errors and handler. What several share:
//!
//! * [`App`]: what the operations work on.
//! * [`parameters`]: what several operations are asked for.
//! * [`selected`]: which hosts, as a question.
//! * [`moment`]: a moment of the past, and the state of a host then.
//! * [`change_out`], [`host_state`]: a row of the log and the state after it, as answers show them.
//! * `events.rs`: what streams say, made once for all who hear the same.
//! * [`failure`]: how an operation says no: always `application/problem+json`.
//!
//! The arguments and lines of a handler stand in the order of the checks: [`rest::Caller`] (401), path and
//! query (400), body (415, 400), permission (403), then the record.
//!
//! # To add an operation
//! Write its file with a `handle` function and its `utoipa::path`, and its line in [`operations`](openapi::operations). The
//! document in `openapi/` then differs: `UPDATE_OPENAPI=1 cargo test -p fleet-api` writes it anew. The test that walks
//! the document asks for a case without identity, one of another organisation and one without permission.

use std::{sync::Arc, time::Duration};

use ::audit::Audit;
use access::{Access, Permission};
use fleet::{Condition, Fleet, HostQuery, Scope};
use ground::{OrgId, Stop};
use notify::Queue;
use rest::{Api, Caller, Guarded};

use self::{events::Events, failure::Failure};
use crate::{
    agents::Agents, causes::Causes, overviews::Overviews, pinned::PinnedResults, stream_limit::StreamLimit,
    watch::Watcher,
};

pub mod addresses;
pub mod agents;
pub mod audit;
pub mod bearer;
pub mod causes;
pub mod change_out;
pub mod changes;
pub mod collisions;
pub mod comparability;
pub mod completions;
mod events;
pub mod failure;
pub mod host_state;
pub mod hosts;
pub mod identity_changes;
pub mod moment;
pub mod openapi;
pub mod overview;
pub mod packages;
pub mod parameters;
pub mod selected;
pub mod stream;
pub mod tokens;

/// What the operations work on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The record.
    pub fleet: Fleet,
    /// Who is let in.
    pub access: Access,
    /// Machines that report themselves.
    pub agents: Agents,
    /// What is to be told.
    pub queue: Queue,
    /// On which machines results of benchmarks ran.
    pub results: Arc<dyn PinnedResults>,
    /// What people and tokens changed.
    pub audit: Audit,
    /// For how long that is kept: a year.
    pub audit_kept: Duration,
    /// The longest time of one stream: five minutes.
    pub longest_stream: Duration,
    /// How many streams are open at the same time.
    streams: StreamLimit,
    /// Ends the streams.
    stop: Stop,
    causes: Causes,
    watcher: Watcher,
    events: Events,
    overviews: Overviews,
}

impl App {
    /// The operations over a record. Streams end when `stop` is asked: a server that stops waits for its answers.
    /// Of so many `connections` that the server has a quarter may be streams.
    pub fn new(
        fleet: Fleet,
        access: Access,
        agents: Agents,
        queue: Queue,
        results: Arc<dyn PinnedResults>,
        stop: Stop,
        connections: usize,
    ) -> Self {
        Self {
            audit: Audit::new(fleet.db().clone(), fleet.clock().clone()),
            audit_kept: Duration::from_hours(24 * 365),
            causes: Causes::default(),
            watcher: Watcher::new(fleet.clone()),
            events: Events::new(),
            overviews: Overviews::new(),
            fleet,
            access,
            agents,
            queue,
            results,
            longest_stream: Duration::from_mins(5),
            streams: StreamLimit::for_connections(connections),
            stop,
        }
    }

    /// The hosts that the caller reaches with this permission; 403 without it, 503 when it cannot be told.
    pub async fn hosts(&self, caller: &Caller, permission: Permission) -> Result<Scope, Failure> {
        let groups = caller.allowed(self, permission).await?;
        Ok(Scope::reached(&caller.identity, groups))
    }

    /// The same for what is about all hosts at once: 403 for who reaches some of them only.
    pub async fn all_hosts(&self, caller: &Caller, permission: Permission) -> Result<OrgId, Failure> {
        const DETAIL: &str = "this is for those who may do so with all hosts of the organisation";
        caller.allowed_for_all(self, permission, DETAIL).await?;
        Ok(caller.org().clone())
    }

    /// A question about those hosts of a scope that still report.
    pub async fn reporting(&self, scope: Scope) -> Result<HostQuery, Failure> {
        let staleness = self.fleet.staleness(scope.org()).await?;
        Ok(HostQuery::new(scope, staleness, self.fleet.clock().now()).with(Condition::NotCulled))
    }
}

impl Api for App {
    type Error = Failure;
}

impl Guarded for App {
    fn access(&self) -> &Access {
        &self.access
    }
}
