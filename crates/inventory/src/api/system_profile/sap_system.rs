//! `GET /system_profile/sap_system`: on how many hosts SAP runs, and on how many it does not.

use std::collections::BTreeMap;

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

/// Whether SAP runs, with the number of hosts that the caller may see and that the parameters select.
#[utoipa::path(
    get,
    path = "/system_profile/sap_system",
    operation_id = "api.system_profile.get_sap_system",
    tag = "system_profile",
    params(
        CommonParams,
        PageParams,
    ),
    responses((status = 200, description = "A page of values", body = inline(Envelope<Vec<Counted<bool>>>))),
)]
pub async fn handle(
    State(app): State<App>,
    caller: Caller,
    Query(params): Query,
) -> Result<Response, Failure> {
    let page = Page::read(&params)?;
    let values = values(&app, &caller, &params, &["workloads", "sap", "sap_system"]).await?;
    let counts: BTreeMap<bool, i64> =
        values.into_iter().filter_map(|(value, count)| Some((value.as_bool()?, count))).collect();
    Ok(answer(page, counts))
}
