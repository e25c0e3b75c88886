//! `/prometheus/api/v1/metadata`: what metrics are.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};

use super::{Form, answer};
use crate::api::{App, caller::Of, failure::QueryFailure};

/// Kind, help and unit of metrics.
#[utoipa::path(
    get, path = "/prometheus/api/v1/metadata", operation_id = "metadata", tag = "out",
    params(("metric" = Option<String>, Query), ("limit" = Option<u64>, Query)),
    responses((status = 200, description = "By name"), (status = 400, description = "A parameter is wrong"))
)]
pub async fn handle(State(app): State<App>, Of(tenant): Of, form: Form) -> Result<Response, QueryFailure> {
    let metadata = app.samples.metadata(&tenant, form.get("metric")).await?;
    let all: BTreeMap<&str, [serde_json::Value; 1]> = metadata
        .iter()
        .take(form.limit()?)
        .map(|own| {
            let value = serde_json::json!({"type": own.kind, "help": own.help, "unit": own.unit});
            (own.name.as_str(), [value])
        })
        .collect();
    Ok(answer::success(&all))
}
