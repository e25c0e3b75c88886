//! Where the operations are found (contract inventory-http §1 and §2.1).

use axum::body::Body;
use http::Request;
use serde_json::json;
use testkit::TestDatabase;
use tower::ServiceExt;
use web::Shell;

use crate::{
    callers::{ask_as, user},
    support::{BASE, LEGACY, World, ask},
};

/// An empty record; it is gone with its database.
async fn world() -> (TestDatabase, World) {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    (database, world)
}

#[tokio::test]
async fn both_bases_serve_the_same() {
    let (_database, world) = world().await;
    for base in [BASE, LEGACY] {
        let request = Request::get(format!("{base}/hosts")).header("x-rh-identity", user("ours"));
        let answer = ask(&world.router(), request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.json()["total"], 0, "{answer:?}");
        let document = Request::get(format!("{base}/openapi.json")).body(Body::empty()).unwrap();
        assert!(ask(&world.router(), document).await.json()["paths"]["/hosts"].is_object());
    }
}

#[tokio::test]
async fn a_slash_at_the_end_is_redirected_before_anybody_is_asked_for() {
    let request = Request::get(format!("{BASE}/hosts/?page=2")).body(Body::empty()).unwrap();
    let (_database, world) = world().await;
    let answer = world.router().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 307);
    assert_eq!(answer.headers()["location"], format!("{BASE}/hosts?page=2"));
}

#[tokio::test]
async fn a_fixed_segment_is_no_id() {
    let (_database, world) = world().await;
    for operation in ["GET /hosts/checkin", "DELETE /hosts/checkin", "GET /hosts/all"] {
        let answer = ask_as(&world, Some(&user("ours")), operation, "").await;
        assert_eq!(answer.status, 400, "{operation}");
        assert!(answer.text.contains("does not match"), "{operation}: {answer:?}");
        assert_eq!(ask_as(&world, None, operation, "").await.status, 401, "{operation}");
    }
}

#[tokio::test]
async fn hosts_are_never_written_without_an_identity() {
    let (_database, world) = world().await;
    let answer = ask_as(&world, None, "POST /_admin/hosts", "{}").await;
    assert_eq!(
        answer.text,
        r#"{"detail":"Admin hosts endpoint is disabled","status":403,"title":"Forbidden","type":"about:blank"}"#
    );
    let older = Request::post(format!("{LEGACY}/_admin/hosts")).body(Body::from("{}")).unwrap();
    assert_eq!(ask(&world.router(), older).await.status, 404);
}

#[tokio::test]
async fn checks_stand_in_their_order() {
    let (_database, world) = world().await;
    assert_eq!(ask_as(&world, None, "GET /hosts?page=0", "").await.status, 401);
    let request = |kind: &str| {
        let request = Request::patch(format!("{BASE}/hosts/bad"));
        let request = request.header("x-rh-identity", user("ours")).header("content-type", kind);
        request.body(Body::from("{}")).unwrap()
    };
    let answer = ask(&world.router(), request("text/plain")).await;
    assert_eq!(answer.status, 400, "{answer:?}");
}

#[tokio::test]
async fn an_empty_part_is_redirected_only_to_what_is_there() {
    let (_database, world) = world().await;
    for (path, status) in [("/hosts//tags", 308), ("/hosts//tags/count", 404), ("//tags/count", 404)] {
        let request = Request::get(format!("{BASE}{path}")).body(Body::empty()).unwrap();
        assert_eq!(ask(&world.router(), request).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_body_without_a_content_type_is_json() {
    let (_database, world) = world().await;
    let unknown = "/hosts/00000000-0000-4000-8000-000000000001";
    let request = Request::patch(format!("{BASE}{unknown}")).header("x-rh-identity", user("ours"));
    let answer = ask(&world.router(), request.body(Body::from(r#"{"display_name": "x"}"#)).unwrap()).await;
    assert_eq!(answer.status, 404, "{answer:?}");
}

#[tokio::test]
async fn a_body_of_50_megabytes_is_refused() {
    let (_database, world) = world().await;
    let router = Shell::default().around(world.router());
    let body = json!({"display_name": "x".repeat(50 << 20)}).to_string();
    let id = "00000000-0000-4000-8000-000000000001";
    let request = Request::patch(format!("{BASE}/hosts/{id}"));
    let request = request.header("x-rh-identity", user("ours")).header("content-type", "application/json");
    assert_eq!(ask(&router, request.body(Body::from(body)).unwrap()).await.status, 413);
}
