//! One request to an operation.

use axum::extract::{FromRequest, Request};
use http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    api::{caller::Caller, refusal::Refusal},
    rules::{
        body::{self, Fields},
        query::Query,
    },
};

/// One request to an operation.
#[derive(Debug)]
pub struct Call {
    /// The id in the path; nil where there is none.
    pub id: Uuid,
    /// Who is calling, where the operation asks.
    pub caller: Option<Caller>,
    request: Request,
}

/// A body: its text, and the value.
#[derive(Debug)]
pub struct Sent {
    /// As it was sent; `{}` when nothing was.
    pub text: String,
    /// What it says.
    pub value: Value,
}

impl Call {
    pub(super) fn new(id: Uuid, caller: Option<Caller>, request: Request) -> Self {
        Self { id, caller, request }
    }

    /// Who is calling. Operations that ask for it are not reached without one.
    pub fn caller(&self) -> Result<&Caller, Refusal> {
        self.caller.as_ref().ok_or_else(|| Refusal::plain(StatusCode::UNAUTHORIZED))
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.request.headers()
    }

    /// The parameters.
    pub fn query(&self) -> Result<Query, Refusal> {
        let query = self.request.uri().query().unwrap_or_default();
        Query::parse(query).map_err(|_| Refusal::plain(StatusCode::URI_TOO_LONG))
    }

    /// Refuses any parameter.
    pub fn no_query(&self) -> Result<(), Refusal> {
        self.query()?.finish().map_err(|errors| Refusal::fields("query", errors))
    }

    /// The body. One that is not said to be JSON counts as absent, and what is absent as `{}`.
    pub async fn body(self) -> Result<Sent, Refusal> {
        let nothing = || Sent { text: "{}".to_owned(), value: json!({}) };
        let mut request = self.request;
        let kind = request.headers_mut().remove(header::CONTENT_TYPE);
        if !kind.is_some_and(|kind| is_json(&String::from_utf8_lossy(kind.as_bytes()))) {
            return Ok(nothing());
        }
        let body = web::Body::from_request(request, &()).await;
        let body = body.map_err(|problem| Refusal::plain(problem.status()))?;
        if body.bytes().is_empty() {
            return Ok(nothing());
        }
        let invalid = || Refusal::Said {
            status: StatusCode::BAD_REQUEST,
            message: None,
            errors: Some(json!({"json": ["Invalid JSON body."]})),
        };
        let text = String::from_utf8(body.bytes().to_vec()).map_err(|_| invalid())?;
        let value = serde_json::from_str(&text).map_err(|_| invalid())?;
        Ok(Sent { text, value })
    }
}

impl Sent {
    /// The fields of the object, as `read` reads them.
    pub fn fields<T>(self, read: impl FnOnce(&mut Fields, &str) -> T) -> Result<T, Refusal> {
        let wrong = |errors| Refusal::fields("json", errors);
        let mut fields = Fields::new(self.value).map_err(wrong)?;
        let value = read(&mut fields, &self.text);
        fields.finish().map_err(wrong)?;
        Ok(value)
    }

    /// A free document: an object.
    pub fn document(self) -> Result<Self, Refusal> {
        let errors = if !self.value.is_object() {
            body::invalid_type()
        } else if body::has_nul(&self.value) {
            serde_json::Map::from_iter([("_schema".to_owned(), json!(["Null characters are not allowed."]))])
        } else {
            return Ok(self);
        };
        Err(Refusal::fields("json", errors))
    }
}

/// `application/json` and `application/*+json`.
fn is_json(kind: &str) -> bool {
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(kind: Option<&str>, body: &'static str) -> Result<Value, u16> {
        let mut request = Request::post("/");
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let call = Call::new(Uuid::nil(), None, request.body(body.into()).unwrap());
        match call.body().await {
            Ok(sent) => Ok(sent.value),
            Err(refusal) => Err(refusal.respond().status().as_u16()),
        }
    }

    #[tokio::test]
    async fn what_is_not_said_to_be_json_counts_as_absent() {
        for (kind, body) in
            [(None, "{\"a\":1}"), (Some("text/plain"), "{\"a\":1}"), (Some("application/json"), "")]
        {
            assert_eq!(read(kind, body).await, Ok(json!({})), "{kind:?}");
        }
        for kind in ["application/json; charset=utf-8", "Application/Problem+JSON"] {
            assert_eq!(read(Some(kind), "{\"a\":1}").await, Ok(json!({"a": 1})));
        }
    }

    #[tokio::test]
    async fn what_is_no_json_is_400() {
        for bad in ["{", "{\"a\": NaN}", "{\"a\": 1e400}", "\"\\ud800\""] {
            assert_eq!(read(Some("application/json"), bad).await, Err(400), "{bad}");
        }
    }
}
