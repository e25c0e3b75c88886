//! What stands around every request.

use std::{any::Any, time::Duration};

use axum::{
    Extension, Router,
    body::Body,
    handler::Handler,
    middleware::{from_fn, from_fn_with_state, map_response},
    response::{IntoResponse, Response},
};
use tower_http::{
    catch_panic::{CatchPanicLayer, ResponseForPanic},
    compression::CompressionLayer,
};

use crate::{
    BodyLimit, BodyTimeout, Problem,
    overload::{self, Load},
    request_id, security_headers,
    telemetry::{self, HttpMetrics, events::RequestPanicked},
};

/// What stands around every request of a router; see [`Shell::around`].
#[derive(Debug, Clone)]
pub struct Shell {
    /// Longest time for one request; then 503.
    pub request_timeout: Duration,
    /// Requests worked on at the same time; more get 503 at once.
    pub max_requests: usize,
    /// Most bytes of a body; more get 413.
    pub max_body_bytes: usize,
    /// Longest time for a body to come in; then 408.
    pub body_timeout: Duration,
    /// The names of the metrics of requests.
    pub metrics: HttpMetrics,
}

impl Default for Shell {
    /// A minute, 512 requests, 10 MiB within 30 seconds.
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_mins(1),
            max_requests: 512,
            max_body_bytes: 10 << 20,
            body_timeout: Duration::from_secs(30),
            metrics: HttpMetrics::default(),
        }
    }
}

impl Shell {
    /// The router with, from the outside in: request id, log record and metrics, compression, an answer to panics
    /// (500), limits of load and time (503), the limits for bodies (413, 408). Unknown paths get a 404 problem.
    pub fn around(&self, router: Router) -> Router {
        self.around_with(router, || async { Problem::not_found() })
    }

    /// The same with an answer of its own for paths that no route takes.
    pub fn around_with<H, T>(&self, router: Router, fallback: H) -> Router
    where
        H: Handler<T, ()>,
        T: 'static,
    {
        let load = Load::new(self.max_requests, self.request_timeout);
        router
            .fallback(fallback)
            .layer(Extension(BodyLimit(self.max_body_bytes)))
            .layer(Extension(BodyTimeout(self.body_timeout)))
            .layer(from_fn_with_state(load, overload::limit))
            .layer(CatchPanicLayer::custom(OnPanic(self.metrics)))
            .layer(CompressionLayer::new())
            .layer(map_response(security_headers::add))
            .layer(from_fn_with_state(self.metrics, telemetry::requests::observe))
            .layer(from_fn(request_id::remember))
    }
}

/// Answers panics with 500.
#[derive(Clone, Copy)]
struct OnPanic(HttpMetrics);

impl ResponseForPanic for OnPanic {
    type ResponseBody = Body;

    fn response_for_panic(&mut self, payload: Box<dyn Any + Send + 'static>) -> Response {
        let text = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("no message");
        RequestPanicked { names: self.0, text }.emit();
        Problem::internal().into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::{extract::Request, routing::get};
    use http_body_util::BodyExt;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;
    use crate::RequestId;

    async fn broken() {
        panic!("a bug")
    }

    fn shell() -> Router {
        let slow = || async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            "late"
        };
        let id = |Extension(RequestId(id)): Extension<RequestId>| async move { id.unwrap_or_default() };
        let router = Router::new()
            .route("/id", get(id))
            .route("/slow", get(slow))
            .route("/long", get(|| async { "x".repeat(10_000) }))
            .route("/panic", get(broken))
            .route("/take", axum::routing::post(|body: crate::Body| async move { body.value().map(|_| ()) }));
        let limits = Shell {
            request_timeout: Duration::from_millis(50),
            max_requests: 1,
            max_body_bytes: 4,
            body_timeout: Duration::from_millis(20),
            ..Shell::default()
        };
        limits.around(router)
    }

    async fn body(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    async fn get_from(router: &Router, path: &str) -> Response {
        router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_panic_is_a_500_that_does_not_tell_why() {
        let response = get_from(&shell(), "/panic").await;
        assert_eq!(response.status(), 500);
        let problem: Value = serde_json::from_str(&body(response).await).unwrap();
        assert_eq!(problem["title"], "Internal Server Error");
        assert!(!problem.to_string().contains("a bug"));
    }

    #[tokio::test]
    async fn an_unknown_path_is_a_404_problem() {
        let response = get_from(&shell(), "/nope").await;
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()["content-type"], "application/problem+json");
    }

    #[tokio::test]
    async fn every_answer_tells_browsers_that_it_is_data_unless_it_says_otherwise() {
        let own = || async { ([("content-security-policy", "default-src 'self'")], "a page") };
        let (ours, page) = (shell(), Shell::default().around(Router::new().route("/page", get(own))));
        for (router, path, policy) in [
            (&ours, "/id", "default-src 'none'; frame-ancestors 'none'"),
            (&ours, "/panic", "default-src 'none'; frame-ancestors 'none'"),
            (&ours, "/slow", "default-src 'none'; frame-ancestors 'none'"),
            (&page, "/page", "default-src 'self'"),
        ] {
            let response = get_from(router, path).await;
            assert_eq!(response.headers()["content-security-policy"], policy, "{path}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{path}");
            assert_eq!(response.headers()["referrer-policy"], "same-origin", "{path}");
        }
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_ended() {
        let response = get_from(&shell(), "/slow").await;
        assert_eq!(response.status(), 503);
        assert!(body(response).await.contains("longer than 0.05 seconds"));
    }

    #[tokio::test]
    async fn a_request_too_many_is_refused_at_once() {
        let router = shell();
        let (first, second) = tokio::join!(get_from(&router, "/slow"), get_from(&router, "/id"));
        assert_eq!(first.status(), 503);
        assert!(!first.headers().contains_key("retry-after"), "it took too long, and may again");
        assert_eq!(second.headers()["retry-after"], "5");
        assert!(body(second).await.contains("maintenance downtime or capacity problems"));
        assert_eq!(get_from(&router, "/id").await.status(), 200);
    }

    #[tokio::test]
    async fn the_request_id_is_known_inside_and_not_sent_back() {
        let request =
            Request::get("/id").header(request_id::REQUEST_ID_HEADER, "r-1").body(Body::empty()).unwrap();
        let response = shell().oneshot(request).await.unwrap();
        assert!(!response.headers().contains_key(request_id::REQUEST_ID_HEADER));
        assert_eq!(body(response).await, "r-1");
    }

    #[tokio::test]
    async fn answers_are_compressed_when_asked_for() {
        let request = Request::get("/long").header("accept-encoding", "gzip").body(Body::empty()).unwrap();
        let response = shell().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert!(!get_from(&shell(), "/long").await.headers().contains_key("content-encoding"));
    }

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let nothing = futures::stream::pending::<Result<axum::body::Bytes, std::io::Error>>();
        let request = Request::post("/take").body(Body::from_stream(nothing)).unwrap();
        let response = shell().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 408);
        assert!(body(response).await.contains("within 0.02 seconds"));
    }

    #[tokio::test]
    async fn bodies_are_held_to_the_limit() {
        let send = |text: &'static str| async move {
            let request = Request::post("/take").body(Body::from(text)).unwrap();
            shell().oneshot(request).await.unwrap().status().as_u16()
        };
        assert_eq!((send("[1]").await, send("[1, 2]").await), (200, 413));
    }
}
