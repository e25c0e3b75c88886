//! `GET /groups/{group_id_list}`: groups by id.

use std::collections::HashSet;

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::{GroupQuery, Scope};
use uuid::Uuid;

use super::{order, reach};
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure, Noun},
    group_out::GroupOut,
    openapi::Problem,
    page::{Envelope, Page},
    parameters::PageParams,
    path::PathParams,
    query::Query,
};

/// Groups by id; all must exist.
#[utoipa::path(
    get,
    path = "/groups/{group_id_list}",
    operation_id = "api.group.get_groups_by_id",
    tag = "groups",
    params(
        ("group_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of groups, with commas between them"),
        PageParams,
        ("order_by" = Option<String>, Query, description = "`name` (default), `host_count` or `updated`"),
        ("order_how" = Option<String>, Query, description = "`ASC` (default by name) or `DESC` (default by others)"),
    ),
    responses(
        (status = 200, description = "A page of these groups", body = inline(Envelope<Vec<GroupOut>>)),
        (status = 403, description = "The caller may not see one of them", body = Problem),
        (status = 404, description = "Not all of them exist", body = Exception),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    Query(params): Query,
) -> Result<Response, Failure> {
    let ids = path.ids("group_id_list")?;
    let page = Page::read(&params)?;
    let order = order::read(&params)?;
    reach::all_of(&app, &caller, Permission::GroupsRead, &ids.groups()).await?;

    let asked = ids.groups();
    let query = GroupQuery {
        ids: Some(asked.clone()),
        order,
        offset: page.offset(),
        limit: page.per_page,
        ..app.fleet.group_query(Scope::of(caller.org().clone())).await?
    };
    let found = app.fleet.groups(&query).await?;
    if found.total < asked.len() as i64 {
        let shown: HashSet<Uuid> = found.groups.iter().map(|group| group.id.0).collect();
        let whole = found.total == shown.len() as i64;
        return Err(Failure::not_found(Noun::Groups, whole.then(|| ids.missing(|id| shown.contains(&id)))));
    }
    let results: Vec<GroupOut<'_>> = found.groups.iter().map(GroupOut::from).collect();
    Ok(page.answer(found.total, results.len(), results))
}
