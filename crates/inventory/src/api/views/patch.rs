//! `PATCH /beta/views/{id}`: changes a view.

use axum::{
    extract::{Request, State},
    response::Response,
};
use http::StatusCode;

use super::{
    answered,
    document::{ViewIn, change},
    find, forbidden, not_found,
    person::Person,
    view_out::{Shown, ViewOut},
};
use crate::{
    api::{
        App, body,
        caller::Caller,
        errors::{Failure, Short, json},
        openapi::Problem,
        path::PathParams,
    },
    store::{self, View},
};

/// Changes what is given of a view that the caller saved.
#[utoipa::path(
    patch,
    path = "/beta/views/{view_id}",
    operation_id = "api.views.patch_view",
    tag = "views",
    params(("view_id" = uuid::Uuid, Path, description = "Id of a view")),
    request_body(content = ViewIn, description = "Every member may be left out, but not all of them"),
    responses(
        (status = 200, description = "The view", body = ViewOut),
        (status = 400, description = "The document breaks a rule", body = Short),
        (status = 403, description = "The caller has not saved it", body = Problem),
        (status = 404, description = "There is no such view that the caller may see", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    request: Request,
) -> Result<Response, Failure> {
    let id = path.id("view_id")?;
    let body = body::read(request).await?;
    let person = Person::of(&caller)?;
    let document = change(&body)?;
    let view = match find(&app, &person, id).await?.ok_or_else(not_found)? {
        Shown::Everybodys(_) => return Err(forbidden("System views cannot be modified.")),
        Shown::Saved(view) if person.owns(&view.created_by) => view,
        Shown::Saved(_) => return Err(forbidden("Only the view creator can update this view.")),
    };
    let view = View {
        name: document.name.unwrap_or(view.name),
        description: match document.description {
            Some(text) => Some(text).filter(|text| !text.is_empty()),
            None => view.description,
        },
        configuration: document.configuration.unwrap_or(view.configuration),
        org_wide: document.org_wide.unwrap_or(view.org_wide),
        updated: app.fleet.clock().now(),
        ..view
    };
    if !answered(store::change(app.fleet.db(), person.viewer(), &view).await)? {
        return Err(not_found());
    }
    Ok(json(StatusCode::OK, &Shown::Saved(view).out(&person)?))
}
