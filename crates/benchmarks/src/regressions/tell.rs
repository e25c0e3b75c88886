//! What was found is told.

use notify::{Event, Notification};
use serde_json::json;
use store::{Db, Sql};
use uuid::Uuid;

use super::{App, Failed, found, found::Regression, organisation, statements as statement};

/// So many at a time.
const BATCH: i64 = 50;

/// Whether something is to be told.
pub(super) async fn owes(db: &Db) -> Result<bool, Failed> {
    Ok(db.read_one(Sql::new(statement::OWED).bind(1)).await?.is_some())
}

/// Tells the next of it. What is told twice, after a crash, has the same id.
pub(super) async fn tell(app: &App) -> Result<(), Failed> {
    for row in app.db.read(Sql::new(statement::OWED).bind(BATCH)).await? {
        let (org, id): (String, Uuid) = (row.get(0)?, row.get(1)?);
        let org = organisation(&org)?;
        if let Some(found) = found::get(&app.db, &org, id).await? {
            app.queue.tell(org.as_str(), &[notification(app, &found, org.as_str())]).await?;
        }
        app.db.execute(Sql::new(statement::TOLD).bind(&org).bind(id)).await?;
    }
    Ok(())
}

fn notification(app: &App, found: &Regression, org: &str) -> Notification {
    let subject = format!("[{}] {}: {}", found.kind, found.series.title(), found.change());
    let machine = match (found.series.host, found.series.flavor_name.as_deref()) {
        (Some(host), _) => format!("host {host}"),
        (None, Some(flavor)) => format!("flavor {flavor}"),
        (None, None) => "unknown".to_owned(),
    };
    let changes = match found.host_changes {
        0 => String::new(),
        count => format!("Changes of the host since the last good result: {count}\n"),
    };
    let (before, after, unit) = (found.before, found.after, &found.series.unit);
    let text = format!(
        "{subject}\n\nMachine: {machine}\nBefore: {before} {unit}\nAfter: {after} {unit}\nSince: {}\nFound with the result of: {}\n{changes}",
        found.at, found.found
    );
    let payload = json!({
        "regression_id": found.id, "kind": found.kind, "benchmark_id": found.series.benchmark,
        "benchmark_name": found.series.benchmark_name, "name": found.series.name, "metric": found.series.metric,
        "unit": unit, "host_id": found.series.host, "flavor_id": found.series.flavor, "before": before, "after": after,
        "change_percent": found.percent(), "at": found.at.to_string(), "found": found.found.to_string(),
        "good_result_id": found.good, "bad_result_id": found.bad, "host_changes": found.host_changes,
    });
    let body = json!({
        "bundle": app.bundle, "application": "benchmarks", "event_type": format!("regression-{}", found.kind),
        "timestamp": app.clock.now().to_string(), "account_id": null, "org_id": org,
        "events": [{"metadata": {}, "payload": payload.to_string()}],
        "context": json!({"benchmark_name": found.series.benchmark_name, "metric": found.series.metric}).to_string(),
    });
    Notification {
        event: Event::Regression,
        key: format!("regression/{}", found.id),
        subject,
        text,
        json: body.to_string().into_bytes(),
    }
}
