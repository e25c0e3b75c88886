//! `GET /groups`: the groups that the caller may see.

use access::{GroupScope, Permission};
use axum::{extract::State, response::Response};
use fleet::{GroupKind, GroupLimit, GroupQuery, Scope};

use super::order;
use crate::api::{
    App,
    caller::Caller,
    errors::Failure,
    group_out::GroupOut,
    page::{Envelope, Page},
    parameters::PageParams,
    query::Query,
};

/// A page of the groups that the caller may see.
#[utoipa::path(
    get,
    path = "/groups",
    operation_id = "api.group.get_group_list",
    tag = "groups",
    params(
        ("name" = Option<String>, Query, description = "Part of the name, in any case"),
        ("group_type" = Option<String>, Query, description = "`standard` (default), `ungrouped-hosts` or `all`"),
        PageParams,
        ("order_by" = Option<String>, Query, description = "`name` (default), `host_count` or `updated`"),
        ("order_how" = Option<String>, Query, description = "`ASC` (default by name) or `DESC` (default by others)"),
    ),
    responses(
        (status = 200, description = "A page of groups", body = inline(Envelope<Vec<GroupOut>>)),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let order = order::read(&params)?;
    let name = params.last("name").map(str::to_owned);
    let kind = match params.one_of("group_type", &["standard", "ungrouped-hosts", "all"])? {
        Some("ungrouped-hosts") => GroupKind::Ungrouped,
        Some("all") => GroupKind::All,
        _ => GroupKind::Standard,
    };
    let scope = Scope::of(caller.org().clone());
    let scope = match caller.groups(&app, Permission::GroupsRead).await? {
        GroupScope::All => scope,
        GroupScope::Only { ids, .. } => scope.within(GroupLimit { ids, ungrouped: false }),
    };

    let query = GroupQuery {
        name,
        kind,
        order,
        offset: page.offset(),
        limit: page.per_page,
        ..app.fleet.group_query(scope).await?
    };
    let found = app.fleet.groups(&query).await?;
    let results: Vec<GroupOut<'_>> = found.groups.iter().map(GroupOut::from).collect();
    Ok(page.answer(found.total, results.len(), results))
}
