//! Metrics, their rows and thresholds, as the metrics UI server answers (contract metrics §6).

pub mod alerts;
pub mod data;
pub mod list;
