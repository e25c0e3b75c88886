//! Which stored host a report is about (contract inventory-events §4), and what becomes of it (§5).

pub(crate) mod collisions;
mod hardware;
mod merge;
pub(crate) mod pins;
mod rules;

pub use collisions::{Collide, Collision, Machine, UntoldCollision};
pub use hardware::Hardware;
pub(crate) use merge::{Merged, create, update};
pub use pins::Pin;
pub use rules::{Candidate, Matching, find, find_all};
