//! The operations over HTTP, version 1 (contract baselines §1).
//!
//! One file an operation, named after it. What several share:
//!
//! * [`App`]: what the operations work on.
//! * [`caller`]: who is calling, and what an operation needs to be allowed.
//! * [`page`], [`ids`]: what a request says.
//! * [`baseline_out`]: a baseline as answers show it.
//! * [`failure`]: how an operation says no.
//!
//! The lines of a handler stand in the order of the checks: query and body (400), the caller (400, 403), the permission
//! (403), then the rules and the store.
//!
//! # To add an operation
//! Write its file with a `handle` function and its `utoipa::path`, and add it to `routes.rs` and `openapi.rs`.

use std::sync::Arc;

use drift_common::Gate;

use crate::{Baselines, sources::Sources};

mod admin_status;
mod baseline_out;
mod baselines;
mod caller;
mod failure;
mod ids;
mod internal;
pub mod openapi;
mod page;
mod routes;
mod systems;
mod version;

pub use caller::{CHECKS, READ};
pub use routes::router;

/// What the operations work on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Baselines.
    pub baselines: Baselines,
    /// Where hosts and historical profiles are found.
    pub sources: Arc<dyn Sources>,
    /// Who is let in; see [`CHECKS`] and [`READ`].
    pub gate: Gate,
}
