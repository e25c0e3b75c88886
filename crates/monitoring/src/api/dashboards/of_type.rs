//! `GET /api/v1/dashboards/{type}`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use rest::Caller;

use super::{TYPES, bad, invalid_type, many};
use crate::api::{App, failure::LegacyFailure};

/// The dashboards of a type, by name.
#[utoipa::path(
    get, path = "/api/v1/dashboards/{type}", operation_id = "list_dashboards_of_type", tag = "dashboards",
    params(("type" = String, Path, description = "time_series or alert")),
    responses((status = 200, description = "Dashboards"), (status = 400, description = "No such type"))
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(kind): Path<String>,
) -> Result<Response, LegacyFailure> {
    if !TYPES.contains(&kind.as_str()) {
        return Err(bad(invalid_type(&kind)));
    }
    Ok(many(&app.tables.dashboards(caller.org(), Some(&kind)).await?))
}
