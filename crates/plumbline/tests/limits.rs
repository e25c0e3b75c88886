//! Clients that are slow, or many, or send too much: each limit exists, can be set, and is in nobody else's way.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use tempfile::{TempDir, tempdir};

use self::support::{BASE, Server, plumbline};

/// A server whose limits are small, all times a second.
async fn strict(limits: &[(&str, &str)]) -> (TempDir, Server) {
    let folder = tempdir().unwrap();
    let mut command = plumbline();
    command.args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
    for name in ["HEADER_TIMEOUT", "BODY_TIMEOUT", "ANSWER_TIMEOUT"] {
        command.env(format!("PLUMBLINE_SERVER_{name}"), "1");
    }
    for (name, value) in limits {
        command.env(format!("PLUMBLINE_SERVER_{name}"), value);
    }
    let server = Server::start(&mut command).await;
    (folder, server)
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(&server.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

/// Everything that comes until the end of the connection, however that ends.
fn rest(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let mut block = vec![0; 65_536];
    while let Ok(length @ 1..) = stream.read(&mut block) {
        all.extend_from_slice(&block[..length]);
    }
    String::from_utf8_lossy(&all).into_owned()
}

fn head(server: &Server, method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", server.address)
}

/// Sends a byte now and then until the other side has enough of it; how long that took, and what it said.
fn drip(mut stream: TcpStream, byte: u8) -> (Duration, String) {
    let started = Instant::now();
    let mut reader = stream.try_clone().unwrap();
    let dripping = thread::spawn(move || {
        while stream.write_all(&[byte]).is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let said = rest(&mut reader);
    let took = started.elapsed();
    let _ = reader.shutdown(std::net::Shutdown::Both);
    dripping.join().unwrap();
    (took, said)
}

async fn still_answers(server: &Server) {
    let started = Instant::now();
    assert_eq!(server.get(&format!("{BASE}/hosts")).await.status, 200);
    assert!(started.elapsed() < Duration::from_secs(5), "others wait");
}

#[tokio::test]
async fn a_head_that_drips_in_is_cut_off() {
    let (_folder, server) = strict(&[]).await;
    let mut slow: Vec<_> = (0..20).map(|_| connect(&server)).collect();
    for stream in &mut slow {
        stream.write_all(format!("GET {BASE}/hosts HTTP/1.1\r\nHost: x\r\nX-Slow: ").as_bytes()).unwrap();
    }
    still_answers(&server).await;
    let ends: Vec<_> = slow.into_iter().map(|stream| thread::spawn(move || drip(stream, b'a'))).collect();
    for end in ends {
        let (took, said) = end.join().unwrap();
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert!(!said.contains("200 OK"), "{said}");
    }
    // A connection that sends nothing at all, and one that is left open after an answer.
    let (took, _) = (Instant::now(), rest(&mut connect(&server)));
    assert!(took.elapsed() < Duration::from_secs(10));
    let mut idle = connect(&server);
    idle.write_all(head(&server, "GET", "/health", "").as_bytes()).unwrap();
    let started = Instant::now();
    assert!(rest(&mut idle).starts_with("HTTP/1.1 200 OK"));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_body_that_drips_in_is_answered_with_408() {
    let (_folder, server) = strict(&[]).await;
    let slow: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = connect(&server);
            let more = "Content-Type: application/json\r\nContent-Length: 100000\r\n";
            let head = head(&server, "POST", &format!("{BASE}/hosts"), more);
            stream.write_all(head.as_bytes()).unwrap();
            thread::spawn(move || drip(stream, b' '))
        })
        .collect();
    still_answers(&server).await;
    for end in slow {
        let (took, said) = end.join().unwrap();
        assert!(said.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{said}");
        assert!(said.contains("did not come in within 1 seconds"), "{said}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_let_go() {
    let (_folder, server) = strict(&[("MAX_CONNECTIONS", "3")]).await;
    let ask = head(&server, "GET", &format!("{BASE}/openapi.json"), "");
    let deaf: Vec<_> = (0..2)
        .map(|_| {
            let mut stream = connect(&server);
            stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
            // Far more answers than the buffers between us hold.
            let _ = stream.write_all(ask.repeat(400).as_bytes());
            stream
        })
        .collect();
    still_answers(&server).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    for mut stream in deaf {
        let said = rest(&mut stream);
        let answers = said.matches("HTTP/1.1 200 OK").count();
        assert!((1..400).contains(&answers), "{answers} answers");
    }
    // Their places are free again.
    let mut open: Vec<_> = (0..2).map(|_| connect(&server)).collect();
    for stream in &mut open {
        stream.write_all(head(&server, "GET", "/health", "Connection: close\r\n").as_bytes()).unwrap();
        assert!(rest(stream).starts_with("HTTP/1.1 200 OK"));
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_answered_with_431() {
    let (_folder, server) = strict(&[("MAX_HEADERS", "20"), ("MAX_HEADER_BYTES", "16384")]).await;
    let ask = |more: String| {
        let mut stream = connect(&server);
        let _ = stream.write_all(head(&server, "GET", "/health", &more).as_bytes());
        rest(&mut stream)
    };
    let close = "Connection: close\r\n".to_owned();
    assert!(ask(close.clone() + &"X-A: b\r\n".repeat(15)).starts_with("HTTP/1.1 200"));
    assert!(ask(close.clone() + &"X-A: b\r\n".repeat(30)).starts_with("HTTP/1.1 431"));
    assert!(ask(close.clone() + &format!("X-A: {}\r\n", "b".repeat(12_000))).starts_with("HTTP/1.1 200"));
    assert!(ask(close + &format!("X-A: {}\r\n", "b".repeat(40_000))).starts_with("HTTP/1.1 431"));
    still_answers(&server).await;
}

#[tokio::test]
async fn a_request_too_many_is_answered_with_503_and_a_connection_too_many_waits() {
    let (_folder, server) =
        strict(&[("MAX_REQUESTS", "1"), ("MAX_CONNECTIONS", "3"), ("BODY_TIMEOUT", "3")]).await;
    let mut slow = connect(&server);
    let more = "Content-Type: application/json\r\nContent-Length: 10\r\n";
    slow.write_all(head(&server, "POST", &format!("{BASE}/hosts"), more).as_bytes()).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let refused = server.get(&format!("{BASE}/hosts")).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert_eq!(refused.kind, "application/problem+json");

    // With the client's own that makes three: the fourth is heard when one of them ends.
    let _idle = connect(&server);
    let mut waiting = connect(&server);
    let started = Instant::now();
    waiting.write_all(head(&server, "GET", "/health", "Connection: close\r\n").as_bytes()).unwrap();
    assert!(rest(&mut waiting).starts_with("HTTP/1.1 "));
    assert!(started.elapsed() > Duration::from_millis(200), "it waited for a place");
    assert!(rest(&mut slow).starts_with("HTTP/1.1 408"));
    // On a connection of its own: the client's may just have been ended for being idle.
    let mut after = connect(&server);
    after.write_all(head(&server, "GET", "/health", "Connection: close\r\n").as_bytes()).unwrap();
    assert!(rest(&mut after).starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn query_strings_have_a_length_and_a_number_of_parameters() {
    let (_folder, server) = strict(&[]).await;
    let mut stream = connect(&server);
    let path = format!("{BASE}/hosts?display_name={}", "a".repeat(65_537));
    stream.write_all(head(&server, "GET", &path, "Connection: close\r\n").as_bytes()).unwrap();
    let long = rest(&mut stream);
    assert!(long.starts_with("HTTP/1.1 414"), "{long}");
    let many = server.get(&format!("{BASE}/hosts?{}", "a=1&".repeat(1_001))).await;
    assert_eq!(many.status, 400, "{}", many.text);
    still_answers(&server).await;
}

#[tokio::test]
async fn the_limit_for_bodies_can_be_set() {
    let (_folder, server) = strict(&[("MAX_BODY_BYTES", "1000")]).await;
    let refused = server.post("/hosts", " ".repeat(1_001)).await;
    assert_eq!(refused.status, 413, "{}", refused.text);
    assert!(refused.detail().contains("longer than 1000 bytes"));
    still_answers(&server).await;
}
