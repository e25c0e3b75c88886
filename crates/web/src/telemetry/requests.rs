//! Observes every request: one log span, one event at its end.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use ground::Clock;
use http::HeaderMap;
use tracing::Instrument;

use crate::{
    RequestId,
    telemetry::{
        HttpMetrics,
        events::RequestServed,
        traces::{Attribute, Span, SpanKind, TraceContext},
    },
};

/// Paths that are asked for by machines all day and would drown the rest.
const UNOBSERVED: [&str; 7] =
    ["/metrics", "/health", "/health/live", "/health/ready", "/health/started", "/version", "/favicon.ico"];

/// Logs and counts the request. Records written meanwhile carry its id, and that of its trace.
pub(crate) async fn observe(State(names): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if UNOBSERVED.iter().any(|end| path.ends_with(end)) {
        return next.run(request).await;
    }
    let rule = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let method = request.method().clone();
    let id = request.extensions().get::<RequestId>().and_then(|id| id.0.as_deref());
    let context = context(request.headers());
    let (trace_id, span_id) = (context.trace_id(), context.span_id());
    let span =
        tracing::info_span!("request", request_id = id, trace_id, span_id, method = method.as_str(), path);
    let recorded = context.is_recorded().then(|| (path.to_owned(), id.unwrap_or_default().to_owned()));
    let (begin, begun) = (Instant::now(), Clock::system().now());
    async {
        let response = next.run(request).await;
        let (rule, took) = (rule.as_deref().unwrap_or("unmatched"), begin.elapsed());
        RequestServed { names, method: &method, rule, status: response.status(), took }.emit();
        if let Some((path, id)) = recorded {
            let mut span = Span::ending(context, format!("{method} {rule}"), SpanKind::Server, begun)
                .with("http.request.method", method.as_str())
                .with("http.route", rule)
                .with("url.path", &*path)
                .with("http.response.status_code", Attribute::Number(response.status().as_u16().into()))
                .with("rh.request_id", &*id);
            span.failed = response.status().is_server_error();
            span.finish();
        }
        response
    }
    .instrument(span)
    .await
}

/// Where the request stands in its trace, as its sender names it (W3C Trace Context); a new one otherwise, so that the records of one
/// request are found together in any case.
fn context(headers: &HeaderMap) -> TraceContext {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    TraceContext::of(text("traceparent"), text("tracestate"))
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
