//! The native API: what the record knows beyond the contracts of older services.
//!
//! Floor 4 of the house, over the record in [`fleet`]. Clients of older services keep the API that they know
//! (crate `inventory`); what only a log of states can answer is asked here: the fleet at a glance, what changed since,
//! live, the past of one host.
//!
//! | part | gives |
//! | --- | --- |
//! | [`api`] | the operations over HTTP, one file each |
//! | [`past`] | what differs between two states of a host |
//! | [`comparability`] | which of two machines' differences may explain another result of a benchmark |
//! | [`pinned`] | on which machines results ran, as another service knows it |
//! | [`causes`] | what happened to hosts, grouped by what it was |
//! | [`agents`] | how machines report themselves: whose tokens are good, and who takes their reports in |
//! | `collisions.rs` | tells of hosts that two machines claim |
//! | `overviews.rs` | the fleet at a glance, kept as long as it is true |
//! | `watch.rs` | the newest numbers of the log, for those who listen |
//! | `stream_limit.rs` | how many streams are open at the same time |
//!
//! It has no tables of its own: statements are the record's, those of tokens crate `enrolment`'s, and those of the audit log crate
//! `audit`'s.

pub mod agents;
pub mod api;
pub mod causes;
mod collisions;
pub mod comparability;
mod overviews;
pub mod past;
pub mod pinned;
mod service;
mod stream_limit;
mod watch;

pub use service::{BASE, SERVICE};
