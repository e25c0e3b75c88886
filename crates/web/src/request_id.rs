//! The id that follows a request through all services (contract inventory-http §6).

use axum::{extract::Request, middleware::Next, response::Response};

/// The header that it comes in. It is not sent back.
pub const REQUEST_ID_HEADER: &str = "x-rh-insights-request-id";

/// The id of this request, when its sender gave it one; in the extensions of every request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RequestId(pub Option<String>);

/// Puts the [`RequestId`] into the extensions.
pub(crate) async fn remember(mut request: Request, next: Next) -> Response {
    let id = request.headers().get(REQUEST_ID_HEADER).and_then(|id| id.to_str().ok()).map(str::to_owned);
    request.extensions_mut().insert(RequestId(id));
    next.run(request).await
}
