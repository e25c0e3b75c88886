//! What strangers may send is refused clearly, and in no time. On both engines.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, user},
    support::World,
};

/// Everything here is answered within this time, on a machine that does much else.
const SOON: Duration = Duration::from_secs(5);

async fn status(world: &World, operation: &str, body: &str) -> u16 {
    let begin = Instant::now();
    let answer = ask_as(world, Some(&user("ours")), operation, body).await;
    assert!(begin.elapsed() < SOON, "{:?}: {}", begin.elapsed(), &operation[..operation.len().min(80)]);
    answer.status
}

#[tokio::test]
async fn too_many_or_too_long_parameters_are_refused() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let many = |pair: &str| vec![pair; 999].join("&");
        for query in [
            many("tags=a/b=c"),
            many("registered_with=!puptoo"),
            many("group_name=x"),
            format!("display_name={}", "x".repeat(50_001)),
            format!("hostname_or_id={}", "x".repeat(60_000)),
            "display_name=a%00b".to_owned(),
        ] {
            assert_eq!(
                status(&world, &format!("GET /hosts?{query}"), "").await,
                400,
                "{}",
                &query[..30.min(query.len())]
            );
        }
        assert_eq!(status(&world, "GET /hosts?tags=a/b=c&registered_with=!puptoo", "").await, 200);
        let nobody = "00000000-0000-4000-8000-000000000001";
        assert_eq!(status(&world, &format!("PATCH /hosts/{nobody}/facts/a%00b"), r#"{"a": 1}"#).await, 400);
    }
}

#[tokio::test]
async fn an_identity_with_a_nul_is_refused() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let named = |org: &str, cn: &str| testkit::callers::machine_named(org, cn);
    for identity in [named("o\0", "cn"), named("o", "c\0n")] {
        let answer = ask_as(&world, Some(&identity), "GET /hosts", "").await;
        assert_eq!(
            (answer.status, answer.json()["detail"].to_string().contains("NUL")),
            (400, true),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn forty_thousand_namespaces_are_no_work() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        world.app.post_hosts = true;
        let facts: Vec<Value> =
            (0..40_000).map(|n| json!({"namespace": format!("n{n}"), "facts": {"a": n}})).collect();
        let insights_id = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";
        let body = json!([{"reporter": "r", "account": "1", "insights_id": insights_id, "facts": facts}]);
        let begin = Instant::now();
        let answer = ask_as(&world, Some(&user("ours")), "POST /hosts", &body.to_string()).await;
        assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
        assert_eq!(answer.json()["data"][0]["status"], 400);
    }
}

#[test]
fn unknown_members_of_an_envelope_are_no_work() {
    let members: Vec<String> = (0..60_000).map(|n| format!(r#""m{n}": 1"#)).collect();
    let message = format!(r#"{{"operation": "add_host", "data": {{}}, {}}}"#, members.join(", "));
    let begin = Instant::now();
    let refused = inventory::report::envelope::decode(message.as_bytes()).unwrap_err().to_string();
    assert!(begin.elapsed() < SOON, "{:?}", begin.elapsed());
    assert!(refused.len() < 10_000, "{}", refused.len());
}

#[tokio::test]
async fn the_last_day_that_can_be_written_is_a_bound_like_any_other() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        for query in ["updated_end=9999-12-31T23:59:59Z", "last_check_in_end=9999-12-31"] {
            assert_eq!(status(&world, &format!("GET /hosts?{query}"), "").await, 200, "{query}");
        }
    }
}
