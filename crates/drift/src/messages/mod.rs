//! What goes out to topics: [notifications](notification) of drift.

pub mod notification;
