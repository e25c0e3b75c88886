//! Topics: messages out and in.
//!
//! * [`Message`]: what goes to a topic; [`Incoming`]: what comes from one.
//! * [`Publisher`]: sends messages, to Kafka or, without one, nowhere or into memory.
//! * [`kafka::Consumer`]: reads messages as they come and gives what was made of them in batches, each again until it is
//!   committed.
//! * [`kafka::Producer`]: a send that ends when the brokers have all messages.
//! * [`kafka::KafkaConfig`]: where the brokers are and how to speak to them.
//!
//! Delivery is at least once in both directions: a consumer commits after its transaction, and a sender that was
//! told of a failure sends again. Messages of one key keep their order.
//!
//! # To add a setting of a client
//! Any librdkafka property can be set by `overrides` of [`kafka::KafkaConfig`]. One that the program decides on
//! becomes a field of [`kafka::ConsumerSettings`] or [`kafka::ProducerSettings`], with the property in `config.rs`.
//!
//! # To add another bus
//! A variant of [`Publisher`] for what goes out; what comes in becomes an enum beside [`kafka::Consumer`] once
//! there is a second source.

pub mod kafka;
mod message;
mod publisher;

pub use message::{Incoming, Message};
pub use publisher::{Publisher, Recorder, SendError};
