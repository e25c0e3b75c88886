//! Rows of counters and timers, and dashboards, as the metrics UI server knows them, and where they stand.
//!
//! [`Tables`] is the seam: operations, the writer of lines and imports stand on it and know no place. [`InDatabase`] is the relational
//! store, [`InCassandra`] an original's keyspace.

mod cassandra;
mod database;
mod row;

use std::sync::Arc;

use futures::future::BoxFuture;
use ground::{OrgId, Transient};

use crate::{
    cassandra as driver,
    rules::columns::{Column, Table},
};

pub use cassandra::InCassandra;
pub use database::{ALL, InDatabase};
pub use row::{Key, MetricRow};

/// The most rows that one question may read: two months of a metric that is reported every five seconds.
pub const MOST_ROWS: usize = 1_000_000;

/// A row and its time, in milliseconds.
pub type TimedRow = (i64, MetricRow);

/// Why tables could not do what they were asked for.
#[derive(Debug, thiserror::Error)]
pub enum TablesError {
    /// The database.
    #[error(transparent)]
    Database(#[from] store::Error),
    /// Cassandra.
    #[error(transparent)]
    Cassandra(#[from] driver::CassandraError),
    /// A range holds too much.
    #[error("there are more than {MOST_ROWS} rows between these times: ask for a shorter time")]
    TooMany,
    /// The keyspace belongs to another organisation.
    #[error("the keyspace of metrics belongs to another organisation")]
    NotOurs,
}

impl Transient for TablesError {
    fn is_transient(&self) -> bool {
        match self {
            Self::Database(problem) => problem.is_transient(),
            Self::Cassandra(driver::CassandraError::Away(_)) => true,
            Self::Cassandra(driver::CassandraError::Refused(_)) | Self::TooMany | Self::NotOurs => false,
        }
    }
}

/// What tables answer.
pub type Result<T> = std::result::Result<T, TablesError>;

/// A metric of an organisation.
#[derive(Debug, Clone, Copy)]
pub struct MetricRef<'a> {
    /// Whose it is.
    pub org: &'a OrgId,
    /// Its table.
    pub table: Table,
    /// What it is called.
    pub key: &'a Key,
}

/// In what the values of a metric are measured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Units {
    /// In what times are measured.
    pub duration: Option<String>,
    /// In what rates are measured.
    pub rate: Option<String>,
}

/// A metric that has rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its table.
    pub table: Table,
    /// What it is called.
    pub key: Key,
    /// The time of its newest row, in milliseconds.
    pub last: i64,
    /// The units of its newest row.
    pub units: Units,
}

/// A stored dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// `time_series` or `alert`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its document, JSON.
    pub data: String,
}

/// Where a neighbour is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The newest row before a time.
    Before,
    /// The oldest row after it.
    After,
}

/// A place for rows and dashboards.
pub trait Tables: Send + Sync + std::fmt::Debug {
    /// The metrics of an organisation: counters first, each kind by environment, application and name.
    fn catalogue<'a>(&'a self, org: &'a OrgId) -> BoxFuture<'a, Result<Arc<Vec<Listed>>>>;

    /// The rows of a metric in a range, both ends included, by time. Other columns than these may be absent from them.
    fn rows<'a>(
        &'a self,
        metric: MetricRef<'a>,
        columns: &'a [Column],
        range: (i64, i64),
    ) -> BoxFuture<'a, Result<Vec<TimedRow>>>;

    /// The row of a metric next to a time, whole but for its measures.
    fn beside<'a>(
        &'a self,
        metric: MetricRef<'a>,
        side: Side,
        time: i64,
    ) -> BoxFuture<'a, Result<Option<TimedRow>>>;

    /// Writes rows of a metric; of two with one time the later one stays. Units are those of its newest row.
    fn put_rows<'a>(
        &'a self,
        metric: MetricRef<'a>,
        rows: &'a [TimedRow],
        units: &'a Units,
    ) -> BoxFuture<'a, Result<()>>;

    /// Dashboards, all or those of a type: of time series first, then by name.
    fn dashboards<'a>(
        &'a self,
        org: &'a OrgId,
        kind: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Dashboard>>>;

    /// One dashboard.
    fn dashboard<'a>(
        &'a self,
        org: &'a OrgId,
        kind: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<Dashboard>>>;

    /// Keeps a new dashboard; whether there was none of this type and name.
    fn add_dashboard<'a>(&'a self, org: &'a OrgId, dashboard: &'a Dashboard) -> BoxFuture<'a, Result<bool>>;

    /// Gives a dashboard another document; whether it is there.
    fn set_dashboard<'a>(&'a self, org: &'a OrgId, dashboard: &'a Dashboard) -> BoxFuture<'a, Result<bool>>;

    /// Removes a dashboard; whether it was there.
    fn remove_dashboard<'a>(
        &'a self,
        org: &'a OrgId,
        kind: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<bool>>;

    /// Makes the tables that are missing; says in one line what it did.
    fn make_missing(&self) -> BoxFuture<'_, Result<String>>;
}
