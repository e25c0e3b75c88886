//! One transaction.

use futures::TryStreamExt as _;
use sqlx::{
    Arguments as _, AssertSqlSafe, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction,
    postgres::PgArguments, sqlite::SqliteArguments,
};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use crate::{
    Dialect, Error, Result, Row, Sql,
    sql::Parameter,
    value::{Value, ValueKind},
};

/// An open transaction. Dropped without [`Tx::commit`], it changes nothing.
#[derive(Debug)]
pub enum Tx {
    #[doc(hidden)]
    Postgres(Transaction<'static, Postgres>, Option<OwnedSemaphorePermit>),
    #[doc(hidden)]
    Sqlite(Transaction<'static, Sqlite>),
}

impl Tx {
    pub(crate) fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Postgres(transaction, _) => Connection::Postgres(transaction),
            Self::Sqlite(transaction) => Connection::Sqlite(transaction),
        }
    }

    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(..) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    /// All rows of a statement.
    pub async fn fetch_all(&mut self, sql: Sql) -> Result<Vec<Row>> {
        self.connection().fetch_all(sql).await
    }

    /// The first row of a statement.
    pub async fn fetch_one(&mut self, sql: Sql) -> Result<Option<Row>> {
        Ok(self.fetch_all(sql).await?.into_iter().next())
    }

    /// Runs a statement and tells how many rows it changed.
    pub async fn execute(&mut self, sql: Sql) -> Result<u64> {
        self.connection().execute(sql).await
    }

    /// Runs a text of several statements as it is: neither values nor fragments.
    pub async fn script(&mut self, text: &str) -> Result<()> {
        let text = AssertSqlSafe(text.to_owned());
        match self {
            Self::Postgres(transaction, _) => {
                sqlx::raw_sql(text).execute(&mut **transaction).await?;
            }
            Self::Sqlite(transaction) => {
                sqlx::raw_sql(text).execute(&mut **transaction).await?;
            }
        }
        Ok(())
    }

    /// Makes the changes durable and visible.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Postgres(transaction, _) => transaction.commit().await?,
            Self::Sqlite(transaction) => transaction.commit().await?,
        }
        Ok(())
    }

    /// Takes everything back.
    pub async fn rollback(self) -> Result<()> {
        match self {
            Self::Postgres(transaction, _) => transaction.rollback().await?,
            Self::Sqlite(transaction) => transaction.rollback().await?,
        }
        Ok(())
    }
}

/// Where a statement runs: the one place that speaks to both drivers.
pub(crate) enum Connection<'a> {
    Postgres(&'a mut PgConnection),
    Sqlite(&'a mut SqliteConnection),
}

impl Connection<'_> {
    fn dialect(&self) -> Dialect {
        match self {
            Self::Postgres(_) => Dialect::Postgres,
            Self::Sqlite(_) => Dialect::Sqlite,
        }
    }

    pub(crate) async fn fetch_all(&mut self, sql: Sql) -> Result<Vec<Row>> {
        let mut all = Vec::new();
        for part in sql.chunks(self.dialect()) {
            let (text, parameters) = part.render(self.dialect())?;
            match self {
                Self::Postgres(connection) => {
                    let query = sqlx::query_with(AssertSqlSafe(text), postgres_arguments(parameters)?);
                    all.extend(query.fetch_all(&mut **connection).await?.into_iter().map(Row::Postgres));
                }
                Self::Sqlite(connection) => {
                    let query = sqlx::query_with(AssertSqlSafe(text), sqlite_arguments(parameters)?);
                    all.extend(query.fetch_all(&mut **connection).await?.into_iter().map(Row::Sqlite));
                }
            }
        }
        Ok(all)
    }

    pub(crate) async fn each<E: From<Error>>(
        &mut self,
        sql: Sql,
        mut take: impl FnMut(Row) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        for part in sql.chunks(self.dialect()) {
            let (text, parameters) = part.render(self.dialect())?;
            match self {
                Self::Postgres(connection) => {
                    let query = sqlx::query_with(AssertSqlSafe(text), postgres_arguments(parameters)?);
                    let mut rows = query.fetch(&mut **connection);
                    while let Some(row) = rows.try_next().await.map_err(Error::from)? {
                        take(Row::Postgres(row))?;
                    }
                }
                Self::Sqlite(connection) => {
                    let query = sqlx::query_with(AssertSqlSafe(text), sqlite_arguments(parameters)?);
                    let mut rows = query.fetch(&mut **connection);
                    while let Some(row) = rows.try_next().await.map_err(Error::from)? {
                        take(Row::Sqlite(row))?;
                    }
                }
            }
        }
        Ok(())
    }

    pub(crate) async fn execute(&mut self, sql: Sql) -> Result<u64> {
        let mut changed = 0;
        for part in sql.chunks(self.dialect()) {
            let (text, parameters) = part.render(self.dialect())?;
            changed += match self {
                Self::Postgres(connection) => {
                    let query = sqlx::query_with(AssertSqlSafe(text), postgres_arguments(parameters)?);
                    query.execute(&mut **connection).await?.rows_affected()
                }
                Self::Sqlite(connection) => {
                    let query = sqlx::query_with(AssertSqlSafe(text), sqlite_arguments(parameters)?);
                    query.execute(&mut **connection).await?.rows_affected()
                }
            };
        }
        Ok(changed)
    }
}

fn unfit(error: sqlx::error::BoxDynError) -> Error {
    Error::from(sqlx::Error::Encode(error))
}

fn sqlite_arguments(parameters: Vec<Parameter>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    for parameter in parameters {
        let Parameter::One(value) = parameter else {
            return Err(Error::statement("an array cannot be a value here", "SQLite"));
        };
        match value {
            Value::Null(_) => arguments.add(None::<i64>),
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
            Value::Uuid(value) => arguments.add(value),
            Value::Bool(value) => arguments.add(value),
        }
        .map_err(unfit)?;
    }
    Ok(arguments)
}

fn postgres_arguments(parameters: Vec<Parameter>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for parameter in parameters {
        match parameter {
            Parameter::One(Value::Null(ValueKind::Int)) => arguments.add(None::<i64>),
            Parameter::One(Value::Null(ValueKind::Text)) => arguments.add(None::<String>),
            Parameter::One(Value::Null(ValueKind::Bytes)) => arguments.add(None::<Vec<u8>>),
            Parameter::One(Value::Null(ValueKind::Uuid)) => arguments.add(None::<Uuid>),
            Parameter::One(Value::Null(ValueKind::Bool)) => arguments.add(None::<bool>),
            Parameter::One(Value::Int(value)) => arguments.add(value),
            Parameter::One(Value::Text(value)) => arguments.add(value),
            Parameter::One(Value::Bytes(value)) => arguments.add(value),
            Parameter::One(Value::Uuid(value)) => arguments.add(value),
            Parameter::One(Value::Bool(value)) => arguments.add(value),
            Parameter::Array(kind, values) => match kind {
                "int8[]" => arguments.add(array(values, |value| match value {
                    Value::Int(value) => Some(value),
                    _ => None,
                })?),
                "uuid[]" => arguments.add(array::<Uuid>(values, |value| match value {
                    Value::Uuid(value) => Some(value),
                    _ => None,
                })?),
                "bytea[]" => arguments.add(array(values, |value| match value {
                    Value::Bytes(value) => Some(value),
                    _ => None,
                })?),
                "bool[]" => arguments.add(array(values, |value| match value {
                    Value::Bool(value) => Some(value),
                    _ => None,
                })?),
                _ => arguments.add(array(values, |value| match value {
                    Value::Text(value) => Some(value),
                    _ => None,
                })?),
            },
        }
        .map_err(unfit)?;
    }
    Ok(arguments)
}

/// The values of one column; a value of another kind than the column's is a mistake in the statement.
fn array<T>(values: Vec<Value>, read: impl Fn(Value) -> Option<T>) -> Result<Vec<Option<T>>> {
    let one = |value| match value {
        Value::Null(_) => Ok(None),
        value => read(value).map(Some).ok_or_else(|| {
            Error::statement("a value does not fit the type of its column", std::any::type_name::<T>())
        }),
    };
    values.into_iter().map(one).collect()
}
