//! Health, metrics and version (contract inventory-http §1.1). Nobody is asked who they are here.

use axum::{
    Router,
    response::{IntoResponse as _, Response},
    routing::get,
};
use http::{HeaderMap, StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;

use crate::{Health, Problem, json_response, probes, telemetry};

/// The management routes under `prefix` (`/` or `/mgmt`): `/health` is empty while all is well and 503 with the reasons
/// otherwise, `/health/live`, `/health/ready` and `/health/started` tell it part by part, `/metrics` is Prometheus text, `/version` names `commit`. `/mgmt/v0/status` and `/mgmt/v0/metrics` are where
/// the drift family had them (contract drift §1).
pub fn management_routes(prefix: &str, commit: &str, metrics: PrometheusHandle, health: Health) -> Router {
    let prefix = prefix.trim_matches('/');
    let at = |path: &str| if prefix.is_empty() { path.to_owned() } else { format!("/{prefix}{path}") };
    let version = format!("{}\n", json!({"version": commit}));
    let (start, live, ready) = (health.clone(), health.clone(), health.clone());
    let start = move || async move { probes::answer(&[start.start()]) };
    let live = move || async move { probes::answer(&live.live()) };
    let ready = move || async move { probes::answer(&ready.ready().await) };
    let health = move || async move {
        let problems = health.problems();
        let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let kind = if problems.is_empty() { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
        json_response(status, kind, problems.join("\n"))
    };
    let version = move || async move { json_response(StatusCode::OK, "application/json", version) };
    let older = metrics.clone();
    let older = move |headers: HeaderMap| async move { shown(&headers, &older, "text/plain; charset=utf-8") };
    let status = || async { json_response(StatusCode::OK, "application/json", r#"{"status":"running"}"#) };
    let metrics = move |headers: HeaderMap| async move {
        shown(&headers, &metrics, "text/plain; version=0.0.4; charset=utf-8")
    };
    let other = || async {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The method is not allowed for the requested URL.")
    };
    Router::new()
        .route(&at("/health"), get(health).fallback(other))
        .route(&at("/health/started"), get(start).fallback(other))
        .route(&at("/health/live"), get(live).fallback(other))
        .route(&at("/health/ready"), get(ready).fallback(other))
        .route(&at("/metrics"), get(metrics).fallback(other))
        .route(&at("/version"), get(version).fallback(other))
        .route("/mgmt/v0/status", get(status).fallback(other))
        .route("/mgmt/v0/metrics", get(older).fallback(other))
}

/// The metrics, but for those who come through a proxy: they are for Prometheus, which is inside, and tell strangers too much.
fn shown(headers: &HeaderMap, metrics: &PrometheusHandle, kind: &'static str) -> Response {
    if headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED) {
        return Problem::new(
            StatusCode::NOT_FOUND,
            "Metrics are not shown to those who come through a proxy.",
        )
        .into_response();
    }
    ([(header::CONTENT_TYPE, kind)], telemetry::render(metrics)).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use http_body_util::BodyExt;
    use metrics_exporter_prometheus::PrometheusBuilder;
    use tower::ServiceExt;

    use super::*;

    async fn ask(prefix: &str, request: Request) -> (u16, String, String) {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || metrics::counter!("hits_total").increment(3));
        let response =
            management_routes(prefix, "abc", handle, Health::default()).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, kind, String::from_utf8(body.to_vec()).unwrap())
    }

    fn get_request(path: &str) -> Request {
        Request::get(path).body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn the_older_paths_are_served_whatever_the_prefix() {
        let running = (200, "application/json".to_owned(), r#"{"status":"running"}"#.to_owned());
        assert_eq!(ask("/", get_request("/mgmt/v0/status")).await, running);
        let (status, kind, text) = ask("/mgmt", get_request("/mgmt/v0/metrics")).await;
        assert_eq!((status, kind.as_str()), (200, "text/plain; charset=utf-8"));
        assert!(text.contains("hits_total 3"), "{text}");
    }

    #[tokio::test]
    async fn health_is_empty_html() {
        let expected = (200, "text/html; charset=utf-8".to_owned(), String::new());
        assert_eq!(ask("/", get_request("/health")).await, expected);
        assert_eq!(ask("/mgmt/", get_request("/mgmt/health")).await, expected);
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_with_503() {
        let handle = PrometheusBuilder::new().build_recorder().handle();
        let health = Health::default();
        health.role("ingress").ended("the topic is gone");
        let router = management_routes("/", "abc", handle, health);
        let response = router.oneshot(get_request("/health")).await.unwrap();
        assert_eq!(response.status(), 503);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, "ingress has ended: the topic is gone");
    }

    #[tokio::test]
    async fn live_ready_and_started_are_told_apart() {
        let handle = PrometheusBuilder::new().build_recorder().handle();
        let health = Health::starting("migrations are applied");
        health.role("relay");
        let router = management_routes("/mgmt", "abc", handle, health);
        let mut told = Vec::new();
        for probe in ["live", "ready", "started"] {
            let request = get_request(&format!("/mgmt/health/{probe}"));
            let response = router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            told.push((status, body["status"].clone(), body["parts"][0].clone()));
        }
        let start = json!({"part": "start", "ok": false, "detail": "migrations are applied"});
        assert_eq!(told[0], (200, json!("ok"), json!({"part": "relay", "ok": true})));
        assert_eq!(told[1], (503, json!("failing"), start.clone()));
        assert_eq!(told[2], (503, json!("failing"), start));
    }

    #[tokio::test]
    async fn version_names_the_commit() {
        let (_, kind, body) = ask("", get_request("/version")).await;
        assert_eq!((kind.as_str(), body.as_str()), ("application/json", "{\"version\":\"abc\"}\n"));
    }

    #[tokio::test]
    async fn metrics_are_prometheus_text() {
        let (status, _, body) = ask("/", get_request("/metrics")).await;
        assert_eq!(status, 200);
        assert!(body.contains("hits_total 3"), "{body}");
    }

    #[tokio::test]
    async fn metrics_are_not_for_those_who_come_through_a_proxy() {
        for path in ["/metrics", "/mgmt/v0/metrics"] {
            for header in ["x-forwarded-for", "forwarded"] {
                let request = Request::get(path).header(header, "for=10.0.0.1").body(Body::empty()).unwrap();
                let (status, _, body) = ask("/", request).await;
                assert_eq!((status, body.contains("hits_total")), (404, false), "{path} {header}");
            }
        }
    }

    #[tokio::test]
    async fn another_method_has_its_own_words_here() {
        let (status, _, body) = ask("/", Request::post("/health").body(Body::empty()).unwrap()).await;
        assert_eq!(status, 405);
        assert!(body.contains("The method is not allowed for the requested URL."));
    }
}
