//! How the record lies in the database: statements, bytes in columns, leases.

pub(crate) mod codec;
pub(crate) mod columns;
pub(crate) mod lease;
pub(crate) mod statements;
pub(crate) mod statistics;
pub(crate) mod tag_rows;

pub use statements::ALL as STATEMENTS;
