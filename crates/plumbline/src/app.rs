//! Settings become what the commands run.

pub mod agents;
pub mod audit;
pub mod checks;
pub mod config;
pub mod database;
pub mod export;
pub mod flags;
pub mod jobs;
pub mod kafka;
pub mod listeners;
pub mod management;
pub mod pushgateway;
pub mod routers;
pub mod running;
pub mod tokens;
pub mod world;
