//! `plumbline consume` between a real broker and a real database server.

#[path = "../support/mod.rs"]
mod support;

mod crashes;
mod events;
mod messages;
mod outages;
mod pipeline;
mod statuses;
