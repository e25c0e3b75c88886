//! `DELETE /hosts`: removes the hosts that match.

use std::{collections::HashSet, time::Instant};

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::HostQuery;
use ground::HostId;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        App,
        caller::Caller,
        errors::{self, Failure},
        openapi::Problem,
        parameters::{CommonParams, GroupParams, HostParams},
        query::Query,
        selection::{Of, Selection},
    },
    metric_names::count_deleted,
    records,
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
        HostParams,
        GroupParams,
        CommonParams,
        ("subscription_manager_id" = Option<Uuid>, Query, description = "The subscription manager id"),
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
    let (found, removed) = remove(&app, &caller, &query).await?;
    Ok(errors::json(StatusCode::ACCEPTED, &Removed { hosts_found: found.len(), hosts_deleted: removed }))
}

/// Removes the hosts that match, and tells so. Gives those that matched, and how many were removed.
pub async fn remove(app: &App, caller: &Caller, query: &HostQuery) -> Result<(Vec<HostId>, usize), Failure> {
    let tracked = app.tracking.begin(caller, app.fleet.clock(), "delete operation");
    let began = Instant::now();
    let outcome = app.fleet.delete_matching(query, app.limits.delete_chunk, &caller.origin()).await;
    let (found, removed) = outcome.inspect_err(|error| tracked.end(Err(&failed(error))))?;
    count_deleted(removed.len(), began);
    records::deleted(caller.org(), &removed);
    let gone: HashSet<HostId> = removed.iter().copied().collect();
    for host in &found {
        let text = if gone.contains(host) { "deleted host" } else { "not deleted host" };
        tracked.host(Some(*host), text, Ok(()));
    }
    tracked.end(Ok(()));
    Ok((found, removed.len()))
}

/// What the tracker is told of a removal that failed.
pub fn failed(error: &fleet::Error) -> String {
    format!("Exception encountered in (delete): {error}")
}
