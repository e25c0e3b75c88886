//! Answers.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use web::{Problem, json_response};

/// An answer with a JSON body; 500 when the body cannot be written.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_response(status, "application/json", bytes),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            Problem::internal().into_response()
        }
    }
}
