//! Every operation, asked by those who may not, and by those who may for some hosts only.

use fleet_api::{api::openapi::openapi, pinned::Pinned};
use serde_json::json;
use servicekit::{
    Client,
    authorisation::{Case, Matrix, Stranger, World as Fixture},
    permissions::{granting, limited_to},
};
use testkit::{
    TestDatabase,
    callers::{machine, machine_named, user},
};
use uuid::Uuid;

use crate::world::{BASE, World, with_profile};

const CASES: &[Case] = &[
    Case::new("GET /overview", Stranger::Nothing),
    Case::new("GET /changes", Stranger::Nothing),
    Case::new("GET /changes/causes", Stranger::Nothing),
    Case::new("GET /changes/causes/hosts", Stranger::Nothing).query("?key=new"),
    Case::new("GET /changes/stream", Stranger::Nothing).query("?after=0").stream(),
    Case::new("GET /comparability", Stranger::Nothing).query(RESULTS),
    Case::new("GET /packages", Stranger::Nothing),
    Case::new("GET /packages/{name}", Stranger::Told(404)),
    Case::new("GET /packages/{name}/hosts", Stranger::Nothing),
    Case::new("GET /hosts/{id}/last-change", Stranger::Nothing),
    Case::new("GET /hosts/{id}/timeline", Stranger::Told(404)),
    Case::new("GET /hosts/{id}/state", Stranger::Told(404)),
    Case::new("GET /hosts/{id}/diff", Stranger::Told(404)).query("?from_seq=1"),
    Case::new("PATCH /hosts/{id}/tags", Stranger::Told(404)).body(r#"{"add": [{"key": "k"}]}"#),
];

/// Two results, of which the first is pinned to the host.
const RESULTS: &str = "?results=00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002";

/// The machine that owns the host.
const OWNER: &str = "0b2c6d4e-0000-4000-8000-00000000000a";

/// One host.
async fn world(access: access::Access) -> Fixture {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    let host = world
        .take(with_profile(0, &json!({ "owner_id": OWNER, "installed_packages": ["bash-0:5.1-1.x86_64"] })))
        .await
        .id;
    let seq = world.newest().await;
    world.results.0.lock().unwrap().push(Pinned { result: Uuid::from_u128(1), host, seq });
    world.app.access = access;
    let router = fleet_api::api::openapi::operations().router(&world.app, [BASE]);
    Fixture {
        client: Client::new(router, BASE),
        names: vec![("id", host.to_string()), ("name", "bash".to_owned())],
        secrets: vec!["\"h0\"".to_owned()],
        watched: "GET /changes",
        database,
    }
}

#[tokio::test]
async fn every_operation_is_guarded() {
    Matrix::new(CASES).check(&openapi(), world).await;
}

#[tokio::test]
async fn who_may_for_no_group_reaches_nothing() {
    let fixture = world(limited_to("inventory:hosts:*", json!([])).await).await;
    for case in CASES {
        case.check_stranger(&fixture, &case.ask(&fixture, Some(&user("ours"))).await);
    }
}

#[tokio::test]
async fn a_machine_reaches_its_own_hosts_only() {
    for case in CASES {
        let fixture = world(granting(json!([])).await).await;
        case.check_stranger(&fixture, &case.ask(&fixture, Some(&machine("ours"))).await);
        let answer = case.ask(&fixture, Some(&machine_named("ours", OWNER))).await;
        assert_eq!(answer.status, 200, "{case:?}: {answer:?}");
    }
}
