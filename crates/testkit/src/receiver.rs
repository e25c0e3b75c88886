//! A receiver of webhooks that answers, hangs or hangs up.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// How a receiver answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manners {
    /// With this status.
    Status(u16),
    /// With a redirect to this place.
    Redirect(&'static str),
    /// Not at all.
    Hang,
    /// By closing the connection.
    HangUp,
    /// With 500 to a body that holds this text, and 200 otherwise.
    ChokeOn(&'static str),
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its headers, with names in small letters.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: String,
}

/// A receiver of webhooks in the test's own process. It keeps the calls that it answered with success.
#[derive(Debug)]
pub struct Receiver {
    /// Its URL.
    pub url: String,
    manners: Arc<Mutex<Manners>>,
    calls: Arc<Mutex<Vec<Received>>>,
    taken: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// A receiver that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}/hook", listener.local_addr().expect("it listens"));
        let manners = Arc::new(Mutex::new(Manners::Status(200)));
        let receiver = Self { url, manners, calls: Arc::default(), taken: Arc::default() };
        let (manners, calls, taken) =
            (receiver.manners.clone(), receiver.calls.clone(), receiver.taken.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, manners.clone(), calls.clone(), taken.clone()));
            }
        });
        receiver
    }

    /// Answers so from now on.
    pub fn behave(&self, manners: Manners) {
        *self.manners.lock().expect("nobody panics with the lock") = manners;
    }

    /// The calls that were answered with success.
    pub fn taken(&self) -> Vec<Received> {
        self.taken.lock().expect("nobody panics with the lock").clone()
    }

    /// All calls.
    pub fn calls(&self) -> Vec<Received> {
        self.calls.lock().expect("nobody panics with the lock").clone()
    }
}

type Calls = Arc<Mutex<Vec<Received>>>;

async fn answer(
    stream: TcpStream,
    manners: Arc<Mutex<Manners>>,
    calls: Calls,
    taken: Calls,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = String::new();
    read.read_line(&mut line).await?;
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        read.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    read.read_exact(&mut body).await?;
    let received = Received { headers, body: String::from_utf8_lossy(&body).into_owned() };
    calls.lock().expect("nobody panics with the lock").push(received.clone());
    let manners = *manners.lock().expect("nobody panics with the lock");
    let (status, more) = match manners {
        Manners::Status(status) => (status, String::new()),
        Manners::Redirect(place) => (302, format!("location: {place}\r\n")),
        Manners::ChokeOn(text) if received.body.contains(text) => (500, String::new()),
        Manners::ChokeOn(_) => (200, String::new()),
        Manners::HangUp => return Ok(()),
        Manners::Hang => {
            tokio::time::sleep(Duration::from_mins(5)).await;
            return Ok(());
        }
    };
    if (200..300).contains(&status) {
        taken.lock().expect("nobody panics with the lock").push(received);
    }
    let head = format!("HTTP/1.1 {status} Status\r\n{more}content-length: 0\r\nconnection: close\r\n\r\n");
    write.write_all(head.as_bytes()).await
}
