//! What every answer tells browsers, unless it says something else itself.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// An answer of an API is data: it loads nothing, is framed by nobody, and is what its type says.
const USUAL: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
];

/// Adds them where they are missing.
pub(crate) async fn add(mut response: Response) -> Response {
    for (name, value) in USUAL {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
