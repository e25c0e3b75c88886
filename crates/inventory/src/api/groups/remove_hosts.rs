//! `DELETE /groups/{group_id}/hosts/{host_id_list}`: takes hosts out of a group.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use fleet::GroupOutcome;
use http::StatusCode;

use super::reach;
use crate::api::{App, caller::Caller, errors::Failure, openapi::Problem, path::PathParams};

/// Takes hosts out of a group: they go to the group of hosts without one. Ids of hosts that are not in the group are
/// passed over, as long as one is.
#[utoipa::path(
    delete,
    path = "/groups/{group_id}/hosts/{host_id_list}",
    operation_id = "api.host_group.delete_hosts_from_group",
    tag = "groups",
    params(
        ("group_id" = String, Path, format = Uuid, description = "The group"),
        ("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them"),
    ),
    responses(
        (status = 204, description = "They are out"),
        (status = 400, description = "A parameter is wrong, or the group is that of hosts without one", body = Problem),
        (status = 404, description = "There is no such group, or none of the hosts is in it", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let id = path.group("group_id")?;
    let hosts = path.ids("host_id_list")?.hosts();
    reach::members_of(&app, &caller, id).await?;

    let origin = caller.origin();
    match app.fleet.remove_from_group(caller.org(), id, &hosts, caller.account(), &origin).await? {
        GroupOutcome::Done(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        GroupOutcome::NoGroup(_) => Err(reach::not_found(id)),
        GroupOutcome::Ungrouped => {
            Err(Failure::bad_request(format!("Cannot remove hosts from ungrouped workspace {id}")))
        }
        GroupOutcome::NoHosts(_) | GroupOutcome::NotMembers | GroupOutcome::OutOfReach => {
            Err(Failure::problem(StatusCode::NOT_FOUND, "Hosts not found"))
        }
    }
}
