//! `/prometheus/api/v1/series`: the series that selectors choose; and their removal.

use axum::{extract::State, response::Response};
use http::StatusCode;

use super::{Form, answer};
use crate::{
    api::{App, caller::Of, doors::writable, failure::QueryFailure},
    store::Range,
};

/// The labels of the series that any selector chooses.
#[utoipa::path(
    get, path = "/prometheus/api/v1/series", operation_id = "find_series", tag = "out",
    params(("match[]" = Vec<String>, Query), ("limit" = Option<u64>, Query)),
    responses((status = 200, description = "Label sets"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn get(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    find(state, tenant, form).await
}

/// The same with its parameters in a form.
#[utoipa::path(
    post, path = "/prometheus/api/v1/series", operation_id = "find_series_form", tag = "out",
    responses((status = 200, description = "Label sets"))
)]
pub async fn post(state: State<App>, tenant: Of, form: Form) -> Result<Response, QueryFailure> {
    find(state, tenant, form).await
}

/// Removes the samples of the chosen series between start and end.
#[utoipa::path(
    delete, path = "/prometheus/api/v1/series", operation_id = "delete_series", tag = "out",
    params(("match[]" = Vec<String>, Query), ("start" = Option<String>, Query), ("end" = Option<String>, Query)),
    responses((status = 200, description = "How many samples were removed"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn delete(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    writable(&app)?;
    let range =
        Range { from: form.time("start")?.unwrap_or(i64::MIN), to: form.time("end")?.unwrap_or(i64::MAX) };
    let mut removed = 0;
    for matchers in selectors(&form)? {
        removed += app.samples.delete(&tenant, &matchers, range).await?;
    }
    let body = serde_json::json!({"status": "success", "data": {"removed": removed}});
    Ok(web::json_response(StatusCode::OK, "application/json", body.to_string()))
}

fn selectors(form: &Form) -> Result<Vec<Vec<series::Matcher>>, QueryFailure> {
    let selectors = form.selectors()?;
    if selectors.is_empty() {
        return Err(QueryFailure::bad_data("no match[] parameter provided"));
    }
    Ok(selectors)
}

async fn find(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let found = app.samples.series(&tenant, &selectors(&form)?).await?;
    let sets: Vec<String> = found.iter().take(form.limit()?).map(answer::labels_json).collect();
    let body = format!(r#"{{"status":"success","data":[{}]}}"#, sets.join(","));
    Ok(web::json_response(StatusCode::OK, "application/json", body))
}
