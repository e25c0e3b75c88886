//! What this machine is: it collects a system profile, and the facts that the machine is recognised by.
//!
//! Floor 4 of the house, without a place on the network: [`Agent::collect`] reads files and runs a few commands, and
//! gives a [`Report`]; whoever asks sends its [envelope](Report::envelope) the way every report goes.
//!
//! | part | gives |
//! | --- | --- |
//! | `collect/<name>.rs` | one part of the profile, each with tests on recorded input |
//! | `identity.rs` | the ids, names and addresses by which the machine is recognised |
//! | [`Root`] | the folder that all paths stand under: `/`, or a recorded tree |
//! | [`Gap`] | what was left out, why, and what to do about it |
//! | `address.rs` | addresses in texts, without passwords and tokens |
//! | `fit.rs` | makes every value one that the schema takes |
//! | `state.rs` | what one report leaves for the next |
//! | [`samples`] | what changes by the second |
//!
//! It runs as an ordinary user. What may not be read is left out and noted as a [`Gap`]; what the machine does not
//! have is simply absent. Nothing secret is collected: no key of SSH, no command line, no password in an address.
//!
//! A machine on which nothing happened reports the same bytes again (docs/adr/0018): every list is sorted, and what
//! changes by the minute stays out.
//!
//! # To add a collector
//!
//! A file in `collect/` with `pub(super) fn collect(root: &Root, found: &mut Found)` and its tests on recorded input,
//! and its line in [`collect`]. Read with `found.read(..)`, which notes what may not be read.

mod address;
mod collect;
mod collected;
mod command;
mod deb822;
mod fit;
mod identity;
mod ini;
mod report;
mod root;
pub mod samples;
mod state;
#[cfg(test)]
mod testing;

pub use collected::Gap;
pub use report::{Agent, Report, Sender};
pub use root::Root;
pub use state::StateError;
