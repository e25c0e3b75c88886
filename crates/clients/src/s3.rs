//! Objects of S3, read with requests that are signed (AWS Signature Version 4).

use std::fmt;

use ground::Timestamp;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header::AUTHORIZATION};
use sha2::{Digest as _, Sha256};

use crate::{BadClient, CallError, Client, Options, Reply};

/// What it is called in errors and metrics.
pub const NAME: &str = "s3";
/// What it is signed for, behind day and region.
const SERVICE: &str = "s3/aws4_request";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// Who asks, and where the bucket is.
#[derive(Clone)]
pub struct Account {
    /// The id of the key.
    pub key_id: String,
    /// The key.
    pub secret: String,
    /// The region of the bucket.
    pub region: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("region", &self.region).finish_non_exhaustive()
    }
}

/// A bucket of S3, or of what speaks like it. It is named in the path, as every kind of server knows it.
#[derive(Debug, Clone)]
pub struct Bucket {
    client: Client,
    name: String,
    host: String,
    account: Account,
}

/// Why no bucket can be asked.
#[derive(Debug, thiserror::Error)]
pub enum BadBucket {
    /// Its name could be another place.
    #[error("`{0}` is no name of a bucket: small letters, digits, dots and dashes")]
    Name(String),
    /// The address is none.
    #[error("`{0}` is no URL with a host")]
    Endpoint(String),
    /// The certificates are none.
    #[error(transparent)]
    Client(#[from] BadClient),
}

impl Bucket {
    /// The bucket of this name on a server.
    pub fn new(options: Options, name: &str, account: Account) -> Result<Self, BadBucket> {
        let is_part =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        if !(3..=63).contains(&name.len()) || !name.bytes().all(is_part) || name.starts_with('.') {
            return Err(BadBucket::Name(name.to_owned()));
        }
        let host = host(&options.endpoint).ok_or_else(|| BadBucket::Endpoint(options.endpoint.clone()))?;
        Ok(Self { client: Client::new(options)?, name: name.to_owned(), host, account })
    }

    /// Asks for an object, whose name needs no encoding. Any answer is a reply, whatever its status.
    pub async fn get(&self, object: &str, now: Timestamp) -> Result<Reply, CallError> {
        let path = format!("/{}/{object}", self.name);
        let (time, nothing) = (written(now), hex(&Sha256::digest(b"")));
        let signed =
            [("host", self.host.as_str()), ("x-amz-content-sha256", &nothing), ("x-amz-date", &time)];
        let authorization = self.account.authorization(&path, &signed, &nothing, &time);
        let mut headers = HeaderMap::new();
        let value = |text: &str| {
            HeaderValue::from_str(text)
                .map_err(|error| CallError::Unreadable { service: NAME, reason: error.to_string() })
        };
        headers.insert(HeaderName::from_static("x-amz-content-sha256"), value(&nothing)?);
        headers.insert(HeaderName::from_static("x-amz-date"), value(&time)?);
        let mut authorization = value(&authorization)?;
        authorization.set_sensitive(true);
        headers.insert(AUTHORIZATION, authorization);
        self.client.ask(Method::GET, &path, &headers, Vec::new()).await
    }
}

impl Account {
    /// The header of a request without a query; headers are in the order of their names.
    fn authorization(&self, path: &str, headers: &[(&str, &str)], body: &str, time: &str) -> String {
        let day = time.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/{SERVICE}", self.region);
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines =
            headers.iter().fold(String::new(), |text, (name, value)| text + name + ":" + value + "\n");
        let request = format!("GET\n{path}\n\n{lines}\n{names}\n{body}");
        let text = format!("{ALGORITHM}\n{time}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
        let mut key = format!("AWS4{}", self.secret).into_bytes();
        for part in [day, &self.region, "s3", "aws4_request"] {
            key = code(&key, part);
        }
        let signature = hex(&code(&key, &text));
        format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={names}, Signature={signature}",
            self.key_id
        )
    }
}

fn code(key: &[u8], text: &str) -> Vec<u8> {
    // A key of any length will do.
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    code.update(text.as_bytes());
    code.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// A time as signatures write it: `20130524T000000Z`.
fn written(time: Timestamp) -> String {
    let text = time.to_string();
    let digits: String =
        text.get(..19).unwrap_or_default().chars().filter(|c| !matches!(c, '-' | ':')).collect();
    format!("{digits}Z")
}

/// The host of a URL as requests name it: with its port, unless that is the usual one.
fn host(endpoint: &str) -> Option<String> {
    let uri: Uri = endpoint.parse().ok()?;
    let host = uri.host()?;
    let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
    match uri.port_u16() {
        Some(port) if port != usual => Some(format!("{host}:{port}")),
        _ => Some(host.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_as_in_the_documentation_of_s3() {
        let account = Account {
            key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            region: "us-east-1".to_owned(),
        };
        let nothing = hex(&Sha256::digest(b""));
        let headers = [
            ("host", "examplebucket.s3.amazonaws.com"),
            ("range", "bytes=0-9"),
            ("x-amz-content-sha256", &nothing),
            ("x-amz-date", "20130524T000000Z"),
        ];
        let header = account.authorization("/test.txt", &headers, &nothing, "20130524T000000Z");
        assert_eq!(
            header,
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
             SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, \
             Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        );
        let time = Timestamp::parse("2013-05-24T00:00:00.5Z").unwrap();
        assert_eq!(written(time), "20130524T000000Z");
    }

    #[test]
    fn hosts_are_written_as_requests_name_them_and_names_of_buckets_are_checked() {
        for (url, expected) in [
            ("https://s3.amazonaws.com", Some("s3.amazonaws.com")),
            ("https://s3.amazonaws.com:443/", Some("s3.amazonaws.com")),
            ("http://127.0.0.1:9000", Some("127.0.0.1:9000")),
            ("/nowhere", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
        let account = Account { key_id: String::new(), secret: String::new(), region: String::new() };
        for bad in ["", "ab", "Upper", "a/../b", "..a"] {
            let options = Options::new("S3", "http://127.0.0.1:9000".to_owned());
            assert!(matches!(Bucket::new(options, bad, account.clone()), Err(BadBucket::Name(_))), "{bad}");
        }
    }
}
