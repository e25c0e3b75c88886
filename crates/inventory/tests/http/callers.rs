//! Who asks, and what the RBAC service says of them.

use std::time::Duration;

use access::{Permissions, Rbac, RbacOptions};
use axum::{Router, body::Body, routing::get};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, BASE, World, ask};

/// The header of a person of this organisation.
pub fn user(org: &str) -> String {
    header(&json!({"org_id": org, "type": "User", "auth_type": "basic-auth", "account_number": "1"}))
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
    STANDARD.encode(json!({ "identity": identity }).to_string())
}

/// Asks for `METHOD /path` under the base path.
pub async fn ask_as(world: &World, identity: Option<&str>, operation: &str, body: &str) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(format!("{BASE}{path}"));
    if let Some(identity) = identity {
        request = request.header("x-rh-identity", identity);
    }
    if !body.is_empty() {
        request = request.header("content-type", "application/json");
    }
    ask(&world.router(), request.body(Body::from(body.to_owned())).unwrap()).await
}

/// An RBAC service that grants these permissions to everybody.
pub async fn granting(data: Value) -> Permissions {
    let answer = json!({ "data": data }).to_string();
    let router = Router::new().route("/api/rbac/v1/access/", get(move || async move { answer }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    rbac(format!("http://{address}"))
}

/// The RBAC service at this address, asked once.
pub fn rbac(endpoint: String) -> Permissions {
    let second = Duration::from_secs(1);
    Permissions::Rbac(
        Rbac::new(RbacOptions { endpoint, retries: 0, timeout: second, backoff: second }).unwrap(),
    )
}
