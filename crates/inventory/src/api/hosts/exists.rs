//! `GET /host_exists`: the id of the host with an insights id.

use access::Permission;
use axum::{extract::State, response::Response};
use fleet::Condition;
use http::StatusCode;
use legacy::words;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::{
    App,
    caller::Caller,
    errors::{self, Exception, Failure},
    openapi::Problem,
    query::Query,
};

/// The host that was looked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Existing {
    /// Its id.
    pub id: Uuid,
}

/// The id of the host with this insights id; culled hosts count.
#[utoipa::path(
    get,
    path = "/host_exists",
    operation_id = "api.host.get_host_exists",
    tag = "hosts",
    params(("insights_id" = Uuid, Query, description = "The insights id")),
    responses(
        (status = 200, description = "There is one", body = Existing),
        (status = 400, description = "The parameter is missing or wrong", body = Problem),
        (status = 404, description = "There is none", body = Problem),
        (status = 409, description = "There are several", body = Exception),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let asked = params.required("insights_id")?;
    let id = params.uuid("insights_id")?.ok_or_else(|| words::not_a(asked, "uuid"))?;
    let scope = caller.hosts(&app, Permission::HostsRead).await?;

    let found = app.fleet.ids(&app.ask(scope).await?.with(Condition::InsightsId(id))).await?;
    match found.as_slice() {
        [] => {
            Err(Failure::problem(StatusCode::NOT_FOUND, format!("No host found for Insights ID '{asked}'.")))
        }
        [host] => Ok(errors::json(StatusCode::OK, &Existing { id: host.0 })),
        _ => Err(Failure::Exception(Exception {
            detail: format!("More than one host was found with the Insights ID '{asked}'"),
            not_found_ids: None,
            status: 409,
            title: None,
            kind: "about:blank",
        })),
    }
}
