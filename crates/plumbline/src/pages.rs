//! The pages: what `ui/` builds (`make pages`), served from the program itself.
//!
//! A development build reads them from `ui/dist` at every request, others hold them inside.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use web::Problem;

/// What `ui/` builds; empty when nobody built it.
#[derive(rust_embed::Embed)]
#[folder = "../../ui/dist"]
#[allow_missing = true]
struct Built;

/// Everything comes from here, scripts are files, and no other site may frame a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const INDEX: &str = "index.html";
/// What the index says of the inventory's base path, as `ui/index.html` has it.
const BASE_AS_BUILT: &str = r#"name="inventory-base" content="/api/inventory/v1""#;
/// What the index says of the log-in, as `ui/index.html` has it.
const LOG_IN_AS_BUILT: &str = r#"name="log-in" content="none""#;
const LOG_IN: &str = r#"name="log-in" content="oidc""#;
const NOT_BUILT: &str = "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Plumbline</title>\n\
     <h1>Plumbline</h1>\n<p>The pages are not part of this build. Build them with <code>make pages</code> (Node 20 \
     or newer), then build the program again.</p>\n<p>The API is served all the same.</p></html>\n";

/// First parts of paths that belong to programs: what is not there is a 404, and never a page.
const FOR_PROGRAMS: [&str; 8] = ["api", "r", "mgmt", "health", "ready", "metrics", "version", "assets"];

/// The pages of one process.
#[derive(Debug, Clone)]
pub struct Pages {
    inventory_base: Arc<str>,
    /// Whether people log in.
    log_in: bool,
    for_programs: Arc<[String]>,
}

impl Pages {
    /// Pages that find the inventory at `inventory_base`, and where people log in or not. The first parts of `others`, paths
    /// that programs ask for, are not theirs.
    pub fn new<'a>(inventory_base: &'a str, log_in: bool, others: impl IntoIterator<Item = &'a str>) -> Self {
        let first = |path: &str| path.trim_matches('/').split('/').next().unwrap_or_default().to_owned();
        let for_programs = FOR_PROGRAMS
            .into_iter()
            .chain(others)
            .chain([inventory_base])
            .map(first)
            .filter(|part| !part.is_empty())
            .collect();
        Self { inventory_base: inventory_base.into(), log_in, for_programs }
    }

    /// The answer to a request that no route takes: a file, the page for a path of the pages' own, or 404.
    pub fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return Problem::not_found().into_response();
        }
        let path = uri.path().trim_start_matches('/');
        if let Some(response) = file(path, headers) {
            return response;
        }
        let first = path.split('/').next().unwrap_or_default();
        let is_page =
            path.is_empty() || (accepts(headers, header::ACCEPT, "text/html") && !path.contains("//"));
        if is_page && !self.for_programs.iter().any(|part| part == first) {
            self.index(headers)
        } else {
            Problem::not_found().into_response()
        }
    }

    fn index(&self, headers: &HeaderMap) -> Response {
        let page = match Built::get(INDEX) {
            None => NOT_BUILT.to_owned(),
            Some(file) => {
                let base = self.inventory_base.replace('&', "&amp;").replace('"', "&quot;");
                let base = format!(r#"name="inventory-base" content="{base}""#);
                let log_in = if self.log_in { LOG_IN } else { LOG_IN_AS_BUILT };
                let built = String::from_utf8_lossy(&file.data);
                built.replace(BASE_AS_BUILT, &base).replace(LOG_IN_AS_BUILT, log_in)
            }
        };
        let mut hasher = DefaultHasher::new();
        page.hash(&mut hasher);
        // Weak: the shell may compress it on the way.
        let tag = format!("W/\"{:016x}\"", hasher.finish());
        sent(headers, &tag, "no-cache", "text/html; charset=utf-8", None, page.into())
    }
}

/// A file of the build by its name; compressed as it was built, to who takes that.
fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let hidden = path.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    if hidden || path == INDEX {
        return None;
    }
    let kind = kind(path)?;
    let plain = Built::get(path)?;
    // The smallest that the browser takes.
    let packed = [("br", "br"), ("gzip", "gz")].into_iter().find_map(|(encoding, end)| {
        let taken = accepts(headers, header::ACCEPT_ENCODING, encoding);
        taken.then(|| Built::get(&format!("{path}.{end}"))).flatten().map(|file| (encoding, file.data))
    });
    // The build puts a digest of the content into these names.
    let caching =
        if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    // A part of the digest is enough to tell builds apart.
    let digest =
        plain.metadata.sha256_hash().iter().take(12).fold(0_u128, |all, byte| all << 8 | u128::from(*byte));
    let (tag, encoding, data) = match packed {
        Some((encoding, data)) => (format!("\"{digest:024x}-{encoding}\""), Some(encoding), data),
        None => (format!("\"{digest:024x}\""), None, plain.data),
    };
    let body = match data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    Some(sent(headers, &tag, caching, kind, encoding, body))
}

fn sent(
    asked: &HeaderMap,
    tag: &str,
    caching: &'static str,
    kind: &'static str,
    encoding: Option<&'static str>,
    body: Body,
) -> Response {
    let known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim() == tag);
    let (status, body) =
        if known { (StatusCode::NOT_MODIFIED, Body::empty()) } else { (StatusCode::OK, body) };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    let fixed = [
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_TYPE, kind),
        (header::VARY, "accept-encoding"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(encoding) = encoding.filter(|_| !known) {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The media type by the end of the name; none is served for others.
fn kind(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Whether a header with a list names this value and does not refuse it with `q=0`.
fn accepts(headers: &HeaderMap, name: header::HeaderName, wanted: &str) -> bool {
    let lists = headers.get_all(name);
    let mut items = lists.iter().filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    items.any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|value| value.eq_ignore_ascii_case(wanted));
        let refused = |part: &str| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.and_then(|weight| weight.parse::<f32>().ok()).is_some_and(|weight| weight <= 0.0)
        };
        named && !parts.any(refused)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

    fn ask(path: &str, accept: &str) -> Response {
        ask_with(&Method::GET, path, &[(header::ACCEPT, accept)])
    }

    fn ask_with(method: &Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        Pages::new("/api/inventory/v1", false, ["/own/prefix"]).answer(
            method,
            &path.parse().unwrap(),
            &headers,
        )
    }

    #[test]
    fn a_path_of_the_pages_gets_the_page_and_nobody_may_frame_it() {
        for path in ["/", "/hosts", "/hosts/0d9f3e0e?at=3", "/groups", "/something/new"] {
            let response = ask(path, HTML);
            assert_eq!(response.status(), 200, "{path}");
            let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "text/html; charset=utf-8");
            assert_eq!(header("cache-control"), "no-cache");
            assert_eq!(header("x-content-type-options"), "nosniff");
            let policy = header("content-security-policy");
            assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{policy}");
        }
    }

    #[test]
    fn what_programs_ask_for_is_never_a_page() {
        let paths = ["/api", "/api/nothing", "/r/x", "/metrics/x", "/health/x", "/own/x", "/assets/gone.js"];
        for path in paths {
            assert_eq!(ask(path, HTML).status(), 404, "{path}");
        }
        assert_eq!(ask("/hosts", "application/json").status(), 404);
        assert_eq!(ask("/hosts", "*/*").status(), 404);
        assert_eq!(ask_with(&Method::POST, "/", &[(header::ACCEPT, HTML)]).status(), 404);
    }

    #[test]
    fn a_name_does_not_lead_out_of_the_build() {
        for path in ["/../Cargo.toml", "/.vite/manifest.json", "/assets/../../package.json", "//etc/passwd"] {
            assert_eq!(ask(path, "*/*").status(), 404, "{path}");
        }
    }

    #[test]
    fn a_page_that_is_known_is_not_sent_again() {
        let tag = ask("/", HTML).headers()["etag"].to_str().unwrap().to_owned();
        let again = ask_with(&Method::GET, "/", &[(header::ACCEPT, HTML), (header::IF_NONE_MATCH, &tag)]);
        assert_eq!(again.status(), 304);
        let other = ask_with(&Method::GET, "/", &[(header::IF_NONE_MATCH, "\"other\"")]);
        assert_eq!(other.status(), 200);
    }

    #[test]
    fn a_weight_of_nothing_is_a_refusal() {
        let accepts = |value: &str| {
            let headers = [(header::ACCEPT_ENCODING, value.parse().unwrap())].into_iter().collect();
            accepts(&headers, header::ACCEPT_ENCODING, "gzip")
        };
        assert!(accepts("gzip") && accepts("br, GZIP;q=0.5") && accepts("deflate , gzip"));
        assert!(!accepts("gzip;q=0") && !accepts("br") && !accepts("") && !accepts("gzip; q=0.0"));
    }
}
