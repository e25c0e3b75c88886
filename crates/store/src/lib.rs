//! The database: SQLite or PostgreSQL behind one small type.
//!
//! No other crate names an engine. A service writes one text per statement, with `$1` placeholders, in the part of
//! SQL that both engines read alike; where they differ it uses a named fragment of [`dialect`](Dialect), and where
//! a batch enters, a `{rows: …}` token:
//!
//! ```
//! use store::{Rows, Sql};
//! let ids = vec![uuid::Uuid::nil()];
//! let sql = Sql::new("SELECT name FROM host WHERE org_id = $1 AND id IN (SELECT id FROM ({rows: id uuid}) AS wanted)")
//!     .bind("org-1")
//!     .rows(Rows::new().column(ids));
//! # let _ = sql;
//! ```
//!
//! The parts:
//!
//! * [`Db`]: a database that is open; [`Db::read`] for statements that change nothing, [`Db::begin`] for those that do.
//! * [`Tx`]: one transaction. Dropped without [`Tx::commit`], it changes nothing.
//! * [`Sql`], [`Rows`], [`Row`]: a statement with its values, the rows that go in, the rows that come out.
//! * [`Migrations`]: the numbered steps by which a crate makes its tables.
//! * [`Table`]: whole tables, out of one database and into another one.
//! * [`statements!`]: static statements under names, listed, so that a test prepares each of them on both engines.
//!
//! # To add a statement
//! Give it a name in the `statements!` block of the crate's `store` module. The suite of that crate prepares it on
//! both engines. Rules that keep one text true on both:
//!
//! * write `NULLS FIRST` or `NULLS LAST` in every `ORDER BY` over a column that can be null;
//! * fold letters in Rust and keep the folded text in a column of its own; `lower()` differs beyond ASCII;
//! * cast what `->>` returns before comparing it;
//! * times are microseconds in a `BIGINT` ([`ground::Timestamp`]); numbers are `BIGINT`; text sorts by code point
//!   (`COLLATE "C"` in PostgreSQL's migrations).
//!
//! # To add a table
//! Add a numbered step for both engines to the crate's migrations; never change a step that has been released.

mod connect;
mod copy;
mod db;
mod dialect;
mod error;
mod migrate;
mod row;
mod rows;
mod sql;
mod statements;
mod tx;
mod value;
mod wal;

pub use connect::{Authorities, Durability, Options, Tls, TlsCheck};
pub use copy::Table;
pub use db::Db;
pub use dialect::Dialect;
pub use error::{Error, ErrorKind, Result};
pub use migrate::{Migration, Migrations, Standing};
pub use row::{Column, Row};
pub use rows::Rows;
pub use sql::Sql;
pub use statements::prepare_all;
pub use tx::Tx;
pub use value::{IntoValue, Value, ValueKind};
