//! `GET /api/drift/admin/status`: what the baseline service tells operators of itself, passed through.

use axum::{extract::State, response::Response};
use drift_common::{Failure, IdentityType, Query};
use http::{HeaderMap, StatusCode, Uri};

use super::{App, gather};

/// The status; 403 for who is no operator.
pub async fn handle(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let caller = super::caller(&app, &headers).await?;
    if caller.identity.kind != IdentityType::Associate {
        return Err(Failure::forbidden("Access Denied."));
    }
    let status = app.sources.baseline_status(&caller).await;
    let status = status.map_err(|error| gather::failure(std::iter::once(error)))?;
    Ok(rest::json(StatusCode::OK, &status))
}
