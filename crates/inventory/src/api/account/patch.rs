//! `PATCH /account/staleness`: other settings for the organisation.

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{StalenessIn, StalenessOut, delete::none, document::Declared};
use crate::api::{
    App, body,
    caller::Caller,
    errors::{Failure, json},
    openapi::Problem,
    query::Query,
};

/// Changes the settings that the organisation has for itself; what is left out stays. Settings within an hour of the defaults
/// are the defaults.
#[utoipa::path(
    patch,
    path = "/account/staleness",
    operation_id = "api.staleness.update_staleness",
    tag = "staleness",
    request_body = StalenessIn,
    responses(
        (status = 200, description = "The settings", body = StalenessOut),
        (status = 400, description = "They break a rule", body = Problem),
        (status = 404, description = "The organisation has none of its own", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(_): Query,
    request: Request,
) -> Result<Response, Failure> {
    let declared = Declared::read(&body::read(request).await?).map_err(Failure::bad_request)?;
    caller.staleness(&app, Permission::StalenessWrite, Permission::HostsWrite).await?;

    let (org, defaults) = (caller.org(), app.fleet.default_staleness());
    let decided = app
        .fleet
        .edit_staleness(org, |own| {
            let wanted = declared.over(own.map_or(defaults, |own| own.staleness))?;
            own.ok_or_else(|| none(org))?;
            Ok::<_, Failure>(wanted.unlike(defaults))
        })
        .await?;
    Ok(json(StatusCode::OK, &StalenessOut::new(org, decided?.as_ref(), defaults)))
}
