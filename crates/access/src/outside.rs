//! Requests to servers that others may name: identity providers, registries.
//!
//! An address that the operator wrote down is reached as it is written. Any other one (where a redirect leads, what a
//! provider's document or a user names) has to be `https`, and the address that its name stands for has to be a public
//! one; the connection goes to the very address that was looked at. Every answer has an end in bytes and in time.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{ClientConfig, RootCertStore, pki_types::ServerName},
};

/// A client for addresses that others may name.
#[derive(Clone)]
pub struct Outside {
    tls: TlsConnector,
    limits: OutsideLimits,
    /// `host:port` of the addresses that the operator wrote down.
    named: Arc<BTreeSet<String>>,
}

/// Where an answer ends.
#[derive(Debug, Clone, Copy)]
pub struct OutsideLimits {
    /// Longest time for a connection.
    pub connect: Duration,
    /// Longest time for a whole answer, redirects included.
    pub total: Duration,
    /// Most bytes of an answer.
    pub bytes: usize,
    /// Most redirects.
    pub redirects: usize,
}

/// An answer.
#[derive(Debug)]
pub struct OutsideAnswer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, whole.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unreached {
    /// The address may not be asked.
    #[error("{0} is not asked: {1}")]
    Refused(String, &'static str),
    /// There was no whole answer in time.
    #[error("{0} does not answer: no answer within {1:?}")]
    Late(String, Duration),
    /// Nobody answered, or not in a way that can be read.
    #[error("{0} does not answer: {1}")]
    Down(String, String),
}

impl std::fmt::Debug for Outside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outside")
            .field("limits", &self.limits)
            .field("named", &self.named)
            .finish_non_exhaustive()
    }
}

impl Outside {
    /// A client that knows the addresses in the operator's `urls`.
    pub fn new<'u>(urls: impl IntoIterator<Item = &'u str>, limits: OutsideLimits) -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let named = urls.into_iter().filter_map(|url| authority(&url.parse().ok()?)).collect();
        Self { tls: TlsConnector::from(Arc::new(config)), limits, named: Arc::new(named) }
    }

    /// Asks for a document.
    pub async fn get(&self, url: &str, headers: HeaderMap) -> Result<OutsideAnswer, Unreached> {
        self.send(Method::GET, url, headers, Bytes::new()).await
    }

    /// Sends a form.
    pub async fn post_form(
        &self,
        url: &str,
        mut headers: HeaderMap,
        form: String,
    ) -> Result<OutsideAnswer, Unreached> {
        let kind = header::HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, kind);
        self.send(Method::POST, url, headers, form.into()).await
    }

    /// Sends a document and tells the status of the answer, whose body is not read. No redirect is followed.
    pub async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>) -> Result<StatusCode, Unreached> {
        let uri: Uri = url.parse().map_err(|_| Unreached::Refused(url.to_owned(), "it is no URL"))?;
        let sending = self.request(&Method::POST, &uri, &headers, body.into());
        Ok(self.in_time(url, sending).await?.status())
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<OutsideAnswer, Unreached> {
        self.in_time(url, self.follow(method, url, headers, body)).await
    }

    /// What comes of it, as long as it comes in time.
    async fn in_time<T>(
        &self,
        url: &str,
        asking: impl Future<Output = Result<T, Unreached>>,
    ) -> Result<T, Unreached> {
        let late = |_| Err(Unreached::Late(url.to_owned(), self.limits.total));
        timeout(self.limits.total, asking).await.unwrap_or_else(late)
    }

    async fn follow(
        &self,
        method: Method,
        url: &str,
        mut headers: HeaderMap,
        body: Bytes,
    ) -> Result<OutsideAnswer, Unreached> {
        let mut url = url.to_owned();
        for _ in 0..=self.limits.redirects {
            let uri: Uri = url.parse().map_err(|_| Unreached::Refused(url.clone(), "it is no URL"))?;
            let answer = self.once(&method, &uri, &headers, body.clone()).await?;
            let location = answer.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
            let Some(location) = location.filter(|_| answer.status.is_redirection() && method == Method::GET)
            else {
                return Ok(answer);
            };
            let next = resolve(&uri, location)
                .ok_or_else(|| Unreached::Refused(location.to_owned(), "it is no URL"))?;
            if next.parse().ok().as_ref().and_then(authority) != authority(&uri) {
                headers.remove(header::AUTHORIZATION);
            }
            url = next;
        }
        Err(Unreached::Down(url, "it redirects too often".to_owned()))
    }

    async fn once(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<OutsideAnswer, Unreached> {
        let (parts, body) = self.request(method, uri, headers, body).await?.into_parts();
        let body = Limited::new(body, self.limits.bytes).collect().await;
        let body = body.map_err(|error| Unreached::Down(uri.to_string(), error.to_string()))?.to_bytes();
        Ok(OutsideAnswer { status: parts.status, headers: parts.headers, body })
    }

    /// The beginning of an answer.
    async fn request(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<http::Response<Incoming>, Unreached> {
        let down = |error: String| Unreached::Down(uri.to_string(), error);
        let stream = self.connect(uri).await?;
        let host = uri.host().unwrap_or_default();
        let authority = uri.authority().map_or(host, |authority| authority.as_str());
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, authority);
        request = request.header(header::USER_AGENT, "plumbline");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body)).map_err(|error| down(error.to_string()))?;
        let response = if uri.scheme_str() == Some("https") {
            let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned());
            let name = name.map_err(|error| down(error.to_string()))?;
            let stream = self.tls.connect(name, stream).await.map_err(|error| down(error.to_string()))?;
            exchange(stream, request).await
        } else {
            exchange(stream, request).await
        };
        response.map_err(|error| down(error.to_string()))
    }

    /// A connection to an address that may be asked.
    async fn connect(&self, uri: &Uri) -> Result<TcpStream, Unreached> {
        let refused = |why| Unreached::Refused(uri.to_string(), why);
        let is_named = authority(uri).is_some_and(|authority| self.named.contains(&authority));
        let usual = match uri.scheme_str() {
            Some("https") => 443,
            Some("http") if is_named => 80,
            Some("http") => return Err(refused("only https is allowed")),
            _ => return Err(refused("it is no URL of the web")),
        };
        let host = uri.host().ok_or_else(|| refused("it names no host"))?.trim_matches(['[', ']']);
        let down = |error: String| Unreached::Down(uri.to_string(), error);
        let found = timeout(self.limits.connect, lookup_host((host, uri.port_u16().unwrap_or(usual)))).await;
        let found = found.map_err(|_| down("its name is not resolved in time".to_owned()))?;
        let addresses: Vec<SocketAddr> = found.map_err(|error| down(error.to_string()))?.collect();
        if !is_named && !addresses.iter().all(|address| is_public(address.ip())) {
            return Err(refused("its address is not a public one"));
        }
        let mut reason = "its name stands for no address".to_owned();
        for address in addresses {
            match timeout(self.limits.connect, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(error)) => reason = error.to_string(),
                Err(_) => "no connection in time".clone_into(&mut reason),
            }
        }
        Err(down(reason))
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> hyper::Result<http::Response<Incoming>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    // It ends with the answer, or when the answer is dropped.
    tokio::spawn(connection);
    sender.send_request(request).await
}

/// `host:port` in small letters.
fn authority(uri: &Uri) -> Option<String> {
    let usual = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    Some(format!("{}:{}", uri.host()?.to_ascii_lowercase(), uri.port_u16().unwrap_or(usual)))
}

/// Where a `Location` leads from an address.
fn resolve(from: &Uri, location: &str) -> Option<String> {
    if location.contains("://") {
        return Some(location.to_owned());
    }
    let base = format!("{}://{}", from.scheme_str()?, from.authority()?);
    if let Some(other) = location.strip_prefix("//") {
        return Some(format!("{}://{other}", from.scheme_str()?));
    }
    if location.starts_with('/') {
        return Some(format!("{base}{location}"));
    }
    let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{base}{folder}/{location}"))
}

/// Whether an address is one of the internet's, and no machine of this network or this machine itself.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let for_tests = a == 198 && (b == 18 || b == 19);
    let assigned = a == 192 && b == 0 && c == 0;
    !(a == 0 || a >= 224 || shared || for_tests || assigned)
        && !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    let inner = match parts {
        // IPv4 in another form: mapped, translated, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = inner {
        return is_public_v4(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)));
    }
    // Only 2000::/3 is given out; documentation is taken from it.
    parts[0] & 0xe000 == 0x2000 && !(parts[0] == 0x2001 && parts[1] == 0xdb8)
}

#[cfg(test)]
mod tests {
    use axum::{Router, http::HeaderMap as Headers, routing::get};

    use super::*;

    const LIMITS: OutsideLimits = OutsideLimits {
        connect: Duration::from_secs(1),
        total: Duration::from_secs(2),
        bytes: 1_000,
        redirects: 2,
    };

    async fn server() -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let to = |place: &'static str| {
            get(move || async move { (StatusCode::FOUND, [(header::LOCATION, place)]) })
        };
        let router = Router::new()
            .route(
                "/",
                get(|headers: Headers| async move { headers.contains_key("authorization").to_string() }),
            )
            .route("/long", get(|| async { "x".repeat(2_000) }))
            .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(9)).await }))
            .route("/back", to("/"))
            .route("/loop", to("/loop"))
            .route("/metadata", to("http://169.254.169.254/latest"))
            .route("/private", to("https://10.0.0.1/"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    async fn ask(named: &str, url: &str) -> Result<String, Unreached> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, header::HeaderValue::from_static("Bearer x"));
        let answer = Outside::new([named], LIMITS).get(url, headers).await?;
        Ok(String::from_utf8(answer.body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn what_the_operator_named_is_asked_as_it_is_written() {
        let server = server().await;
        assert_eq!(ask(&server, &server).await.unwrap(), "true");
        assert_eq!(ask(&server, &format!("{server}/back")).await.unwrap(), "true");
    }

    #[tokio::test]
    async fn nothing_else_is_asked_within_this_network() {
        let server = server().await;
        for (named, url) in [
            ("https://example.org", server.clone()),
            ("https://example.org", server.replace("http:", "https:")),
            (&server, format!("{server}/metadata")),
            (&server, format!("{server}/private")),
            (&server, "ftp://127.0.0.1/".to_owned()),
            (&server, "https://localhost:1/".to_owned()),
        ] {
            assert!(matches!(ask(named, &url).await, Err(Unreached::Refused(..))), "{url}");
        }
    }

    #[tokio::test]
    async fn an_answer_has_an_end() {
        let server = server().await;
        for path in ["/long", "/loop"] {
            assert!(
                matches!(ask(&server, &format!("{server}{path}")).await, Err(Unreached::Down(..))),
                "{path}"
            );
        }
        assert!(matches!(ask(&server, &format!("{server}/slow")).await, Err(Unreached::Late(..))));
        assert!(matches!(ask("http://127.0.0.1:9", "http://127.0.0.1:9/").await, Err(Unreached::Down(..))));
    }

    #[test]
    fn addresses_that_are_not_the_internets_are_known() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn a_redirect_may_be_relative() {
        let from: Uri = "https://a.example/x/y?q".parse().unwrap();
        for (location, expected) in [
            ("/z", "https://a.example/z"),
            ("z", "https://a.example/x/z"),
            ("//b.example/z", "https://b.example/z"),
            ("http://b.example/", "http://b.example/"),
        ] {
            assert_eq!(resolve(&from, location).as_deref(), Some(expected));
        }
    }
}
