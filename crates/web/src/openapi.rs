//! An OpenAPI document, and a page to read it with.

use axum::{Router, response::Redirect, routing::get};
use http::{HeaderName, StatusCode, header};

use crate::json_response;

/// The reader: a page without anything from elsewhere.
const READER: &str = include_str!("reader/reader.html");
const STYLE: &str = include_str!("reader/reader.css");
const SCRIPT: &str = include_str!("reader/reader.js");

/// Nothing is loaded but the document and what belongs to the page, and no other site may frame it.
const POLICY: &str = "default-src 'none'; connect-src 'self'; style-src 'self'; script-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// Serves `document` (JSON text) at `{base}/openapi.json` and the reader at `{base}/ui/`. No identity is asked for.
pub fn openapi_routes(base: &str, document: String) -> Router {
    let base = base.trim_end_matches('/');
    let document = axum::body::Bytes::from(document);
    let reader = || async {
        let headers: [(HeaderName, &str); 1] = [(header::CONTENT_SECURITY_POLICY, POLICY)];
        (headers, axum::response::Html(READER))
    };
    let part =
        |kind, text: &'static str| get(move || async move { json_response(StatusCode::OK, kind, text) });
    let ui = format!("{base}/ui/");
    Router::new()
        .route(
            &format!("{base}/openapi.json"),
            get(move || async move { json_response(StatusCode::OK, "application/json", document) }),
        )
        .route(
            &format!("{base}/ui"),
            get({
                let ui = ui.clone();
                move || async move { Redirect::temporary(&ui) }
            }),
        )
        .route(&format!("{ui}reader.css"), part("text/css; charset=utf-8", STYLE))
        .route(&format!("{ui}reader.js"), part("text/javascript; charset=utf-8", SCRIPT))
        .route(&ui, get(reader))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn ask(path: &str) -> (u16, http::HeaderMap, String) {
        let router = openapi_routes("/api/v1", "{\"openapi\":\"3.0.3\"}".to_owned());
        let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn the_document_is_served_as_it_is() {
        let (status, headers, body) = ask("/api/v1/openapi.json").await;
        assert_eq!((status, body.as_str()), (200, "{\"openapi\":\"3.0.3\"}"));
        assert_eq!(headers["content-type"], "application/json");
    }

    #[tokio::test]
    async fn the_reader_is_a_page_that_loads_nothing_from_elsewhere() {
        let (status, headers, body) = ask("/api/v1/ui/").await;
        assert_eq!(status, 200);
        assert!(headers["content-type"].to_str().unwrap().starts_with("text/html"));
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        for inline in ["<style", "style=", "onclick", "onload", "<script>"] {
            assert!(!body.contains(inline), "{inline}");
        }
        let mut all = body.clone();
        for (part, kind) in [("reader.css", "text/css"), ("reader.js", "text/javascript")] {
            assert!(body.contains(&format!("\"{part}\"")), "{body}");
            let (status, headers, text) = ask(&format!("/api/v1/ui/{part}")).await;
            assert_eq!(status, 200);
            assert!(headers["content-type"].to_str().unwrap().starts_with(kind));
            all += &text;
        }
        assert!(all.contains("../openapi.json"));
        for elsewhere in ["http://", "https://", "//cdn", "@import"] {
            assert!(!all.contains(elsewhere), "{elsewhere}");
        }
        assert!(all.lines().count() < 300);
    }

    #[tokio::test]
    async fn the_reader_without_its_slash_is_redirected_to_it() {
        let (status, headers, _) = ask("/api/v1/ui").await;
        assert_eq!((status, headers["location"].to_str().unwrap()), (307, "/api/v1/ui/"));
    }
}
