//! Answers.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use web::{Problem, json_response};

/// An answer with a JSON body; 500 when the body cannot be written.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_response(status, "application/json", bytes),
        Err(error) => internal(&error).into_response(),
    }
}

/// 500: the log has the reason, the caller is told that it was not their fault and nothing more.
pub fn internal(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "a request failed");
    Problem::internal()
}
