//! Refuses requests by their headers, before anything else looks at them.

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn},
    response::IntoResponse,
};
use http::HeaderMap;

use crate::Problem;

/// The router behind a gate: `check` sees the headers of every request, also of those for paths that do not exist,
/// and its refusal is the answer. Local mode's guard against pages of other sites is such a check.
pub fn gate<C>(router: Router, check: C) -> Router
where
    C: Fn(&HeaderMap) -> Result<(), Problem> + Clone + Send + Sync + 'static,
{
    router.layer(from_fn(move |request: Request, next: Next| {
        let verdict = check(request.headers());
        async move {
            match verdict {
                Ok(()) => next.run(request).await,
                Err(problem) => problem.into_response(),
            }
        }
    }))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn who_is_refused_reaches_no_route_and_no_fallback() {
        let check = |headers: &HeaderMap| {
            if headers.contains_key("pass") { Ok(()) } else { Err(Problem::forbidden()) }
        };
        let router =
            gate(Router::new().route("/", get(|| async { "in" })).fallback(|| async { "lost" }), check);
        let status = async |path: &str, pass: bool| {
            let mut request = Request::get(path);
            if pass {
                request = request.header("pass", "1");
            }
            router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status().as_u16()
        };
        assert_eq!((status("/", true).await, status("/", false).await), (200, 403));
        assert_eq!((status("/x", true).await, status("/x", false).await), (200, 403));
    }
}
