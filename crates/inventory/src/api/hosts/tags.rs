//! `GET /hosts/{host_id_list}/tags`: the tags of hosts.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use fleet::Host;

use super::tag_list::TaggedHosts;
use crate::api::{
    App,
    caller::Caller,
    errors::{Exception, Failure},
    host_out::TagOut,
    page::Envelope,
    parameters::PageParams,
    path::PathParams,
    query::Query,
};

/// The tags of hosts by id; all hosts must exist.
#[utoipa::path(
    get,
    path = "/hosts/{host_id_list}/tags",
    operation_id = "api.host.get_host_tags",
    tag = "tags",
    params(
        ("host_id_list" = Vec<uuid::Uuid>, Path, description = "Ids of hosts, with commas between them"),
        ("search" = Option<String>, Query, description = "Part of a namespace, key or value, in any case"),
        PageParams,
        ("order_by" = Option<String>, Query,
            description = "`display_name`, `group_name`, `updated`, `last_check_in`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
    ),
    responses(
        (status = 200, description = "A page of hosts, each with its tags",
            body = inline(Envelope<BTreeMap<String, Vec<TagOut>>>)),
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
    let search = params.last("search").unwrap_or_default().to_lowercase();
    let tags = |host| tags(host, &search);
    Ok(found.page.answer(found.asked, found.hosts.len(), found.by_id(tags)))
}

fn tags<'a>(host: &'a Host, search: &str) -> Vec<TagOut<'a>> {
    host.tags.iter_stored().map(TagOut::from).filter(|tag| matches(tag, search)).collect()
}

fn matches(tag: &TagOut<'_>, search: &str) -> bool {
    let parts = [tag.namespace, tag.key, tag.value];
    search.is_empty() || parts.into_iter().flatten().any(|part| part.to_lowercase().contains(search))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_looks_at_each_part_by_itself_and_ignores_case() {
        let tag = TagOut { namespace: Some("Satellite"), key: Some("Env"), value: Some("PROD") };
        for hit in ["", "satel", "env", "prod"] {
            assert!(matches(&tag, hit), "{hit}");
        }
        for miss in ["satellite/env", "env=prod", "none"] {
            assert!(!matches(&tag, miss), "{miss}");
        }
    }
}
