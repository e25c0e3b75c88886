//! `GET /hosts/{id}/state`: a host as it is, or was.

use access::Permission;
use axum::{extract::State, response::Response};
use ground::Timestamp;
use http::StatusCode;
use rest::{Caller, Path, Query, json};
use serde_json::value::RawValue;
use web::Problem;

use crate::api::{
    App,
    failure::Failure,
    host_state::HostState,
    moment::Moment,
    parameters::{HostPath, Id, Seq},
};

rest::parameters! {
    /// Which moment is asked for.
    pub struct AtMoment in Query {
        /// As it was at this time (ISO 8601); now by default.
        at: Option<Timestamp>,
        /// As it was when this row of the log was written; not with `at`.
        seq: Option<Seq>,
    }
}

/// A host with its whole profile: now, at a time, or when a row of the log was written.
#[utoipa::path(
    get,
    path = "/hosts/{id}/state",
    operation_id = "host_state",
    tag = "hosts",
    params(HostPath, AtMoment),
    responses(
        (status = 200, description = "The host", body = HostState),
        (status = 404, description = "It was not known then", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Path(HostPath { id: Id(id) }): Path<HostPath>,
    Query(asked): Query<AtMoment>,
) -> Result<Response, Failure> {
    let moment = Moment::of(asked.seq, asked.at, ["seq", "at"])?;
    let scope = app.hosts(&caller, Permission::HostsRead).await?;

    if !app.fleet.reaches(&scope, id).await? {
        return Err(super::unknown(id));
    }
    let change = moment.state(&app, &scope, id).await?;
    let profile = app.fleet.profiles_of(scope.org(), std::slice::from_ref(&change)).await?.pop();
    let profile = profile.map_or_else(|| "{}".to_owned(), |profile| profile.json());
    let profile = RawValue::from_string(profile).map_err(fleet::Error::from)?;
    let staleness = app.fleet.staleness(scope.org()).await?;
    Ok(json(StatusCode::OK, &HostState::new(&change, profile, staleness)))
}
