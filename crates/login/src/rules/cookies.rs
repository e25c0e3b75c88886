//! Cookies: what browsers keep for us.

use http::{HeaderMap, HeaderValue, header};

use crate::PublicUrl;

/// So many sessions one person has at once; with another one the oldest ends.
pub const SESSIONS_OF_ONE: i64 = 20;

const SESSION: &str = "plumbline-session";

/// Whether a cookie is sent along when somebody comes from another site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// Only with what our own pages ask for.
    OwnPages,
    /// Also when somebody is sent here: back from a provider.
    Anywhere,
}

/// The name of the session's cookie.
pub fn session_name(public: &PublicUrl) -> String {
    name(public, SESSION)
}

/// The name under which a cookie cannot be set by anybody but this very host, over TLS.
pub fn name(public: &PublicUrl, name: &str) -> String {
    let prefix = if public.is_https() { "__Host-" } else { "" };
    format!("{prefix}{name}")
}

/// What sets a cookie that no script reads, for so many seconds; 0 removes it.
pub fn set(public: &PublicUrl, name: &str, value: &str, seconds: i64, from: From) -> Option<HeaderValue> {
    let secure = if public.is_https() { "; Secure" } else { "" };
    let same_site = if from == From::OwnPages { "Strict" } else { "Lax" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={same_site}{secure}");
    HeaderValue::try_from(text).ok()
}

/// The cookies of a request: names and values.
pub fn all(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='))
}

/// The value of a cookie; `None` also when there are two of the name: one of them is not ours.
pub fn get<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = all(headers).filter(|(own, _)| *own == name).map(|(_, value)| value);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_a_cookie_is_of_this_host_alone() {
        let public = PublicUrl::parse("https://a.example", false).unwrap();
        let name = session_name(&public);
        let set = set(&public, &name, "v", 60, From::OwnPages).unwrap();
        assert_eq!(set, "__Host-plumbline-session=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
        let local = PublicUrl::parse("http://localhost:1", true).unwrap();
        assert_eq!(session_name(&local), "plumbline-session");
    }

    #[test]
    fn a_cookie_is_found_among_others_and_not_when_it_is_there_twice() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; b=x=y;c".parse().unwrap());
        headers.append(header::COOKIE, "d=4".parse().unwrap());
        assert_eq!(
            (get(&headers, "a"), get(&headers, "b"), get(&headers, "d")),
            (Some("1"), Some("x=y"), Some("4"))
        );
        assert_eq!((get(&headers, "c"), get(&headers, "e")), (None, None));
        headers.append(header::COOKIE, "a=2".parse().unwrap());
        assert_eq!(get(&headers, "a"), None);
    }
}
