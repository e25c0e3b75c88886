//! `GET /baselines?system_id=`: the baselines that are for a system.

use axum::{extract::State, response::Response};
use drift_common::{Failure, Query};
use http::{HeaderMap, Uri};

use crate::api::{App, caller, failure, ids};

/// Lists the ids of baselines; without a system an entry for each association of the organisation.
pub async fn handle(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Failure> {
    let query = Query::read(uri.query(), &["system_id"])?;
    let org = caller::org_of_sibling(&app.admit_sibling(&headers).await?)?;
    let system = query.last("system_id").filter(|text| !text.is_empty()).map(ids::one).transpose()?;
    failure::json(&app.baselines.of_system(&org, system).await?)
}
