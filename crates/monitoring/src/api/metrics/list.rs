//! `GET /api/v1/metrics`.

use axum::{extract::State, response::Response};
use http::StatusCode;
use rest::Caller;
use serde_json::{Value, json};

use crate::{
    api::{App, failure::LegacyFailure},
    rules::moments,
};

/// All metrics that have rows: counters first, then timers.
#[utoipa::path(
    get, path = "/api/v1/metrics", operation_id = "list_metrics", tag = "metrics",
    responses((status = 200, description = "Metrics with the time of their newest row"))
)]
pub async fn handle(State(app): State<App>, caller: Caller) -> Result<Response, LegacyFailure> {
    let listed = app.tables.catalogue(caller.org()).await?;
    let metrics: Vec<Value> = listed
        .iter()
        .map(|own| {
            json!({
                "application": own.key.application,
                "duration_unit": own.units.duration,
                "environment": own.key.environment,
                "last_timestamp": moments::iso(own.last),
                "metric_name": own.key.metric,
                "rate_unit": own.units.rate,
                "table": own.table.name(),
            })
        })
        .collect();
    let body = json!({"data": {"metrics": metrics}});
    Ok(web::json_response(StatusCode::OK, "application/json", body.to_string()))
}
