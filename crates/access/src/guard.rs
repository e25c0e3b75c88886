//! What keeps local mode local.
//!
//! Local mode asks for no log-in, so nothing but programs of this machine may reach it. Listening on the loopback
//! keeps other machines out; asking for the right `Host` and `Origin` keeps out the pages of other sites, which a
//! browser on this machine would otherwise let in under a name that they control (DNS rebinding).

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, header};

/// Local mode was to listen where others can connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "local mode asks for no log-in and does not listen on {0}: listen on 127.0.0.1 or ::1, or set server.mode to \
     gateway behind a trusted gateway"
)]
pub struct NotLoopback(pub SocketAddr);

/// The request names another site; status 403.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// The `Host` header is missing, repeated, or not a name of this machine's loopback.
    #[error(
        "local mode answers only under localhost, 127.0.0.1 or [::1], and this request was sent to {0:?}"
    )]
    Host(String),
    /// The request comes from a page of another site.
    #[error("local mode answers only its own pages, and this request comes from a page of {0:?}")]
    Origin(String),
}

/// Whether local mode may listen on this address.
pub fn check_listen(address: SocketAddr) -> Result<(), NotLoopback> {
    let loopback = match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback(),
    };
    if loopback { Ok(()) } else { Err(NotLoopback(address)) }
}

/// Whether local mode may answer a request with these headers: `Host` is `localhost`, `127.0.0.1` or `[::1]` with
/// any port, and `Origin`, when there is one, is `http://` and the same.
pub fn check_headers(headers: &HeaderMap) -> Result<(), Foreign> {
    let host = only(headers, header::HOST).map_err(Foreign::Host)?.unwrap_or_default();
    if !is_local(host) {
        return Err(Foreign::Host(host.to_owned()));
    }
    match only(headers, header::ORIGIN).map_err(Foreign::Origin)? {
        Some(origin) if !is_same(origin, host) => Err(Foreign::Origin(origin.to_owned())),
        _ => Ok(()),
    }
}

/// The text of a header that stands there once; the first text when it stands there twice.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Result<Option<&str>, String> {
    let mut values = headers.get_all(name).iter();
    let first = values.next().map(|value| value.to_str().unwrap_or_default());
    match values.next() {
        Some(_) => Err(first.unwrap_or_default().to_owned()),
        None => Ok(first),
    }
}

fn is_local(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]"
}

fn is_same(origin: &str, host: &str) -> bool {
    origin.strip_prefix("http://").is_some_and(|from| from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(host: &str, origin: Option<&str>) -> Result<(), Foreign> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        check_headers(&headers)
    }

    #[test]
    fn only_the_loopback_is_listened_on() {
        for good in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80"] {
            assert_eq!(check_listen(good.parse().unwrap()), Ok(()), "{good}");
        }
        for bad in ["0.0.0.0:80", "[::]:80", "192.168.1.2:80", "[::ffff:127.0.0.1]:80"] {
            let text = check_listen(bad.parse().unwrap()).unwrap_err().to_string();
            assert!(text.contains(bad) && text.contains("listen on 127.0.0.1"), "{text}");
        }
    }

    #[test]
    fn the_host_is_this_machine_under_any_port() {
        for good in ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:8080"] {
            assert_eq!(check(good, None), Ok(()), "{good}");
        }
        for bad in [
            "",
            "evil.com",
            "localhost.evil.com",
            "127.0.0.1.nip.io:80",
            "localhost:80:80x",
            "::1",
            "localhost:",
        ] {
            assert!(matches!(check(bad, None), Err(Foreign::Host(_))), "{bad}");
        }
        assert!(matches!(check_headers(&HeaderMap::new()), Err(Foreign::Host(_))));
    }

    #[test]
    fn a_page_of_another_site_is_refused_also_on_another_port() {
        assert_eq!(check("localhost:8080", Some("http://localhost:8080")), Ok(()));
        for bad in ["null", "http://evil.com", "http://localhost:9999", "https://localhost:8080", ""] {
            assert!(matches!(check("localhost:8080", Some(bad)), Err(Foreign::Origin(_))), "{bad}");
        }
    }

    #[test]
    fn a_second_host_header_is_refused() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, "localhost".parse().unwrap());
        headers.append(header::HOST, "evil.com".parse().unwrap());
        assert!(check_headers(&headers).is_err());
    }

    proptest! {
        #[test]
        fn no_registered_name_is_local(name in "[a-z0-9-]{1,20}\\.[a-z]{2,6}(:[0-9]{1,5})?") {
            prop_assert!(check(&name, None).is_err());
        }
    }
}
