//! `GET /baselines/{ids}`: some baselines with their facts (contract baselines §4.3).

use axum::{
    extract::{OriginalUri, Path, State},
    response::Response,
};
use drift_common::{Failure, Query};
use http::HeaderMap;

use super::list;
use crate::{
    api::{
        App, caller, ids,
        page::{PARAMETERS, PageOut, PageQuery},
    },
    store::{ListQuery, Page},
};

/// Shows baselines, all of them or none.
#[utoipa::path(
    get,
    path = "/baselines/{ids}",
    operation_id = "get_baselines",
    tag = "baselines",
    params(
        ("ids" = String, Path, description = "Baselines, with commas between them"),
        ("limit" = Option<i64>, Query, description = "How many at the most: 1 to 100, 50 by default"),
        ("offset" = Option<i64>, Query, description = "How many are left out at the beginning"),
        ("order_by" = Option<String>, Query, description = "`display_name`, `created_on` or `updated`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses((status = 200, description = "A page", body = PageOut)),
)]
pub async fn handle(
    State(app): State<App>,
    Path(segment): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let asked = PageQuery::read(&Query::read(uri.query(), &PARAMETERS)?)?;
    let caller = app.admit(&headers).await?;
    let wanted = ids::of_path(&segment)?;
    let query = ListQuery {
        ids: Some(&wanted),
        name: None,
        order: asked.order(),
        offset: asked.offset,
        limit: asked.limit,
    };
    let (missing, found) = match caller::org(&caller) {
        Some(org) => {
            let found = app.baselines.list(&org, &query).await?;
            let missing = if found.count == wanted.len() as i64 {
                Vec::new()
            } else {
                app.baselines.missing(&org, &wanted).await?
            };
            (missing, found)
        }
        None => (wanted.clone(), Page { baselines: Vec::new(), count: 0, total: 0 }),
    };
    if !missing.is_empty() {
        return Err(Failure::not_found(format!("ids [{}] not available to display", ids::joined(&missing))));
    }
    list::page(&app, &caller, &asked, &uri, &found, true).await
}
