//! `PATCH /baselines/{id}`: another name, other facts, or the notification switch (contract baselines §5.3).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use serde_json::Value;
use web::Body;

use crate::{
    api::{App, baseline_out::BaselineOut, caller, failure, ids, openapi::PatchIn},
    rules::{
        facts_patch, name,
        schema::{Member, MemberType, Others, object},
    },
    store::Patched,
};

const MEMBERS: [Member; 3] = [
    ("display_name", MemberType::Sized(1, name::LONGEST), true),
    ("facts_patch", MemberType::Objects, true),
    ("notifications_enabled", MemberType::Boolean, false),
];

/// Changes a baseline; the answer is a list of that one.
#[utoipa::path(
    patch,
    path = "/baselines/{ids}",
    operation_id = "patch_baseline",
    tag = "baselines",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
    ),
    request_body = PatchIn,
    responses((status = 200, description = "The baseline, in a list of one", body = Vec<BaselineOut>)),
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
    let body = object(&body, &MEMBERS, Others::Ignored)?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::WRITE)?;
    let id = ids::one(&segment)?;
    let display_name = body.get("display_name").and_then(Value::as_str).unwrap_or_default();
    name::check(display_name)?;
    let org = caller::org_to_write(&caller)?;
    let notifications = body.get("notifications_enabled").and_then(Value::as_bool);
    let patch = body.get("facts_patch").unwrap_or(&Value::Null);
    let patched = |facts: &[_]| facts_patch::apply(facts, patch);
    match app.baselines.patch(&org, id, display_name, notifications, patched).await? {
        Patched::Stored(changed) => failure::json(&[BaselineOut::new(&changed).with_facts(&changed)]),
        Patched::NameTaken => Err(Failure::bad_request(name::TAKEN)),
        Patched::Unknown => Err(failure::not_found()),
        Patched::Refused(bad) => Err(bad.into()),
    }
}
