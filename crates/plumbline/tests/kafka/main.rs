//! `plumbline consume` between a real broker and a real database server.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../support/mod.rs"]
mod support;

mod archive;
mod brokers;
mod crashes;
mod encrypted;
mod events;
mod export;
mod faults;
mod host_apps;
mod jobs;
mod listed;
mod messages;
mod no_writes;
mod notifications;
mod outages;
mod pipeline;
mod records;
mod retention;
mod statuses;
mod traces;
mod workspaces;
