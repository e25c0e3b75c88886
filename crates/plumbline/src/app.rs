//! Settings become what the commands run: the one place that knows every crate.

pub mod benchmarks;
pub mod config;
pub mod database;
pub mod kafka;
pub mod listeners;
pub mod routers;
