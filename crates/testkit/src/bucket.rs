//! A server that speaks like S3: it gives one object to whoever signs for it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// The only key.
pub const KEY_ID: &str = "AKIATEST";
/// Its secret.
pub const SECRET: &str = "secret/of+tests";

/// A bucket with one object. Signatures are checked as Signature Version 4 says: of `GET` without a query.
#[derive(Debug)]
pub struct BucketServer {
    /// Its base URL.
    pub url: String,
    answers: Arc<Mutex<Vec<u16>>>,
}

impl BucketServer {
    /// A server that has `body` at `path`, as `/bucket/object`.
    pub async fn start(path: &'static str, body: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("it listens"));
        let answers: Arc<Mutex<Vec<u16>>> = Arc::default();
        let (kept, body) = (answers.clone(), Arc::new(body));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, path, body.clone(), kept.clone()));
            }
        });
        Self { url, answers }
    }

    /// The statuses that it has answered with.
    pub fn answers(&self) -> Vec<u16> {
        self.answers.lock().expect("nobody panics with the lock").clone()
    }
}

async fn answer(
    stream: TcpStream,
    object: &str,
    body: Arc<String>,
    answers: Arc<Mutex<Vec<u16>>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let first = lines.next_line().await?.unwrap_or_default();
    let mut headers = BTreeMap::new();
    while let Some(line) = lines.next_line().await?.filter(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, body) = match (is_signed(&first, &headers), path == object) {
        (None | Some(false), _) => (403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
        (Some(true), false) => (404, "<Error><Code>NoSuchKey</Code></Error>"),
        (Some(true), true) => (200, body.as_str()),
    };
    answers.lock().expect("nobody panics with the lock").push(status);
    let head =
        format!("HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    write.write_all(head.as_bytes()).await?;
    write.write_all(body.as_bytes()).await
}

/// Whether the signature is that of this request by the only key.
fn is_signed(first: &str, headers: &BTreeMap<String, String>) -> Option<bool> {
    let mut words = first.split(' ');
    let (method, path) = (words.next()?, words.next()?);
    let said = headers.get("authorization")?.strip_prefix("AWS4-HMAC-SHA256 ")?;
    let part = |name: &str| said.split(", ").find_map(|part| part.strip_prefix(name));
    let (credential, names) = (part("Credential=")?, part("SignedHeaders=")?);
    let (key_id, scope) = credential.split_once('/')?;
    let (time, hash) = (headers.get("x-amz-date")?, headers.get("x-amz-content-sha256")?);
    let mut request = format!("{method}\n{path}\n\n");
    for name in names.split(';') {
        let _ = writeln!(request, "{name}:{}", headers.get(name)?);
    }
    let _ = write!(request, "\n{names}\n{hash}");
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
    let mut key = format!("AWS4{SECRET}").into_bytes();
    for part in scope.split('/') {
        key = code(&key, part);
    }
    let must_be_signed = ["host", "x-amz-content-sha256", "x-amz-date"];
    let are_signed = must_be_signed.iter().all(|name| names.split(';').any(|signed| signed == *name));
    Some(key_id == KEY_ID && are_signed && part("Signature=")? == hex(&code(&key, &text)))
}

fn code(key: &[u8], text: &str) -> Vec<u8> {
    let mut code = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    code.update(text.as_bytes());
    code.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
