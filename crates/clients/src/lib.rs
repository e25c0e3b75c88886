//! Asks other services over HTTP.
//!
//! [`Client::post`] sends what is too long for one answer to wait for, part by part.
//!
//! A [`Client`] is one service that is asked: where it is, which authorities are trusted, how long an
//! answer may take and how large it may be, how often a call is tried, and which headers of the caller's request are passed
//! on. A call ends in a [`Reply`], whatever its status, or in a [`CallError`].
//!
//! [`s3`] reads objects of S3, with signed requests.
//!
//! What is asked of a service belongs to whoever asks: a small trait of its own, implemented over this client or in process
//! (`plumbline/src/wiring.rs`).

mod client;
mod error;
mod outgoing;
mod reply;
mod retry;
pub mod s3;
mod tls;

pub use client::{Client, Options};
pub use error::{BadClient, CallError};
pub use outgoing::{Aborted, Outgoing};
pub use reply::{Reply, retry_after};
pub use retry::JitteredBackoff;
pub use tls::{Authorities, Trust};
