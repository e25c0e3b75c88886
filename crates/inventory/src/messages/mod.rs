//! What the inventory writes to topics. What it reads is in [`report`](crate::report).

pub mod events;
pub mod notifications;
mod object_text;
pub mod outbox;
mod outlet;
pub mod payload_tracker;
#[cfg(test)]
pub(crate) mod sample;

pub use outlet::Outlet;
