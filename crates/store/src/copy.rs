//! Whole tables, out of one database and into another one, whatever its engine.
//!
//! Values come out in the four forms that both engines have: nothing, integers, text and bytes. They go in as what the column
//! of the other database is: truth from 0 and 1, a UUID from its 16 bytes, JSON from its text.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::{
    Dialect, Error, Migrations, Result, Row, Rows, Sql, Tx,
    migrate::migrate_in,
    value::{Value, ValueKind},
};

/// The table that says which steps a database has; it is made by them, and never copied.
const MIGRATION: &str = "migration";

/// How steps begin to make a table, and to give one another name.
const MAKES: [&str; 2] = ["CREATE TABLE ", " RENAME TO "];

/// The names of the tables that these steps make. Others in the same database are somebody else's.
fn made_by(sets: &[Migrations], dialect: Dialect) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for step in sets.iter().flat_map(|set| set.steps) {
        for begin in MAKES {
            let places = step.text(dialect).split(begin).skip(1);
            let name = |text: &'static str| text.split(|c: char| !c.is_alphanumeric() && c != '_').next();
            names.extend(places.filter_map(name));
        }
    }
    names
}

/// A table of a database.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<TableColumn>,
}

#[derive(Debug, Clone)]
struct TableColumn {
    name: String,
    kind: ValueKind,
    is_json: bool,
    /// Whether the database gives its numbers.
    is_numbered: bool,
}

impl Table {
    /// The names of its columns, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

fn kind(name: &str) -> Result<ValueKind> {
    Ok(match name {
        "int8" | "INTEGER" | "BIGINT" => ValueKind::Int,
        "text" | "jsonb" | "TEXT" => ValueKind::Text,
        "bytea" | "BLOB" => ValueKind::Bytes,
        "uuid" => ValueKind::Uuid,
        "bool" => ValueKind::Bool,
        other => return Err(Error::statement("a column has a type that is not copied", other)),
    })
}

/// A name as it stands in statements.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Tx {
    /// The tables that the steps of `sets` make, in the order in which they were made: what another one refers to comes first.
    pub async fn tables(&mut self, sets: &[Migrations]) -> Result<Vec<Table>> {
        let ours = made_by(sets, self.dialect());
        let names = match self.dialect() {
            Dialect::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
            }
            Dialect::Postgres => {
                "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY c.oid"
            }
        };
        let columns = match self.dialect() {
            Dialect::Sqlite => "SELECT name, type, 'NO' FROM pragma_table_info($1) ORDER BY cid",
            Dialect::Postgres => {
                "SELECT column_name::text, udt_name::text, is_identity::text FROM information_schema.columns
                    WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
            }
        };
        let mut tables = Vec::new();
        for row in self.fetch_all(Sql::new(names)).await? {
            let name: String = row.get(0)?;
            if !ours.contains(name.as_str()) {
                continue;
            }
            let rows = self.fetch_all(Sql::new(columns).bind(&name)).await?;
            let column = |row: &Row| {
                let of: String = row.get(1)?;
                Ok(TableColumn {
                    name: row.get(0)?,
                    kind: kind(&of)?,
                    is_json: of == "jsonb",
                    is_numbered: row.get::<String>(2)? == "YES",
                })
            };
            let columns = rows.iter().map(column).collect::<Result<_>>()?;
            tables.push(Table { name, columns });
        }
        Ok(tables)
    }

    /// Gives each row of a table to `take`, without holding them all at once.
    pub async fn each_row<E: From<Error>>(
        &mut self,
        table: &Table,
        mut take: impl FnMut(Vec<Value>) -> std::result::Result<(), E> + Send,
    ) -> std::result::Result<(), E> {
        let column = |column: &TableColumn| quoted(&column.name) + if column.is_json { "{text}" } else { "" };
        let columns: Vec<String> = table.columns.iter().map(column).collect();
        let sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&table.name));
        let kinds: Vec<ValueKind> = table.columns.iter().map(|column| column.kind).collect();
        let read = |row: Row| {
            let values = kinds.iter().enumerate().map(|(at, kind)| value(&row, at, *kind));
            take(values.collect::<Result<_>>()?)
        };
        self.connection().each(Sql::new(sql), read).await
    }

    /// Whether a table has a row.
    pub async fn has_rows(&mut self, table: &Table) -> Result<bool> {
        let sql =
            format!("SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} LIMIT 1) AS some", quoted(&table.name));
        Ok(self.fetch_one(Sql::new(sql)).await?.map_or(Ok(0), |row| row.get::<i64>(0))? > 0)
    }

    /// Adds rows to a table: the values of these columns, in their order.
    pub async fn put_rows(&mut self, table: &Table, columns: &[String], rows: Vec<Vec<Value>>) -> Result<()> {
        let mut batch = Rows::new();
        let (mut names, mut read, mut types) = (Vec::new(), Vec::new(), Vec::new());
        let mut by_column: Vec<Vec<Value>> = columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
        for row in rows {
            for (column, value) in by_column.iter_mut().zip(row) {
                column.push(value);
            }
        }
        for (at, (name, values)) in columns.iter().zip(by_column).enumerate() {
            let column = table.columns.iter().find(|column| column.name == *name);
            let column = column.ok_or_else(|| Error::statement("the table lacks a column", name.as_str()))?;
            let values = values.into_iter().map(|value| fitting(value, column.kind));
            batch.columns.push(values.collect::<Result<_>>()?);
            names.push(quoted(name));
            read.push(format!("c{at}{}", if column.is_json { "{json}" } else { "" }));
            types.push(format!("c{at} {}", type_word(column.kind)));
        }
        if batch.is_empty() {
            return Ok(());
        }
        let is_numbered = table.columns.iter().any(|column| column.is_numbered);
        let sql = format!(
            "INSERT INTO {} ({}) {}SELECT {} FROM ({{rows: {}}}) AS batch",
            quoted(&table.name),
            names.join(", "),
            if is_numbered { "OVERRIDING SYSTEM VALUE " } else { "" },
            read.join(", "),
            types.join(", "),
        );
        self.execute(Sql::new(sql).rows(batch)).await.map(drop)
    }

    /// Lets the numbers that the database gives go on behind those that are there.
    pub async fn renumber(&mut self, table: &Table) -> Result<()> {
        for column in table.columns.iter().filter(|column| column.is_numbered) {
            let (name, of) = (quoted(&column.name), quoted(&table.name));
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence($1, $2), largest) FROM (SELECT MAX({name}) AS largest FROM {of}) AS one
                    WHERE largest IS NOT NULL"
            );
            self.fetch_all(Sql::new(sql).bind(of).bind(&column.name)).await?;
        }
        Ok(())
    }

    /// Removes the tables of `all` and makes those of `sets`, earlier steps of the same, anew and empty.
    pub async fn make_anew(
        &mut self,
        all: &[Migrations],
        sets: &[Migrations],
        now: ground::Timestamp,
    ) -> Result<()> {
        let tables = self.tables(all).await?;
        let mut names: Vec<String> = tables.iter().rev().map(|table| quoted(&table.name)).collect();
        names.push(MIGRATION.to_owned());
        for name in names {
            self.script(&format!("DROP TABLE IF EXISTS {name}")).await?;
        }
        migrate_in(self, sets, now).await.map(drop)
    }
}

fn type_word(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Int => "int",
        ValueKind::Text => "text",
        ValueKind::Bytes => "bytes",
        ValueKind::Uuid => "uuid",
        ValueKind::Bool => "bool",
    }
}

/// A value of a row in the form that both engines have.
fn value(row: &Row, at: usize, kind: ValueKind) -> Result<Value> {
    let value = match kind {
        ValueKind::Int => row.get::<Option<i64>>(at)?.map(Value::Int),
        ValueKind::Text => row.get::<Option<String>>(at)?.map(Value::Text),
        ValueKind::Bytes => row.get::<Option<Vec<u8>>>(at)?.map(Value::Bytes),
        ValueKind::Uuid => row.get::<Option<Uuid>>(at)?.map(|uuid| Value::Bytes(uuid.as_bytes().to_vec())),
        ValueKind::Bool => row.get::<Option<bool>>(at)?.map(|truth| Value::Int(i64::from(truth))),
    };
    Ok(value.unwrap_or(Value::Null(kind)))
}

/// The same as what a column of this kind takes.
fn fitting(value: Value, kind: ValueKind) -> Result<Value> {
    Ok(match (value, kind) {
        (Value::Null(_), kind) => Value::Null(kind),
        (Value::Int(number), ValueKind::Int) => Value::Int(number),
        (Value::Int(number @ (0 | 1)), ValueKind::Bool) => Value::Bool(number == 1),
        (Value::Text(text), ValueKind::Text) => Value::Text(text),
        (Value::Bytes(bytes), ValueKind::Bytes) => Value::Bytes(bytes),
        (Value::Bytes(bytes), ValueKind::Uuid) => {
            let uuid = Uuid::from_slice(&bytes);
            Value::Uuid(uuid.map_err(|error| Error::statement("a value is no UUID", &error.to_string()))?)
        }
        (_, kind) => {
            return Err(Error::statement("a value does not fit its column", type_word(kind)));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Migration;

    #[test]
    fn only_what_the_steps_make_is_ours() {
        const SETS: &[Migrations] = &[Migrations {
            owner: "x",
            steps: &[Migration {
                number: 1,
                name: "y",
                sqlite: "CREATE TABLE one (\n  a INTEGER\n) STRICT; CREATE TABLE two_b(x TEXT);",
                postgres: "CREATE TABLE one (a BIGINT);\nALTER TABLE one RENAME TO three;",
            }],
        }];
        assert_eq!(made_by(SETS, Dialect::Sqlite), BTreeSet::from(["one", "two_b"]));
        assert_eq!(made_by(SETS, Dialect::Postgres), BTreeSet::from(["one", "three"]));
    }
}
