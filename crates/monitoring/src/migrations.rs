//! The tables of metrics.

use ::store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "monitoring",
    steps: &[
        Migration {
            number: 1,
            name: "samples",
            sqlite: include_str!("../migrations/sqlite/0001_samples.sql"),
            postgres: include_str!("../migrations/postgres/0001_samples.sql"),
        },
        Migration {
            number: 2,
            name: "rows and dashboards",
            sqlite: include_str!("../migrations/sqlite/0002_rows.sql"),
            postgres: include_str!("../migrations/postgres/0002_rows.sql"),
        },
        Migration {
            number: 3,
            name: "alerts",
            sqlite: include_str!("../migrations/sqlite/0003_alerts.sql"),
            postgres: include_str!("../migrations/postgres/0003_alerts.sql"),
        },
        Migration {
            number: 4,
            name: "forgotten series",
            sqlite: include_str!("../migrations/sqlite/0004_forgotten.sql"),
            postgres: include_str!("../migrations/postgres/0004_forgotten.sql"),
        },
    ],
};
