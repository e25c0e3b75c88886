//! A mail server that accepts, refuses, or asks for patience.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server says of a recipient, and of the message.
#[derive(Debug, Clone, Copy)]
pub struct MailScript {
    /// Of a recipient: `250 ok`.
    pub recipient: &'static str,
    /// Of the message: `250 queued`.
    pub message: &'static str,
}

impl MailScript {
    /// Everything is taken.
    pub const ACCEPT: Self = Self { recipient: "250 ok", message: "250 queued" };
}

/// A mail server in the test's own process.
#[derive(Debug)]
pub struct MailServer {
    /// Where it listens on loopback.
    pub port: u16,
    script: Arc<Mutex<MailScript>>,
    received: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    /// A server that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("the mail server of a test works");
        let port = listener.local_addr().expect("it listens").port();
        let server =
            Self { port, script: Arc::new(Mutex::new(MailScript::ACCEPT)), received: Arc::default() };
        let (script, received) = (server.script.clone(), server.received.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let script = *script.lock().expect("the mail server of a test works");
                tokio::spawn(converse(stream, script, received.clone()));
            }
        });
        server
    }

    /// Answers so from now on.
    pub fn say(&self, script: MailScript) {
        *self.script.lock().expect("nobody panics with the lock") = script;
    }

    /// The messages that were taken, with their headers.
    pub fn received(&self) -> Vec<String> {
        self.received.lock().expect("nobody panics with the lock").clone()
    }
}

async fn converse(
    stream: TcpStream,
    script: MailScript,
    received: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "RCPT" => script.recipient,
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut message = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    message.push_str(&line);
                    message.push('\n');
                }
                if script.message.starts_with('2') {
                    received.lock().expect("nobody panics with the lock").push(message);
                }
                script.message
            }
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
