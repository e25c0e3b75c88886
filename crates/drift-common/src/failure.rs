//! How an operation says no (contract drift §2.6).

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::json;
use web::{Problem, json_response};

/// An answer other than success. Two shapes exist, and clients accept both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// What the application refuses: `{"message":"…"}` as `application/json`.
    Message(StatusCode, String),
    /// What the framework refuses: a problem document.
    Problem(Problem),
}

impl Failure {
    /// 400 with a message.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::Message(StatusCode::BAD_REQUEST, message.into())
    }

    /// 403 with a message.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Message(StatusCode::FORBIDDEN, message.into())
    }

    /// 404 with a message.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::Message(StatusCode::NOT_FOUND, message.into())
    }

    /// 404 or 400 with this list of ids: `ids [a, b] not available to display`.
    pub fn ids_missing(ids: &[String]) -> Self {
        Self::not_found(format!("ids [{}] not available to display", ids.join(", ")))
    }

    /// 500; the log has the reason.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Problem(Problem::internal())
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Message(status, _) => *status,
            Self::Problem(problem) => problem.status(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Message(status, message) => {
                json_response(status, "application/json", json!({"message": message}).to_string())
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}
