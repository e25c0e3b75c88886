//! Requests to the operations, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod associations;
mod callers;
mod document;
mod internal;
mod operators;
mod replay;
mod world;
