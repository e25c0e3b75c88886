//! Every operation and where it is found.

use std::time::Instant;

use axum::{
    Router,
    extract::{Request, State},
    http::HeaderValue,
    middleware::{Next, from_fn},
    response::Response,
    routing::{MethodRouter, any, delete, get, patch, post},
};
use drift_common::Failure;
use http::{HeaderMap, header::STRICT_TRANSPORT_SECURITY};
use web::{Problem, Routes, openapi_routes};

use super::{App, admin_status, baselines, internal, openapi::openapi, systems, version};

/// All operations below `root` (as `/api/system-baseline`): the public ones under `/v1`, those of the sibling services
/// under `/internal/v1`, and that of operators under `/admin`.
pub fn router(app: &App, root: &str) -> Router {
    let public = Routes::under(&format!("{root}/v1"))
        .route("/version", get(version::handle))
        .route(
            "/baselines",
            timed("baseline_fetch_all_requests", get(baselines::list::handle))
                .merge(timed("baseline_create_requests", post(baselines::create::handle))),
        )
        .route(
            "/baselines/deletion_request",
            timed("baseline_delete_requests", post(baselines::delete::of_body)),
        )
        .route(
            "/baselines/{ids}",
            timed("baseline_fetch_requests", get(baselines::get::handle))
                .merge(timed("baseline_create_requests", post(baselines::copy::handle)))
                .merge(timed("baseline_delete_requests", delete(baselines::delete::of_path)))
                .patch(baselines::patch::handle),
        )
        .route("/baselines/{ids}/systems", get(systems::list::handle).post(systems::add::handle))
        .route("/baselines/{ids}/systems/deletion_request", post(systems::remove::of_body))
        .route("/baselines/{ids}/systems/{systems}", delete(systems::remove::of_path))
        .route("/systems/{id}/baselines", get(systems::baselines::handle));
    let siblings = Routes::under(&format!("{root}/internal/v1"))
        .route("/version", get(version::to_siblings))
        .route("/baselines", timed("baseline_fetch_all_requests", get(internal::of_system::handle)))
        .route("/systems/deletion_request", post(internal::forget_systems::of_body))
        .route(
            "/systems/{ids}",
            patch(internal::set_groups::handle).delete(internal::forget_systems::of_path),
        );
    let operators = Routes::under(&format!("{root}/admin")).route("/status", get(admin_status::handle));
    let document = openapi().to_json().unwrap_or_else(|error| {
        tracing::error!(%error, "the document of the API cannot be written");
        String::new()
    });
    Router::new()
        .merge(public.into_router())
        .merge(siblings.into_router())
        .merge(operators.into_router())
        .route(&format!("{root}/{{*beyond}}"), any(beyond))
        .with_state(app.clone())
        .merge(openapi_routes(&format!("{root}/v1"), document))
        .layer(from_fn(only_by_tls))
}

/// With its times under this name, and its failures counted.
fn timed(name: &'static str, methods: MethodRouter<App>) -> MethodRouter<App> {
    methods.layer(from_fn(move |request: Request, next: Next| async move {
        let begin = Instant::now();
        let response = next.run(request).await;
        metrics::histogram!(name).record(begin.elapsed().as_secs_f64());
        if response.status().is_server_error() {
            metrics::counter!("baseline_api_exceptions_total").increment(1);
        }
        response
    }))
}

/// Who calls is found out first, then that there is nothing.
async fn beyond(State(app): State<App>, headers: HeaderMap) -> Result<Response, Failure> {
    app.admit(&headers).await?;
    Err(Problem::not_found().into())
}

/// Tells browsers to come by TLS (contract drift §2.7).
async fn only_by_tls(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let value = HeaderValue::from_static("max-age=63072000; includeSubDomains; preload");
    response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, value);
    response
}
