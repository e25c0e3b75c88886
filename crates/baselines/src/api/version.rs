//! `GET /version`, public and internal.

use axum::{extract::State, response::Response};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use serde_json::json;

use super::{App, failure};

/// The version of the API that this one stands for.
const VERSION: &str = "1.1.0";

/// Tells the version to everybody who may see baselines.
#[utoipa::path(
    get,
    path = "/version",
    operation_id = "baseline_version",
    tag = "version",
    responses((status = 200, description = "The version", body = Object)),
)]
pub async fn handle(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    app.admit(&headers).await?;
    failure::json(&json!({"version": VERSION}))
}

/// The same to the sibling services.
pub async fn to_siblings(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    app.admit_sibling(&headers).await?;
    failure::json(&json!({"version": VERSION}))
}
