//! `GET /systems/{id}/baselines`: the baselines that are for a system. The original tells them to its siblings only.

use axum::{
    extract::{Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{App, baseline_out::BaselineOut, caller, failure, ids};

/// Baselines of a system as answers show them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BaselinesOfSystem)]
pub struct BaselinesOut<'a> {
    /// By name, without their facts.
    pub data: Vec<BaselineOut<'a>>,
}

/// Lists the baselines that are for a system within the caller's reach.
#[utoipa::path(
    get,
    path = "/systems/{id}/baselines",
    operation_id = "list_baselines_of_system",
    tag = "systems",
    params(("id" = String, Path, description = "A host of the inventory")),
    responses((status = 200, description = "The baselines", body = BaselinesOut)),
)]
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let caller = app.admit(&headers).await?;
    caller.require(caller::SEE_SYSTEMS)?;
    caller.require(caller::SEE_HOSTS)?;
    let system = ids::one(&segment)?;
    let mut found = match caller::org(&caller) {
        Some(org) => {
            let ids = app.baselines.of_system_within(&org, system, &caller::reach(&caller)?).await?;
            app.baselines.get(&org, &ids).await?
        }
        None => Vec::new(),
    };
    found.sort_by(|one, other| (&one.display_name, one.id).cmp(&(&other.display_name, other.id)));
    failure::json(&BaselinesOut { data: found.iter().map(BaselineOut::new).collect() })
}
