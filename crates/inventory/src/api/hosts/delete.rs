//! `DELETE /hosts/{host_id_list}`: removes hosts.

use std::time::Instant;

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::EditOutcome;
use http::StatusCode;
use serde_json::json;

use super::{delete_matching::failed, reach};
use crate::{
    api::{
        App,
        caller::Caller,
        errors::{self, Exception, Failure},
        path::PathParams,
    },
    metric_names::count_deleted,
    records,
};

/// Removes hosts by id; all must exist, or none is removed. A `delete` event follows for each.
#[utoipa::path(
    delete,
    path = "/hosts/{host_id_list}",
    operation_id = "api.host.delete_host_by_id",
    tag = "hosts",
    params(("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them")),
    responses(
        (status = 200, description = "They are gone", body = Object),
        (status = 404, description = "Not all of them exist", body = Exception),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let ids = path.ids("host_id_list")?;
    let scope = caller.hosts_by_id(&app, Permission::HostsWrite, &ids).await?;

    let hosts = ids.hosts();
    let tracked = app.tracking.begin(&caller, app.fleet.clock(), "delete operation");
    let began = Instant::now();
    let edited = app.fleet.delete(&scope, &hosts, &caller.origin()).await;
    let edited = edited.inspect_err(|error| tracked.end(Err(&failed(error))))?;
    let changed = if let EditOutcome::Done { changed } = edited { changed } else { 0 };
    count_deleted(changed, began);
    if changed > 0 {
        records::deleted(caller.org(), &hosts);
    }
    for host in hosts {
        tracked.host(Some(host), if changed > 0 { "deleted host" } else { "not deleted host" }, Ok(()));
    }
    tracked.end(Ok(()));
    match reach::not_missing(&ids, edited)? {
        EditOutcome::Done { changed: 0 } => {
            Err(Failure::problem(StatusCode::NOT_FOUND, "No hosts found for deletion."))
        }
        _ => Ok(errors::json(StatusCode::OK, &json!({}))),
    }
}
