//! `plumbline up`: a whole system from one command, for this machine alone.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod crashes;
mod data_folder;
mod full_disk;
mod ingest;
mod load;
mod pages;
mod reporting;
mod secrets;
mod serving;
mod stopping;
