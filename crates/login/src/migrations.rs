//! The table of sessions: steps for both engines.

use ::store::{Migration, Migrations};

/// The steps by which it is made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "login",
    steps: &[Migration {
        number: 1,
        name: "people who are logged in",
        sqlite: include_str!("../migrations/sqlite/0001_sessions.sql"),
        postgres: include_str!("../migrations/postgres/0001_sessions.sql"),
    }],
};
