//! Conditions on what applications say of hosts, and orders by it.

use ::store::Sql;
use ground::OrgId;

use crate::{Comparison, Direction};

/// What must be true of one value of an application. Where nothing is said no comparison holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AppCondition {
    /// The name of the application.
    pub application: &'static str,
    /// The name of the value.
    pub value: &'static str,
    /// What must be true of it.
    pub test: AppTest,
}

/// What must be true of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AppTest {
    /// It is there, and not null; or it is not.
    Present(bool),
    /// It is a whole number, or a time in microseconds, that compares to this one so.
    Number(Comparison, i64),
    /// It is a text that compares to this one so, by code point.
    Text(Comparison, String),
}

/// A value of an application that hosts are ordered by; hosts without it come last, whichever end comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppKey {
    /// Numbers, or times: the sum of these values, of which those that are missing count as 0. Without any there is no sum.
    Sum {
        /// The name of the application.
        application: &'static str,
        /// The names of the values.
        values: &'static [&'static str],
    },
    /// A number or a time.
    Number {
        /// The name of the application.
        application: &'static str,
        /// The name of the value.
        value: &'static str,
    },
    /// A text, by code point.
    Text {
        /// The name of the application.
        application: &'static str,
        /// The name of the value.
        value: &'static str,
    },
}

impl AppCondition {
    /// Adds it as a condition on `h` (host).
    pub(super) fn add(&self, sql: &mut Sql, org: &OrgId) {
        if self.test == AppTest::Present(false) {
            sql.push("NOT ");
        }
        sql.push("EXISTS (SELECT 1 FROM host_app_data d WHERE d.org_id = ")
            .push_bind(org)
            .push(" AND d.host_id = h.id AND d.application = ")
            .push_bind(self.application)
            .push(" AND ");
        match &self.test {
            AppTest::Present(_) => {
                add_text(sql, "d", self.value);
                sql.push(" IS NOT NULL");
            }
            AppTest::Number(comparison, number) => {
                add_number(sql, "d", self.value);
                sql.push(comparison.sql()).push_bind(*number);
            }
            AppTest::Text(comparison, text) => {
                add_text(sql, "d", self.value);
                sql.push("{by code point}").push(comparison.sql()).push_bind(text);
            }
        }
        sql.push(")");
    }
}

impl AppKey {
    /// The name of the application.
    pub fn application(&self) -> &'static str {
        match self {
            Self::Sum { application, .. }
            | Self::Number { application, .. }
            | Self::Text { application, .. } => application,
        }
    }

    /// Adds the table that [`Self::add_order`] reads as `a`.
    pub(super) fn add_join(&self, sql: &mut Sql) {
        sql.push(
            " LEFT JOIN host_app_data a ON a.org_id = h.org_id AND a.host_id = h.id AND a.application = ",
        )
        .push_bind(self.application());
    }

    /// Adds what hosts are ordered by.
    pub(super) fn add_order(&self, sql: &mut Sql, direction: Direction) {
        match self {
            Self::Number { value, .. } => add_number(sql, "a", value),
            Self::Text { value, .. } => {
                add_text(sql, "a", value);
                sql.push("{by code point}");
            }
            Self::Sum { values, .. } => {
                sql.push("CASE WHEN a.host_id IS NULL THEN NULL ELSE 0");
                for value in *values {
                    sql.push(" + COALESCE(");
                    add_number(sql, "a", value);
                    sql.push(", 0)");
                }
                sql.push(" END");
            }
        }
        sql.push(match direction {
            Direction::Ascending => " ASC NULLS LAST",
            Direction::Descending => " DESC NULLS LAST",
        });
    }
}

fn add_text(sql: &mut Sql, table: &str, value: &str) {
    sql.push("(").push(table).push(".data ->> ").push_bind(value).push(")");
}

fn add_number(sql: &mut Sql, table: &str, value: &str) {
    sql.push("CAST(");
    add_text(sql, table, value);
    sql.push(" AS BIGINT)");
}
