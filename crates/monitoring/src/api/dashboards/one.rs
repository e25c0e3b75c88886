//! `/api/v1/dashboards/{type}/{name}`: one dashboard.

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use http::StatusCode;
use rest::Caller;
use serde_json::Value;

use super::{absent, bad, json_of, shown, success};
use crate::{
    api::{App, doors::writable, failure::LegacyFailure},
    legacy::Dashboard,
};

/// One dashboard.
#[utoipa::path(
    get, path = "/api/v1/dashboards/{type}/{name}", operation_id = "get_dashboard", tag = "dashboards",
    params(("type" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "The dashboard"), (status = 404, description = "No such dashboard"))
)]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Response, LegacyFailure> {
    let found = app.tables.dashboard(caller.org(), &kind, &name).await?;
    let dashboard = found.ok_or_else(|| LegacyFailure::error(StatusCode::NOT_FOUND, absent(&kind, &name)))?;
    let body = format!(r#"{{"dashboard":{}}}"#, shown(&dashboard));
    Ok(web::json_response(StatusCode::OK, "application/json", body))
}

/// Gives a dashboard another document.
#[utoipa::path(
    put, path = "/api/v1/dashboards/{type}/{name}", operation_id = "replace_dashboard", tag = "dashboards",
    params(("type" = String, Path), ("name" = String, Path)),
    request_body(content_type = "application/json", description = "data", content = Object),
    responses((status = 200, description = "It is kept"), (status = 400, description = "No data"),
              (status = 404, description = "No such dashboard"))
)]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path((kind, name)): Path<(String, String)>,
    request: Request,
) -> Result<Response, LegacyFailure> {
    writable(&app)?;
    let data = match json_of(request).await? {
        None => return Err(bad("Request body must be JSON")),
        Some(Value::Object(mut members)) => members.remove("data").filter(|data| !data.is_null()),
        Some(_) => return Err(bad("Request body must be a JSON object")),
    };
    let data = data.ok_or_else(|| bad("Request body must contain \"data\" attribute"))?.to_string();
    let dashboard = Dashboard { kind, name, data };
    if app.tables.set_dashboard(caller.org(), &dashboard).await? {
        return Ok(success());
    }
    Err(LegacyFailure::unsuccessful(StatusCode::NOT_FOUND, absent(&dashboard.kind, &dashboard.name)))
}

/// Removes a dashboard.
#[utoipa::path(
    delete, path = "/api/v1/dashboards/{type}/{name}", operation_id = "delete_dashboard", tag = "dashboards",
    params(("type" = String, Path), ("name" = String, Path)),
    responses((status = 200, description = "It is gone"), (status = 404, description = "No such dashboard"))
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Response, LegacyFailure> {
    writable(&app)?;
    if app.tables.remove_dashboard(caller.org(), &kind, &name).await? {
        return Ok(success());
    }
    Err(LegacyFailure::unsuccessful(StatusCode::NOT_FOUND, absent(&kind, &name)))
}
