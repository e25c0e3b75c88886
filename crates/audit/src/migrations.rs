//! The table of the audit log.

use store::{Migration, Migrations};

/// The steps by which it is made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "audit",
    steps: &[Migration {
        number: 1,
        name: "what people and tokens changed",
        sqlite: include_str!("../migrations/sqlite/0001_audit.sql"),
        postgres: include_str!("../migrations/postgres/0001_audit.sql"),
    }],
};
