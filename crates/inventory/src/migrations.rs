//! The tables of the inventory beside the record: steps for both engines.

use store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "inventory",
    steps: &[Migration {
        number: 1,
        name: "views of hosts",
        sqlite: include_str!("../migrations/sqlite/0001_views.sql"),
        postgres: include_str!("../migrations/postgres/0001_views.sql"),
    }],
};
