//! Requests to the operations, on both engines.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod callers;
mod document;
mod pages;
mod replay;
mod world;
