//! Answers.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use web::{Problem, json_response};

/// An answer with a JSON body; 500 when the body cannot be written.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_response(status, "application/json", bytes),
        Err(error) => failed(&error, false).into_response(),
    }
}

/// 500, or 503 for a failure that will pass: the log has the reason, the caller is told that it was not their fault and
/// nothing more.
pub fn failed(error: &dyn std::error::Error, will_pass: bool) -> Problem {
    tracing::error!(%error, "a request failed");
    Problem::of(if will_pass { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR })
}
