//! Historical profiles in tables of their own.

mod arrivals;
mod parts;
mod read;
mod statements;
mod write;

use ::store::Db;
use ground::Clock;

pub use arrivals::{Arrival, CheckIn};
pub use statements::ALL as STATEMENTS;
pub use write::{Cleaned, NewProfile, Stored};

/// The tables. Cloning it gives another handle to the same.
#[derive(Debug, Clone)]
pub struct Profiles {
    db: Db,
    clock: Clock,
}

impl Profiles {
    /// Those in a database whose migrations ([`crate::MIGRATIONS`]) have been applied.
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// What time it is.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }
}
