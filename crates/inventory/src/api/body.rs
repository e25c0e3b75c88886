//! The JSON body of a request.

use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde_json::Value;
use web::Body;

use super::errors::Failure;

/// Reads a body that must be JSON and not null: 413, 415 and 400 as contract inventory-http §2.4 says. A NUL in any
/// text or name is refused: PostgreSQL stores none. It is read when the parameters are known to be good, and so no
/// argument of a handler.
pub async fn read(request: Request) -> Result<Value, Failure> {
    read_by(take(request).await?, value).await
}

/// The body as it came: 413 and 415.
pub async fn take(request: Request) -> Result<Body, Failure> {
    Ok(Body::from_request(request, &()).await?)
}

/// Most bytes of a body that is read where requests are answered.
const QUICK: usize = 64 << 10;

/// Reads a body in some way; a long one on a thread of its own, so that requests of others are answered meanwhile.
pub async fn read_by<T: Send + 'static>(
    body: Body,
    read: impl FnOnce(&Body) -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    if body.bytes().len() <= QUICK {
        return read(&body);
    }
    tokio::task::spawn_blocking(move || read(&body)).await.unwrap_or_else(|error| {
        tracing::error!(%error, "the body of a request was not read to its end");
        Err(Failure::default(StatusCode::INTERNAL_SERVER_ERROR))
    })
}

/// What is in it, which may be null: 400.
pub fn nullable(body: &Body) -> Result<Value, Failure> {
    match body.nullable()? {
        Value::Null => Ok(Value::Null),
        _ => value(body),
    }
}

/// What is in it: 400.
pub fn value(body: &Body) -> Result<Value, Failure> {
    Ok(body.storable()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::testing::detail;

    async fn refusal(body: &str) -> Option<String> {
        let request = Request::new(axum::body::Body::from(body.to_owned()));
        read(request).await.err().map(|failure| detail(&failure))
    }

    #[tokio::test]
    async fn a_nul_is_refused_wherever_it_stands() {
        for body in [r#""a\u0000""#, r#"{"a":[{"b":"\u0000"}]}"#, r#"{"a\u0000":1}"#] {
            assert_eq!(
                refusal(body).await.as_deref(),
                Some("the body must not contain the character NUL (\\u0000)"),
                "{body}"
            );
        }
        assert_eq!(refusal(r#"{"a":["\\u0000",1,null]}"#).await, None);
    }

    #[tokio::test]
    async fn no_body_and_null_are_told_apart() {
        assert_eq!(refusal("").await.as_deref(), Some("RequestBody is required"));
        assert_eq!(refusal("null").await.as_deref(), Some("Request body must not be empty"));
    }
}
