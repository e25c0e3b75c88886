//! Work beside requests: [machines that report](arrivals) are compared with their baselines.

pub mod arrivals;
