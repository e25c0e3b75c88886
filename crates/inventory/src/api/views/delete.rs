//! `DELETE /beta/views/{id}`: removes a view.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::StatusCode;

use super::{answered, find, forbidden, not_found, person::Person, view_out::Shown};
use crate::{
    api::{App, caller::Caller, errors::Failure, openapi::Problem, path::PathParams},
    store,
};

/// Removes a view that the caller saved.
#[utoipa::path(
    delete,
    path = "/beta/views/{view_id}",
    operation_id = "api.views.delete_view",
    tag = "views",
    params(("view_id" = uuid::Uuid, Path, description = "Id of a view")),
    responses(
        (status = 204, description = "It is removed"),
        (status = 403, description = "The caller has not saved it", body = Problem),
        (status = 404, description = "There is no such view that the caller may see", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let id = path.id("view_id")?;
    let person = Person::of(&caller)?;
    match find(&app, &person, id).await?.ok_or_else(not_found)? {
        Shown::Everybodys(_) => return Err(forbidden("System views cannot be deleted.")),
        Shown::Saved(view) if person.owns(&view.created_by) => {}
        Shown::Saved(_) => return Err(forbidden("Only the view creator can delete this view.")),
    }
    if !answered(store::remove(app.fleet.db(), person.viewer(), id).await)? {
        return Err(not_found());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
