//! Rows and dashboards of the metrics UI server in the relational store: statements, and how a row is held.

mod row;

use ground::OrgId;
use store::{Db, Rows, Sql};

use crate::rules::columns::Table;

pub use row::{Key, MetricRow};

store::statements! {
    /// The metrics that have rows, counters first.
    CATALOGUE = "SELECT kind, environment, application, metric_name, last_ts, duration_unit, rate_unit FROM metric_catalogue
        WHERE org_id = $1 ORDER BY kind, environment, application, metric_name";
    /// The rows of a metric in a range.
    ROWS = "SELECT ts, body FROM metric_row WHERE org_id = $1 AND kind = $2 AND environment = $3 AND application = $4
        AND metric_name = $5 AND ts >= $6 AND ts <= $7 ORDER BY ts";
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

/// A metric that has rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its table.
    pub table: Table,
    /// What it is called.
    pub key: Key,
    /// The time of its newest row, in milliseconds.
    pub last: i64,
    /// In what times are measured.
    pub duration_unit: Option<String>,
    /// In what rates are measured.
    pub rate_unit: Option<String>,
}

/// The metrics of an organisation, counters first.
pub async fn catalogue(db: &Db, org: &OrgId) -> store::Result<Vec<Listed>> {
    let rows = db.read(Sql::new(CATALOGUE).bind(org.as_str())).await?;
    let listed = rows.iter().map(|row| {
        let kind: String = row.get(0)?;
        Ok(Listed {
            table: if kind == Table::Timer.word() { Table::Timer } else { Table::Counter },
            key: Key { environment: row.get(1)?, application: row.get(2)?, metric: row.get(3)? },
            last: row.get(4)?,
            duration_unit: row.get(5)?,
            rate_unit: row.get(6)?,
        })
    });
    listed.collect()
}

fn keyed(text: &str, org: &OrgId, table: Table, key: &Key) -> Sql {
    let sql = Sql::new(text).bind(org.as_str()).bind(table.word());
    sql.bind(key.environment.as_str()).bind(key.application.as_str()).bind(key.metric.as_str())
}

/// The rows of a metric in a range, both ends included, by time.
pub async fn rows(
    db: &Db,
    org: &OrgId,
    table: Table,
    key: &Key,
    start: i64,
    end: i64,
) -> store::Result<Vec<(i64, MetricRow)>> {
    let mut rows = Vec::new();
    for row in db.read(keyed(ROWS, org, table, key).bind(start).bind(end)).await? {
        if let Some(read) = MetricRow::decode(&row.get::<Vec<u8>>(1)?) {
            rows.push((row.get(0)?, read));
        }
    }
    Ok(rows)
}

/// Writes rows of a metric. Units are those of its newest row.
pub async fn put_rows(
    db: &Db,
    org: &OrgId,
    table: Table,
    key: &Key,
    rows: &[(i64, MetricRow)],
    units: (Option<&str>, Option<&str>),
) -> store::Result<()> {
    let Some(last) = rows.iter().map(|row| row.0).max() else { return Ok(()) };
    // Of two rows with one time the later one counts, and one statement may hold a time only once.
    let by_time: std::collections::BTreeMap<i64, &MetricRow> =
        rows.iter().map(|(time, row)| (*time, row)).collect();
    let batch = Rows::new()
        .column(by_time.keys().copied().collect::<Vec<_>>())
        .column(by_time.values().map(|row| row.encode()).collect::<Vec<_>>());
    let mut tx = db.begin().await?;
    tx.execute(keyed(PUT_ROWS, org, table, key).rows(batch)).await?;
    let note = keyed(NOTE_METRIC, org, table, key).bind(last);
    tx.execute(note.bind(units.0.map(str::to_owned)).bind(units.1.map(str::to_owned))).await?;
    tx.commit().await
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

/// Dashboards: all, or those of a type.
pub async fn dashboards(db: &Db, org: &OrgId, kind: Option<&str>) -> store::Result<Vec<Dashboard>> {
    let sql = match kind {
        None => Sql::new(DASHBOARDS).bind(org.as_str()),
        Some(kind) => Sql::new(DASHBOARDS_OF_TYPE).bind(org.as_str()).bind(kind),
    };
    db.read(sql).await?.iter().map(dashboard_of).collect()
}

fn dashboard_of(row: &store::Row) -> store::Result<Dashboard> {
    Ok(Dashboard { kind: row.get(0)?, name: row.get(1)?, data: row.get(2)? })
}

fn named(text: &str, org: &OrgId, kind: &str, name: &str) -> Sql {
    Sql::new(text).bind(org.as_str()).bind(kind).bind(name)
}

/// One dashboard.
pub async fn dashboard(db: &Db, org: &OrgId, kind: &str, name: &str) -> store::Result<Option<Dashboard>> {
    db.read_one(named(DASHBOARD, org, kind, name)).await?.as_ref().map(dashboard_of).transpose()
}

async fn changed(db: &Db, sql: Sql) -> store::Result<bool> {
    let mut tx = db.begin().await?;
    let changed = tx.execute(sql).await?;
    tx.commit().await?;
    Ok(changed > 0)
}

/// Keeps a new dashboard; whether there was none of this type and name.
pub async fn add_dashboard(db: &Db, org: &OrgId, dashboard: &Dashboard) -> store::Result<bool> {
    let Dashboard { kind, name, data } = dashboard;
    changed(db, named(ADD_DASHBOARD, org, kind, name).bind(data.as_str())).await
}

/// Gives a dashboard another document; whether it is there.
pub async fn set_dashboard(db: &Db, org: &OrgId, dashboard: &Dashboard) -> store::Result<bool> {
    let Dashboard { kind, name, data } = dashboard;
    changed(db, named(SET_DASHBOARD, org, kind, name).bind(data.as_str())).await
}

/// Removes a dashboard; whether it was there.
pub async fn remove_dashboard(db: &Db, org: &OrgId, kind: &str, name: &str) -> store::Result<bool> {
    changed(db, named(REMOVE_DASHBOARD, org, kind, name)).await
}
