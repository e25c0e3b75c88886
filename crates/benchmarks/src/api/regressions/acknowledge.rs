//! `PUT` and `DELETE /regressions/{id}/acknowledgement`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use rest::{Caller, Json, Path};
use serde::Deserialize;
use utoipa::ToSchema;
use web::Problem;

use super::{RegressionPath, find, may_change};
use crate::regressions::{App, found};

/// No reason is longer, in bytes.
const LONGEST: usize = 1_000;

/// Why something that was found is no news any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgementIn {
    /// For those who read it later: 1 to 1,000 bytes.
    reason: String,
}

/// Acknowledges what was found: it is known, and open no more.
#[utoipa::path(
    put, path = "/regressions/{id}/acknowledgement", operation_id = "acknowledge_regression", tag = "regressions",
    params(RegressionPath), request_body = AcknowledgementIn,
    responses((status = 204, description = "It is acknowledged"), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(RegressionPath { id }): Path<RegressionPath>,
    Json(AcknowledgementIn { reason }): Json<AcknowledgementIn>,
) -> Result<Response, Problem> {
    if reason.trim().is_empty() || reason.len() > LONGEST {
        return Err(Problem::bad_request(format!("`reason` says why, in 1 to {LONGEST} bytes")));
    }
    may_change(&app, &caller).await?;
    find(&app, &caller, id).await?;
    let by = caller.name();
    found::acknowledge(&app.db, caller.org(), id, Some((app.clock.now(), &by, reason.trim()))).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Takes an acknowledgement back: it is open again, unless it is over.
#[utoipa::path(
    delete, path = "/regressions/{id}/acknowledgement", operation_id = "reopen_regression", tag = "regressions",
    params(RegressionPath),
    responses((status = 204, description = "It is open again"), (status = 404, description = "There is none", body = Problem)),
)]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(RegressionPath { id }): Path<RegressionPath>,
) -> Result<Response, Problem> {
    may_change(&app, &caller).await?;
    find(&app, &caller, id).await?;
    found::acknowledge(&app.db, caller.org(), id, None).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
