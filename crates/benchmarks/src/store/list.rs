//! Pages of a list: conditions, order, total.

use std::collections::HashMap;

use ground::Timestamp;
use store::{Db, Result, Row, Sql, Tx};
use uuid::Uuid;

use crate::rules::sort::{Key, Order};

/// Which rows of a list are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// How many to leave out.
    pub offset: i64,
    /// How many at the most.
    pub limit: i64,
}

/// A part of a `WHERE`.
type Condition = Box<dyn Fn(&mut Sql) + Send + Sync>;

/// A list in the making.
pub struct List {
    columns: &'static str,
    from: &'static str,
    /// The one table, with its key, in which rows are counted and put in order before what belongs to them is read.
    keys: Option<(&'static str, &'static str)>,
    /// What makes an order whole: when it came in, and the id.
    ties: &'static str,
    /// The SQL of a field that can be sorted by.
    term: fn(&str) -> &'static str,
    conditions: Vec<Condition>,
}

impl List {
    /// Everything of `from`. Equal keys of an order are told apart by `ties`.
    pub fn new(
        columns: &'static str,
        from: &'static str,
        ties: &'static str,
        term: fn(&str) -> &'static str,
    ) -> Self {
        Self { columns, from, keys: None, ties, term, conditions: Vec::new() }
    }

    /// Finds the rows of a page in this table alone, which conditions, terms and ties then speak of, and joins the rest to them. Its
    /// key is the first column, and none of the terms is null.
    pub fn found_in(mut self, table: &'static str, key: &'static str) -> Self {
        self.keys = Some((table, key));
        self
    }

    /// Only what fulfils this, too.
    pub fn with(&mut self, condition: impl Fn(&mut Sql) + Send + Sync + 'static) -> &mut Self {
        self.conditions.push(Box::new(condition));
        self
    }

    /// Only what has this value, where one is wanted.
    pub fn equal<T>(&mut self, column: &'static str, wanted: Option<T>) -> &mut Self
    where
        T: store::IntoValue + Clone + Send + Sync + 'static,
    {
        if let Some(wanted) = wanted {
            self.with(move |sql| {
                sql.push(column).push(" = ").push_bind(wanted.clone());
            });
        }
        self
    }

    /// Only what lies before or after these times, where they are given.
    pub fn between(
        &mut self,
        column: &'static str,
        after: Option<Timestamp>,
        before: Option<Timestamp>,
    ) -> &mut Self {
        for (operator, border) in [(" > ", after), (" < ", before)] {
            if let Some(border) = border {
                self.with(move |sql| {
                    sql.push(column).push(operator).push_bind(border);
                });
            }
        }
        self
    }

    /// Only what has each term in one of these columns. Letters count, and no character stands for others.
    pub fn search(&mut self, columns: &'static [&'static str], terms: Vec<String>) -> &mut Self {
        for term in terms.into_iter().filter(|term| !term.is_empty()) {
            self.with(move |sql| {
                sql.push("(");
                push_found(sql, columns, &term);
                sql.push(")");
            });
        }
        self
    }

    /// How many there are, and the rows of a page.
    pub async fn page(&self, db: &Db, window: Window, order: &[Order]) -> Result<(i64, Vec<Row>)> {
        let (columns, from) = self.keys.map_or((self.columns, self.from), |(table, key)| (key, table));
        let mut count = Sql::new("SELECT COUNT(*) FROM ");
        count.push(from);
        self.push_conditions(&mut count);
        let mut page = Sql::new("SELECT ");
        page.push(columns).push(" FROM ").push(from);
        for (n, key) in order.iter().enumerate() {
            if let Key::Json(pointer) = &key.key {
                let name = format!("sorted{n}");
                page.push(&format!(
                    " LEFT JOIN benchmark_value {name} ON {name}.result_id = r.id AND {name}.path_id = "
                ));
                page.push("(SELECT id FROM benchmark_path WHERE path = ")
                    .push_bind(pointer.as_str())
                    .push(")");
            }
        }
        self.push_conditions(&mut page);
        page.push(" ORDER BY ");
        for (n, key) in order.iter().enumerate() {
            match &key.key {
                Key::Field(field) => page.push((self.term)(field)),
                Key::Json(_) => page.push(&format!("sorted{n}.rank")),
            };
            // SQLite reads no order that says where nulls stand from an index.
            let is_never_null = self.keys.is_some() && matches!(key.key, Key::Field(_));
            page.push(match (key.descending, is_never_null) {
                (true, true) => " DESC, ",
                (false, true) => ", ",
                (true, false) => " DESC NULLS FIRST, ",
                (false, false) => " ASC NULLS LAST, ",
            });
        }
        page.push(self.ties)
            .push(" LIMIT ")
            .push_bind(window.limit)
            .push(" OFFSET ")
            .push_bind(window.offset);
        let mut tx = db.snapshot().await?;
        let total = tx.fetch_one(count).await?.map_or(Ok(0), |row| row.get(0))?;
        let rows = if window.offset >= total { Vec::new() } else { tx.fetch_all(page).await? };
        match self.keys {
            Some((_, key)) if !rows.is_empty() => Ok((total, self.whole(&mut tx, key, &rows).await?)),
            _ => Ok((total, rows)),
        }
    }

    /// The rows of these keys, with all that belongs to them, in their order.
    async fn whole(&self, tx: &mut Tx, key: &str, keys: &[Row]) -> Result<Vec<Row>> {
        let ids = keys.iter().map(|row| row.get(0)).collect::<Result<Vec<Uuid>>>()?;
        let mut sql = Sql::new("SELECT ");
        sql.push(self.columns).push(" FROM ").push(self.from).push(" WHERE ").push(key).push(" IN ");
        sql.push_list("uuid", ids.iter().copied());
        let rows = tx.fetch_all(sql).await?;
        let mut found: HashMap<Uuid, Row> =
            rows.into_iter().map(|row| Ok((row.get(0)?, row))).collect::<Result<_>>()?;
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }

    fn push_conditions(&self, sql: &mut Sql) {
        for (n, condition) in self.conditions.iter().enumerate() {
            sql.push(if n == 0 { " WHERE " } else { " AND " });
            condition(sql);
        }
    }
}

/// Whether a term stands in one of these texts, as a part of a `WHERE`.
pub(super) fn push_found(sql: &mut Sql, texts: &[&str], term: &str) {
    for (n, text) in texts.iter().enumerate() {
        sql.push(if n == 0 { "{find}(" } else { " OR {find}(" }).push(text).push(", ");
        sql.push_bind(term).push(") > 0");
    }
}
