//! Every operation and where it is found.

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderValue,
    middleware::{Next, from_fn},
    response::Response,
    routing::{any, get},
};
use drift_common::Failure;
use http::{HeaderMap, header::STRICT_TRANSPORT_SECURITY};
use web::{Problem, Routes, openapi_routes};

use super::{App, openapi::openapi, profiles, systems, version};

/// All operations under `base`, as `/api/historical-system-profiles/v1`.
pub fn router(app: &App, base: &str) -> Router {
    let document = openapi().to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the document of the API cannot be written");
        String::new()
    });
    Routes::under(base)
        .route("/version", get(version::handle))
        .route("/systems/{inventory_id}", get(systems::handle))
        .route("/profiles/{ids}", get(profiles::handle))
        .into_router()
        .route(&format!("{base}/{{*beyond}}"), any(beyond))
        .with_state(app.clone())
        .merge(openapi_routes(base, document))
        .layer(from_fn(only_by_tls))
}

/// Who calls is found out first, then that there is nothing.
async fn beyond(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    app.gate.admit(&headers).await?;
    Err(Problem::not_found().into())
}

/// Tells browsers to come by TLS (contract drift §2.7).
async fn only_by_tls(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let value = HeaderValue::from_static("max-age=63072000; includeSubDomains; preload");
    response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, value);
    response
}
