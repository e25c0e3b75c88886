//! `POST /baselines/{id}/systems`: the baseline is for these too (contract baselines §6.2).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query, System};
use http::{HeaderMap, Uri};
use uuid::Uuid;
use web::Body;

use super::SystemsOut;
use crate::{
    api::{App, caller, failure, ids, openapi::SystemIds},
    rules::{
        groups,
        schema::{MemberType, Others, object, texts},
    },
    store::{Added, GroupFilter, Reach},
};

/// Associates systems with a baseline, all or none. Systems that the family leaves out are left out.
#[utoipa::path(
    post,
    path = "/baselines/{ids}/systems",
    operation_id = "add_systems",
    tag = "systems",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
    ),
    request_body = SystemIds,
    responses((status = 200, description = "The systems", body = SystemsOut)),
)]
pub async fn handle(
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
    let wanted = ids::read(texts(body, "system_ids"))?;
    ids::once(&wanted)?;
    let org = caller::org(&caller).ok_or_else(failure::not_found)?;
    let present = app.baselines.systems(&org, id, &GroupFilter::default(), &Reach::All).await?;
    let present = present.ok_or_else(failure::not_found)?;
    if let Some(known) = wanted.iter().find(|system| present.contains(system)) {
        return Err(already(*known));
    }
    let texts: Vec<String> = wanted.iter().map(Uuid::to_string).collect();
    let found = app.sources.systems(&caller, &texts).await.map_err(failure::of_peer)?;
    let found: Vec<&System> = found.iter().filter(|system| !system.is_left_out()).collect();
    let systems: Vec<_> =
        found.iter().filter_map(|system| Some((id_of(system)?, groups::of_system(system)))).collect();
    match app.baselines.add_systems(&org, id, &systems).await? {
        Added::Systems(system_ids) => failure::json(&SystemsOut { system_ids }),
        Added::Already(system) => Err(already(system)),
        Added::Unknown => Err(failure::not_found()),
    }
}

fn already(system: Uuid) -> Failure {
    Failure::bad_request(format!("System {system} already associated with this baseline"))
}

fn id_of(system: &System) -> Option<Uuid> {
    Uuid::parse_str(&system.id).ok()
}
