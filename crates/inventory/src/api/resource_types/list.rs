//! `GET /resource-types`: by what permissions may be bounded.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{GroupQuery, Scope};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Linked, linked::page};
use crate::api::{
    App,
    caller::Caller,
    errors::{Failure, json},
    query::Query,
};

/// Something that permissions may be bounded by.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourceType {
    /// Its name.
    pub value: &'static str,
    /// Where they are listed.
    pub path: &'static str,
    /// How many the organisation has.
    pub count: i64,
}

/// By what permissions may be bounded: groups. The list has one entry, on every page.
#[utoipa::path(
    get,
    path = "/resource-types",
    operation_id = "api.resource_type.get_resource_type_list",
    tag = "resource types",
    params(
        ("page" = Option<i64>, Query, minimum = 1, description = "From 1"),
        ("per_page" = Option<i64>, Query, minimum = 1, maximum = 100, description = "1 to 100, 10 by default"),
    ),
    responses((status = 200, description = "The list", body = Linked<ResourceType>)),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = page(&params)?;
    caller.groups(&app, Permission::RbacAdmin).await?;

    let query = GroupQuery { limit: 1, ..app.fleet.group_query(Scope::of(caller.org().clone())).await? };
    let groups = app.fleet.groups(&query).await?;
    let kind = ResourceType {
        value: "inventory-groups",
        path: "/inventory/v1/resource-types/inventory-groups",
        count: groups.total,
    };
    Ok(json(StatusCode::OK, &Linked::new("/inventory/v1/resource-types", page, 1, vec![kind])))
}
