//! `POST /baselines/{id}?display_name=`: a copy under another name, without the systems (contract baselines §5.2).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use uuid::Uuid;

use crate::{
    api::{App, baseline_out::BaselineOut, caller, failure, ids, page},
    rules::name,
    store::{NewBaseline, Placed},
};

/// Copies a baseline. The body is not read.
#[utoipa::path(
    post,
    path = "/baselines/{ids}",
    operation_id = "copy_baseline",
    tag = "baselines",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
        ("display_name" = String, Query, description = "The name of the copy"),
    ),
    responses((status = 200, description = "The baseline", body = BaselineOut)),
)]
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = Query::read(uri.query(), &["display_name"])?;
    query.required("display_name")?;
    let display_name = page::display_name(&query)?.unwrap_or_default();
    let caller = app.admit(&headers).await?;
    caller.require(caller::WRITE)?;
    let id = ids::one(&segment)?;
    let org = caller::org_to_write(&caller)?;
    if app.baselines.has_name(&org, display_name).await? {
        return Err(Failure::bad_request(name::TAKEN));
    }
    name::check(display_name)?;
    let original = app.baselines.get(&org, &[id]).await?.pop().ok_or_else(failure::not_found)?;
    let new = NewBaseline {
        account: original.account,
        display_name: display_name.to_owned(),
        facts: original.facts,
        notifications_enabled: original.notifications_enabled,
    };
    match app.baselines.create(&org, Uuid::new_v4(), &new).await? {
        Placed::Stored(made) => failure::json(&BaselineOut::new(&made).with_facts(&made).with_count(0)),
        Placed::NameTaken => Err(Failure::bad_request(name::TAKEN)),
    }
}
