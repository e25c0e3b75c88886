//! Notifications: what somebody is to be told, kept in a queue until it is delivered.
//!
//! A service tells the [`Queue`]: [`Queue::tell`] for what an organisation wants to hear of (to each of its [`Channel`]s, and to
//! where the operator wants them), [`mail`] for one e-mail. What is put in a transaction is owed with its commit. [`Delivery`]
//! takes it out again, after the other side has it, and no sooner: each notification arrives at least once, with an id that is the
//! same at every attempt.
//!
//! | part | gives |
//! | --- | --- |
//! | [`Notification`] | what is told: one event, as text for people and as JSON for programs |
//! | [`Channel`], [`Fixed`] | where it goes: an organisation's own channels, and those in the settings |
//! | [`Queue`] | puts notifications in, keeps channels |
//! | [`Delivery`] | delivers: webhooks ([Standard Webhooks](https://www.standardwebhooks.com)), e-mail, Kafka |
//! | [`Queue::dead_letters`] and its neighbours | what was given up, to be seen, sent again or removed |
//!
//! # Lanes
//! Each destination of an organisation is a lane of its own. One process at a time works on a lane; a failure has the lane pause,
//! longer with each one in a row, and the notification wait twice as long as before. So a dead webhook holds up nobody else, and
//! one notification that its receiver chokes on does not hold up those behind it.
//!
//! # To add a kind of channel
//! A variant of [`ChannelKind`] with its rules for addresses in `channel.rs`, a file that sends, and its line in `delivery.rs`.

mod backoff;
mod channel;
mod channels;
mod dead_letters;
mod delivery;
mod email;
mod lane;
mod migrations;
mod notification;
mod queue;
mod statements;
mod webhook;

pub use channel::{BadChannel, Channel, ChannelKind, Event, Fixed};
pub use channels::{ChannelStatus, MOST_CHANNELS, Saved};
pub use dead_letters::DeadLetter;
pub use delivery::{Delivery, Senders};
pub use email::{MailServer, Outlet};
pub use migrations::MIGRATIONS;
pub use notification::{Mail, Notification};
pub use queue::{Queue, mail};
pub use webhook::{Webhooks, signature};

/// Every static statement, for the test that has both engines prepare them.
pub use statements::ALL as STATEMENTS;

/// The organisation of what belongs to the whole installation.
pub const INSTALLATION: &str = "";
