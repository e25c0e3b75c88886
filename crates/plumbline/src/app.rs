//! Settings become what the commands run.

pub mod agents;
pub mod checks;
pub mod config;
pub mod database;
pub mod listeners;
pub mod management;
pub mod pushgateway;
pub mod routers;
pub mod running;
pub mod traces;
