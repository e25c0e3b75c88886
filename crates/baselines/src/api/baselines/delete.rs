//! `DELETE /baselines/{ids}` and `POST /baselines/deletion_request` (contract baselines §5.4).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use uuid::Uuid;
use web::Body;

use crate::{
    api::{App, caller, failure, ids, openapi::BaselineIds},
    rules::schema::{MemberType, Others, object, texts},
};

/// Deletes the baselines of a path, all of them or none.
#[utoipa::path(
    delete,
    path = "/baselines/{ids}",
    operation_id = "delete_baselines",
    tag = "baselines",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
    ),
    responses((status = 200, description = "`OK`", body = String)),
)]
pub async fn of_path(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::WRITE)?;
    delete(&app, &caller, &ids::of_path(&segment)?).await
}

/// Deletes the baselines that a body lists, all of them or none.
#[utoipa::path(
    post,
    path = "/baselines/deletion_request",
    operation_id = "request_deletion",
    tag = "baselines",
    request_body = BaselineIds,
    responses((status = 200, description = "`OK`", body = String, content_type = "application/json")),
)]
pub async fn of_body(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let body = body.storable()?;
    let body = object(&body, &[("baseline_ids", MemberType::Texts(32, 36), true)], Others::Refused)?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::WRITE)?;
    let wanted = ids::read(texts(body, "baseline_ids"))?;
    ids::once(&wanted)?;
    delete(&app, &caller, &wanted).await
}

async fn delete(app: &App, caller: &drift_common::Caller, wanted: &[Uuid]) -> Result<Response, Failure> {
    let org = caller::org_to_write(caller)?;
    let missing = app.baselines.delete(&org, wanted).await?;
    if missing.is_empty() {
        return failure::ok();
    }
    Err(Failure::not_found(format!("ids [{}] not available to delete", ids::joined(&missing))))
}
