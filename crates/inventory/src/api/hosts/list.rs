//! `GET /hosts`: the hosts that the caller may see.

use access::Permission;
use axum::{extract::State, response::Response};

use crate::api::{
    App,
    caller::Caller,
    errors::Failure,
    host_out::HostOut,
    host_page::HostPage,
    openapi::Problem,
    ordering::{Keys, Ordering},
    page::{Envelope, Page},
    parameters::{CommonParams, GroupParams, HostParams, PageParams},
    query::Query,
    selection::{Of, Selection},
};

/// A page of the hosts that the caller may see; culled ones are never among them.
#[utoipa::path(
    get,
    path = "/hosts",
    operation_id = "api.host.get_host_list",
    tag = "hosts",
    params(
        HostParams,
        GroupParams,
        CommonParams,
        ("subscription_manager_id" = Option<Uuid>, Query, description = "The subscription manager id"),
        ("fields[system_profile]" = Option<String>, Query, description = "Members of the profile to show"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `operating_system`, `last_check_in`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of hosts", body = inline(Envelope<Vec<HostOut>>)),
        (status = 404, description = "The page is beyond the last", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let selection = Selection::read(&params, Of::Hosts)?;
    let ordering = Ordering::read(&params, Keys::All)?;
    let fields = params.sparse_fields("fields", "system_profile")?;
    let scope = caller.hosts(&app, Permission::HostsRead).await?;

    let mut query = app.ask(scope).await?;
    query.conditions = selection.find(&app, &query.scope).await?;
    query.order = ordering.resolve()?;
    page.limit(&mut query);
    let hosts = HostPage::read(&app, &query, fields).await?;
    hosts.answer(page).await
}
