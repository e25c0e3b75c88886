//! `POST /groups`: makes a group.

use access::{GroupScope, Permission};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::document::{Declared, shown_as_set};
use crate::api::{
    App, body,
    caller::Caller,
    errors::{Failure, Short, json},
    group_out::GroupOut,
    openapi::Problem,
};

/// What a group is made or changed with.
#[derive(Debug, Deserialize, ToSchema)]
pub struct GroupIn {
    /// 1 to 255 letters, digits, blanks, `-` and `_`; blanks around it are cut. Names need not differ.
    pub name: Option<String>,
    /// The hosts that are to be its members.
    pub host_ids: Option<Vec<Uuid>>,
}

/// Makes a group; hosts that are in another leave that one.
#[utoipa::path(
    post,
    path = "/groups",
    operation_id = "api.group.create_group",
    tag = "groups",
    request_body = GroupIn,
    responses(
        (status = 201, description = "The new group", body = GroupOut),
        (status = 400, description = "The document breaks a rule, or names a host that does not exist", body = Short),
        (status = 403, description = "The caller may not, or may for some groups only", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Failure> {
    let declared = Declared::read(&body::read(request).await?).map_err(Failure::bad_request)?;
    let scope = caller.groups(&app, Permission::GroupsWrite).await?;
    if scope != GroupScope::All {
        let detail =
            "Unfiltered inventory:groups:write RBAC permission is required in order to create new groups.";
        return Err(Failure::problem(StatusCode::FORBIDDEN, detail));
    }

    let refuse = |detail: String| Failure::short("Validation Error", detail);
    let document = declared.check().map_err(refuse)?;
    let name = document.name.ok_or_else(|| refuse("Group name cannot be null.".to_owned()))?;
    let hosts = document.hosts.unwrap_or_default();
    match app.fleet.create_group(caller.org(), &name, caller.account(), &hosts, &caller.origin()).await? {
        Ok(group) => {
            metrics::counter!("inventory_create_group_count_total").increment(1);
            Ok(json(StatusCode::CREATED, &GroupOut::from(&group)))
        }
        Err(missing) => Err(Failure::short(
            "Invalid request",
            format!("Could not find existing host(s) with ID {}.", shown_as_set(&missing)),
        )),
    }
}
