//! `GET /version`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use drift_common::{Failure, Query};
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use utoipa::ToSchema;

use super::App;

/// Which version of the API this is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Version {
    /// Three numbers.
    #[schema(example = "1.1.0")]
    pub version: &'static str,
}

/// The version of the API.
#[utoipa::path(
    get,
    path = "/version",
    operation_id = "drift_version",
    tag = "reports",
    responses((status = 200, description = "The version", body = Version)),
)]
pub async fn handle(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    super::caller(&app, &headers).await?;
    Ok(rest::json(StatusCode::OK, &Version { version: "1.1.0" }).into_response())
}
