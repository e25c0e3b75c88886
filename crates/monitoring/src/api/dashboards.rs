//! Dashboards: documents under a type and a name (contract metrics §6.3).

pub mod create;
pub mod list;
pub mod of_type;
pub mod one;

use axum::{
    extract::{FromRequest as _, Request},
    response::Response,
};
use http::StatusCode;
use serde_json::{Value, json, value::RawValue};
use web::AnyBody;

use super::{failure::LegacyFailure, metrics::alerts::is_json};
use crate::legacy::Dashboard;

/// The types of dashboards.
const TYPES: [&str; 2] = ["time_series", "alert"];

fn bad(text: impl Into<String>) -> LegacyFailure {
    LegacyFailure::error(StatusCode::BAD_REQUEST, text)
}

fn absent(kind: &str, name: &str) -> String {
    format!("No dashboard found with type = \"{kind}\" and name = \"{name}\"")
}

fn invalid_type(kind: &str) -> String {
    format!("Invalid dashboard type \"{kind}\"")
}

fn success() -> Response {
    web::json_response(StatusCode::OK, "application/json", json!({"success": true}).to_string())
}

/// A dashboard as answers show it; its document as it was given.
fn shown(dashboard: &Dashboard) -> String {
    let data = RawValue::from_string(dashboard.data.clone())
        .map_or_else(|_| "null".to_owned(), |raw| raw.get().to_owned());
    let text = |text: &str| Value::from(text).to_string();
    format!(r#"{{"data":{data},"name":{},"type":{}}}"#, text(&dashboard.name), text(&dashboard.kind))
}

fn many(dashboards: &[Dashboard]) -> Response {
    let all: Vec<String> = dashboards.iter().map(shown).collect();
    web::json_response(StatusCode::OK, "application/json", format!(r#"{{"dashboards":[{}]}}"#, all.join(",")))
}

/// The JSON of a body; `None` when it is not said to be JSON, or is null.
async fn json_of(request: Request) -> Result<Option<Value>, LegacyFailure> {
    if !is_json(request.headers()) {
        return Ok(None);
    }
    let bytes = AnyBody::from_request(request, &()).await?.0;
    let value: Value = serde_json::from_slice(&bytes)
        .map_err(|problem| bad(format!("Failed to decode JSON object: {problem}")))?;
    Ok(Some(value).filter(|value| !value.is_null()))
}
