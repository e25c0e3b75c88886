//! Observes every request: one log span, one event at its end.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    RequestId,
    telemetry::{HttpMetrics, events::RequestServed},
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
    let trace_id = trace_id(request.headers());
    let span = tracing::info_span!("request", request_id = id, trace_id, method = method.as_str(), path);
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

/// The id of the trace that the request belongs to, as its sender names it (W3C Trace Context, `traceparent`); a new one
/// otherwise, so that the records of one request are found together in any case.
fn trace_id(headers: &HeaderMap) -> String {
    let given = headers.get("traceparent").and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| {
        let mut parts = value.trim().splitn(4, '-');
        let (version, trace, parent) = (parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let is_good = is_hex(version, 2) && version != "ff" && is_hex(trace, 32) && is_hex(parent, 16);
        (is_good && trace.bytes().any(|byte| byte != b'0')).then(|| trace.to_owned())
    });
    given.unwrap_or_else(|| Uuid::new_v4().simple().to_string())
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

    #[test]
    fn a_trace_is_the_one_that_the_sender_names_or_a_new_one() {
        let of = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("traceparent", value.parse().unwrap());
            trace_id(&headers)
        };
        let known = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(of(&format!("00-{known}-00f067aa0ba902b7-01")), known);
        assert_eq!(of(&format!("cc-{known}-00f067aa0ba902b7-01-later")), known);
        for bad in [
            "",
            "00",
            &format!("00-{known}-x-01"),
            &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            "\" injected",
        ] {
            let made = of(bad);
            assert!(
                made != known && made.len() == 32 && made.bytes().all(|b| b.is_ascii_hexdigit()),
                "{bad}: {made}"
            );
        }
    }
}
