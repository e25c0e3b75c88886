//! Dashboards. Changes are conditional: a dashboard that was removed meanwhile is not made again by a change.

use crate::{
    cassandra::{Connection, Values, text},
    legacy::{Dashboard, Result},
    rules::plain_json::plain_json,
};

async fn read(connection: &Connection, condition: &str, values: Values) -> Result<Vec<Dashboard>> {
    let statement = format!("SELECT type, name, data FROM {}{condition}", connection.table("dashboards"));
    let all = connection.collect(&statement, values, |mut cells| {
        let (kind, name) = (cells.text()?, cells.text()?);
        Some(Dashboard { kind, name, data: plain_json(cells.text().as_deref().unwrap_or("null")) })
    });
    Ok(all.await?)
}

/// All, or those of a type.
pub(super) async fn all(connection: &Connection, kind: Option<&str>) -> Result<Vec<Dashboard>> {
    let mut all = match kind {
        None => read(connection, "", Values::new()).await?,
        Some(kind) => read(connection, " WHERE type = ?", vec![text(kind)]).await?,
    };
    all.sort_by(|one, two| two.kind.cmp(&one.kind).then_with(|| one.name.cmp(&two.name)));
    Ok(all)
}

/// One.
pub(super) async fn one(connection: &Connection, kind: &str, name: &str) -> Result<Option<Dashboard>> {
    let found = read(connection, " WHERE type = ? AND name = ?", vec![text(kind), text(name)]).await?;
    Ok(found.into_iter().next())
}

/// Keeps a new one; whether there was none.
pub(super) async fn add(connection: &Connection, dashboard: &Dashboard) -> Result<bool> {
    let table = connection.table("dashboards");
    let statement = format!("INSERT INTO {table} (type, name, data) VALUES (?, ?, ?) IF NOT EXISTS");
    let Dashboard { kind, name, data } = dashboard;
    Ok(connection.applied(&statement, vec![text(kind), text(name), text(data)]).await?)
}

/// Gives it another document; whether it is there.
pub(super) async fn set(connection: &Connection, dashboard: &Dashboard) -> Result<bool> {
    let table = connection.table("dashboards");
    let statement = format!("UPDATE {table} SET data = ? WHERE type = ? AND name = ? IF EXISTS");
    let Dashboard { kind, name, data } = dashboard;
    Ok(connection.applied(&statement, vec![text(data), text(kind), text(name)]).await?)
}

/// Removes it; whether it was there.
pub(super) async fn remove(connection: &Connection, kind: &str, name: &str) -> Result<bool> {
    let table = connection.table("dashboards");
    let statement = format!("DELETE FROM {table} WHERE type = ? AND name = ? IF EXISTS");
    Ok(connection.applied(&statement, vec![text(kind), text(name)]).await?)
}
