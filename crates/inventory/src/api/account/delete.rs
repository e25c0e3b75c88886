//! `DELETE /account/staleness`: the organisation goes back to the defaults.

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use ground::OrgId;
use http::StatusCode;

use crate::api::{App, caller::Caller, errors::Failure, openapi::Problem, query::Query};

/// Drops the settings that the organisation has for itself.
#[utoipa::path(
    delete,
    path = "/account/staleness",
    operation_id = "api.staleness.delete_staleness",
    tag = "staleness",
    responses(
        (status = 204, description = "The defaults hold again"),
        (status = 404, description = "The organisation has none of its own", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, Query(_): Query) -> Result<Response, Failure> {
    caller.staleness(&app, Permission::StalenessWrite, Permission::HostsWrite).await?;

    let org = caller.org();
    let dropped = app.fleet.edit_staleness(org, |own| own.map(|_| None).ok_or_else(|| none(org))).await?;
    dropped.map(|_| StatusCode::NO_CONTENT.into_response())
}

/// The answer when there is nothing to change.
pub(super) fn none(org: &OrgId) -> Failure {
    let detail = format!("Staleness record for org_id {org} does not exist.");
    Failure::problem(StatusCode::NOT_FOUND, detail)
}
