//! `DELETE /groups/hosts/{host_id_list}`: takes hosts out of whatever groups they are in.

use std::collections::HashMap;

use access::Permission;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use fleet::{Condition, GroupOutcome, Scope};
use ground::{GroupId, HostId};
use http::StatusCode;

use super::reach;
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure, Noun},
    openapi::Problem,
    path::PathParams,
};

/// Takes hosts out of whatever groups they are in: they go to the group of hosts without one.
#[utoipa::path(
    delete,
    path = "/groups/hosts/{host_id_list}",
    operation_id = "api.host_group.delete_hosts_from_different_groups",
    tag = "groups",
    params(("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them")),
    responses(
        (status = 204, description = "They are out"),
        (status = 400, description = "A parameter is wrong, or a host is in no group", body = Problem),
        (status = 403, description = "The caller may not change one of the groups", body = Problem),
        (status = 404, description = "Not all hosts exist, or none has a group", body = Exception),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let ids = path.ids("host_id_list")?;
    let scope = caller.groups(&app, Permission::GroupsWrite).await?;

    let groups = groups_of(&app, &caller, ids.hosts()).await?;
    let missing = ids.missing(|id| groups.contains_key(&HostId(id)));
    if !missing.is_empty() {
        return Err(Failure::not_found(Noun::Hosts, Some(missing)));
    }
    let grouped: Vec<GroupId> = groups.values().copied().flatten().collect();
    reach::within(&scope, &grouped)?;

    let origin = caller.origin();
    match app.fleet.remove_from_any(caller.org(), &ids.hosts(), caller.account(), &origin).await? {
        GroupOutcome::Done(_) => Ok(StatusCode::NO_CONTENT.into_response()),
        GroupOutcome::Ungrouped => {
            let detail = "The provided hosts cannot be removed from the ungrouped-hosts group.";
            Err(Failure::bad_request(detail))
        }
        GroupOutcome::NoHosts(gone) => {
            let gone = gone.iter().map(ToString::to_string).collect();
            Err(Failure::not_found(Noun::Hosts, Some(gone)))
        }
        GroupOutcome::NoGroup(_) | GroupOutcome::NotMembers | GroupOutcome::OutOfReach => {
            Err(Failure::problem(StatusCode::NOT_FOUND, "The provided hosts were not found."))
        }
    }
}

/// The hosts of these that the organisation has, each with its group; those in the group of hosts without one have
/// none.
async fn groups_of(
    app: &App,
    caller: &Caller,
    hosts: Vec<HostId>,
) -> Result<HashMap<HostId, Option<GroupId>>, Failure> {
    let mut query = app.ask(Scope::of(caller.org().clone())).await?.with(Condition::Ids(hosts.clone()));
    query.limit = i64::try_from(hosts.len()).unwrap_or(i64::MAX);
    let page = app.fleet.list(&query).await?;
    let group =
        |host: &fleet::Host| host.group.as_ref().filter(|group| !group.ungrouped).map(|group| group.id);
    Ok(page.hosts.iter().map(|row| (row.host.id, group(&row.host))).collect())
}
