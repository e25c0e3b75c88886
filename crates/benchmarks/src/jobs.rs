//! Work beside requests.

pub mod mail;
