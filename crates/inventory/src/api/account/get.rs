//! `GET /account/staleness`: after what time hosts of the organisation are stale.

use access::Permission;
use axum::{extract::State, response::Response};
use http::StatusCode;

use super::StalenessOut;
use crate::api::{App, caller::Caller, errors::Failure, errors::json, query::Query};

/// The settings of the organisation, or the defaults when it has none of its own.
#[utoipa::path(
    get,
    path = "/account/staleness",
    operation_id = "api.staleness.get_staleness",
    tag = "staleness",
    responses((status = 200, description = "The settings", body = StalenessOut)),
)]
pub async fn handle(State(app): State<App>, caller: Caller, Query(_): Query) -> Result<Response, Failure> {
    caller.staleness(&app, Permission::StalenessRead, Permission::HostsRead).await?;

    let own = app.fleet.own_staleness(caller.org()).await?;
    let shown = StalenessOut::new(caller.org(), own.as_ref(), app.fleet.default_staleness());
    Ok(json(StatusCode::OK, &shown))
}
