//! Lines become rows: each gets the time and the count of the one before it.

use std::{collections::BTreeMap, sync::Arc};

use futures::{StreamExt as _, TryStreamExt as _, future::BoxFuture, stream};
use ground::OrgId;

use super::Line;
use crate::{
    legacy::{Key, MetricRef, MetricRow, Result, Side, Tables, TimedRow},
    rules::columns::Table,
};

/// How many metrics are written at once.
const METRICS_AT_ONCE: usize = 16;

/// Writes lines into tables. What came before a line is asked of the tables, not remembered: so it is right after a start, when
/// lines come again, and when another process had the partition meanwhile.
#[derive(Debug)]
pub struct Writer {
    tables: Arc<dyn Tables>,
    org: OrgId,
}

impl Writer {
    /// Into the tables, as an organisation.
    pub fn new(tables: Arc<dyn Tables>, org: OrgId) -> Self {
        Self { tables, org }
    }

    /// Stores lines. The first of a metric has none before it; a late one also becomes the one before that which follows it. To
    /// store lines again changes nothing.
    pub async fn put(&self, lines: &[Line]) -> Result<()> {
        // Of two lines of a metric with one time the later one counts.
        let mut metrics: BTreeMap<(Table, &Key), BTreeMap<i64, &Line>> = BTreeMap::new();
        for line in lines {
            metrics.entry((line.table, &line.key)).or_default().insert(line.at, line);
        }
        let mut work: Vec<BoxFuture<'_, Result<()>>> = Vec::new();
        for ((table, key), lines) in metrics {
            let metric = MetricRef { org: &self.org, table, key };
            let lines: Vec<&Line> = lines.into_values().collect();
            work.push(Box::pin(async move { self.put_metric(metric, &lines).await }));
        }
        stream::iter(work).buffer_unordered(METRICS_AT_ONCE).try_collect().await
    }

    /// Stores the lines of one metric, which are in the order of their times.
    async fn put_metric(&self, metric: MetricRef<'_>, lines: &[&Line]) -> Result<()> {
        let Some(first) = lines.first() else { return Ok(()) };
        let mut previous = self.tables.beside(metric, Side::Before, first.at).await?;
        let mut following = self.tables.beside(metric, Side::After, first.at).await?;
        for same_units in lines.chunk_by(|one, two| one.units == two.units) {
            let mut rows: Vec<TimedRow> = Vec::new();
            for line in same_units {
                // A stored row stands between this line and the one before it.
                if following.as_ref().is_some_and(|row| row.0 <= line.at) {
                    let stored = self.tables.beside(metric, Side::Before, line.at).await?;
                    previous = previous.into_iter().chain(stored).max_by_key(|row| row.0);
                    following = self.tables.beside(metric, Side::After, line.at).await?;
                }
                rows.push((line.at, after(&line.row, previous.as_ref())));
                previous = Some((line.at, line.row.clone()));
                let next = lines.iter().map(|line| line.at).find(|at| *at > line.at);
                if let Some((at, row)) = &following
                    && next.is_none_or(|next| next > *at)
                {
                    rows.push((*at, after(row, previous.as_ref())));
                }
            }
            if let Some(line) = same_units.first() {
                self.tables.put_rows(metric, &rows, &line.units).await?;
            }
        }
        Ok(())
    }
}

/// A row with what came before it.
fn after(row: &MetricRow, previous: Option<&TimedRow>) -> MetricRow {
    MetricRow {
        previous_time: previous.map(|row| row.0),
        previous_count: previous.and_then(|row| row.1.count),
        ..row.clone()
    }
}
