//! A statement with its values.

use std::fmt::Write as _;

use crate::{Dialect, Error, IntoValue, Result, Rows, Value};

/// The most placeholders that one statement may have: SQLite's limit, the smaller of the two.
const MAX_PLACEHOLDERS: usize = 32_766;

/// Where a batch is cut on SQLite: prepared statements are kept, whole parts have one text whatever the size of a batch, and
/// one with a thousand placeholders takes some hundred KB.
const CHUNK_PLACEHOLDERS: usize = 1_000;

/// A statement: text with `$1`, `$2`, … and, after the bound values, the rows of its `{rows: …}` tokens.
///
/// `{rows: id uuid, name text}` stands for a sub-select of those columns; put brackets around it and name it. Types:
/// `text`, `int`, `uuid`, `bytes`, `bool`. On PostgreSQL a token is one array for each column, so that a batch of any
/// size is the same prepared statement.
#[derive(Debug, Clone)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
    batches: Vec<Rows>,
    /// Whether it must run as one: it has a list.
    whole: bool,
}

impl Sql {
    /// A statement from its text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new(), batches: Vec::new(), whole: false }
    }

    /// The value of the next placeholder.
    #[must_use]
    pub fn bind(mut self, value: impl IntoValue) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// The rows of the next `{rows: …}` token. A statement with one such token may run in several parts, each with some
    /// of the rows: every row must stand for itself, without `COUNT`, `ORDER BY` or `LIMIT` over them.
    #[must_use]
    pub fn rows(mut self, rows: Rows) -> Self {
        self.batches.push(rows);
        self
    }

    /// Adds text, for statements that are built from conditions.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value: its placeholder to the text, the value behind the others.
    pub fn push_bind(&mut self, value: impl IntoValue) -> &mut Self {
        self.values.push(value.into_value());
        // Writing to a String cannot fail.
        let _ = write!(self.text, "${}", self.values.len());
        self
    }

    /// Adds a `{rows: …}` token of one column together with its values: `push_list("id", "uuid", ids)` for
    /// `… IN (SELECT id FROM (…) AS listed)`. Such a statement runs as one; on SQLite its values may be 32,766.
    pub fn push_list<T: IntoValue>(&mut self, kind: &str, list: impl IntoIterator<Item = T>) -> &mut Self {
        self.text.push_str("(SELECT item FROM ({rows: item ");
        self.text.push_str(kind);
        self.text.push_str("}) AS listed)");
        self.batches.push(Rows::new().column(list));
        self.whole = true;
        self
    }

    /// The text, for messages.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Cuts a statement of one batch into several of a size that `dialect` is fast with.
    pub(crate) fn chunks(mut self, dialect: Dialect) -> Vec<Self> {
        if dialect == Dialect::Postgres || self.whole || self.batches.len() != 1 {
            return vec![self];
        }
        let width = self.batches[0].columns.len().max(1);
        let most = (CHUNK_PLACEHOLDERS.saturating_sub(self.values.len()) / width).max(1);
        let mut parts = Vec::new();
        while self.batches[0].len() > most {
            let mut head = self.clone();
            for (column, whole) in head.batches[0].columns.iter_mut().zip(&mut self.batches[0].columns) {
                let tail = whole.split_off(most);
                *column = std::mem::replace(whole, tail);
            }
            parts.push(head);
        }
        parts.push(self);
        parts
    }

    /// The text as `dialect` reads it, and the parameters in order.
    pub(crate) fn render(self, dialect: Dialect) -> Result<(String, Vec<Parameter>)> {
        let mut text = String::with_capacity(self.text.len() + 64);
        let (values, mut parameters) = match dialect {
            Dialect::Postgres => (Vec::new(), self.values.into_iter().map(Parameter::One).collect()),
            Dialect::Sqlite => (self.values, Vec::new()),
        };
        let wrong = |problem| Error::statement(problem, &self.text);
        let mut batches = self.batches.into_iter();
        let mut rest = self.text.as_str();
        while let Some(open) = rest.find('{') {
            let (before, after) = rest.split_at(open);
            let close = after.find('}').ok_or("`{` without `}`").map_err(wrong)?;
            push_text(&mut text, &mut parameters, before, &values, dialect).map_err(wrong)?;
            let token = &after[1..close];
            match token.strip_prefix("rows:") {
                Some(columns) => {
                    let rows = batches.next().ok_or("rows are missing").map_err(wrong)?;
                    render_rows(&mut text, &mut parameters, columns, rows, dialect).map_err(wrong)?;
                }
                None => text
                    .push_str(dialect.fragment(token).ok_or("a fragment has no such name").map_err(wrong)?),
            }
            rest = &after[close + 1..];
        }
        push_text(&mut text, &mut parameters, rest, &values, dialect).map_err(wrong)?;
        Ok((text, parameters))
    }
}

/// Adds a part of a statement. On SQLite placeholders have neither names nor numbers, and a value that stands in several
/// places is given several times: the driver asks SQLite for each one's name, which is found by a walk over all that have
/// one.
fn push_text(
    text: &mut String,
    parameters: &mut Vec<Parameter>,
    part: &str,
    values: &[Value],
    dialect: Dialect,
) -> std::result::Result<(), &'static str> {
    if dialect == Dialect::Postgres {
        text.push_str(part);
        return Ok(());
    }
    let mut pieces = part.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let rest = piece.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let number = piece[..piece.len() - rest.len()].parse::<usize>().ok();
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        parameters.push(Parameter::One(value.ok_or("a placeholder has no value")?.clone()));
        text.push('?');
        text.push_str(rest);
    }
    Ok(())
}

/// A parameter as the driver takes it.
#[derive(Debug)]
pub(crate) enum Parameter {
    One(Value),
    Array(&'static str, Vec<Value>),
}

fn render_rows(
    text: &mut String,
    parameters: &mut Vec<Parameter>,
    columns: &str,
    rows: Rows,
    dialect: Dialect,
) -> std::result::Result<(), &'static str> {
    let mut names = Vec::new();
    let mut types = Vec::new();
    for column in columns.split(',') {
        let (name, kind) = column.trim().split_once(' ').ok_or("a column of rows needs a name and a type")?;
        names.push(name);
        types.push(Dialect::array_type(kind).ok_or("a column of rows has an unknown type")?);
    }
    if rows.columns.len() != names.len() {
        return Err("the rows have another number of columns than the token");
    }
    let count = rows.len();
    if rows.columns.iter().any(|column| column.len() != count) {
        return Err("the columns of the rows differ in length");
    }
    match dialect {
        Dialect::Postgres => {
            text.push_str("SELECT * FROM UNNEST(");
            for (n, (kind, values)) in types.into_iter().zip(rows.columns).enumerate() {
                parameters.push(Parameter::Array(kind, values));
                let comma = if n == 0 { "" } else { ", " };
                let _ = write!(text, "{comma}${}::{kind}", parameters.len());
            }
            let _ = write!(text, ") AS batch({})", names.join(", "));
        }
        Dialect::Sqlite => {
            text.push_str("SELECT ");
            for (n, name) in names.iter().enumerate() {
                let comma = if n == 0 { "" } else { ", " };
                let _ = write!(text, "{comma}column{} AS {name}", n + 1);
            }
            if count == 0 {
                let nulls = vec!["NULL"; names.len()].join(", ");
                let _ = write!(text, " FROM (VALUES ({nulls})) WHERE FALSE");
                return Ok(());
            }
            text.push_str(" FROM (VALUES ");
            let mut columns: Vec<_> = rows.columns.into_iter().map(Vec::into_iter).collect();
            for row in 0..count {
                text.push_str(if row == 0 { "(" } else { ", (" });
                for (n, column) in columns.iter_mut().enumerate() {
                    parameters.push(Parameter::One(
                        column.next().unwrap_or(Value::Null(crate::value::ValueKind::Int)),
                    ));
                    text.push_str(if n == 0 { "?" } else { ", ?" });
                }
                text.push(')');
            }
            text.push(')');
            if parameters.len() > MAX_PLACEHOLDERS {
                return Err("more values than one statement may carry; give fewer rows at a time");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement() -> Sql {
        Sql::new("INSERT INTO t SELECT $1, a, b{json} FROM ({rows: a int, b text}) AS r")
            .bind("org")
            .rows(Rows::new().column([1, 2]).column(["x", "y"]))
    }

    #[test]
    fn a_batch_is_one_array_for_each_column_on_postgres() {
        let (text, parameters) = statement().render(Dialect::Postgres).unwrap();
        assert_eq!(
            text,
            "INSERT INTO t SELECT $1, a, b::jsonb FROM (SELECT * FROM UNNEST($2::int8[], $3::text[]) AS batch(a, b)) AS r"
        );
        assert_eq!(parameters.len(), 3);
    }

    #[test]
    fn a_batch_is_a_list_of_values_on_sqlite() {
        let (text, parameters) = statement().render(Dialect::Sqlite).unwrap();
        assert_eq!(
            text,
            "INSERT INTO t SELECT ?, a, b FROM (SELECT column1 AS a, column2 AS b FROM (VALUES (?, ?), (?, ?))) AS r"
        );
        assert_eq!(parameters.len(), 5);
    }

    #[test]
    fn on_sqlite_a_value_is_given_wherever_it_stands() {
        let mut sql = Sql::new("SELECT $2 WHERE $1 = a OR a IN ").bind("one").bind(2);
        sql.push_list("int", [3]).push(" OR $1 = b");
        let (text, parameters) = sql.render(Dialect::Sqlite).unwrap();
        assert_eq!(
            text,
            "SELECT ? WHERE ? = a OR a IN (SELECT item FROM (SELECT column1 AS item FROM (VALUES (?))) AS listed) OR ? = b"
        );
        let values: Vec<String> = parameters.iter().map(|parameter| format!("{parameter:?}")).collect();
        assert_eq!(values, ["One(Int(2))", r#"One(Text("one"))"#, "One(Int(3))", r#"One(Text("one"))"#]);
        let missing = Sql::new("SELECT $2").bind(1).render(Dialect::Sqlite).unwrap_err();
        assert!(missing.to_string().contains("a placeholder has no value"), "{missing}");
    }

    #[test]
    fn a_batch_too_large_for_one_statement_is_cut() {
        let many = Sql::new("{rows: a int, b int}").rows(Rows::new().column(0..20_000).column(0..20_000));
        let parts = many.clone().chunks(Dialect::Sqlite);
        assert!(parts.len() == 40 && parts.iter().all(|part| part.batches[0].len() == 500));
        assert_eq!(parts[1].batches[0].columns[0][0], Value::Int(500));
        assert_eq!(many.chunks(Dialect::Postgres).len(), 1);
    }

    #[test]
    fn a_statement_with_a_list_runs_as_one() {
        let mut count = Sql::new("SELECT COUNT(*) FROM t WHERE a IN ");
        count.push_list("int", 0..20_000);
        assert_eq!(count.clone().chunks(Dialect::Sqlite).len(), 1);
        count.push(" AND b IN ").push_list("int", 0..20_000);
        let refused = count.render(Dialect::Sqlite).unwrap_err().to_string();
        assert!(refused.starts_with("more values than one statement may carry"), "{refused}");
    }

    #[test]
    fn a_mistake_in_a_statement_is_an_error_that_shows_it() {
        let wrong = Sql::new("SELECT {nonsense}").render(Dialect::Sqlite).unwrap_err();
        assert!(wrong.to_string().contains("SELECT {nonsense}"), "{wrong}");
        assert!(Sql::new("{rows: a int}").render(Dialect::Postgres).is_err());
    }
}
