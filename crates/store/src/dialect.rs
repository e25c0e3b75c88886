//! Where the two engines differ: the whole list.

/// Which SQL is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// One file in the data folder.
    Sqlite,
    /// A server.
    Postgres,
}

impl Dialect {
    /// Whether others can follow the write-ahead log: that of a server.
    pub const fn has_followed_log(self) -> bool {
        matches!(self, Self::Postgres)
    }

    /// The text for a named fragment, written `{name}` in a statement.
    ///
    /// | fragment | meaning |
    /// |---|---|
    /// | `{for update}` | after a `SELECT`: keep others from changing the row until the end of the transaction |
    /// | `{hex host_ids}` | an aggregate: the `host_id`s of a group as one text, 32 hexadecimal digits each |
    /// | `{by code point}` | after a text that is made by an expression: it is compared and ordered by code point |
    /// | `{find}` | the name of a function `(text, part)`: where the part begins in the text, 0 when nowhere; letters count |
    /// | `{json}` | after a text expression: it is stored as JSON |
    /// | `{text}` | after a JSON column: it is read as text |
    /// | `{now}` | the time by the clock of the database, in microseconds |
    pub(crate) fn fragment(self, name: &str) -> Option<&'static str> {
        Some(match (name, self) {
            // SQLite has one writer: its lock is the write transaction itself.
            ("for update" | "json" | "text" | "by code point", Self::Sqlite) => "",
            ("by code point", Self::Postgres) => " COLLATE \"C\"",
            ("find", Self::Sqlite) => "INSTR",
            ("find", Self::Postgres) => "STRPOS",
            ("for update", Self::Postgres) => " FOR UPDATE",
            ("hex host_ids", Self::Sqlite) => "group_concat(hex(host_id), '')",
            ("hex host_ids", Self::Postgres) => "string_agg(replace(host_id::text, '-', ''), '')",
            ("json", Self::Postgres) => "::jsonb",
            ("text", Self::Postgres) => "::text",
            ("now", Self::Postgres) => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
            ("now", Self::Sqlite) => "CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
            _ => return None,
        })
    }

    /// How a column type of a `{rows: …}` token is called.
    pub(crate) fn array_type(name: &str) -> Option<&'static str> {
        Some(match name {
            "text" => "text[]",
            "int" => "int8[]",
            "uuid" => "uuid[]",
            "bytes" => "bytea[]",
            "bool" => "bool[]",
            _ => return None,
        })
    }
}
