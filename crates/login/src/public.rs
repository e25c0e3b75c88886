//! The address that browsers reach the pages at.

use http::Uri;

/// The address that browsers reach the pages at: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

/// An address that the pages cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPublicUrl {
    /// It is no address, or has more than scheme, host and port.
    #[error("server.public_url is scheme and host alone, as https://plumbline.example.org, and not {0:?}")]
    NoOrigin(String),
    /// What is sent there can be read on the way.
    #[error(
        "server.public_url {0:?} is not https: sessions could be read on the way. To try it out on this machine, set \
         server.environment to development and use a name of the loopback"
    )]
    Unsafe(String),
}

/// Whether a host is this machine's loopback.
pub(crate) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host == "[::1]"
        || host.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback())
}

impl PublicUrl {
    /// Reads an address. One without TLS is good on this machine only, for `development`.
    pub fn parse(text: &str, development: bool) -> Result<Self, BadPublicUrl> {
        let text = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let bad = || BadPublicUrl::NoOrigin(text.clone());
        let uri: Uri = text.parse().map_err(|_| bad())?;
        let (Some(scheme), Some(host), Some(authority)) = (uri.scheme_str(), uri.host(), uri.authority())
        else {
            return Err(bad());
        };
        if text != format!("{scheme}://{authority}") || authority.as_str().contains('@') {
            return Err(bad());
        }
        match scheme {
            "https" => Ok(Self(text)),
            "http" if development && is_loopback(host) => Ok(Self(text)),
            "http" => Err(BadPublicUrl::Unsafe(text)),
            _ => Err(bad()),
        }
    }

    /// Whether browsers reach it over TLS.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// The origin, as browsers write it, without the usual port.
    pub fn origin(&self) -> &str {
        let usual = if self.is_https() { ":443" } else { ":80" };
        self.0.strip_suffix(usual).unwrap_or(&self.0)
    }

    /// An address below it.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_https_or_this_machine_in_development() {
        for good in ["https://a.example", "https://a.example:8443/", "HTTPS://A.Example"] {
            assert!(PublicUrl::parse(good, false).unwrap().is_https(), "{good}");
        }
        for local in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"] {
            assert!(matches!(PublicUrl::parse(local, false), Err(BadPublicUrl::Unsafe(_))), "{local}");
            assert!(!PublicUrl::parse(local, true).unwrap().is_https(), "{local}");
        }
        for bad in ["http://a.example", "http://127.0.0.1.example"] {
            assert!(matches!(PublicUrl::parse(bad, true), Err(BadPublicUrl::Unsafe(_))), "{bad}");
        }
        for bad in ["", "a.example", "https://", "https://a/b", "https://a?x", "https://u@a", "ftp://a"] {
            assert!(matches!(PublicUrl::parse(bad, true), Err(BadPublicUrl::NoOrigin(_))), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_do() {
        let origin = |text: &str| PublicUrl::parse(text, true).unwrap().origin().to_owned();
        assert_eq!(origin("https://a.example:443"), "https://a.example");
        assert_eq!(origin("https://a.example:8443"), "https://a.example:8443");
        assert_eq!(origin("http://localhost:80"), "http://localhost");
    }
}
