//! `GET /hosts/{id}/last-change`: when hosts last changed, and what it was.

use access::Permission;
use axum::{extract::State, response::Response};
use ground::HostId;
use http::StatusCode;
use rest::{Caller, Ids, Path, json};
use serde::Serialize;
use utoipa::ToSchema;

use super::{tags::HostsPath, timeline::StepOut};
use crate::api::{App, failure::Failure};

/// The last change of each host.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastChanges<'a> {
    /// In the order in which they happened; hosts that are not there, or not the caller's to see, are left out.
    pub changes: Vec<StepOut<'a>>,
}

/// When each of these hosts last changed, and what it was. Check-ins do not count, and neither do reports in which nothing
/// differs but volatile facts.
#[utoipa::path(
    get,
    path = "/hosts/{id}/last-change",
    operation_id = "hosts_last_change",
    tag = "hosts",
    params(HostsPath),
    responses((status = 200, description = "Their last changes", body = LastChanges)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(HostsPath { id: Ids(ids) }): Path<HostsPath>,
) -> Result<Response, Failure> {
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    let ids: Vec<HostId> = ids.into_iter().map(HostId).collect();
    let entries = app.fleet.last_changes(&scope, &ids).await?;
    Ok(json(StatusCode::OK, &LastChanges { changes: entries.iter().map(StepOut::from).collect() }))
}
