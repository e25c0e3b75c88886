//! `GET /hosts/{id}/state`: a host as it is, or was.

use access::Permission;
use axum::{extract::State, response::Response};
use serde_json::value::RawValue;
use web::{Params, Problem};

use crate::api::{
    App,
    caller::Caller,
    failure::{Failure, json},
    host_state::HostState,
    moment::Moment,
    params::PathHost,
};

/// A host with its whole profile: now, at a time, or when a row of the log was written.
#[utoipa::path(
    get,
    path = "/hosts/{id}/state",
    operation_id = "host_state",
    tag = "hosts",
    params(
        ("id" = Uuid, Path, description = "The host"),
        ("at" = Option<String>, Query, description = "As it was at this time (ISO 8601); now by default"),
        ("seq" = Option<i64>, Query, description = "As it was when this row of the log was written; not with `at`"),
    ),
    responses(
        (status = 200, description = "The host", body = HostState),
        (status = 404, description = "It was not known then", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    PathHost(id): PathHost,
    asked: Params,
) -> Result<Response, Failure> {
    let moment = Moment::read(&asked, "seq", "at")?;
    let scope = caller.hosts(&app, Permission::HostsRead).await?;

    if !app.fleet.reaches(&scope, id).await? {
        return Err(super::unknown(id));
    }
    let change = moment.state(&app, &scope, id).await?;
    let profile = app.fleet.profiles_of(scope.org(), std::slice::from_ref(&change)).await?.pop();
    let profile = profile.map_or_else(|| "{}".to_owned(), |profile| profile.json());
    let profile = RawValue::from_string(profile).map_err(fleet::Error::from)?;
    Ok(json(&HostState::new(&change, profile)))
}
