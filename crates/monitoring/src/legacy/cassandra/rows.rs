//! Rows of counters and timers.

use std::collections::BTreeSet;

use futures::{StreamExt as _, TryStreamExt as _, future::BoxFuture, stream};
use scylla::value::CqlValue;

use crate::{
    cassandra::{CONCURRENT_STATEMENTS, Cells, Connection, Values, text, time},
    legacy::{Key, Listed, MOST_ROWS, MetricRef, MetricRow, Result, Side, TablesError, TimedRow, Units},
    rules::columns::{Column, MEASURES, Table},
};

fn named(key: &Key) -> Values {
    vec![text(&key.environment), text(&key.application), text(&key.metric)]
}

const OF_METRIC: &str = "environment = ? AND application = ? AND metric_name = ?";

/// The metrics of both tables: counters first, each table by name.
pub(super) async fn catalogue(connection: &Connection) -> Result<Vec<Listed>> {
    let mut all = Vec::new();
    for table in [Table::Counter, Table::Timer] {
        let name = connection.table(table.name());
        let distinct = format!("SELECT DISTINCT environment, application, metric_name FROM {name}");
        let keys = connection.collect(&distinct, Values::new(), |mut cells| {
            Some(Key { environment: cells.text()?, application: cells.text()?, metric: cells.text()? })
        });
        let keys = keys.await?;
        let units = if table == Table::Timer { ", duration_unit, rate_unit" } else { "" };
        let newest = format!(
            "SELECT metric_timestamp{units} FROM {name} WHERE {OF_METRIC} ORDER BY metric_timestamp DESC LIMIT 1"
        );
        let newest = &newest;
        let found = stream::iter(keys).map(|key| async move {
            // A metric whose rows were all removed meanwhile has none.
            let last = connection.collect(newest, named(&key), |mut cells| {
                Some((cells.time()?, Units { duration: cells.text(), rate: cells.text() }))
            });
            let last = last.await?.pop();
            Ok::<_, TablesError>(last.map(|(last, units)| Listed { table, key, last, units }))
        });
        let found: Vec<Option<Listed>> = found.buffer_unordered(CONCURRENT_STATEMENTS).try_collect().await?;
        let mut found: Vec<Listed> = found.into_iter().flatten().collect();
        found.sort_by(|one, two| one.key.cmp(&two.key));
        all.append(&mut found);
    }
    Ok(all)
}

/// The columns that a question reads, behind the time, in the order of the table.
fn stored(columns: &[Column]) -> Vec<&'static str> {
    let mut names = BTreeSet::new();
    for column in columns {
        match column {
            Column::IntervalCount => names.extend(["count", "previous_count"]),
            other => {
                names.insert(other.name());
            }
        }
    }
    names.into_iter().collect()
}

/// A row of these columns behind its time.
fn row(names: &[&str], mut cells: Cells) -> Option<TimedRow> {
    let at = cells.time()?;
    let mut row = MetricRow::default();
    for name in names {
        match *name {
            "count" => row.count = cells.number(),
            "previous_count" => row.previous_count = cells.number(),
            "previous_metric_timestamp" => row.previous_time = cells.time(),
            name => {
                let value = cells.float();
                if let Some(n) = MEASURES.iter().position(|measure| *measure == name) {
                    row.measures[n] = value;
                }
            }
        }
    }
    Some((at, row))
}

/// The rows of a range, by time.
pub(super) async fn in_range(
    connection: &Connection,
    metric: MetricRef<'_>,
    columns: &[Column],
    (start, end): (i64, i64),
) -> Result<Vec<TimedRow>> {
    let names = stored(columns);
    let statement = format!(
        "SELECT metric_timestamp, {} FROM {} WHERE {OF_METRIC} AND metric_timestamp >= ? AND metric_timestamp <= ?",
        names.join(", "),
        connection.table(metric.table.name())
    );
    let values = [named(metric.key), vec![time(start), time(end)]].concat();
    let mut rows = Vec::new();
    connection
        .each(statement.as_str(), values, |cells| {
            rows.extend(row(&names, cells));
            if rows.len() > MOST_ROWS { Err(TablesError::TooMany) } else { Ok(()) }
        })
        .await?;
    Ok(rows)
}

/// The row next to a time, without measures.
pub(super) async fn beside(
    connection: &Connection,
    metric: MetricRef<'_>,
    side: Side,
    at: i64,
) -> Result<Option<TimedRow>> {
    let (sign, order) = if side == Side::Before { ("<", "DESC") } else { (">", "ASC") };
    let names = ["count", "previous_count", "previous_metric_timestamp"];
    let statement = format!(
        "SELECT metric_timestamp, {} FROM {} WHERE {OF_METRIC} AND metric_timestamp {sign} ?
         ORDER BY metric_timestamp {order} LIMIT 1",
        names.join(", "),
        connection.table(metric.table.name())
    );
    let values = [named(metric.key), vec![time(at)]].concat();
    Ok(connection.collect(&statement, values, |cells| row(&names, cells)).await?.pop())
}

/// Writes rows. A cell without a value is not written: it keeps what it has.
pub(super) async fn put(
    connection: &Connection,
    metric: MetricRef<'_>,
    rows: &[TimedRow],
    units: &Units,
) -> Result<()> {
    let name = connection.table(metric.table.name());
    let mut writes: Vec<BoxFuture<'_, Result<()>>> = Vec::new();
    for (at, row) in rows {
        let mut columns = vec!["environment", "application", "metric_name", "metric_timestamp"];
        let mut values = [named(metric.key), vec![time(*at)]].concat();
        let mut cell = |column: &'static str, value: Option<CqlValue>| {
            if let Some(value) = value {
                columns.push(column);
                values.push(value);
            }
        };
        cell("count", row.count.map(CqlValue::BigInt));
        cell("previous_metric_timestamp", row.previous_time.map(time));
        cell("previous_count", row.previous_count.map(CqlValue::BigInt));
        if metric.table == Table::Timer {
            for (measure, value) in MEASURES.into_iter().zip(row.measures) {
                cell(measure, value.map(CqlValue::Float));
            }
            cell("rate_unit", units.rate.as_deref().map(text));
            cell("duration_unit", units.duration.as_deref().map(text));
        }
        let places = vec!["?"; columns.len()].join(", ");
        let statement = format!("INSERT INTO {name} ({}) VALUES ({places})", columns.join(", "));
        writes.push(Box::pin(async move { Ok(connection.run(&statement, values).await.map(|_| ())?) }));
    }
    stream::iter(writes).buffer_unordered(CONCURRENT_STATEMENTS).try_collect().await
}
