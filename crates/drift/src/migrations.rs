//! The tables of the service.

use store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "drift",
    steps: &[Migration {
        number: 1,
        name: "causes of drift, and what is known of changes",
        sqlite: include_str!("../migrations/sqlite/0001_causes.sql"),
        postgres: include_str!("../migrations/postgres/0001_causes.sql"),
    }],
};
