//! The original's counters and timers as series, for questions and alerts: each measure of a metric is one (contract metrics §14.7).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use ground::OrgId;
use promql::Series;
use series::{Labels, METRIC_NAME, Matcher, bins::Cell};

use super::{CONCURRENT_STATEMENTS, Range, SampleStore, StoreError, Work, at_once, bound::Bound, or_every};
use crate::{
    batch::{Batch, Metadata, Refused, Tenant},
    legacy::{Key, Listed, MetricRef, Tables, TablesError},
    rules::{
        columns::{Column, MEASURES, Table},
        retention::Retention,
    },
};

/// Samples, and beside them the rows of counters and timers as series. Whatever is written goes to the samples.
#[derive(Debug)]
pub struct WithTables {
    samples: Arc<dyn SampleStore>,
    tables: Arc<dyn Tables>,
    /// The metrics that each organisation had when it was last asked: of others it is known that they have no rows, even while the
    /// tables cannot be reached.
    listed: Mutex<HashMap<OrgId, Arc<Vec<Listed>>>>,
}

/// The series of a metric in one column.
struct Found<'l> {
    labels: Labels,
    listed: &'l Listed,
    column: Column,
}

/// The columns of a table that are series, with the unit of their values.
fn columns(listed: &Listed) -> impl Iterator<Item = (Column, Option<&str>)> {
    let measures = if listed.table == Table::Timer { MEASURES.len() } else { 0 };
    let measure = move |n: usize| {
        let units = &listed.units;
        let unit = if MEASURES[n].ends_with("_rate") { &units.rate } else { &units.duration };
        (Column::Measure(n), unit.as_deref())
    };
    std::iter::once((Column::Count, None)).chain((0..measures).map(measure))
}

/// The labels of such series.
const LABELS: [&str; 6] = [METRIC_NAME, "environment", "application", "measure", "kind", "unit"];

fn labels(listed: &Listed, column: Column, unit: Option<&str>) -> Labels {
    let Key { metric, environment, application } = &listed.key;
    let values =
        [metric, environment, application, column.name(), listed.table.word(), unit.unwrap_or_default()];
    Labels::new(LABELS.into_iter().zip(values))
}

/// Whether there may be such a series that meets all conditions: it has no other labels.
fn may_match(matchers: &[Matcher]) -> bool {
    matchers.iter().all(|matcher| LABELS.contains(&&*matcher.name) || matcher.matches(""))
}

fn matching<'l>(listed: &'l [Listed], matchers: &[Matcher]) -> Vec<Found<'l>> {
    let mut found = Vec::new();
    for listed in listed {
        if !Matcher::all_of(matchers, METRIC_NAME, &listed.key.metric) {
            continue;
        }
        for (column, unit) in columns(listed) {
            let labels = labels(listed, column, unit);
            if Matcher::all(matchers, &labels) {
                found.push(Found { labels, listed, column });
            }
        }
    }
    found
}

impl WithTables {
    /// Both together.
    pub fn new(samples: Arc<dyn SampleStore>, tables: Arc<dyn Tables>) -> Self {
        Self { samples, tables, listed: Mutex::default() }
    }

    /// The metrics of a tenant of which something may be selected: rows belong to the whole of an organisation.
    async fn listed(
        &self,
        tenant: &Tenant,
        mut selectors: impl Iterator<Item = &[Matcher]>,
    ) -> Arc<Vec<Listed>> {
        if !tenant.scope.is_empty() || !selectors.any(may_match) {
            return Arc::default();
        }
        match self.tables.catalogue(&tenant.org).await {
            Ok(listed) => {
                let mut known = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
                known.insert(tenant.org.clone(), listed.clone());
                listed
            }
            Err(problem) => {
                tracing::warn!(%problem, "rows of counters and timers cannot be listed; those known before are looked for");
                let known = self.listed.lock().unwrap_or_else(PoisonError::into_inner);
                known.get(&tenant.org).cloned().unwrap_or_default()
            }
        }
    }

    async fn names(&self, tenant: &Tenant, selectors: &[Vec<Matcher>]) -> Result<Vec<Labels>, StoreError> {
        let wanted = or_every(selectors);
        let listed = self.listed(tenant, wanted.iter().map(Vec::as_slice));
        let (mut names, listed) = tokio::join!(self.samples.series(tenant, selectors), listed);
        let found = wanted.iter().flat_map(|matchers| matching(&listed, matchers)).map(|found| found.labels);
        if let Ok(names) = &mut names {
            names.extend(found);
            names.sort_unstable();
            names.dedup();
        }
        names
    }

    async fn both(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
        range: Range,
        most: usize,
    ) -> Result<Vec<Series>, StoreError> {
        let rows = self.rows(tenant, matchers, range, most);
        let (mut series, rows) = tokio::try_join!(self.samples.read(tenant, matchers, range, most), rows)?;
        if rows.is_empty() {
            return Ok(series);
        }
        let count: usize = series.iter().chain(&rows).map(|own| own.times.len() + own.histograms.len()).sum();
        if count > most {
            return Err(StoreError::TooManySamples);
        }
        // Whoever sends samples under the very names of rows has both: a name is never twice in an answer.
        let known: std::collections::HashSet<Labels> = series.iter().map(|own| own.labels.clone()).collect();
        series.extend(rows.into_iter().filter(|own| !known.contains(&own.labels)));
        series.sort_by(|one, two| one.labels.cmp(&two.labels));
        Ok(series)
    }

    async fn rows(
        &self,
        tenant: &Tenant,
        matchers: &[Matcher],
        range: Range,
        most: usize,
    ) -> Result<Vec<Series>, StoreError> {
        let listed = self.listed(tenant, std::iter::once(matchers)).await;
        let found = matching(&listed, matchers);
        let bound = &Bound::new(most);
        let mut work: Work<'_, Vec<Series>> = Vec::new();
        // The measures of one metric are read together.
        for own in found.chunk_by(|one, two| std::ptr::eq(one.listed, two.listed)) {
            work.push(Box::pin(async move {
                let Some(Found { listed, .. }) = own.first() else { return Ok(Vec::new()) };
                let metric = MetricRef { org: &tenant.org, table: listed.table, key: &listed.key };
                let columns: Vec<Column> = own.iter().map(|found| found.column).collect();
                let rows = self.tables.rows(metric, &columns, (range.from, range.to)).await;
                let rows = rows.map_err(|problem| match problem {
                    TablesError::TooMany => StoreError::TooManySamples,
                    problem => StoreError::Tables(problem),
                })?;
                let mut series = Vec::with_capacity(own.len());
                for Found { labels, column, .. } in own {
                    let (mut times, mut values) = (Vec::new(), Vec::new());
                    for (at, row) in &rows {
                        let value = match row.cell(*column) {
                            Cell::Int(value) => value as f64,
                            Cell::Float(value) => value,
                            Cell::Null => continue,
                        };
                        times.push(*at);
                        values.push(value);
                    }
                    bound.hold(times.len())?;
                    if !times.is_empty() {
                        series.push(Series { labels: labels.clone(), times, values, ..Series::default() });
                    }
                }
                Ok(series)
            }));
        }
        Ok(at_once(work, CONCURRENT_STATEMENTS).await?.into_iter().flatten().collect())
    }
}

impl SampleStore for WithTables {
    fn append(&self, tenant: Tenant, batch: Batch) -> BoxFuture<'_, Result<Vec<Refused>, StoreError>> {
        self.samples.append(tenant, batch)
    }

    fn series<'a>(
        &'a self,
        tenant: &'a Tenant,
        selectors: &'a [Vec<Matcher>],
    ) -> BoxFuture<'a, Result<Vec<Labels>, StoreError>> {
        Box::pin(self.names(tenant, selectors))
    }

    fn read<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
        most: usize,
    ) -> BoxFuture<'a, Result<Vec<Series>, StoreError>> {
        Box::pin(self.both(tenant, matchers, range, most))
    }

    fn delete<'a>(
        &'a self,
        tenant: &'a Tenant,
        matchers: &'a [Matcher],
        range: Range,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.samples.delete(tenant, matchers, range)
    }

    fn metadata<'a>(
        &'a self,
        tenant: &'a Tenant,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Metadata>, StoreError>> {
        self.samples.metadata(tenant, name)
    }

    fn seal(&self) -> BoxFuture<'_, Result<u64, StoreError>> {
        self.samples.seal()
    }

    fn retire<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.samples.retire(now, retention)
    }

    fn thin<'a>(&'a self, now: i64, retention: &'a Retention) -> BoxFuture<'a, Result<u64, StoreError>> {
        self.samples.thin(now, retention)
    }

    fn make_missing(&self) -> BoxFuture<'_, Result<String, StoreError>> {
        self.samples.make_missing()
    }
}
