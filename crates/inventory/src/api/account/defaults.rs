//! `GET /account/staleness/defaults`: after what time hosts are stale where nobody has said otherwise.

use access::Permission;
use axum::{extract::State, response::Response};
use http::StatusCode;

use super::StalenessOut;
use crate::api::{App, caller::Caller, errors::Failure, errors::json, query::Query};

/// The defaults, whatever the organisation has set.
#[utoipa::path(
    get,
    path = "/account/staleness/defaults",
    operation_id = "api.staleness.get_default_staleness",
    tag = "staleness",
    responses((status = 200, description = "The defaults", body = StalenessOut)),
)]
pub async fn handle(State(app): State<App>, caller: Caller, Query(_): Query) -> Result<Response, Failure> {
    caller.staleness(&app, Permission::StalenessRead, Permission::HostsRead).await?;

    let shown = StalenessOut::new(caller.org(), None, app.fleet.default_staleness());
    Ok(json(StatusCode::OK, &shown))
}
