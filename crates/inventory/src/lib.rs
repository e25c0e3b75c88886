//! Host Based Inventory on the wire.
//!
//! Floor 4 of the house: the messages, events and operations that the clients of the inventory know, over the
//! record in [`fleet`]. What is peculiar to that wire format lives here and goes no deeper.
//!
//! | room | holds |
//! | --- | --- |
//! | [`api`] | one file for each operation over HTTP |
//! | [`applications`] | which applications say something of hosts, and what |
//! | [`flags`] | what is switched on for which organisations |
//! | [`import`] | rows of the original's tables into the record |
//! | [`report`] | what comes in: the [envelope](report::envelope) of a message or a document of `POST /hosts`, read and checked, becomes a [`fleet::Report`] |
//! | [`messages`] | what goes out: [host events](messages::events), [notifications](messages::notifications), [statuses](messages::payload_tracker) |
//! | [`records`] | log records as the original writes them |
//! | [`jobs`] | work beside requests: [ingress](jobs::ingress), [relay](jobs::relay), [upkeep](jobs::upkeep) |
//!
//! `report` and `messages` do no I/O; `jobs` and `api` stand on both, and neither of these on them.
//!
//! # To add a field of hosts
//!
//! Read it in `report/mod.rs` (`Described::read`, with its limits), carry it through [`fleet::Report`] and
//! [`fleet::Host`], and show it in `messages/events/host.rs`. Tests stand beside each.
//!
//! # To add a message that goes out
//!
//! A file in `messages/` with a type that holds the topic and what every message repeats, and one method for each
//! kind of message that gives a [`bus::Message`]. Time and ids are parameters.

pub mod api;
pub mod applications;
pub mod flags;
pub mod import;
pub mod jobs;
pub mod messages;
mod metric_names;
mod migrations;
pub mod records;
pub mod report;
mod service;
mod store;

pub use self::{
    metric_names::{HTTP_METRICS, RBAC_METRICS, tell_revision},
    migrations::MIGRATIONS,
    service::{Consume, Inventory, SERVICE},
    store::STATEMENTS,
};
