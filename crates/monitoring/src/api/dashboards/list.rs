//! `GET /api/v1/dashboards`.

use axum::{extract::State, response::Response};
use rest::Caller;

use super::many;
use crate::api::{App, failure::LegacyFailure};

/// All dashboards.
#[utoipa::path(
    get, path = "/api/v1/dashboards", operation_id = "list_dashboards", tag = "dashboards",
    responses((status = 200, description = "Dashboards of time series, then of alerts"))
)]
pub async fn handle(State(app): State<App>, caller: Caller) -> Result<Response, LegacyFailure> {
    Ok(many(&app.tables.dashboards(caller.org(), None).await?))
}
