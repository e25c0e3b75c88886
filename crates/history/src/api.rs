//! The operations over HTTP, version 1 (contract history §3).
//!
//! One file an operation, named after it. The lines of a handler stand in the order of the checks: query and length of
//! ids (400), the caller (400, 403), the ids (400), then the records.
//!
//! # To add an operation
//! Write its file with a `handle` function and its `utoipa::path`, and add it to `routes.rs` and `openapi.rs`.

use std::sync::Arc;

use drift_common::Gate;

use crate::{Records, hosts::Hosts};

mod caller;
mod failure;
mod ids;
pub mod openapi;
mod profiles;
mod routes;
mod systems;
mod version;

pub use caller::{CHECKS, READ};
pub use routes::router;

/// What the operations work on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// Every historical profile.
    pub records: Records,
    /// Where the present names of hosts are found.
    pub hosts: Arc<dyn Hosts>,
    /// Who is let in; see [`CHECKS`] and [`READ`].
    pub gate: Gate,
}
