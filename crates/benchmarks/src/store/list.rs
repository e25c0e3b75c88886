//! Pages of a list: conditions, order, total.

use ground::Timestamp;
use store::{Db, Result, Row, Sql};

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
        Self { columns, from, ties, term, conditions: Vec::new() }
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
        self.search_or(columns, terms, |_, _| {})
    }

    /// The same, or what `or` adds (with ` OR ` before it).
    pub fn search_or(
        &mut self,
        columns: &'static [&'static str],
        terms: Vec<String>,
        or: fn(&mut Sql, &str),
    ) -> &mut Self {
        for term in terms.into_iter().filter(|term| !term.is_empty()) {
            self.with(move |sql| {
                for (n, column) in columns.iter().enumerate() {
                    sql.push(if n == 0 { "({find}(" } else { " OR {find}(" }).push(column).push(", ");
                    sql.push_bind(term.as_str()).push(") > 0");
                }
                or(sql, &term);
                sql.push(")");
            });
        }
        self
    }

    /// How many there are, and the rows of a page.
    pub async fn page(&self, db: &Db, window: Window, order: &[Order]) -> Result<(i64, Vec<Row>)> {
        let mut count = Sql::new("SELECT COUNT(*) FROM ");
        count.push(self.from);
        self.push_conditions(&mut count);
        let mut page = Sql::new("SELECT ");
        page.push(self.columns).push(" FROM ").push(self.from);
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
            page.push(if key.descending { " DESC NULLS FIRST, " } else { " ASC NULLS LAST, " });
        }
        page.push(self.ties)
            .push(" LIMIT ")
            .push_bind(window.limit)
            .push(" OFFSET ")
            .push_bind(window.offset);
        let mut tx = db.snapshot().await?;
        let total = tx.fetch_one(count).await?.map_or(Ok(0), |row| row.get(0))?;
        let rows = if window.offset >= total { Vec::new() } else { tx.fetch_all(page).await? };
        Ok((total, rows))
    }

    fn push_conditions(&self, sql: &mut Sql) {
        for (n, condition) in self.conditions.iter().enumerate() {
            sql.push(if n == 0 { " WHERE " } else { " AND " });
            condition(sql);
        }
    }
}
