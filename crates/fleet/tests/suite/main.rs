//! How the record behaves, on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod bed;
mod collector;
mod concurrency;
mod consumer_offsets;
mod draft;
mod evaluator;
mod event_size;
mod groups;
mod identity;
mod index;
mod log;
mod machines;
mod merge;
mod packages;
mod past;
mod profiles;
mod queries;
mod questions;
mod schema;
mod scope;
mod sections;
mod shortcut;
