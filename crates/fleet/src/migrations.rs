//! The tables of the record.

use ::store::{Migration, Migrations};

/// The steps by which they are made.
pub const MIGRATIONS: Migrations = Migrations {
    owner: "fleet",
    steps: &[
        Migration {
            number: 1,
            name: "the record",
            sqlite: include_str!("../migrations/sqlite/0001_record.sql"),
            postgres: include_str!("../migrations/postgres/0001_record.sql"),
        },
        Migration {
            number: 2,
            name: "an index of news",
            sqlite: include_str!("../migrations/sqlite/0002_news.sql"),
            postgres: include_str!("../migrations/postgres/0002_news.sql"),
        },
        Migration {
            number: 3,
            name: "the mark of a host",
            sqlite: include_str!("../migrations/sqlite/0003_mark_of_a_host.sql"),
            postgres: include_str!("../migrations/postgres/0003_mark_of_a_host.sql"),
        },
        Migration {
            number: 4,
            name: "source marks",
            sqlite: include_str!("../migrations/sqlite/0004_source_marks.sql"),
            postgres: include_str!("../migrations/postgres/0004_source_marks.sql"),
        },
        Migration {
            number: 5,
            name: "each tag once",
            sqlite: include_str!("../migrations/sqlite/0005_tags_once.sql"),
            postgres: include_str!("../migrations/postgres/0005_tags_once.sql"),
        },
        Migration {
            number: 6,
            name: "packed facts",
            sqlite: include_str!("../migrations/sqlite/0006_packed_facts.sql"),
            postgres: include_str!("../migrations/postgres/0006_packed_facts.sql"),
        },
        Migration {
            number: 7,
            name: "each state once",
            sqlite: include_str!("../migrations/sqlite/0007_state_once.sql"),
            postgres: include_str!("../migrations/postgres/0007_state_once.sql"),
        },
        Migration {
            number: 8,
            name: "keys and offsets",
            sqlite: include_str!("../migrations/sqlite/0008_keys_and_offsets.sql"),
            postgres: include_str!("../migrations/postgres/0008_keys_and_offsets.sql"),
        },
        Migration {
            number: 9,
            name: "own staleness",
            sqlite: include_str!("../migrations/sqlite/0009_own_staleness.sql"),
            postgres: include_str!("../migrations/postgres/0009_own_staleness.sql"),
        },
        Migration {
            number: 10,
            name: "data of applications",
            sqlite: include_str!("../migrations/sqlite/0010_app_data.sql"),
            postgres: include_str!("../migrations/postgres/0010_app_data.sql"),
        },
        Migration {
            number: 11,
            name: "log head",
            sqlite: include_str!("../migrations/sqlite/0011_log_head.sql"),
            postgres: include_str!("../migrations/postgres/0011_log_head.sql"),
        },
        Migration {
            number: 12,
            name: "collisions, merges and splits",
            sqlite: include_str!("../migrations/sqlite/0012_identity.sql"),
            postgres: include_str!("../migrations/postgres/0012_identity.sql"),
        },
    ],
};
