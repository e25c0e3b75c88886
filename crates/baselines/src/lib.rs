//! system-baseline on the wire: what machines should be (contract baselines).
//!
//! Floor 4 of the house. A *baseline* is a named list of facts; systems of the inventory are *associated* with it, and
//! drift of theirs is told unless the baseline says otherwise.
//!
//! | part | gives |
//! | --- | --- |
//! | [`api`] | the operations over HTTP, one file each |
//! | [`jobs`] | hosts that change groups, or go, followed in the log |
//! | [`rules`] | what facts, names and patches must be; facts from a profile. No I/O |
//! | [`store`] | [`Baselines`]: the tables `baseline`, `baseline_system`, `baseline_system_group`, and statements on them |
//!
//! All of it is one value, [`SERVICE`]. Hosts and historical profiles, from which baselines are made, are found by [`Sources`].
//!
//! # To add a rule of facts
//! A function in `rules/facts.rs`, called by its `check` at the place that decides which violation is told first.

pub mod api;
pub mod jobs;
mod migrations;
pub mod rules;
mod service;
pub mod sources;
pub mod store;

pub use self::service::{App, SERVICE};
pub use migrations::MIGRATIONS;
pub use sources::Sources;
pub use store::{Baseline, Baselines};
