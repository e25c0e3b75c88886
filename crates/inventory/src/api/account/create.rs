//! `POST /account/staleness`: settings of its own for the organisation.

use access::Permission;
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{StalenessIn, StalenessOut, document::Declared};
use crate::api::{
    App, body,
    caller::Caller,
    errors::{Failure, Short, json},
    query::Query,
};

/// Gives the organisation settings of its own; what is left out is as by default. Settings within an hour of the defaults are
/// the defaults.
#[utoipa::path(
    post,
    path = "/account/staleness",
    operation_id = "api.staleness.create_staleness",
    tag = "staleness",
    request_body = StalenessIn,
    responses(
        (status = 201, description = "The settings", body = StalenessOut),
        (status = 400, description = "They break a rule, or the organisation has its own already", body = Short),
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
            let wanted = wanted.unlike(defaults);
            if own.is_some() && wanted.is_some() {
                let detail = format!("Staleness record for org_id {org} already exists.");
                return Err(Failure::short("Integrity error", detail));
            }
            Ok(wanted)
        })
        .await?;
    Ok(json(StatusCode::CREATED, &StalenessOut::new(org, decided?.as_ref(), defaults)))
}
