//! Kills the program under load, again and again, and looks whether anything was lost. Never shipped.
//!
//! `make torture` runs it at length, `make test` for some kills. Over the embedded store ([`embedded`]) and over a
//! database server and a broker ([`server`]) the same happens:
//!
//! 1. Senders ([`load`]) report machines, report them again, rename and delete them, and note in a [`ledger`] what was
//!    sent and what was acknowledged. A machine has one operation under way at a time, so the order of its operations
//!    is known; when the answer never comes, the operation may have happened or not.
//!    Beside them samples, baselines and results of benchmarks are [written] over the APIs of the other [`services`].
//! 2. At a moment that follows from the seed a process of the program gets `kill -9`. Over the server the network is
//!    also cut and held up, and the database and the broker are stopped and killed.
//! 3. What was killed is started again, and the time until it does its work is taken.
//! 4. The whole log is read ([`record`]) and laid beside the ledger, its replay beside the hosts, the hosts beside
//!    what the API says, and the topic of events ([`topic`]) beside the log.
//!
//!    Of what was written to the other services each thing that was acknowledged is there, and none is there twice.
//!
//! What is wrong is counted under five headings ([`outcome::Wrong`]), and told in words. The seed decides what is sent
//! and when somebody is killed; how far the program has come by then is up to the machine.
//!
//! `kill -9` takes the process away and leaves the operating system: what was written is there. A power cut is
//! another matter, and is not tried here.
//!
//! [`memory`] drives reports through the program for a while and looks whether its memory stays flat.
//!
//! # To add a fault
//! A line in `server::Fault`, and what it does in `server::Components::suffer`.
#![expect(clippy::panic, clippy::expect_used, reason = "a harness that cannot go on says why and ends")]

pub mod dice;
pub mod document;
pub mod embedded;
pub mod ledger;
pub mod load;
pub mod memory;
pub mod outcome;
pub mod program;
pub mod record;
pub mod reports;
pub mod server;
pub mod services;
pub mod topic;
pub mod verify;
pub mod written;

use std::path::PathBuf;

pub use outcome::{Outcome, Wrong};

/// A run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The file of the program.
    pub program: PathBuf,
    /// How often a process of it is killed.
    pub kills: u64,
    /// Decides what is sent, and when somebody is killed.
    pub seed: u64,
    /// Whether to say on the error stream how far it is.
    pub progress: bool,
}

impl Plan {
    #[expect(clippy::print_stderr, reason = "the voice of a command-line program")]
    pub(crate) fn say(&self, text: &str) {
        if self.progress {
            eprintln!("{text}");
        }
    }
}
