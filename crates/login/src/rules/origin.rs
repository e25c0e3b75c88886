//! Requests that come from the pages themselves.
//!
//! A browser sends a session along with whatever a page of another site makes it send. What changes something is only
//! taken from our own pages: browsers name the origin of such requests, and pages cannot change what they say.

use http::{HeaderMap, Method, header};

use crate::PublicUrl;

/// Whether a session counts for a request: one that changes nothing, or one of our own pages.
pub fn is_taken(method: &Method, headers: &HeaderMap, public: &PublicUrl) -> bool {
    if method.is_safe() {
        return true;
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) => origin.as_bytes() == public.origin().as_bytes(),
        (None, _) => headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(method: &Method, of: &[(&'static str, &str)]) -> bool {
        let public = PublicUrl::parse("https://ours.example", false).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in of {
            headers.append(*name, value.parse().unwrap());
        }
        is_taken(method, &headers, &public)
    }

    #[test]
    fn what_changes_something_comes_from_our_pages() {
        assert!(taken(&Method::POST, &[("origin", "https://ours.example")]));
        assert!(taken(&Method::DELETE, &[("sec-fetch-site", "same-origin")]));
        for other in
            ["https://evil.example", "http://ours.example", "https://ours.example.evil.example", "null", ""]
        {
            assert!(!taken(&Method::POST, &[("origin", other)]), "{other}");
        }
        assert!(!taken(&Method::POST, &[]));
        assert!(!taken(&Method::PUT, &[("sec-fetch-site", "same-site")]));
        assert!(!taken(
            &Method::POST,
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")]
        ));
        assert!(!taken(
            &Method::POST,
            &[("origin", "https://ours.example"), ("origin", "https://evil.example")]
        ));
    }

    #[test]
    fn what_changes_nothing_may_be_asked_from_anywhere() {
        assert!(taken(&Method::GET, &[("origin", "https://evil.example")]));
    }
}
