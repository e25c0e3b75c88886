//! Work that goes on beside requests.

pub mod follow_log;
