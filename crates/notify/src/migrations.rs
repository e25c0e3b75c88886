//! The tables of notifications.

use store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "notify",
    steps: &[Migration {
        number: 1,
        name: "channels, and what is not delivered yet",
        sqlite: include_str!("../migrations/sqlite/0001_notifications.sql"),
        postgres: include_str!("../migrations/postgres/0001_notifications.sql"),
    }],
};
