//! `GET /beta/views`: the views that the caller may see.

use axum::{extract::State, response::Response};

use super::{
    answered,
    person::Person,
    view_out::{Shown, ViewOut},
};
use crate::{
    api::{
        App,
        caller::Caller,
        errors::Failure,
        openapi::Problem,
        page::{Envelope, Page},
        parameters::PageParams,
        query::Query,
    },
    store,
};

/// A page of the views that the caller may see, those changed last first; the one that everybody has comes last.
#[utoipa::path(
    get,
    path = "/beta/views",
    operation_id = "api.views.get_views_list",
    tag = "views",
    params(
        PageParams,
    ),
    responses(
        (status = 200, description = "A page of views", body = inline(Envelope<Vec<ViewOut>>)),
        (status = 403, description = "The caller is nobody who has views", body = Problem),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let person = Person::of(&caller)?;
    let found = store::views(app.fleet.db(), person.viewer(), page.offset(), page.per_page).await;
    let (saved, views) = answered(found)?;
    let mut shown: Vec<Shown> = views.into_iter().map(Shown::Saved).collect();
    if (page.offset()..page.offset() + page.per_page).contains(&saved) {
        shown.push(Shown::everybodys());
    }
    let out = shown.iter().map(|view| view.out(&person)).collect::<Result<Vec<_>, _>>()?;
    Ok(page.answer(saved + 1, out.len(), &out))
}
