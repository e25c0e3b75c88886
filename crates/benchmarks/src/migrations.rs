//! The tables of the service.

use ::store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "benchmarks",
    steps: &[
        Migration {
            number: 1,
            name: "benchmarks, results and those who send them",
            sqlite: include_str!("../migrations/sqlite/0001_benchmarks.sql"),
            postgres: include_str!("../migrations/postgres/0001_benchmarks.sql"),
        },
        Migration {
            number: 2,
            name: "e-mails wait with all other notifications",
            sqlite: include_str!("../migrations/sqlite/0002_mail_with_notifications.sql"),
            postgres: include_str!("../migrations/postgres/0002_mail_with_notifications.sql"),
        },
        Migration {
            number: 3,
            name: "results are watched for regressions",
            sqlite: include_str!("../migrations/sqlite/0003_regressions.sql"),
            postgres: include_str!("../migrations/postgres/0003_regressions.sql"),
        },
    ],
};
