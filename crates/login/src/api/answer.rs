//! What several operations answer.

use access::oidc::{LoginFailed, Trouble};
use axum::{body::Body, response::Response};
use form_urlencoded::Serializer;
use http::{HeaderValue, StatusCode, header};
use web::Problem;

/// Sends a browser elsewhere, and has it keep these cookies.
pub fn go(place: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::try_from(place).unwrap_or(HeaderValue::from_static("/")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

/// The page that says why nobody has logged in, and lets them try again.
pub fn log_in_page(problem: &str, issuer: Option<&str>, next: &str) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("problem", problem);
    if let Some(issuer) = issuer {
        query.append_pair("issuer", issuer);
    }
    if next != "/" {
        query.append_pair("next", next);
    }
    format!("/login?{}", query.finish())
}

/// A failure in a word that the page knows.
pub fn word(failed: &LoginFailed) -> &'static str {
    match failed {
        LoginFailed::Trouble { trouble: Trouble::Slow, .. } => "slow",
        LoginFailed::Trouble { trouble: Trouble::Down, .. } => "down",
        LoginFailed::Trouble { trouble: Trouble::NotOpenId, .. } => "nonsense",
        LoginFailed::NoClient(_) => "unknown",
        LoginFailed::CodeRefused(_) => "expired",
        LoginFailed::Unbelievable(_) => "unbelievable",
    }
}

/// The table of sessions cannot be read or written now.
pub fn unavailable(error: &store::Error) -> Problem {
    tracing::error!(%error, "sessions cannot be read or written");
    Problem::unavailable("sessions cannot be read or written now; try again")
}

/// A parameter of an address; the first one of the name.
pub fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(own, _)| own == name).map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
}
