//! How an operation says no.

use access::Denied;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use web::{Problem, json_response};

/// An answer other than success; always `application/problem+json`.
#[derive(Debug)]
pub struct Failure(Problem);

impl Failure {
    /// 400 with this detail.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self(Problem::bad_request(detail.into()))
    }

    /// 404 with this detail.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self(Problem::new(StatusCode::NOT_FOUND, detail.into()))
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        let status = StatusCode::from_u16(denied.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
        Self(denied.detail().map_or_else(|| Problem::of(status), |detail| Problem::new(status, detail)))
    }
}

impl From<fleet::Error> for Failure {
    /// The caller is told that it was not their fault and nothing more; the log has the reason.
    fn from(error: fleet::Error) -> Self {
        tracing::error!(%error, "the record could not be read or written");
        Self(Problem::of(if error.is_transient() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        }))
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// The answer of status 200 with this body.
pub fn json(body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => json_response(StatusCode::OK, "application/json", bytes),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            Problem::internal().into_response()
        }
    }
}
