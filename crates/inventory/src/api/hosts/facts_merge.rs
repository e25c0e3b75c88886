//! `PATCH /hosts/{host_id_list}/facts/{namespace}`: adds to facts of hosts.

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::Edit;
use http::StatusCode;

use super::facts;
use crate::api::{App, body, caller::Caller, errors::Failure, path::PathParams};

/// Puts facts over those of a namespace that all these hosts have. An `updated` event follows for each host that is
/// different afterwards.
#[utoipa::path(
    patch,
    path = "/hosts/{host_id_list}/facts/{namespace}",
    operation_id = "api.host.merge_facts",
    tag = "hosts",
    params(
        ("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them"),
        ("namespace" = String, Path, description = "Who collected the facts"),
    ),
    request_body = Object,
    responses(
        (status = 200, description = "They have these facts; the number 200", body = i32),
        (status = 404, description = "Not all of them exist and have the namespace", body = String),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    request: Request,
) -> Result<Response, Failure> {
    let ids = path.ids("host_id_list")?;
    let facts = facts::declared(body::read(request).await?)?;
    let scope = caller.hosts_by_id(&app, Permission::HostsWrite, &ids).await?;

    if facts.is_empty() {
        return Err(Failure::Facts(
            StatusCode::BAD_REQUEST,
            "ERROR: Invalid request.  Merging empty facts into existing facts is a no-op.",
        ));
    }
    let edit = Edit::Facts { namespace: path.text("namespace").to_owned(), facts, replace: false };
    facts::change(&app, &caller, &scope, &ids, edit).await
}
