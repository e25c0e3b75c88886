//! Observes every request: one log span, one event at its end.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use crate::{
    RequestId,
    telemetry::{HttpMetrics, events::RequestServed},
};

/// Paths that are asked for by machines all day and would drown the rest.
const UNOBSERVED: [&str; 4] = ["/metrics", "/health", "/version", "/favicon.ico"];

/// Logs and counts the request. Records written meanwhile carry its id.
pub(crate) async fn observe(State(names): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if UNOBSERVED.iter().any(|end| path.ends_with(end)) {
        return next.run(request).await;
    }
    let rule = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    let id = request.extensions().get::<RequestId>().and_then(|id| id.0.as_deref());
    let span = tracing::info_span!("request", request_id = id, method = method.as_str(), path);
    let begin = Instant::now();
    async {
        let response = next.run(request).await;
        let (rule, took) = (rule.as_deref().unwrap_or("unmatched"), begin.elapsed());
        RequestServed { names, method: &method, rule, status: response.status(), took }.emit();
        response
    }
    .instrument(span)
    .await
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt;

    use super::*;

    fn metrics_after(requests: &[(&str, &str)]) -> String {
        let recorder = crate::telemetry::metrics::recorder(&[]).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        metrics::with_local_recorder(&recorder, || {
            runtime.block_on(async {
                let router = Router::new()
                    .route("/hosts/{id}", get(|| async { "x" }))
                    .route("/health", get(|| async { "" }))
                    .fallback(|| async { crate::Problem::not_found() })
                    .layer(from_fn_with_state(HttpMetrics::default(), observe));
                for (method, path) in requests {
                    let request = Request::builder().method(*method).uri(*path).body(Body::empty()).unwrap();
                    router.clone().oneshot(request).await.unwrap();
                }
            });
        });
        recorder.handle().render()
    }

    #[test]
    fn requests_are_counted_by_route_and_never_by_path() {
        let text =
            metrics_after(&[("GET", "/hosts/secret-1"), ("GET", "/hosts/secret-2"), ("BREW", "/secret-3")]);
        assert!(text.contains("plumbline_http_request_total{method=\"GET\",status=\"200\"} 2"), "{text}");
        assert!(text.contains("url_rule=\"/hosts/{id}\""), "{text}");
        assert!(text.contains("plumbline_http_request_total{method=\"OTHER\",status=\"404\"} 1"), "{text}");
        assert!(text.contains("url_rule=\"unmatched\""), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }

    #[test]
    fn management_is_not_observed() {
        assert!(!metrics_after(&[("GET", "/health"), ("GET", "/favicon.ico")]).contains("http_request"));
    }
}
