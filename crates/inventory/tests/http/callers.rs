//! Who asks, and what the RBAC service says of them.

use std::time::Duration;

use access::{Permissions, Rbac, RbacOptions};
use axum::body::Body;
use http::Request;
use serde_json::Value;

pub use testkit::callers::{machine, machine_named, user};

use crate::support::{Answer, BASE, World, ask};

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
    rbac(testkit::callers::granting(data).await)
}

/// The RBAC service at this address, asked once.
pub fn rbac(endpoint: String) -> Permissions {
    let second = Duration::from_secs(1);
    Permissions::Rbac(
        Rbac::new(RbacOptions { retries: 0, timeout: second, backoff: second, ..RbacOptions::new(endpoint) })
            .unwrap(),
    )
}
