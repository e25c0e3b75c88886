//! Answers of any shape.

use axum::{body::Body, response::Response};
use http::{HeaderValue, StatusCode, header};

/// An answer with this status and body. `content_type` is for instance `application/json`.
pub fn json_response(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
