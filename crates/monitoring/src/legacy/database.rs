//! Rows and dashboards in the relational store.

use std::sync::Arc;

use futures::future::BoxFuture;
use ground::OrgId;
use store::{Db, Row, Rows, Sql};

use super::{
    Dashboard, Key, Listed, MOST_ROWS, MetricRef, MetricRow, Result, Side, Tables, TablesError, TimedRow,
    Units,
};
use crate::rules::columns::{Column, Table};

store::statements! {
    /// The metrics that have rows, counters first.
    CATALOGUE = "SELECT kind, environment, application, metric_name, last_ts, duration_unit, rate_unit FROM metric_catalogue
        WHERE org_id = $1 ORDER BY kind, environment, application, metric_name";
    /// The rows of a metric in a range.
    ROWS = "SELECT ts, body FROM metric_row WHERE org_id = $1 AND kind = $2 AND environment = $3 AND application = $4
        AND metric_name = $5 AND ts >= $6 AND ts <= $7 ORDER BY ts LIMIT $8";
    /// The newest row of a metric before a time.
    ROW_BEFORE = "SELECT ts, body FROM metric_row WHERE org_id = $1 AND kind = $2 AND environment = $3 AND application = $4
        AND metric_name = $5 AND ts < $6 ORDER BY ts DESC LIMIT 1";
    /// The oldest row of a metric after a time.
    ROW_AFTER = "SELECT ts, body FROM metric_row WHERE org_id = $1 AND kind = $2 AND environment = $3 AND application = $4
        AND metric_name = $5 AND ts > $6 ORDER BY ts LIMIT 1";
    /// Writes rows; the last one of a time stays.
    PUT_ROWS = "INSERT INTO metric_row (org_id, kind, environment, application, metric_name, ts, body)
        SELECT $1, $2, $3, $4, $5, ts, body FROM ({rows: ts int, body bytes}) AS fresh WHERE TRUE
        ON CONFLICT (org_id, kind, environment, application, metric_name, ts) DO UPDATE SET body = excluded.body";
    /// Notes the newest row of a metric.
    NOTE_METRIC = "INSERT INTO metric_catalogue
        (org_id, kind, environment, application, metric_name, last_ts, duration_unit, rate_unit)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (org_id, kind, environment, application, metric_name) DO UPDATE
        SET last_ts = excluded.last_ts, duration_unit = excluded.duration_unit, rate_unit = excluded.rate_unit
        WHERE excluded.last_ts >= metric_catalogue.last_ts";
    /// All dashboards: those of time series first.
    DASHBOARDS = "SELECT type, name, data FROM metric_dashboard WHERE org_id = $1 ORDER BY type DESC, name";
    /// The dashboards of a type.
    DASHBOARDS_OF_TYPE = "SELECT type, name, data FROM metric_dashboard WHERE org_id = $1 AND type = $2 ORDER BY name";
    /// One dashboard.
    DASHBOARD = "SELECT type, name, data FROM metric_dashboard WHERE org_id = $1 AND type = $2 AND name = $3";
    /// A new dashboard.
    ADD_DASHBOARD = "INSERT INTO metric_dashboard (org_id, type, name, data) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org_id, type, name) DO NOTHING";
    /// Another document for a dashboard.
    SET_DASHBOARD = "UPDATE metric_dashboard SET data = $4 WHERE org_id = $1 AND type = $2 AND name = $3";
    /// Removes a dashboard.
    REMOVE_DASHBOARD = "DELETE FROM metric_dashboard WHERE org_id = $1 AND type = $2 AND name = $3";
}

/// The tables of the relational store.
#[derive(Debug, Clone)]
pub struct InDatabase(pub Db);

fn of(text: &str, metric: MetricRef<'_>) -> Sql {
    let MetricRef { org, table, key } = metric;
    let sql = Sql::new(text).bind(org.as_str()).bind(table.word());
    sql.bind(key.environment.as_str()).bind(key.application.as_str()).bind(key.metric.as_str())
}

fn listed(row: &Row) -> store::Result<Listed> {
    let kind: String = row.get(0)?;
    Ok(Listed {
        table: if kind == Table::Timer.word() { Table::Timer } else { Table::Counter },
        key: Key { environment: row.get(1)?, application: row.get(2)?, metric: row.get(3)? },
        last: row.get(4)?,
        units: Units { duration: row.get(5)?, rate: row.get(6)? },
    })
}

/// A row; `None` when its bytes are none.
fn timed(row: &Row) -> store::Result<Option<TimedRow>> {
    let time = row.get(0)?;
    Ok(MetricRow::decode(&row.get::<Vec<u8>>(1)?).map(|row| (time, row)))
}

fn dashboard_of(row: &Row) -> store::Result<Dashboard> {
    Ok(Dashboard { kind: row.get(0)?, name: row.get(1)?, data: row.get(2)? })
}

fn named(text: &str, org: &OrgId, kind: &str, name: &str) -> Sql {
    Sql::new(text).bind(org.as_str()).bind(kind).bind(name)
}

impl InDatabase {
    async fn changed(&self, sql: Sql) -> Result<bool> {
        Ok(self.0.execute(sql).await? > 0)
    }
}

impl Tables for InDatabase {
    fn catalogue<'a>(&'a self, org: &'a OrgId) -> BoxFuture<'a, Result<Arc<Vec<Listed>>>> {
        Box::pin(async move {
            let rows = self.0.read(Sql::new(CATALOGUE).bind(org.as_str())).await?;
            Ok(Arc::new(rows.iter().map(listed).collect::<store::Result<_>>()?))
        })
    }

    fn rows<'a>(
        &'a self,
        metric: MetricRef<'a>,
        _columns: &'a [Column],
        (start, end): (i64, i64),
    ) -> BoxFuture<'a, Result<Vec<TimedRow>>> {
        Box::pin(async move {
            let sql = of(ROWS, metric).bind(start).bind(end).bind(MOST_ROWS as i64 + 1);
            let found = self.0.read(sql).await?;
            if found.len() > MOST_ROWS {
                return Err(TablesError::TooMany);
            }
            let rows: Vec<Option<TimedRow>> = found.iter().map(timed).collect::<store::Result<_>>()?;
            Ok(rows.into_iter().flatten().collect())
        })
    }

    fn beside<'a>(
        &'a self,
        metric: MetricRef<'a>,
        side: Side,
        time: i64,
    ) -> BoxFuture<'a, Result<Option<TimedRow>>> {
        Box::pin(async move {
            let text = if side == Side::Before { ROW_BEFORE } else { ROW_AFTER };
            let found = self.0.read_one(of(text, metric).bind(time)).await?;
            Ok(found.as_ref().map(timed).transpose()?.flatten())
        })
    }

    fn put_rows<'a>(
        &'a self,
        metric: MetricRef<'a>,
        rows: &'a [TimedRow],
        units: &'a Units,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let Some(last) = rows.iter().map(|row| row.0).max() else { return Ok(()) };
            // Of two rows with one time the later one counts, and one statement may hold a time only once.
            let by_time: std::collections::BTreeMap<i64, &MetricRow> =
                rows.iter().map(|(time, row)| (*time, row)).collect();
            let batch = Rows::new()
                .column(by_time.keys().copied().collect::<Vec<_>>())
                .column(by_time.values().map(|row| row.encode()).collect::<Vec<_>>());
            let mut tx = self.0.begin().await?;
            tx.execute(of(PUT_ROWS, metric).rows(batch)).await?;
            let note = of(NOTE_METRIC, metric).bind(last);
            tx.execute(note.bind(units.duration.clone()).bind(units.rate.clone())).await?;
            Ok(tx.commit().await?)
        })
    }

    fn dashboards<'a>(
        &'a self,
        org: &'a OrgId,
        kind: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Vec<Dashboard>>> {
        Box::pin(async move {
            let sql = match kind {
                None => Sql::new(DASHBOARDS).bind(org.as_str()),
                Some(kind) => Sql::new(DASHBOARDS_OF_TYPE).bind(org.as_str()).bind(kind),
            };
            Ok(self.0.read(sql).await?.iter().map(dashboard_of).collect::<store::Result<_>>()?)
        })
    }

    fn dashboard<'a>(
        &'a self,
        org: &'a OrgId,
        kind: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<Option<Dashboard>>> {
        Box::pin(async move {
            let found = self.0.read_one(named(DASHBOARD, org, kind, name)).await?;
            Ok(found.as_ref().map(dashboard_of).transpose()?)
        })
    }

    fn add_dashboard<'a>(&'a self, org: &'a OrgId, dashboard: &'a Dashboard) -> BoxFuture<'a, Result<bool>> {
        let Dashboard { kind, name, data } = dashboard;
        Box::pin(self.changed(named(ADD_DASHBOARD, org, kind, name).bind(data.as_str())))
    }

    fn set_dashboard<'a>(&'a self, org: &'a OrgId, dashboard: &'a Dashboard) -> BoxFuture<'a, Result<bool>> {
        let Dashboard { kind, name, data } = dashboard;
        Box::pin(self.changed(named(SET_DASHBOARD, org, kind, name).bind(data.as_str())))
    }

    fn remove_dashboard<'a>(
        &'a self,
        org: &'a OrgId,
        kind: &'a str,
        name: &'a str,
    ) -> BoxFuture<'a, Result<bool>> {
        Box::pin(self.changed(named(REMOVE_DASHBOARD, org, kind, name)))
    }

    fn make_missing(&self) -> BoxFuture<'_, Result<String>> {
        Box::pin(async {
            Ok("the tables stand in the database: `plumbline migrate up` makes them".to_owned())
        })
    }
}
