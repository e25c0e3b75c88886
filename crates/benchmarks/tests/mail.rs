//! E-mail through a mail server that accepts, refuses, asks for patience, or says nothing.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

#[cfg(test)]
mod support;

use std::sync::{Arc, Mutex};

use benchmarks::jobs::mail::{Mails, Outlet};
use store::Sql;
use support::World;
use testkit::TestDatabase;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What the server says of a recipient, and of the message.
#[derive(Debug, Clone, Copy)]
struct Script {
    recipient: &'static str,
    message: &'static str,
}

const ACCEPT: Script = Script { recipient: "250 ok", message: "250 queued" };

/// A mail server in the test's own process.
struct MailServer {
    port: u16,
    script: Arc<Mutex<Script>>,
    received: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, script: Arc::new(Mutex::new(ACCEPT)), received: Arc::default() };
        let (script, received) = (server.script.clone(), server.received.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let script = *script.lock().unwrap();
                tokio::spawn(converse(stream, script, received.clone()));
            }
        });
        server
    }

    fn say(&self, script: Script) {
        *self.script.lock().unwrap() = script;
    }

    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn converse(
    stream: TcpStream,
    script: Script,
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
                    received.lock().unwrap().push(message);
                }
                script.message
            }
            _ => "250 ok",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

async fn world() -> (TestDatabase, World, MailServer, Mails) {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    let server = MailServer::start().await;
    let mails = Mails {
        db: world.db.clone(),
        clock: world.clock.clone(),
        outlet: Outlet::Server { host: "127.0.0.1".to_owned(), port: server.port },
        from: "perf@example.org".to_owned(),
        support: "support@example.org".to_owned(),
    };
    // Registering writes one.
    assert_eq!(world.ask("POST", "/users:register", Some("tok-user1"), None).await.status, 201);
    (database, world, server, mails)
}

async fn waiting(world: &World) -> i64 {
    let row = world.db.read_one(Sql::new("SELECT COUNT(*) FROM benchmark_mail")).await.unwrap().unwrap();
    row.get(0).unwrap()
}

fn wait(world: &World, seconds: i64) {
    world.clock.set(world.clock.now().plus_seconds(seconds));
}

#[tokio::test]
async fn what_is_written_is_sent_once() {
    let (_database, world, server, mails) = world().await;
    assert_eq!(mails.send_due().await.unwrap(), 1);
    assert_eq!(mails.send_due().await.unwrap(), 0);
    let site = serde_json::json!({"name": "s", "address": "a"});
    assert_eq!(world.ask("POST", "/sites", Some("tok-user1"), Some(site)).await.status, 201);
    assert_eq!(mails.send_due().await.unwrap(), 1);
    let [welcome, submitted] = &server.received()[..] else { panic!("{:?}", server.received()) };
    assert!(welcome.contains("Subject: Thank you for registering") && !welcome.contains("Cc:"), "{welcome}");
    assert!(
        welcome.contains("To: user1@example.com") && welcome.contains("From: perf@example.org"),
        "{welcome}"
    );
    assert!(
        submitted.contains("Cc: support@example.org") && submitted.contains("Resource-ID: "),
        "{submitted}"
    );
    assert_eq!(waiting(&world).await, 0);
}

#[tokio::test]
async fn a_server_that_asks_for_patience_is_tried_again() {
    let (_database, world, server, mails) = world().await;
    server.say(Script { message: "451 later", ..ACCEPT });
    assert_eq!(mails.send_due().await.unwrap(), 0);
    assert_eq!(waiting(&world).await, 1);
    server.say(ACCEPT);
    assert_eq!(mails.send_due().await.unwrap(), 0, "not before its time");
    wait(&world, 31);
    assert_eq!(mails.send_due().await.unwrap(), 1);
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_is_given_up() {
    let (_database, world, server, mails) = world().await;
    server.say(Script { recipient: "550 no such user", ..ACCEPT });
    assert_eq!(mails.send_due().await.unwrap(), 0);
    assert_eq!((waiting(&world).await, server.received().len()), (0, 0));
}

#[tokio::test]
async fn while_the_server_is_down_nothing_is_lost_for_five_days() {
    let (_database, world, server, mut mails) = world().await;
    let there = mails.outlet.clone();
    mails.outlet = Outlet::Server { host: "127.0.0.1".to_owned(), port: 9 };
    for _ in 0..10 {
        assert_eq!(mails.send_due().await.unwrap(), 0);
        assert_eq!(waiting(&world).await, 1);
        wait(&world, 3_600);
    }
    let kept = mails.clone();
    mails.outlet = there;
    assert_eq!(mails.send_due().await.unwrap(), 1);
    assert_eq!(server.received().len(), 1);
    assert_eq!(world.ask("POST", "/users:register", Some("tok-user2"), None).await.status, 201);
    wait(&world, 5 * 86_400);
    assert_eq!(kept.send_due().await.unwrap(), 0);
    assert_eq!(waiting(&world).await, 0, "given up");
}

#[tokio::test]
async fn two_that_send_do_not_send_twice() {
    let (_database, world, server, mails) = world().await;
    for n in 0..20 {
        let tag = serde_json::json!({"name": format!("s{n}"), "address": "a"});
        assert_eq!(world.ask("POST", "/sites", Some("tok-user1"), Some(tag)).await.status, 201);
    }
    let (one, other) = tokio::join!(mails.send_due(), mails.send_due());
    assert_eq!(one.unwrap() + other.unwrap(), 21);
    assert_eq!(server.received().len(), 21);
}
