//! Host Based Inventory on the wire.
//!
//! Floor 4 of the house: the messages, events and operations that the clients of the inventory know, over the
//! record in [`fleet`]. What is peculiar to that wire format lives here and goes no deeper.
//!
//! | part | gives |
//! | --- | --- |
//! | [`messages::host_ingress`] | bytes of an ingress message to an [`Envelope`](messages::host_ingress::Envelope) |
//! | [`rules::ingress`] | an envelope, or a document of `POST /hosts`, to a [`fleet::Report`], or why not |
//! | [`messages::events`] | a change of a host to a host event |
//! | [`messages::notifications`] | what people are told: validation errors, new and deleted systems |
//! | [`messages::payload_tracker`] | how far a payload has come |
//!
//! # To add a field of hosts
//!
//! Read it in `rules/ingress.rs` (`Described::read`, with its limits), carry it through [`fleet::Report`] and
//! [`fleet::Host`], and show it in `messages/events/host.rs`. Tests stand beside each.
//!
//! # To add a message that goes out
//!
//! A file in `messages/` with a type that holds the topic and what every message repeats, and one method for each
//! kind of message that gives a [`bus::Message`]. Time and ids are parameters.

pub mod api;
pub mod jobs;
pub mod messages;
pub mod rules;
mod telemetry;
