//! `DELETE /hosts`: removes the hosts that match.

use access::Permission;
use axum::{extract::State, response::Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    App,
    caller::Caller,
    errors::{self, Failure},
    openapi::Problem,
    query::Query,
    selection::{Of, Selection},
};

/// What became of the hosts.
#[derive(Debug, Serialize, ToSchema)]
pub struct Removed {
    /// How many there were.
    pub hosts_found: usize,
    /// How many were removed.
    pub hosts_deleted: usize,
}

/// Removes the hosts that match; culled ones never do. A `delete` event follows for each. At least one parameter must say
/// which hosts are meant.
#[utoipa::path(
    delete,
    path = "/hosts",
    operation_id = "api.host.delete_hosts_by_filter",
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
    ),
    responses(
        (status = 202, description = "They are gone", body = Removed),
        (status = 400, description = "A parameter is wrong, or there is none", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let selection = Selection::read(&params, Of::Hosts)?;
    let scope = caller.hosts(&app, Permission::HostsWrite).await?;

    if !selection.selects() {
        let detail = "bulk-delete operation needs at least one input property to filter on.";
        return Err(Failure::bad_request(detail));
    }
    let mut query = app.ask(scope).await?;
    query.conditions = selection.find(&app, &query.scope).await?;
    let (hosts_found, hosts_deleted) =
        app.fleet.delete_matching(&query, app.limits.delete_chunk, &caller.origin()).await?;
    Ok(errors::json(StatusCode::ACCEPTED, &Removed { hosts_found, hosts_deleted }))
}
