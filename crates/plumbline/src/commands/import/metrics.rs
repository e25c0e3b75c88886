//! Rows of the metrics UI server's tables.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use ground::OrgId;
use monitoring::{
    import::{self, OriginalRow},
    legacy::{InDatabase, Key, MetricRef, Tables as _, TablesError, TimedRow, Units},
    rules::columns::{Column, Table},
};

use super::Batch;
use crate::{
    app,
    cli::Place,
    failure::{Failure, Result},
    line_reader::Line,
};

/// Where rows go, and whose they are then.
pub struct Target {
    tables: InDatabase,
    org: OrgId,
}

pub async fn open(config: Option<&PathBuf>, place: &Place) -> Result<Target> {
    let settings = app::config::load(config, &app::config::place_flags(place))?;
    let org = OrgId::parse(&settings.metrics.org)
        .map_err(|problem| Failure::Usage(format!("metrics.org cannot be used: {problem}")))?;
    Ok(Target { tables: InDatabase(super::open(config, place).await?), org })
}

/// Stores the rows of a batch, those of a metric together.
pub async fn take(target: &Target, lines: &[Line]) -> Result<Batch> {
    let mut batch = Batch::default();
    let mut metrics: BTreeMap<(Table, Key), (Vec<TimedRow>, Units)> = BTreeMap::new();
    for line in lines {
        let row =
            super::text(line).and_then(|text| import::read(text).map_err(|problem| (line.number, problem)));
        match row {
            Err(refused) => batch.refused.push(refused),
            Ok(OriginalRow::Metric { table, key, at, row, units }) => {
                let (rows, newest) = metrics.entry((table, key)).or_default();
                if rows.iter().all(|(other, _)| *other <= at) {
                    *newest = units;
                }
                rows.push((at, *row));
            }
            Ok(OriginalRow::Dashboard(dashboard)) => {
                let fresh = target
                    .tables
                    .add_dashboard(&target.org, &dashboard)
                    .await
                    .map_err(|problem| failed(&problem))?;
                *(if fresh { &mut batch.stored } else { &mut batch.known }) += 1;
            }
        }
    }
    for ((table, key), (rows, units)) in metrics {
        let metric = MetricRef { org: &target.org, table, key: &key };
        let times = rows.iter().map(|row| row.0);
        let (first, last) = (times.clone().min().unwrap_or_default(), times.max().unwrap_or_default());
        let there = target
            .tables
            .rows(metric, &[Column::Count], (first, last))
            .await
            .map_err(|problem| failed(&problem))?;
        let mut there: BTreeSet<i64> = there.into_iter().map(|row| row.0).collect();
        let all = rows.len() as u64;
        let fresh: Vec<TimedRow> = rows.into_iter().filter(|row| there.insert(row.0)).collect();
        target.tables.put_rows(metric, &fresh, &units).await.map_err(|problem| failed(&problem))?;
        batch.stored += fresh.len() as u64;
        batch.known += all - fresh.len() as u64;
    }
    Ok(batch)
}

fn failed(problem: &TablesError) -> Failure {
    Failure::Runtime(problem.to_string())
}
