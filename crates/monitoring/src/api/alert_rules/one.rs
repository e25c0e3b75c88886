//! `GET`, `PUT` and `DELETE /api/v1/alert-rules/{id}`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use rest::{Json, Path};
use uuid::Uuid;
use web::Problem;

use super::{found, list::save, shown::AlertOut};
use crate::{
    alerting,
    api::{App, caller::Of, doors::writable},
    rules::alert_rule::AlertRule,
};

/// So many active series are shown.
const SHOWN: i64 = 5_000;

rest::parameters! {
    /// The alert that the path names.
    pub struct AlertPath in Path {
        /// Its id.
        id: Uuid,
    }
}

/// An alert, and what it is now.
#[utoipa::path(
    get, path = "/api/v1/alert-rules/{id}", operation_id = "alert_rule", tag = "alerts", params(AlertPath),
    responses((status = 200, description = "The alert", body = AlertOut), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn get(
    State(app): State<App>,
    Of(tenant): Of,
    Path(AlertPath { id }): Path<AlertPath>,
) -> Result<Response, Problem> {
    let kept = found(&app, &tenant, id).await?;
    let counts = alerting::counts(&app.db, &tenant).await?;
    let counts = counts.get(&id).copied().unwrap_or_default();
    let active = alerting::active(&app.db, &kept, SHOWN).await?;
    Ok(rest::json(StatusCode::OK, &AlertOut::new(kept, counts, active)))
}

/// Changes an alert; its states begin anew.
#[utoipa::path(
    put, path = "/api/v1/alert-rules/{id}", operation_id = "change_alert_rule", tag = "alerts", params(AlertPath), request_body = AlertRule,
    responses((status = 200, description = "The alert", body = AlertOut), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn put(
    State(app): State<App>,
    Of(tenant): Of,
    Path(AlertPath { id }): Path<AlertPath>,
    Json(rule): Json<AlertRule>,
) -> Result<Response, Problem> {
    found(&app, &tenant, id).await?;
    save(&app, &tenant, id, &rule, StatusCode::OK).await
}

/// Removes an alert with its history.
#[utoipa::path(
    delete, path = "/api/v1/alert-rules/{id}", operation_id = "remove_alert_rule", tag = "alerts", params(AlertPath),
    responses((status = 204, description = "It is gone"), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn delete(
    State(app): State<App>,
    Of(tenant): Of,
    Path(AlertPath { id }): Path<AlertPath>,
) -> Result<Response, Problem> {
    writable(&app)?;
    if alerting::remove(&app.db, &tenant, id).await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(Problem::new(StatusCode::NOT_FOUND, format!("there is no alert {id}")))
}
