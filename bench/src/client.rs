//! A client that keeps its connections and asks without a pause.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use http_body_util::{BodyExt as _, Full};
use hyper::{Request, body::Bytes, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

/// What was seen.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    /// How many answers.
    pub count: u64,
    /// The bytes of their bodies.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
    /// How long each took, in order.
    pub times: Vec<Duration>,
}

impl Seen {
    /// Answers a second.
    pub fn rate(&self) -> f64 {
        self.count as f64 / self.seconds.max(1e-9)
    }

    /// So many in a hundred took no longer, in milliseconds.
    pub fn percentile(&self, share: usize) -> f64 {
        let at = (self.times.len() * share).div_ceil(100).saturating_sub(1);
        self.times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
        self.times.extend(other.times);
    }
}

/// One connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    identity: Arc<str>,
    host: String,
}

impl Connection {
    pub async fn open(address: SocketAddr, identity: &Arc<str>) -> Self {
        let stream = TcpStream::connect(address).await.expect("the server accepts connections");
        stream.set_nodelay(true).expect("a connection can be told so");
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP is spoken");
        tokio::spawn(connection);
        Self { sender, identity: Arc::clone(identity), host: address.to_string() }
    }

    /// The answer to a request, which must have one of these statuses.
    pub async fn ask(&mut self, method: &str, path: &str, body: Bytes, wanted: &[u16]) -> Bytes {
        self.send(method, path, "application/json", body, wanted).await
    }

    /// The same with a body of this type.
    pub async fn send(&mut self, method: &str, path: &str, kind: &str, body: Bytes, wanted: &[u16]) -> Bytes {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", &self.host)
            .header("content-type", kind)
            .header("x-rh-identity", &*self.identity)
            .body(Full::new(body))
            .expect("a request can be made");
        self.sender.ready().await.expect("the connection is kept");
        let answer = self.sender.send_request(request).await.expect("the server answers");
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.expect("the answer is whole").to_bytes();
        assert!(wanted.contains(&status), "{method} {path}: {status}: {}", String::from_utf8_lossy(&body));
        body
    }

    pub async fn get(&mut self, path: &str) -> Bytes {
        self.ask("GET", path, Bytes::new(), &[200]).await
    }
}

/// Asks for paths over so many connections for so long; `path` gives the n-th one.
pub async fn read(
    address: SocketAddr,
    identity: &Arc<str>,
    connections: usize,
    seconds: f64,
    path: impl Fn(u64) -> String + Send + Sync + 'static,
) -> Seen {
    let path = Arc::new(path);
    let next = Arc::new(AtomicU64::new(0));
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(Connection::open(address, identity).await);
    }
    let begun = Instant::now();
    let end = begun + Duration::from_secs_f64(seconds);
    let mut running = JoinSet::new();
    for mut connection in opened {
        let (path, next) = (Arc::clone(&path), Arc::clone(&next));
        running.spawn(async move {
            let mut seen = Seen::default();
            while Instant::now() < end {
                let path = path(next.fetch_add(1, Ordering::Relaxed));
                let asked = Instant::now();
                let body = connection.get(&path).await;
                seen.times.push(asked.elapsed());
                seen.count += 1;
                seen.bytes += body.len() as u64;
            }
            seen
        });
    }
    together(running, begun).await
}

/// Makes requests one after the other until it is told to stop: each with how many documents are in it, its path and its body, and so
/// many documents a second. How many were taken.
pub async fn post_steadily(
    address: SocketAddr,
    identity: Arc<str>,
    posts: impl Iterator<Item = (u64, String, Bytes)>,
    status: u16,
    a_second: u64,
    stop: Arc<AtomicBool>,
) -> u64 {
    let mut connection = Connection::open(address, &identity).await;
    let (begun, mut sent) = (Instant::now(), 0);
    for (documents, path, body) in posts {
        let due = begun + Duration::from_secs_f64(sent as f64 / a_second as f64);
        tokio::time::sleep_until(due.into()).await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        connection.ask("POST", &path, body, &[status]).await;
        sent += documents;
    }
    sent
}

/// Posts each body once, over so many connections. The time of a batch is what is kept.
pub async fn post(
    address: SocketAddr,
    identity: &Arc<str>,
    connections: usize,
    path: &'static str,
    bodies: Vec<(u64, Bytes)>,
) -> Seen {
    let bodies = Arc::new(std::sync::Mutex::new(bodies.into_iter()));
    let mut opened = Vec::new();
    for _ in 0..connections {
        opened.push(Connection::open(address, identity).await);
    }
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for mut connection in opened {
        let bodies = Arc::clone(&bodies);
        running.spawn(async move {
            let mut seen = Seen::default();
            loop {
                let taken = bodies.lock().expect("no other thread has failed").next();
                let Some((reports, body)) = taken else { return seen };
                seen.bytes += body.len() as u64;
                let asked = Instant::now();
                let answer = connection.ask("POST", path, body, &[207]).await;
                seen.times.push(asked.elapsed());
                seen.count += reports;
                let start = &answer[..answer.len().min(60)];
                let fine = answer.windows(11).take(60).any(|part| part == b"\"errors\":0,");
                assert!(fine, "reports were refused: {}", String::from_utf8_lossy(start));
            }
        });
    }
    together(running, begun).await
}

pub async fn together(mut running: JoinSet<Seen>, begun: Instant) -> Seen {
    let mut all = Seen::default();
    while let Some(seen) = running.join_next().await {
        all.add(seen.expect("a connection works to its end"));
    }
    all.seconds = begun.elapsed().as_secs_f64();
    all.times.sort_unstable();
    all
}
