//! `GET /api/v1/alert-rules/{id}/history`.

use axum::{extract::State, response::Response};
use ground::Timestamp;
use http::StatusCode;
use rest::{Path, Query, Whole};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use web::Problem;

use super::{found, one::AlertPath, shown::time};
use crate::{
    alerting,
    api::{App, caller::Of},
};

/// What an alert was, the last first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryOut {
    /// Changes.
    pub events: Vec<EventOut>,
}

/// A change of what an alert is for a series.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventOut {
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// The labels of the series.
    #[schema(value_type = Object)]
    pub labels: Value,
    /// What it was: `inactive`, `pending` or `firing`.
    pub before: String,
    /// What it became.
    pub state: String,
    /// The value of that time, as the query API writes it.
    pub value: String,
}

rest::parameters! {
    /// Which changes are asked for.
    pub struct ListHistory in Query {
        /// Those before this time; all otherwise.
        before: Option<Timestamp>,
        /// 1 to 1,000, 100 by default.
        limit: Whole<1, 1_000> = 100.into(),
    }
}

/// What an alert was for its series, the last first; it is kept for 90 days.
#[utoipa::path(
    get, path = "/api/v1/alert-rules/{id}/history", operation_id = "alert_history", tag = "alerts", params(AlertPath, ListHistory),
    responses((status = 200, description = "Changes", body = HistoryOut), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn handle(
    State(app): State<App>,
    Of(tenant): Of,
    Path(AlertPath { id }): Path<AlertPath>,
    Query(asked): Query<ListHistory>,
) -> Result<Response, Problem> {
    let kept = found(&app, &tenant, id).await?;
    let before = asked.before.map_or(i64::MAX, |at| at.micros() / 1_000);
    let events = alerting::events(&app.db, &kept, before, asked.limit.get()).await;
    let events = events?.into_iter().map(|event| EventOut {
        at: time(event.at),
        labels: serde_json::from_str(&event.labels).unwrap_or_default(),
        before: event.before,
        state: event.phase,
        value: event.value,
    });
    Ok(rest::json(StatusCode::OK, &HistoryOut { events: events.collect() }))
}
