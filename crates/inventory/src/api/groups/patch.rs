//! `PATCH /groups/{group_id_list}`: renames a group or replaces its members.

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use fleet::GroupOutcome;
use http::StatusCode;

use super::{
    create::GroupIn,
    document::{Declared, shown_as_set},
    reach,
};
use crate::api::{
    App, body,
    caller::Caller,
    errors::{Failure, json},
    group_out::GroupOut,
    openapi::Problem,
    path::PathParams,
};

/// Renames a group, replaces its members, or both. Hosts that leave it go to the group of hosts without one.
#[utoipa::path(
    patch,
    path = "/groups/{group_id_list}",
    operation_id = "api.group.patch_group_by_id",
    tag = "groups",
    params(("group_id_list" = String, Path, format = Uuid, description = "The group: one id")),
    request_body = GroupIn,
    responses(
        (status = 200, description = "The group as it is now", body = GroupOut),
        (status = 400, description = "The document breaks a rule, or names a host that does not exist", body = Problem),
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
    let id = path.group("group_id_list")?;
    let declared = Declared::read(&body::read(request).await?).map_err(Failure::bad_request)?;
    let scope = reach::all_of(&app, &caller, Permission::GroupsWrite, &[id]).await?;

    // An unknown group is told before the rules of the document.
    reach::find(&app, caller.org(), id).await?.ok_or_else(gone)?;
    let document = declared.check().map_err(Failure::bad_request)?;
    if document.is_empty() {
        return Err(Failure::bad_request("Patch json document cannot be empty."));
    }
    let outcome = app
        .fleet
        .change_group(
            scope,
            id,
            document.name.as_deref(),
            document.hosts.as_deref(),
            caller.account(),
            &caller.origin(),
        )
        .await?;
    match outcome {
        GroupOutcome::Done(Some(group)) => Ok(json(StatusCode::OK, &GroupOut::from(&group))),
        GroupOutcome::Ungrouped => Err(Failure::bad_request("The 'ungrouped' group can not be modified.")),
        GroupOutcome::NoHosts(missing) => Err(Failure::bad_request(format!(
            "Could not find existing host(s) with ID {}.",
            shown_as_set(&missing)
        ))),
        GroupOutcome::OutOfReach => Err(Failure::default(StatusCode::FORBIDDEN)),
        GroupOutcome::NoGroup(_) | GroupOutcome::NotMembers | GroupOutcome::Done(None) => Err(gone()),
    }
}

fn gone() -> Failure {
    Failure::default(StatusCode::NOT_FOUND)
}
