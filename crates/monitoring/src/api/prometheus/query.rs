//! `/prometheus/api/v1/query`: an expression at one time.

use axum::{extract::State, response::Response};
use promql::Times;

use super::{Form, run};
use crate::api::{App, caller::Of, failure::QueryFailure};

/// The values of an expression at one time.
#[utoipa::path(
    get, path = "/prometheus/api/v1/query", operation_id = "query", tag = "out",
    params(
        ("query" = String, Query, description = "PromQL"),
        ("time" = Option<String>, Query, description = "Seconds or RFC 3339; now otherwise"),
        ("timeout" = Option<String>, Query), ("limit" = Option<u64>, Query), ("lookback_delta" = Option<String>, Query)
    ),
    responses((status = 200, description = "resultType and result"), (status = 400, description = "A parameter is wrong"),
              (status = 422, description = "It cannot be evaluated"))
)]
pub async fn get(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    answer(state, tenant, form).await
}

/// The same with its parameters in a form.
#[utoipa::path(
    post, path = "/prometheus/api/v1/query", operation_id = "query_form", tag = "out",
    responses((status = 200, description = "resultType and result"))
)]
pub async fn post(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    answer(state, tenant, form).await
}

async fn answer(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let time = form.time("time")?.unwrap_or_else(|| app.now());
    run::run(&app, &tenant, &form, Times::instant(time), false).await
}
