//! `GET /beta/views/{id}`: one view.

use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{find, not_found, person::Person, view_out::ViewOut};
use crate::api::{
    App,
    caller::Caller,
    errors::{Failure, json},
    openapi::Problem,
    path::PathParams,
};

/// A view that the caller may see.
#[utoipa::path(
    get,
    path = "/beta/views/{view_id}",
    operation_id = "api.views.get_view",
    tag = "views",
    params(("view_id" = uuid::Uuid, Path, description = "Id of a view")),
    responses(
        (status = 200, description = "The view", body = ViewOut),
        (status = 403, description = "The caller is nobody who has views", body = Problem),
        (status = 404, description = "There is no such view that the caller may see", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let id = path.id("view_id")?;
    let person = Person::of(&caller)?;
    let view = find(&app, &person, id).await?.ok_or_else(not_found)?;
    Ok(json(StatusCode::OK, &view.out(&person)?))
}
