//! The tables of the inventory beside the record: steps for both engines.

use store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "inventory",
    steps: &[
        Migration {
            number: 1,
            name: "views of hosts",
            sqlite: include_str!("../migrations/sqlite/0001_views.sql"),
            postgres: include_str!("../migrations/postgres/0001_views.sql"),
        },
        Migration {
            number: 2,
            name: "marks of jobs",
            sqlite: include_str!("../migrations/sqlite/0002_marks_of_jobs.sql"),
            postgres: include_str!("../migrations/postgres/0002_marks_of_jobs.sql"),
        },
        Migration {
            number: 3,
            name: "outbox",
            sqlite: include_str!("../migrations/sqlite/0003_outbox.sql"),
            postgres: include_str!("../migrations/postgres/0003_outbox.sql"),
        },
    ],
};
