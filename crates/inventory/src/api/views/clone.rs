//! `POST /beta/views/{id}/clone`: saves a copy of a view.

use axum::{extract::State, response::Response};
use http::StatusCode;
use uuid::Uuid;

use super::{
    document::LONGEST_NAME,
    find, not_found,
    person::Person,
    save,
    view_out::{Shown, ViewOut},
};
use crate::{
    api::{
        App,
        caller::Caller,
        errors::{Failure, Short, json},
        openapi::Problem,
        path::PathParams,
    },
    store::View,
};

/// Saves a copy of a view for the caller alone. The body, if there is one, is ignored.
#[utoipa::path(
    post,
    path = "/beta/views/{view_id}/clone",
    operation_id = "api.views.clone_view",
    tag = "views",
    params(("view_id" = uuid::Uuid, Path, description = "Id of a view")),
    responses(
        (status = 201, description = "The copy", body = ViewOut),
        (status = 400, description = "The caller has too many views", body = Short),
        (status = 403, description = "The caller is nobody who has views", body = Problem),
        (status = 404, description = "There is no such view that the caller may see", body = Problem),
    ),
)]
pub async fn handle(State(app): State<App>, caller: Caller, path: PathParams) -> Result<Response, Failure> {
    let id = path.id("view_id")?;
    let person = Person::of(&caller)?;
    let original = find(&app, &person, id).await?.ok_or_else(not_found)?;
    let original = original.view();
    let now = app.fleet.clock().now();
    let view = View {
        id: Uuid::new_v4(),
        name: format!("Copy of {}", original.name).chars().take(LONGEST_NAME).collect(),
        description: original.description.clone(),
        configuration: original.configuration.clone(),
        org_wide: false,
        created_by: person.viewer().user.to_owned(),
        created: now,
        updated: now,
    };
    save(&app, &person, &view).await?;
    Ok(json(StatusCode::CREATED, &Shown::Saved(view).out(&person)?))
}
