//! Requests without a socket.

use axum::{Router, body::Body};
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use web::Shell;

/// Asks a router.
#[derive(Debug, Clone)]
pub struct Client {
    router: Router,
    base: String,
    identity_header: &'static str,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body; null when it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The content type without its parameters.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")?.split(';').next()
    }

    /// The text that a refusal gives: `detail`, or `message`.
    pub fn detail(&self) -> String {
        let body = self.json();
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        text("detail").or_else(|| text("message")).unwrap_or_default()
    }

    /// Whether it is a success.
    pub const fn is_good(&self) -> bool {
        matches!(self.status, 200..300)
    }
}

impl Client {
    /// Asks this router, with what stands around every request; paths are below `base`.
    pub fn new(router: Router, base: &str) -> Self {
        Self {
            router: Shell::default().around(router),
            base: base.to_owned(),
            identity_header: "x-rh-identity",
        }
    }

    /// Callers say in this header who they are; `x-rh-identity` unless told otherwise.
    #[must_use]
    pub const fn identified_by(mut self, header: &'static str) -> Self {
        self.identity_header = header;
        self
    }

    /// Sends a request as it is; the body may come for a long time yet.
    pub async fn open(&self, request: Request<Body>) -> Response<Body> {
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        read(self.open(request).await).await
    }

    /// Sends a request whose answer has no end; its first part is taken for the whole.
    pub async fn first(&self, request: Request<Body>) -> Answer {
        let (parts, mut body) = self.open(request).await.into_parts();
        let first = body.frame().await.and_then(Result::ok).and_then(|frame| frame.into_data().ok());
        let text = String::from_utf8_lossy(&first.unwrap_or_default()).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// The request `METHOD /path?query` below the base path, with a JSON body unless it is empty.
    pub fn request(&self, identity: Option<&str>, operation: &str, body: &str) -> Request<Body> {
        let (method, path) = operation.split_once(' ').expect("an operation is a method and a path");
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(identity) = identity {
            request = request.header(self.identity_header, identity);
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        request.body(Body::from(body.to_owned())).expect("a request can be made of it")
    }

    /// Asks for `METHOD /path?query` as the caller of this identity header.
    pub async fn ask(&self, identity: Option<&str>, operation: &str, body: &str) -> Answer {
        self.send(self.request(identity, operation, body)).await
    }

    /// Asks as a person of the organisation `ours`.
    pub async fn ours(&self, operation: &str, body: &str) -> Answer {
        self.ask(Some(&testkit::callers::user("ours")), operation, body).await
    }
}

async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the answer comes to its end").to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status.as_u16(), headers: parts.headers, text }
}
