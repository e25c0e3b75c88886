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
        ("display_name" = Option<String>, Query, description = "Part of the display name in any case; `*` is any text"),
        ("fqdn" = Option<String>, Query, description = "The whole FQDN, in any case"),
        ("hostname_or_id" = Option<String>, Query, description = "Part of the display name or FQDN, or the id"),
        ("insights_id" = Option<Uuid>, Query, description = "The insights id"),
        ("subscription_manager_id" = Option<Uuid>, Query, description = "The subscription manager id"),
        ("provider_id" = Option<String>, Query, description = "The cloud's name for the machine, in any case"),
        ("provider_type" = Option<String>, Query, description = "The cloud"),
        ("updated_start" = Option<String>, Query, description = "Written at or after this (ISO 8601)"),
        ("updated_end" = Option<String>, Query, description = "Written at or before this (ISO 8601)"),
        ("last_check_in_start" = Option<String>, Query, description = "Reported at or after this (ISO 8601)"),
        ("last_check_in_end" = Option<String>, Query, description = "Reported at or before this (ISO 8601)"),
        ("group_name" = Option<Vec<String>>, Query, description = "Names of groups; an empty one is no group"),
        ("group_id" = Option<Vec<String>>, Query, description = "Ids of groups"),
        ("workspace_name" = Option<Vec<String>>, Query, description = "As group_name; not together with it"),
        ("workspace_id" = Option<Vec<String>>, Query, description = "As group_id; not together with it"),
        ("staleness" = Option<Vec<String>>, Query, description = "`fresh`, `stale`, `stale_warning`, `unknown`"),
        ("tags" = Option<Vec<String>>, Query, description = "`[namespace/]key[=value]`; one of them is enough"),
        ("registered_with" = Option<Vec<String>>, Query, description = "Reporters; with `!` those that are silent"),
        ("system_type" = Option<Vec<String>>, Query, description = "`conventional`, `bootc`, `edge`, `cluster`"),
        ("filter" = Option<Object>, Query, style = DeepObject, explode,
            description = "What the profile says: `filter[system_profile][arch]=x86_64`, `[number_of_cpus][gte]=4`"),
        ("fields[system_profile]" = Option<String>, Query, description = "Members of the profile to show"),
        ("page" = Option<i64>, Query, description = "From 1"),
        ("per_page" = Option<i64>, Query, description = "1 to 100, 50 by default"),
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
    let hosts = HostPage::read(&app, &query, fields.as_deref()).await?;
    page.check_within(hosts.total, hosts.hosts.len())?;
    Ok(hosts.answer(page))
}
