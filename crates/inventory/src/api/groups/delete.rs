//! `DELETE /groups/{group_id_list}`: deletes groups; their hosts stay.

use std::time::Instant;

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use fleet::{GroupKind, GroupOutcome, GroupQuery, Scope};
use ground::GroupId;
use http::StatusCode;

use super::reach;
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure, Noun},
    openapi::Problem,
    path::PathParams,
};

/// Deletes groups, all of them or none. Their hosts go to the group of hosts without one.
#[utoipa::path(
    delete,
    path = "/groups/{group_id_list}",
    operation_id = "api.group.delete_groups",
    tag = "groups",
    params(("group_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of groups, with commas between them")),
    responses(
        (status = 204, description = "They are deleted"),
        (status = 400, description = "An id is wrong, or that of the group of hosts without one", body = Problem),
        (status = 403, description = "The caller may not delete one of them", body = Problem),
        (status = 404, description = "Not all of them exist", body = Exception),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let ids = path.ids("group_id_list")?;
    reach::all_of(&app, &caller, Permission::GroupsWrite, &ids.groups()).await?;

    let origin = caller.origin();
    let began = Instant::now();
    match app.fleet.delete_groups(caller.org(), &ids.groups(), caller.account(), &origin).await? {
        GroupOutcome::Done(_) => {
            metrics::histogram!("inventory_delete_group_commit_seconds").record(began.elapsed());
            metrics::counter!("inventory_delete_group_count_total").increment(ids.groups().len() as u64);
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        GroupOutcome::NoGroup(missing) => {
            let missing = ids.missing(|id| !missing.contains(&GroupId(id)));
            Err(Failure::not_found(Noun::Groups, Some(missing)))
        }
        GroupOutcome::Ungrouped => {
            let id = ungrouped(&app, &caller).await?;
            Err(Failure::bad_request(format!("Ungrouped workspace {id} can not be deleted.")))
        }
        GroupOutcome::NoHosts(_) | GroupOutcome::NotMembers | GroupOutcome::OutOfReach => {
            Err(Failure::problem(StatusCode::NOT_FOUND, "No groups found for deletion."))
        }
    }
}

/// The id of the group of hosts without one.
async fn ungrouped(app: &App, caller: &Caller) -> Result<GroupId, Failure> {
    let scope = Scope::of(caller.org().clone());
    let query = GroupQuery { kind: GroupKind::Ungrouped, limit: 1, ..app.fleet.group_query(scope).await? };
    let found = app.fleet.groups(&query).await?;
    found.groups.first().map(|group| group.id).ok_or_else(|| Failure::default(StatusCode::NOT_FOUND))
}
