//! What the inventory reads from topics and writes to them.

pub mod events;
pub mod host_ingress;
pub mod notifications;
mod object_text;
pub mod payload_tracker;
mod raw;
#[cfg(test)]
mod sample;
mod sanitise;
mod topic;

pub use topic::Outlet;
