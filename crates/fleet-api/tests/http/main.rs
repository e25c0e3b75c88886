//! The operations over HTTP, asked as clients ask them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "helpers of tests, given what is written there"
)]

mod addresses;
mod agents;
mod audit;
mod authorisation;
mod causes;
mod changes;
mod comparability;
mod diff;
mod document;
mod identity;
mod narrowed;
mod overview;
mod packages;
mod past;
mod questions;
mod state;
mod stream;
mod tags;
mod timeline;
mod world;
