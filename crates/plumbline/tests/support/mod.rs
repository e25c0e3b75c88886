//! The program as its users start it, and what they send to it.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]
#![expect(clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "helpers of tests")]

mod answer;
mod disk;
mod nginx;
mod program;
mod reports;
mod server;

use std::time::Duration;

pub use self::{
    answer::{Answer, client, send},
    disk::SmallDisk,
    nginx::Nginx,
    program::{Ended, Program, plumbline, run, run_with_input},
    reports::{BASE, LEGACY, ORG, b64_identity, large_reports, lines, report, report_of},
    server::Server,
};

/// Long enough for a slow machine, short enough to wait for.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A random choice that is the same in every run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        // Knuth's MMIX generator; its upper bits are the good ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Bytes without a meaning, from none to 200.
    pub fn bytes(&mut self) -> Vec<u8> {
        let length = self.below(200);
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}
