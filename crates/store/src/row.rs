//! Rows that come out.

use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};
use uuid::Uuid;

use crate::{Error, Result};

/// One row of an answer. Columns are read by position, in the order of the `SELECT`.
#[derive(Debug)]
pub enum Row {
    #[doc(hidden)]
    Postgres(PgRow),
    #[doc(hidden)]
    Sqlite(SqliteRow),
}

/// What a column can be read as: `i64`, `bool`, `String`, `Vec<u8>`, `Uuid`, and `Option` of each.
pub trait Column:
    for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite> + Sized
{
}

impl Column for i64 {}
impl Column for bool {}
impl Column for String {}
impl Column for Vec<u8> {}
impl Column for Uuid {}
impl Column for Option<i64> {}
impl Column for Option<bool> {}
impl Column for Option<String> {}
impl Column for Option<Vec<u8>> {}
impl Column for Option<Uuid> {}

impl Row {
    /// The column at `position`, counted from 0.
    pub fn get<T: Column>(&self, position: usize) -> Result<T> {
        match self {
            Self::Postgres(row) => row.try_get(position),
            Self::Sqlite(row) => row.try_get(position),
        }
        .map_err(Error::from)
    }
}
