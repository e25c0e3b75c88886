//! The tables of baselines: steps for both engines.

use store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "baselines",
    steps: &[Migration {
        number: 1,
        name: "baselines",
        sqlite: include_str!("../migrations/sqlite/0001_baselines.sql"),
        postgres: include_str!("../migrations/postgres/0001_baselines.sql"),
    }],
};
