//! `DELETE /hosts/all`: removes every host.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::Condition;
use http::StatusCode;

use super::delete_matching::{Removed, remove};
use crate::api::{
    App,
    caller::Caller,
    errors::{self, Failure},
    openapi::Problem,
    query::Query,
};

/// Removes every host that the caller may change and that is not culled. All hosts of the organisation are counted as found,
/// for a machine those that it owns. A `delete` event follows for each that is removed.
#[utoipa::path(
    delete,
    path = "/hosts/all",
    operation_id = "api.host.delete_all_hosts",
    tag = "hosts",
    params(("confirm_delete_all" = bool, Query, description = "Must be `true`")),
    responses(
        (status = 202, description = "They are gone", body = Removed),
        (status = 400, description = "It is not confirmed", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let confirmed = params.boolean("confirm_delete_all")?;
    let scope = caller.hosts(&app, Permission::HostsWrite).await?;

    if confirmed != Some(true) {
        let detail = "To delete all hosts, provide confirm_delete_all=true in the request.";
        return Err(Failure::bad_request(detail));
    }
    let found = app.fleet.count(&app.ask(caller.own_scope()).await?).await?;
    let query = app.ask(scope).await?.with(Condition::NotCulled);
    let (_, hosts_deleted) = remove(&app, &caller, &query).await?;
    let hosts_found = usize::try_from(found).unwrap_or_default();
    Ok(errors::json(StatusCode::ACCEPTED, &Removed { hosts_found, hosts_deleted }))
}
