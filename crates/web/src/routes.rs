//! The routes of an API, with what the contract asks of all of them (inventory-http §1).

use std::sync::Arc;

use axum::{
    Router,
    extract::{OriginalUri, Request},
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any},
};
use http::{HeaderValue, StatusCode, Uri, header};

use crate::Problem;

/// A router in the making, under one base path.
///
/// Each route also answers under its path with a slash at the end, with 307 and the path without it, and with an
/// empty part (`/hosts//tags`), with 308 and the path without that, if that is a route; both before anybody asks who is calling. A
/// known path with another method is 405 with `Allow`.
#[derive(Clone)]
pub struct Routes<S = ()> {
    base: String,
    paths: Vec<String>,
    router: Router<S>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet; `base` is as `/api/inventory/v1`, or empty.
    pub fn under(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), paths: Vec::new(), router: Router::new() }
    }

    /// Adds a route; `path` begins with a slash and ends without one. Parts in braces stand for any segment.
    #[must_use]
    pub fn route(mut self, path: &str, methods: MethodRouter<S>) -> Self {
        let path = format!("{}{path}", self.base);
        let methods = methods.fallback(|| async { Problem::method_not_allowed() });
        if !path.ends_with('/') {
            self.router = self.router.route(&format!("{path}/"), any(without_last_slash));
        }
        self.router = self.router.route(&path, methods);
        self.paths.push(path);
        self
    }

    /// The router. What it does not know is left to the fallback of the router that it is merged into.
    pub fn into_router(self) -> Router<S> {
        let paths: Arc<[String]> = self.paths.into();
        let whole = from_fn(move |request, next| without_empty_parts(Arc::clone(&paths), request, next));
        self.router.layer(whole).layer(map_response(not_stored))
    }
}

/// What an API answers is one caller's, and of this moment: nobody on the way keeps it.
async fn not_stored(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

async fn without_last_slash(OriginalUri(uri): OriginalUri) -> Response {
    let path = uri.path();
    redirect(StatusCode::TEMPORARY_REDIRECT, path.strip_suffix('/').unwrap_or(path), &uri)
}

async fn without_empty_parts(paths: Arc<[String]>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    if !uri.path().contains("//") {
        return next.run(request).await;
    }
    let mut path = String::with_capacity(uri.path().len());
    for c in uri.path().chars() {
        if c != '/' || !path.ends_with('/') {
            path.push(c);
        }
    }
    if !paths.iter().any(|pattern| matches(pattern, path.strip_suffix('/').unwrap_or(&path))) {
        return Problem::not_found().into_response();
    }
    redirect(StatusCode::PERMANENT_REDIRECT, &path, uri)
}

/// Whether a path is one of a route; parts in braces stand for any segment.
fn matches(pattern: &str, path: &str) -> bool {
    let (mut parts, mut segments) = (pattern.split('/'), path.split('/'));
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return true,
            (Some(part), Some(segment))
                if part == segment || (part.starts_with('{') && !segment.is_empty()) => {}
            _ => return false,
        }
    }
}

/// The original says in a body where a permanent redirect goes, and leaves that of a temporary one empty.
fn redirect(status: StatusCode, path: &str, from: &Uri) -> Response {
    let query = from.query().map(|query| format!("?{query}")).unwrap_or_default();
    let place = format!("{path}{query}");
    match HeaderValue::try_from(&place) {
        Ok(location) if status == StatusCode::PERMANENT_REDIRECT => {
            ([(header::LOCATION, location)], Problem::new(status, place)).into_response()
        }
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => Problem::not_found().into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use http::Method;
    use tower::ServiceExt;

    use super::*;

    fn router() -> Router {
        let get_and_delete = get(|| async { "list" }).delete(|| async { "gone" });
        Routes::under("/api/v1")
            .route("/hosts", get_and_delete)
            .route("/hosts/{ids}", get(|| async { "some" }))
            .route("/hosts/{ids}/tags", get(|| async { "tags" }))
            .route("/hosts/{ids}/tags/count", get(|| async { "count" }))
            .into_router()
            .fallback(|| async { Problem::not_found() })
    }

    async fn ask(method: Method, path: &str) -> (u16, Option<String>, Option<String>) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let response = router().oneshot(request).await.unwrap();
        let header = |name: &str| response.headers().get(name).map(|text| text.to_str().unwrap().to_owned());
        (response.status().as_u16(), header("location"), header("allow"))
    }

    #[tokio::test]
    async fn a_slash_too_many_is_redirected_with_the_query() {
        for (asked, expected) in [
            ("/api/v1/hosts/", "/api/v1/hosts"),
            ("/api/v1/hosts/?a=b%20c&d", "/api/v1/hosts?a=b%20c&d"),
            ("/api/v1/hosts/x,y/", "/api/v1/hosts/x,y"),
        ] {
            assert_eq!(ask(Method::GET, asked).await, (307, Some(expected.to_owned()), None));
            assert_eq!(ask(Method::POST, asked).await.0, 307);
        }
    }

    #[tokio::test]
    async fn answers_are_not_to_be_kept() {
        for path in ["/api/v1/hosts", "/api/v1/hosts/"] {
            let response = router().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        }
    }

    #[tokio::test]
    async fn unknown_paths_are_not_redirected() {
        for unknown in ["/api/v1/nope/", "/nope/", "/", "/api/v1/nope//x", "//evil.com/"] {
            assert_eq!(ask(Method::GET, unknown).await.0, 404, "{unknown}");
        }
    }

    #[tokio::test]
    async fn another_method_is_405_with_those_allowed() {
        let (status, _, allow) = ask(Method::POST, "/api/v1/hosts").await;
        assert_eq!((status, allow.as_deref()), (405, Some("GET,HEAD,DELETE")));
    }

    #[tokio::test]
    async fn an_empty_part_is_redirected_and_never_to_another_host() {
        for (asked, expected) in
            [("/api/v1/hosts//", "/api/v1/hosts/"), ("/api/v1/hosts//tags?a=b", "/api/v1/hosts/tags?a=b")]
        {
            let (status, location, _) = ask(Method::GET, asked).await;
            assert_eq!((status, location.as_deref()), (308, Some(expected)), "{asked}");
        }
        // Without the empty part this is no route.
        assert_eq!(ask(Method::GET, "/api/v1/hosts//tags/count").await.0, 404);
        let anywhere = Routes::<()>::under("").route("/{a}/{b}", get(|| async { "x" })).into_router();
        let request = Request::get("//evil.com/").body(Body::empty()).unwrap();
        let response = anywhere.oneshot(request).await.unwrap();
        let location = response.headers().get("location").map(|text| text.to_str().unwrap());
        assert!(location.is_none_or(|location| !location.starts_with("//")), "{location:?}");
    }
}
