//! `GET /version`.

use axum::{extract::State, response::Response};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use serde_json::json;

use super::{App, failure};

/// The version of the API that this one stands for.
const VERSION: &str = "1.0.0";

/// Tells the version to everybody who may see historical profiles.
#[utoipa::path(
    get,
    path = "/version",
    operation_id = "history_version",
    tag = "version",
    responses((status = 200, description = "The version", body = Object)),
)]
pub async fn handle(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    app.gate.admit(&headers).await?;
    failure::json(&json!({"version": VERSION}))
}
