//! Request bodies: JSON, read once, under a limit (contract inventory-http §2.4).

use std::time::Duration;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use http::{HeaderMap, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::time::timeout;

use crate::Problem;

/// Most bytes of a body where no [`BodyLimit`] is set: 10 MiB.
const DEFAULT_LIMIT: usize = 10 << 20;

/// Most bytes that are thrown away of a body that is too long.
const MOST_DRAINED: usize = 256 << 20;

/// Most bytes of a request body. Put it on a router with `axum::Extension`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

/// Longest time for a request body to come in. Put it on a router with `axum::Extension`; without one, only the limit
/// for the whole request holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyTimeout(pub Duration);

/// The bytes of a request body whose content type is JSON, or not given. The extractor refuses another type with
/// 415, a longer body with 413, and one that takes too long with 408.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body(Bytes);

impl Body {
    /// The bytes, of whatever form.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }

    /// The JSON value, which is not null. Lists and objects may be nested 127 deep.
    pub fn value(&self) -> Result<Value, Problem> {
        match self.nullable()? {
            Value::Null => Err(Problem::bad_request("Request body must not be empty")),
            value => Ok(value),
        }
    }

    /// [`Body::value`] without the character NUL in any text or name: PostgreSQL stores none.
    pub fn storable(&self) -> Result<Value, Problem> {
        let value = self.value()?;
        if has_nul(&value) {
            return Err(Problem::bad_request("the body must not contain the character NUL (\\u0000)"));
        }
        Ok(value)
    }

    /// The JSON value, which may be null.
    pub fn nullable(&self) -> Result<Value, Problem> {
        if self.0.is_empty() {
            return Err(Problem::bad_request("RequestBody is required"));
        }
        // The mark that editors of Windows begin a text with is no part of it.
        let text = self.0.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.0);
        serde_json::from_slice(text).map_err(|error| Problem::bad_request(error.to_string()))
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl<S: Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        check_content_type(request.headers())?;
        within_limits(request).await.map(Self)
    }
}

/// The bytes of a request body of any content type, under the same limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyBody(pub Bytes);

impl<S: Sync> FromRequest<S> for AnyBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        within_limits(request).await.map(Self)
    }
}

async fn within_limits(request: Request) -> Result<Bytes, Problem> {
    let limit = request.extensions().get::<BodyLimit>().map_or(DEFAULT_LIMIT, |limit| limit.0);
    let within = request.extensions().get::<BodyTimeout>().copied();
    let reading = read(request.into_body(), limit);
    let Some(BodyTimeout(within)) = within else { return reading.await };
    timeout(within, reading).await.unwrap_or_else(|_| Err(too_slow(within)))
}

/// Reads a body of at most `limit` bytes. Of a longer one the rest is thrown away as it comes, up to [`MOST_DRAINED`]:
/// most clients read an answer only after they have sent everything, and would see nothing but a broken connection.
async fn read(mut body: axum::body::Body, limit: usize) -> Result<Bytes, Problem> {
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::bad_request("The request body ended before its time."))?;
        let Some(data) = frame.data_ref() else { continue };
        length += data.len();
        if length <= limit {
            bytes.extend_from_slice(data);
        } else {
            bytes = Vec::new();
        }
        if length > limit.saturating_add(MOST_DRAINED) {
            break;
        }
    }
    if length <= limit {
        return Ok(bytes.into());
    }
    let detail = format!("The request body is longer than {limit} bytes.");
    Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail))
}

fn too_slow(within: Duration) -> Problem {
    let detail = format!("The request body did not come in within {} seconds.", within.as_secs_f64());
    Problem::new(StatusCode::REQUEST_TIMEOUT, detail)
}

fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let text = String::from_utf8_lossy(value.as_bytes());
    let kind = text.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let detail = format!("Invalid Content-type ({kind}), expected ['application/json']");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

#[cfg(test)]
mod tests {
    use axum::{Extension, Router, routing::post};
    use http_body_util::BodyExt;
    use proptest::prelude::*;
    use serde_json::json;
    use tower::ServiceExt;

    use super::*;

    async fn answer(content_type: Option<&str>, body: impl Into<axum::body::Body>) -> (u16, String) {
        let handler = |body: Body| async move { body.value().map(|value| value.to_string()) };
        let router = Router::new().route("/", post(handler)).layer(Extension(BodyLimit(1_000)));
        let mut request = Request::post("/");
        if let Some(kind) = content_type {
            request = request.header("content-type", kind);
        }
        let response = router.oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let detail = serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|body| body["detail"].as_str().map(str::to_owned));
        (status, detail.unwrap_or(text))
    }

    #[tokio::test]
    async fn json_is_read_also_without_a_content_type() {
        for kind in [None, Some("application/json"), Some("Application/JSON; charset=utf-8")] {
            assert_eq!(answer(kind, "{\"a\": 1}").await, (200, json!({"a": 1}).to_string()));
        }
    }

    #[tokio::test]
    async fn another_content_type_is_refused_by_name() {
        let refused = answer(Some("text/plain; charset=x"), "{}").await;
        assert_eq!(
            refused,
            (415, "Invalid Content-type (text/plain), expected ['application/json']".to_owned())
        );
    }

    #[tokio::test]
    async fn nothing_and_null_are_told_apart() {
        assert_eq!(answer(None, "").await, (400, "RequestBody is required".to_owned()));
        assert_eq!(answer(None, "null").await, (400, "Request body must not be empty".to_owned()));
    }

    #[tokio::test]
    async fn a_long_body_is_not_read_to_its_end() {
        let long = format!("\"{}\"", "x".repeat(1_000));
        assert_eq!(answer(None, long).await, (413, "The request body is longer than 1000 bytes.".to_owned()));
        let fitting = format!("\"{}\"", "x".repeat(998));
        assert_eq!(answer(None, fitting.clone()).await, (200, fitting));
    }

    #[tokio::test]
    async fn what_is_no_json_is_refused() {
        for bad in [&b"{bad"[..], b"\xff\"", b"\"\xc3\x28\"", b"1 2", "[".repeat(500).as_bytes()] {
            assert_eq!(answer(None, bad.to_vec()).await.0, 400, "{bad:?}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert_eq!(answer(None, deep).await.0, 400);
    }

    proptest! {
        #[test]
        fn any_bytes_get_an_answer(bytes: Vec<u8>) {
            let _ = Body(bytes.into()).value();
        }
    }
}
