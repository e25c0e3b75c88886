//! `GET /api/fleet/v1/causes/{id}/hosts`.

use std::collections::HashMap;

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, StatusCode, Uri};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::{App, gather};

/// Machines behind a cause, the first ones first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostsOut {
    /// A page of them.
    pub hosts: Vec<HostOut>,
}

/// A machine behind a cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct HostOut {
    /// Its id.
    pub id: Uuid,
    /// The name that people see; null when the machine is gone.
    pub display_name: Option<String>,
    /// Since when.
    pub since: String,
    /// Whether a rule knew of it.
    pub planned: bool,
}

/// The machines behind a cause.
#[utoipa::path(
    get,
    path = "/causes/{id}/hosts",
    operation_id = "hosts_of_cause_of_drift",
    tag = "causes",
    params(
        ("id" = Uuid, Path, description = "The id of the cause"),
        ("limit" = Option<i64>, Query, minimum = 1, maximum = 1_000, description = "So many at the most, 100 by default"),
        ("offset" = Option<i64>, Query, minimum = 0, description = "So many are passed over"),
    ),
    responses(
        (status = 200, description = "Machines, the first ones first", body = HostsOut),
        (status = 404, description = "The hosts are another inventory's"),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Failure> {
    let asked = Query::read(uri.query(), &["limit", "offset"])?;
    let most = asked.whole("limit", 1, Some(1_000))?.unwrap_or(100);
    let offset = asked.whole("offset", 0, None)?.unwrap_or(0);
    let id = Uuid::parse_str(&id).map_err(|_| Failure::bad_request("the path names a cause by its id"))?;
    let (causes, org, caller) = super::admit(&app, &headers).await?;

    let behind = causes.hosts(&org, id, most, offset).await.map_err(|error| Failure::internal(&error))?;
    let ids: Vec<_> = behind.iter().map(|one| one.host).collect();
    let names: HashMap<_, _> = match &app.machines {
        Some(machines) => {
            let names = machines.names(&caller, &ids).await;
            names.map_err(|error| gather::failure(std::iter::once(error)))?.into_iter().collect()
        }
        None => HashMap::new(),
    };
    let hosts = behind.into_iter().map(|one| HostOut {
        id: one.host.0,
        display_name: names.get(&one.host).cloned(),
        since: one.since.to_string(),
        planned: one.planned,
    });
    Ok(rest::json(StatusCode::OK, &HostsOut { hosts: hosts.collect() }))
}
