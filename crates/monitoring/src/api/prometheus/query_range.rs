//! `/prometheus/api/v1/query_range`: an expression at many times.

use axum::{extract::State, response::Response};
use promql::Times;

use super::{Form, run};
use crate::api::{App, caller::Of, failure::QueryFailure};

/// The most times of an answer.
const MOST_TIMES: i64 = 11_000;

/// The values of an expression at times from start to end.
#[utoipa::path(
    get, path = "/prometheus/api/v1/query_range", operation_id = "query_range", tag = "out",
    params(
        ("query" = String, Query, description = "PromQL"), ("start" = String, Query), ("end" = String, Query),
        ("step" = String, Query, description = "Seconds, or with a unit"),
        ("timeout" = Option<String>, Query), ("limit" = Option<u64>, Query), ("lookback_delta" = Option<String>, Query)
    ),
    responses((status = 200, description = "A matrix"), (status = 400, description = "A parameter is wrong"),
              (status = 422, description = "It cannot be evaluated"))
)]
pub async fn get(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    answer(state, tenant, form).await
}

/// The same with its parameters in a form.
#[utoipa::path(
    post, path = "/prometheus/api/v1/query_range", operation_id = "query_range_form", tag = "out",
    responses((status = 200, description = "A matrix"))
)]
pub async fn post(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    answer(state, tenant, form).await
}

async fn answer(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let missing = |name| QueryFailure::parameter(name, "cannot parse \"\" to a valid timestamp");
    let start = form.time("start")?.ok_or_else(|| missing("start"))?;
    let end = form.time("end")?.ok_or_else(|| missing("end"))?;
    if end < start {
        return Err(QueryFailure::parameter("end", "end timestamp must not be before start time"));
    }
    let wrong = || QueryFailure::parameter("step", "cannot parse \"\" to a valid duration");
    let step = form.duration("step")?.ok_or_else(wrong)?;
    if step <= 0 {
        let text = "zero or negative query resolution step widths are not accepted. Try a positive integer";
        return Err(QueryFailure::parameter("step", text));
    }
    if end.saturating_sub(start) / step > MOST_TIMES {
        return Err(QueryFailure::bad_data(
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
        ));
    }
    run::run(&app, &tenant, &form, Times::range(start, end, step), true).await
}
