//! Error answers of RFC 7807 (contract inventory-http §3, shape A).

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use ground::Transient;
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde_json::Value;

use crate::json_response;

/// An error answer: `{"type":"about:blank","title":T,"detail":D,"status":N}`, as `application/problem+json`, with
/// the members in this order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {detail}")]
pub struct Problem {
    status: StatusCode,
    detail: Cow<'static, str>,
    retry_after: Option<u64>,
}

impl Problem {
    /// A problem of this status with this detail; the title is the status's standard phrase.
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, detail: detail.into(), retry_after: None }
    }

    /// The same with `Retry-After`: whoever asks again before so many seconds are over asks too early.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// A problem of this status with the detail that the contract gives it by default.
    pub fn of(status: StatusCode) -> Self {
        Self::new(status, default_detail(status))
    }

    /// 400 with this detail.
    pub fn bad_request(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 401 with this detail.
    pub fn unauthorized(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, detail)
    }

    /// 403 with the default detail.
    pub fn forbidden() -> Self {
        Self::of(StatusCode::FORBIDDEN)
    }

    /// 404 with the default detail; also for a page beyond the end.
    pub fn not_found() -> Self {
        Self::of(StatusCode::NOT_FOUND)
    }

    /// 405 of a path of an API.
    pub fn method_not_allowed() -> Self {
        Self::of(StatusCode::METHOD_NOT_ALLOWED)
    }

    /// 500. The cause belongs into the log, never into the answer.
    pub fn internal() -> Self {
        Self::of(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// 503 with this detail.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// The status.
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The detail.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }

    fn to_json(&self) -> String {
        let text = |text: &str| Value::from(text).to_string();
        format!(
            r#"{{"type":"about:blank","title":{},"detail":{},"status":{}}}"#,
            text(self.title()),
            text(&self.detail),
            self.status.as_u16()
        )
    }
}

impl<E: Transient> From<E> for Problem {
    /// 503 for a failure that will pass, else 500: the log has the reason, the caller is told that it was not their fault and
    /// nothing more.
    fn from(error: E) -> Self {
        tracing::error!(%error, "a request failed");
        Self::of(if error.is_transient() {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::INTERNAL_SERVER_ERROR
        })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = json_response(self.status, "application/problem+json", self.to_json());
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

fn default_detail(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "The browser (or proxy) sent a request that this server could not understand.",
        403 => {
            "You don't have the permission to access the requested resource. It is either read-protected or not \
             readable by the server."
        }
        404 => {
            "The requested URL was not found on the server. If you entered the URL manually please check your \
             spelling and try again."
        }
        500 => {
            "The server encountered an internal error and was unable to complete your request. Either the server is \
             overloaded or there is an error in the application."
        }
        503 => {
            "The server is temporarily unable to service your request due to maintenance downtime or capacity \
             problems. Please try again later."
        }
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_stand_in_the_order_of_the_contract() {
        assert_eq!(
            Problem::unauthorized("Invalid token").to_json(),
            r#"{"type":"about:blank","title":"Unauthorized","detail":"Invalid token","status":401}"#
        );
    }

    #[test]
    fn a_detail_is_escaped() {
        let json: Value = serde_json::from_str(&Problem::bad_request("a \"b\"\n\\").to_json()).unwrap();
        assert_eq!(json["detail"], "a \"b\"\n\\");
    }

    #[test]
    fn each_status_has_its_words() {
        assert!(Problem::not_found().detail().ends_with("please check your spelling and try again."));
        assert_eq!(Problem::method_not_allowed().detail(), "Method Not Allowed");
        assert!(Problem::forbidden().detail().contains("read-protected or not readable by the server."));
        let response = Problem::internal().into_response();
        assert_eq!(response.status(), 500);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert!(!response.headers().contains_key(RETRY_AFTER));
        let response = Problem::unavailable("full").retry_after(7).into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "7");
    }
}
