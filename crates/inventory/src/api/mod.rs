//! The HTTP interface of the inventory, version 1.
//!
//! One file an operation, named after it: its parameters, answers, errors and tests. What several operations share:
//!
//! * [`App`]: what the operations work on.
//! * [`caller`]: who is calling, and which hosts and groups they reach.
//! * [`path`], [`query`], [`page`], [`selection`], [`ordering`], [`body`]: what a request says.
//! * [`host_out`], [`group_out`]: what answers show.
//! * [`errors`]: the shapes in which an operation says no.
//!
//! The arguments and lines of a handler stand in the order of the checks of contract inventory-http §2.1: [`Caller`]
//! (401), path and query (400), body (415, 400), permission (403), then the rules and the record.
//!
//! # To add an operation
//! Write its file with a `handle` function and its `utoipa::path`, and its line in `routes.rs`. The document in
//! `openapi/` then differs: `UPDATE_OPENAPI=1 cargo test -p inventory` writes it anew. The test that walks the
//! document asks for a case without identity, one of another organisation and one without permission.
//!
//! [`Caller`]: caller::Caller

use access::Access;
use fleet::Fleet;

use crate::flags::Flags;

pub mod account;
mod app_fields;
pub mod body;
pub mod caller;
pub mod errors;
mod filter;
pub mod group_out;
pub mod groups;
pub mod host_out;
mod host_page;
mod host_texts;
pub mod hosts;
mod limits;
pub mod openapi;
pub mod ordering;
pub mod page;
mod parameters;
pub mod path;
mod profile_texts;
pub mod query;
pub mod resource_types;
mod routes;
pub mod selection;
mod shown_hosts;
pub mod system_profile;
mod tag_param;
pub mod tags;
#[cfg(test)]
mod testing;
mod tracked;
pub mod validate_schema;
pub mod views;

use errors::Failure;
pub use limits::ApiLimits;
pub use routes::router;
pub use shown_hosts::ShownHosts;
pub use tracked::Tracking;
pub use validate_schema::SchemaCheck;

/// What the operations work on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The record.
    pub fleet: Fleet,
    /// Who is let in.
    pub access: Access,
    /// What is switched on for which organisations.
    pub flags: Flags,
    /// Whether `POST /hosts` is served.
    pub post_hosts: bool,
    /// Hosts that were shown lately.
    pub shown: ShownHosts,
    /// What its operations are bounded by.
    pub limits: ApiLimits,
    /// Who may have schemas checked.
    pub schema_check: SchemaCheck,
    /// Who is told how far requests have come that add or remove hosts.
    pub tracking: Tracking,
}

impl rest::Api for App {
    type Error = Failure;
}
