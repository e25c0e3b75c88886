//! Work beside requests: machines that report are compared with their baselines, [those of the log](arrivals) and
//! [those of another inventory](states).

pub mod arrivals;
pub mod states;
