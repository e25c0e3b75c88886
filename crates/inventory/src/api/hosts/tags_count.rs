//! `GET /hosts/{host_id_list}/tags/count`: how many tags hosts have.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};

use super::tag_list::TaggedHosts;
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure},
    page::Envelope,
    parameters::PageParams,
    path::PathParams,
    query::Query,
};

/// How many tags hosts have; each value of a key is one. All hosts must exist.
#[utoipa::path(
    get,
    path = "/hosts/{host_id_list}/tags/count",
    operation_id = "api.host.get_host_tag_count",
    tag = "tags",
    params(
        ("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `last_check_in`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of hosts, each with its number of tags",
            body = inline(Envelope<BTreeMap<String, usize>>)),
        (status = 404, description = "Not all of them exist", body = Exception),
    ),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    path: PathParams,
    Query(params): Query,
) -> Result<Response, Failure> {
    let found = TaggedHosts::read(&app, &caller, &path, &params).await?;
    let counts = found.by_id(|host| host.tags.iter().count());
    Ok(found.page.answer(found.asked, found.hosts.len(), counts))
}
