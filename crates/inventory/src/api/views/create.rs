//! `POST /beta/views`: saves a view.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;
use uuid::Uuid;

use super::{
    document::{ViewIn, new_view},
    person::Person,
    save,
    view_out::{Shown, ViewOut},
};
use crate::{
    api::{
        App, body,
        caller::Caller,
        errors::{Failure, Short, json},
        openapi::Problem,
    },
    store::View,
};

/// Saves a view for the caller, or for everybody in their organisation.
#[utoipa::path(
    post,
    path = "/beta/views",
    operation_id = "api.views.create_view",
    tag = "views",
    request_body = ViewIn,
    responses(
        (status = 201, description = "The new view", body = ViewOut),
        (status = 400, description = "The document breaks a rule", body = Short),
        (status = 403, description = "The caller is nobody who has views", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, request: Request) -> Result<Response, Failure> {
    let body = body::read(request).await?;
    let person = Person::of(&caller)?;
    let document = new_view(&body)?;
    let now = app.fleet.clock().now();
    let view = View {
        id: Uuid::new_v4(),
        name: document.name.unwrap_or_default(),
        description: document.description.filter(|text| !text.is_empty()),
        configuration: document.configuration.unwrap_or_default(),
        org_wide: document.org_wide.unwrap_or_default(),
        created_by: person.viewer().user.to_owned(),
        created: now,
        updated: now,
    };
    save(&app, &person, &view).await?;
    Ok(json(StatusCode::CREATED, &Shown::Saved(view).out(&person)?))
}
