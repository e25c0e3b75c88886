//! `DELETE /baselines/{id}/systems/{ids}` and `POST /baselines/{id}/systems/deletion_request` (contract baselines §6.3).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Caller, Failure, Query};
use http::{HeaderMap, Uri};
use uuid::Uuid;
use web::Body;

use crate::{
    api::{App, caller, failure, ids, openapi::SystemIds},
    rules::schema::{MemberType, Others, object, texts},
    store::Removed,
};

/// Dissociates the systems of a path, all or none.
#[utoipa::path(
    delete,
    path = "/baselines/{ids}/systems/{systems}",
    operation_id = "remove_systems",
    tag = "systems",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
        ("systems" = String, Path, description = "Systems, with commas between them"),
    ),
    responses((status = 200, description = "`OK`", body = String)),
)]
pub async fn of_path(
    State(app): State<App>,
    Path((segment, systems)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::CHANGE_SYSTEMS)?;
    let id = ids::one(&segment)?;
    remove(&app, &caller, id, &ids::of_path(&systems)?).await
}

/// Dissociates the systems that a body lists, all or none.
#[utoipa::path(
    post,
    path = "/baselines/{ids}/systems/deletion_request",
    operation_id = "request_removal",
    tag = "systems",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
    ),
    request_body = SystemIds,
    responses((status = 200, description = "`OK`", body = String)),
)]
pub async fn of_body(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let body = body.storable()?;
    let body = object(&body, &[("system_ids", MemberType::Texts(0, usize::MAX), true)], Others::Refused)?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::CHANGE_SYSTEMS)?;
    let id = ids::one(&segment)?;
    let systems = ids::read(texts(body, "system_ids"))?;
    ids::once(&systems)?;
    remove(&app, &caller, id, &systems).await
}

async fn remove(app: &App, caller: &Caller, id: Uuid, systems: &[Uuid]) -> Result<Response, Failure> {
    let org = caller::org(caller).ok_or_else(failure::not_found)?;
    match app.baselines.remove_systems(&org, id, systems).await? {
        Removed::Done => failure::ok(),
        Removed::NotThere(system) => Err(Failure::bad_request(format!(
            "Failed to remove system id {system} from mapped systems - not in list"
        ))),
        Removed::Unknown => Err(failure::not_found()),
    }
}
