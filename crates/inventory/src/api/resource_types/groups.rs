//! `GET /resource-types/inventory-groups`: the groups that permissions may be bounded by.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{GroupKind, GroupQuery, Scope};
use http::StatusCode;

use super::{Linked, linked::page};
use crate::api::{
    App,
    caller::Caller,
    errors::{Failure, json},
    group_out::GroupOut,
    query::Query,
};

/// The groups that people made, by name.
#[utoipa::path(
    get,
    path = "/resource-types/inventory-groups",
    operation_id = "api.resource_type.get_resource_type_groups_list",
    tag = "resource types",
    params(
        ("name" = Option<String>, Query, description = "Part of the name, in any case"),
        ("page" = Option<i64>, Query, minimum = 1, description = "From 1"),
        ("per_page" = Option<i64>, Query, minimum = 1, maximum = 100, description = "1 to 100, 10 by default"),
    ),
    responses((status = 200, description = "A page of groups", body = Linked<GroupOut>)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = page(&params)?;
    let name = params.last("name").map(str::to_owned);
    caller.groups(&app, Permission::RbacAdmin).await?;

    let query = GroupQuery {
        name,
        kind: GroupKind::Standard,
        offset: page.offset(),
        limit: page.per_page,
        ..app.fleet.group_query(Scope::of(caller.org().clone())).await?
    };
    let found = app.fleet.groups(&query).await?;
    let groups: Vec<GroupOut<'_>> = found.groups.iter().map(GroupOut::from).collect();
    let path = "/inventory/v1/resource-types/inventory-groups";
    Ok(json(StatusCode::OK, &Linked::new(path, page, found.total, groups)))
}
