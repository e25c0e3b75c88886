//! Answers (contract benchmarks §3.1).

use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use crate::{api::refusal::Refusal, rules::json::wire};

/// What an operation says.
pub type Answer = Result<Response, Refusal>;

/// A JSON text as it is.
pub fn raw(status: StatusCode, body: String) -> Response {
    web::json_response(status, "application/json", body)
}

/// A value, and a line break.
pub fn json(status: StatusCode, value: &Value) -> Response {
    line(status, wire(value))
}

/// A JSON text that is written already, and a line break.
pub fn line(status: StatusCode, mut body: String) -> Response {
    body.push('\n');
    raw(status, body)
}

/// 204.
pub fn nothing() -> Response {
    raw(StatusCode::NO_CONTENT, String::new())
}
