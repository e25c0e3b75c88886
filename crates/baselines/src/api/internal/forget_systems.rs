//! `DELETE /systems/{ids}` and `POST /systems/deletion_request`: systems are gone.

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use web::Body;

use crate::{
    api::{App, caller, failure, ids},
    rules::schema::{MemberType, Others, object, texts},
};

/// Takes the systems of a path from all baselines of the organisation.
pub async fn of_path(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let org = caller::org_of_sibling(&app.admit_sibling(&headers).await?)?;
    let systems = ids::of_path(&segment)?;
    app.baselines.forget_systems(&org, &systems).await?;
    failure::ok()
}

/// The same for the systems that a body lists.
pub async fn of_body(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let body = body.storable()?;
    let body = object(&body, &[("system_ids", MemberType::Texts(0, usize::MAX), true)], Others::Refused)?;
    let org = caller::org_of_sibling(&app.admit_sibling(&headers).await?)?;
    let systems = ids::read(texts(body, "system_ids"))?;
    app.baselines.forget_systems(&org, &systems).await?;
    failure::ok()
}
