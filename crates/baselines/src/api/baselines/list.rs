//! `GET /baselines`: a page of the baselines of the organisation (contract baselines §4.1).

use std::collections::HashMap;

use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use drift_common::{Caller, Failure, Query};
use http::{HeaderMap, Uri};

use crate::{
    api::{
        App,
        baseline_out::BaselineOut,
        caller, failure,
        page::{PARAMETERS, PageOut, PageQuery},
    },
    store::{ListQuery, Page},
};

/// Lists baselines, without their facts.
#[utoipa::path(
    get,
    path = "/baselines",
    operation_id = "list_baselines",
    tag = "baselines",
    params(
        ("limit" = Option<i64>, Query, description = "How many at the most: 1 to 100, 50 by default"),
        ("offset" = Option<i64>, Query, description = "How many are left out at the beginning"),
        ("order_by" = Option<String>, Query, description = "`display_name`, `created_on` or `updated`"),
        ("order_how" = Option<String>, Query, description = "`ASC` or `DESC`"),
        ("display_name" = Option<String>, Query, description = "Those whose name contains this, whatever the case"),
    ),
    responses((status = 200, description = "A page", body = PageOut)),
)]
pub async fn handle(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let [limit, offset, by, how] = PARAMETERS;
    let asked = PageQuery::read(&Query::read(uri.query(), &[limit, offset, by, how, "display_name"])?)?;
    let caller = app.admit(&headers).await?;
    let query = ListQuery {
        ids: None,
        name: asked.display_name.as_deref(),
        order: asked.order(),
        offset: asked.offset,
        limit: asked.limit,
    };
    let found = match caller::org(&caller) {
        Some(org) => app.baselines.list(&org, &query).await?,
        None => Page { baselines: Vec::new(), count: 0, total: 0 },
    };
    page(&app, &caller, &asked, &uri, &found, false).await
}

/// A page with the number of systems that the caller reaches of each baseline.
pub(super) async fn page(
    app: &App,
    caller: &Caller,
    asked: &PageQuery,
    uri: &Uri,
    found: &Page,
    with_facts: bool,
) -> Result<Response, Failure> {
    let ids: Vec<_> = found.baselines.iter().map(|baseline| baseline.id).collect();
    let counts = match caller::org(caller) {
        Some(org) => app.baselines.system_counts(&org, &ids, &caller::reach(caller)?).await?,
        None => HashMap::new(),
    };
    let shown = found.baselines.iter().map(|baseline| {
        let out = BaselineOut::new(baseline).with_count(counts.get(&baseline.id).copied().unwrap_or(0));
        if with_facts { out.with_facts(baseline) } else { out }
    });
    failure::json(&PageOut::new(asked, uri.path(), found.count, found.total, shown.collect()))
}
