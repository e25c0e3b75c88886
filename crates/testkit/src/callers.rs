//! Who asks, as the identity header has it, and what an RBAC service says of them.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// The header of a person of this organisation.
pub fn user(org: &str) -> String {
    let user = json!({"username": "tuser@redhat.com"});
    header(&json!({
        "org_id": org, "type": "User", "auth_type": "basic-auth", "account_number": "1", "user": user
    }))
}

/// The header of a person of this organisation with this user id.
pub fn person(org: &str, user_id: &str) -> String {
    let user = json!({"username": format!("{user_id}@example.com"), "user_id": user_id});
    header(&json!({"org_id": org, "type": "User", "auth_type": "basic-auth", "user": user}))
}

/// The header of a machine that owns nothing.
pub fn machine(org: &str) -> String {
    machine_named(org, "0b2c6d4e-0000-4000-8000-000000000001")
}

/// The header of a machine with this common name, by which it owns hosts.
pub fn machine_named(org: &str, cn: &str) -> String {
    let system = json!({"cn": cn, "cert_type": "system"});
    header(&json!({"org_id": org, "type": "System", "auth_type": "cert-auth", "system": system}))
}

fn header(identity: &Value) -> String {
    BASE64_STANDARD.encode(json!({ "identity": identity }).to_string())
}

/// An RBAC service that grants these permissions to everybody, as long as the test's runtime lives. Returns where it is.
pub async fn granting(data: Value) -> String {
    answering(&json!({ "data": data })).await
}

/// A service that gives this answer to every request, as long as the test's runtime lives. Returns where it is.
pub async fn answering(answer: &Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let body = answer.to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer_with(stream, answer.clone()));
        }
    });
    format!("http://{address}")
}

/// Reads the head of a request, whatever it says.
async fn answer_with(mut stream: TcpStream, answer: String) {
    let mut head = Vec::new();
    let mut buffer = [0; 4_096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(read) => head.extend_from_slice(&buffer[..read]),
        }
    }
    // A client that has gone away needs no answer.
    let _ = stream.write_all(answer.as_bytes()).await;
}
