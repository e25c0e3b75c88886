//! `GET /systems/{inventory_id}`: the historical profiles of a machine (contract history §3.2).

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use ground::HostId;
use http::{HeaderMap, Uri};
use serde_json::json;

use super::{App, caller, failure, ids};

/// Lists the profiles of a machine, newest capture first. Those that are too old, or not for the caller, are left out
/// before the page is cut; none is 404.
#[utoipa::path(
    get,
    path = "/systems/{inventory_id}",
    operation_id = "list_profiles",
    tag = "profiles",
    params(
        ("inventory_id" = String, Path, description = "The machine"),
        ("limit" = Option<i64>, Query, description = "How many at the most: 1 to 100, 50 by default"),
        ("offset" = Option<i64>, Query, description = "How many are left out at the beginning"),
    ),
    responses((status = 200, description = "Its profiles, newest capture first, as `data[0].profiles`", body = Object)),
)]
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let query = Query::read(uri.query(), &["limit", "offset"])?;
    let limit = query.whole("limit", 1, Some(100))?.unwrap_or(50);
    let offset = query.whole("offset", 0, None)?.unwrap_or(0);
    ids::check_lengths(&segment)?;
    let caller = app.gate.admit(&headers).await?;
    let host = ids::read(&segment)?;
    let [host] = host[..] else {
        return Err(Failure::bad_request(format!("malformed UUIDs requested ({segment})")));
    };
    let heads = match caller::org(&caller) {
        Some(org) => app.records.of_host(&org, HostId(host), &caller::reach(&caller)?).await?,
        None => Vec::new(),
    };
    let page = heads.iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(limit as usize);
    let profiles: Vec<_> = page
        .map(|head| json!({"captured_date": head.captured.text, "id": head.id, "system_id": host}))
        .collect();
    if profiles.is_empty() {
        return Err(Failure::not_found(format!("no historical profiles found for inventory_id {segment}")));
    }
    failure::json(&json!({"data": [{"profiles": profiles}]}))
}
