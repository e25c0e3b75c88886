//! The tables of tokens: steps for both engines.

use ::store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "enrolment",
    steps: &[Migration {
        number: 1,
        name: "tokens to enrol with, and of hosts",
        sqlite: include_str!("../migrations/sqlite/0001_tokens.sql"),
        postgres: include_str!("../migrations/postgres/0001_tokens.sql"),
    }],
};
