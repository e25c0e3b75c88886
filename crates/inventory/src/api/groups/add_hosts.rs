//! `POST /groups/{group_id}/hosts`: adds hosts to a group.

use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::GroupOutcome;
use http::StatusCode;

use super::{
    document::{checked_hosts, declared_hosts, shown_as_set},
    reach,
};
use crate::api::{
    App, body,
    caller::Caller,
    errors::{Failure, Short, json},
    group_out::GroupOut,
    openapi::Problem,
    path::PathParams,
};

/// Adds hosts to a group; those that are in another leave that one. A host that is a member stays one.
#[utoipa::path(
    post,
    path = "/groups/{group_id}/hosts",
    operation_id = "api.host_group.add_host_list_to_group",
    tag = "groups",
    params(("group_id" = String, Path, format = Uuid, description = "The group")),
    request_body(content = Vec<uuid::Uuid>, description = "Ids of hosts, at least one"),
    responses(
        (status = 200, description = "The group as it is now", body = GroupOut),
        (status = 400, description = "The list breaks a rule, or names a host that does not exist", body = Short),
        (status = 403, description = "The caller may not change this group, or one that a host leaves", body = Problem),
        (status = 404, description = "There is no such group", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    request: Request,
) -> Result<Response, Failure> {
    let id = path.group("group_id")?;
    let declared = declared_hosts(&body::read(request).await?).map_err(Failure::bad_request)?;
    let scope = reach::members_of(&app, &caller, id).await?;

    let hosts = checked_hosts(declared).map_err(|detail| Failure::short("Validation Error", detail))?;
    match app.fleet.add_to_group(scope, id, &hosts, &caller.origin()).await? {
        GroupOutcome::Done(Some(group)) => Ok(json(StatusCode::OK, &GroupOut::from(&group))),
        GroupOutcome::NoHosts(missing) => Err(Failure::exception(
            "Invalid request",
            format!("Could not find existing host(s) with ID {}.", shown_as_set(&missing)),
        )),
        GroupOutcome::OutOfReach => Err(Failure::default(StatusCode::FORBIDDEN)),
        GroupOutcome::NoGroup(_)
        | GroupOutcome::NotMembers
        | GroupOutcome::Ungrouped
        | GroupOutcome::Done(None) => Err(reach::not_found(id)),
    }
}
