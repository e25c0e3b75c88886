//! `GET /groups/{group_id}/hosts`: the hosts of a group.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::Condition;
use http::StatusCode;

use super::reach;
use crate::api::{
    App,
    caller::Caller,
    errors::Failure,
    host_out::HostOut,
    host_page::HostPage,
    openapi::Problem,
    ordering::{Keys, Ordering},
    page::{Envelope, Page},
    parameters::{CommonParams, PageParams},
    path::PathParams,
    query::Query,
    selection::{Of, Selection},
};

/// A page of the hosts of a group; culled ones are never among them.
#[utoipa::path(
    get,
    path = "/groups/{group_id}/hosts",
    operation_id = "api.host_group.get_host_list_by_group",
    tag = "groups",
    params(
        CommonParams,
        ("group_id" = String, Path, format = Uuid, description = "The group"),
        ("display_name" = Option<String>, Query, description = "Part of the display name in any case; `*` is any text"),
        ("fqdn" = Option<String>, Query, description = "The whole FQDN, in any case"),
        ("hostname_or_id" = Option<String>, Query, description = "Part of the display name or FQDN, or the id"),
        ("insights_id" = Option<Uuid>, Query, description = "The insights id"),
        ("fields[system_profile]" = Option<String>, Query, description = "Members of the profile to show"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `operating_system`, `last_check_in`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of hosts", body = inline(Envelope<Vec<HostOut>>)),
        (status = 403, description = "The caller may not see this group", body = Problem),
        (status = 404, description = "There is no such group, or the page is beyond the last", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    Query(params): Query,
) -> Result<Response, Failure> {
    let id = path.group("group_id")?;
    let page = Page::read(&params)?;
    let selection = Selection::read(&params, Of::GroupHosts)?;
    let ordering = Ordering::read(&params, Keys::All)?;
    let fields = params.sparse_fields("fields", "system_profile")?;
    let scope = caller.hosts(&app, Permission::HostsRead).await?;
    if !scope.allows_group(id) {
        return Err(Failure::default(StatusCode::FORBIDDEN));
    }

    reach::find(&app, caller.org(), id).await?.ok_or_else(|| reach::not_found(id))?;
    let mut query = app.ask(scope).await?;
    query.conditions = selection.find(&app, &query.scope).await?;
    query.conditions.push(Condition::GroupIds(vec![id]));
    query.order = ordering.resolve()?;
    page.limit(&mut query);
    let hosts = HostPage::read(&app, &query, fields).await?;
    hosts.answer(page).await
}
