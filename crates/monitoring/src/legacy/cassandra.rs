//! Rows and dashboards in a keyspace of the metrics UI server, as it stands (contract metrics §3).
//!
//! The keyspace knows no organisations: it belongs to one, and others neither see nor change it.

mod dashboards;
mod rows;
mod schema;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use ground::OrgId;
use tokio::sync::Mutex;

use super::{Dashboard, Listed, MetricRef, Result, Side, Tables, TablesError, TimedRow, Units};
use crate::{
    cassandra::{Cluster, Connection},
    rules::columns::Column,
};

/// How long a list of metrics is shown again: it takes a question for each metric.
const CATALOGUE_HOLDS: Duration = Duration::from_secs(5);

/// The tables of a keyspace. It is connected to when it is first asked, and again when that failed.
#[derive(Debug)]
pub struct InCassandra {
    org: OrgId,
    connection: Connection,
    catalogue: Mutex<Option<(Instant, Arc<Vec<Listed>>)>>,
}

impl InCassandra {
    /// The tables of this keyspace, which belongs to an organisation; what is wrong with the options, otherwise. Connects to
    /// nothing yet.
    pub fn new(cluster: Cluster, org: OrgId) -> std::result::Result<Self, String> {
        Ok(Self { org, connection: Connection::new(cluster)?, catalogue: Mutex::new(None) })
    }

    fn is_ours(&self, org: &OrgId) -> bool {
        *org == self.org
    }

    fn ours(&self, org: &OrgId) -> Result<()> {
        if self.is_ours(org) { Ok(()) } else { Err(TablesError::NotOurs) }
    }
}

impl Tables for InCassandra {
    fn catalogue<'a>(&'a self, org: &'a OrgId) -> BoxFuture<'a, Result<Arc<Vec<Listed>>>> {
        Box::pin(async move {
            if !self.is_ours(org) {
                return Ok(Arc::default());
            }
            // Who comes while the list is made waits for it.
            let mut known = self.catalogue.lock().await;
            if let Some((at, listed)) = &*known
                && at.elapsed() < CATALOGUE_HOLDS
            {
                return Ok(listed.clone());
            }
            let listed = Arc::new(rows::catalogue(&self.connection).await?);
            *known = Some((Instant::now(), listed.clone()));
            Ok(listed)
        })
    }

    fn rows<'a>(
        &'a self,
        metric: MetricRef<'a>,
        columns: &'a [Column],
        range: (i64, i64),
    ) -> BoxFuture<'a, Result<Vec<TimedRow>>> {
        Box::pin(async move {
            if !self.is_ours(metric.org) {
                return Ok(Vec::new());
            }
            rows::in_range(&self.connection, metric, columns, range).await
        })
    }

    fn beside<'a>(
        &'a self,
        metric: MetricRef<'a>,
        side: Side,
        time: i64,
    ) -> BoxFuture<'a, Result<Option<TimedRow>>> {
        Box::pin(async move {
            self.ours(metric.org)?;
            rows::beside(&self.connection, metric, side, time).await
        })
    }

    fn put_rows<'a>(
        &'a self,
        metric: MetricRef<'a>,
        rows: &'a [TimedRow],
        units: &'a Units,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.ours(metric.org)?;
            rows::put(&self.connection, metric, rows, units).await
        })
    }

    fn dashboards<'a>(
        &'a self,
        org: &'a OrgId,
        kind: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Dashboard>>> {
        Box::pin(async move {
            if !self.is_ours(org) {
                return Ok(Vec::new());
            }
            dashboards::all(&self.connection, kind).await
        })
    }

    fn dashboard<'a>(
        &'a self,
        org: &'a OrgId,
        kind: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<Dashboard>>> {
        Box::pin(async move {
            if !self.is_ours(org) {
                return Ok(None);
            }
            dashboards::one(&self.connection, kind, name).await
        })
    }

    fn add_dashboard<'a>(&'a self, org: &'a OrgId, dashboard: &'a Dashboard) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            self.ours(org)?;
            dashboards::add(&self.connection, dashboard).await
        })
    }

    fn set_dashboard<'a>(&'a self, org: &'a OrgId, dashboard: &'a Dashboard) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            if !self.is_ours(org) {
                return Ok(false);
            }
            dashboards::set(&self.connection, dashboard).await
        })
    }

    fn remove_dashboard<'a>(
        &'a self,
        org: &'a OrgId,
        kind: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            if !self.is_ours(org) {
                return Ok(false);
            }
            dashboards::remove(&self.connection, kind, name).await
        })
    }

    fn make_missing(&self) -> BoxFuture<'_, Result<String>> {
        Box::pin(schema::make_missing(&self.connection))
    }
}
