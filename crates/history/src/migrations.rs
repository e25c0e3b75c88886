//! The tables of history: steps for both engines.

use store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "history",
    steps: &[
        Migration {
            number: 1,
            name: "historical profiles",
            sqlite: include_str!("../migrations/sqlite/0001_history.sql"),
            postgres: include_str!("../migrations/postgres/0001_history.sql"),
        },
        Migration {
            number: 2,
            name: "profiles that are still to be compared with baselines",
            sqlite: include_str!("../migrations/sqlite/0002_arrivals.sql"),
            postgres: include_str!("../migrations/postgres/0002_arrivals.sql"),
        },
    ],
};
