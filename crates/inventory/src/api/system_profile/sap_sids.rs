//! `GET /system_profile/sap_sids`: the SAP systems that hosts have.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::State, response::Response};

use super::{Counted, answer, values};
use crate::api::{
    App,
    caller::Caller,
    errors::Failure,
    page::{Envelope, Page},
    parameters::{CommonParams, PageParams},
    query::Query,
};

/// Ids of SAP systems, with the number of hosts that the caller may see and that the parameters select.
#[utoipa::path(
    get,
    path = "/system_profile/sap_sids",
    operation_id = "api.system_profile.get_sap_sids",
    tag = "system_profile",
    params(
        CommonParams,
        ("search" = Option<String>, Query, description = "Part of the id in any case"),
        PageParams,
    ),
    responses((status = 200, description = "A page of values", body = inline(Envelope<Vec<Counted<String>>>))),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let search = params.last("search").unwrap_or_default().to_lowercase();
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (value, count) in values(&app, &caller, &params, &["workloads", "sap", "sids"]).await? {
        let sids: BTreeSet<&str> =
            value.as_array().into_iter().flatten().filter_map(|sid| sid.as_str()).collect();
        for sid in sids.into_iter().filter(|sid| sid.to_lowercase().contains(&search)) {
            *counts.entry(sid.to_owned()).or_default() += count;
        }
    }
    Ok(answer(page, counts))
}
