//! Answers take little memory, however large the hosts are that they show. Alone in its process: it reads how much that takes.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use axum::{
    Router,
    body::{Body, Bytes},
};
use futures::future::join_all;
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use testkit::{TestDatabase, callers::user, peak_megabytes};
use tower::ServiceExt as _;

#[path = "support/mod.rs"]
#[expect(dead_code, reason = "other tests need more of it")]
mod support;

use support::World;

const HOSTS: usize = 10;
const FACTS_BYTES: usize = 1_800_000;

/// A report about a host with facts in small values, which take the most memory for their text, and a profile with a long member.
fn report(number: usize) -> Value {
    let facts: Map<_, _> = (0..FACTS_BYTES / 12).map(|i| (format!("k{i:06}"), json!(1))).collect();
    let data = json!({
        "org_id": "ours", "reporter": "puptoo", "insights_id": format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d{number:02}"),
        "facts": [{"namespace": "big", "facts": facts}],
        "system_profile": {"running_processes": vec!["x".repeat(1_000); 1_500]},
    });
    json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": data})
}

/// Reads an answer as a client that keeps nothing of it; gives its length.
async fn read(router: Router, path: &str) -> usize {
    let request = Request::get(format!("{}/hosts{path}", support::BASE))
        .header("x-rh-identity", user("ours"))
        .body(Body::empty())
        .unwrap();
    let mut body = router.oneshot(request).await.unwrap().into_body();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        length += frame.unwrap().data_ref().map_or(0, Bytes::len);
    }
    length
}

#[tokio::test]
async fn large_pages_that_many_read_are_never_held_as_a_whole() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    for number in 0..HOSTS {
        world.take_in(&report(number), 0).await;
    }
    let router = world.router();
    for (path, least) in [
        ("?per_page=100", HOSTS * FACTS_BYTES),
        ("?per_page=100&fields[system_profile]=running_processes", HOSTS * 1_500_000),
    ] {
        let before = peak_megabytes();
        let lengths = join_all((0..4).map(|_| read(router.clone(), path))).await;
        assert!(lengths.iter().all(|length| *length >= least), "{lengths:?}");
        let grown = peak_megabytes() - before;
        assert!(grown < 40, "{path}: {grown} MB more");
    }
}
