//! Every operation, asked by those who may not, and by those who may for some hosts only.

use std::{sync::LazyLock, time::Duration};

use enrolment::{NewToken, Secret, TokenKind};
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

use crate::world::{BASE, World, report, with_profile};

/// What is about hosts: machines may ask for their own.
const OF_HOSTS: &[Case] = &[
    Case::new("GET /overview", Stranger::Nothing),
    Case::new("GET /changes", Stranger::Nothing),
    Case::new("GET /changes/causes", Stranger::Nothing),
    Case::new("GET /changes/causes/hosts", Stranger::Nothing).query("?key=new"),
    Case::new("GET /changes/stream", Stranger::Nothing).query("?after=0").stream(),
    Case::new("GET /comparability", Stranger::Nothing).query(RESULTS),
    Case::new("GET /addresses", Stranger::Nothing).query("?search=10."),
    Case::new("GET /packages", Stranger::Nothing),
    Case::new("GET /packages/{name}", Stranger::Told(404)),
    Case::new("GET /packages/{name}/hosts", Stranger::Nothing),
    Case::new("GET /completions", Stranger::Nothing).query("?text=name:"),
    Case::new("GET /hosts", Stranger::Nothing),
    Case::new("GET /hosts/{id}/last-change", Stranger::Nothing),
    Case::new("GET /hosts/{id}/timeline", Stranger::Told(404)),
    Case::new("GET /hosts/{id}/state", Stranger::Told(404)),
    Case::new("GET /hosts/{id}/diff", Stranger::Told(404)).query("?from_seq=1"),
    Case::new("PATCH /hosts/{id}/tags", Stranger::Told(404)).body(r#"{"add": [{"key": "k"}]}"#),
    Case::new("GET /hosts/{id}/identity", Stranger::Told(404)),
    Case::new("GET /collisions", Stranger::Nothing),
    Case::new("DELETE /collisions/{id}", Stranger::Told(404)),
];

/// What is about all hosts at once, and what machines ask with tokens.
const OF_MACHINES: &[Case] = &[
    Case::new("GET /audit", Stranger::Nothing),
    Case::new("GET /identity-changes", Stranger::Nothing),
    Case::new("POST /identity-changes", Stranger::Told(404))
        .body(r#"{"kind": "merge", "kept": "{id}", "other": "{other}"}"#),
    Case::new("DELETE /identity-changes/{change}", Stranger::Told(404)),
    Case::new("GET /tokens", Stranger::Nothing),
    Case::new("POST /tokens", Stranger::OwnOnly).body(r#"{"note": "a rack"}"#),
    Case::new("DELETE /tokens/{token}", Stranger::Told(404)),
    Case::new("GET /agents", Stranger::Nothing),
    Case::new("DELETE /agents/{agent}", Stranger::Told(404)),
    Case::new("POST /agents/enrol", Stranger::OwnOnly).token("to_enrol").body(r#"{"token": "{own}"}"#),
    Case::new("POST /agents/report", Stranger::Told(400))
        .token("to_report")
        .body(r#"{"data": {"org_id": "ours", "insights_id": "0b2c6d4e-0000-4000-8000-00000000000b"}}"#),
];

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| [OF_HOSTS, OF_MACHINES].concat());

/// A token to enrol with of an organisation, that of a machine which has enrolled with it, and another one of a machine.
async fn tokens(world: &World, org: &str) -> [(Uuid, String); 3] {
    let enrolment = &world.app.agents.enrolment;
    let new = NewToken {
        note: "tokens of ".to_owned() + org,
        group: None,
        tags: Vec::new(),
        host: None,
        uses: None,
        lasts: Duration::from_hours(1),
        by: "somebody".to_owned(),
    };
    let (token, secret) = enrolment.create(&crate::world::org(org), new).await.unwrap();
    let [enrolled, fresh] = [(), ()].map(|()| Secret::random(TokenKind::Host).unwrap());
    enrolment.enrol(&token, &enrolled).await.unwrap();
    [secret, enrolled, fresh].map(|secret| (secret.id, secret.reveal()))
}

/// Two results, of which the first is pinned to the host.
const RESULTS: &str = "?results=00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002";

/// The machine that owns the host.
const OWNER: &str = "0b2c6d4e-0000-4000-8000-00000000000a";

/// One host.
async fn world(access: access::Access) -> Fixture {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    let profile = json!({ "owner_id": OWNER, "installed_packages": ["bash-0:5.1-1.x86_64"] });
    let host = world.take(with_profile(0, &profile)).await.id;
    // Two machines claim it.
    for mac in ["52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:01"] {
        let mut report = with_profile(0, &profile);
        report.canonical_facts.mac_addresses = vec![mac.to_owned()];
        world.take(report).await;
    }
    let [one, two, other] =
        [world.take(report(7)).await.id, world.take(report(8)).await.id, world.take(report(9)).await.id];
    let ours = fleet::Scope::of(crate::world::org("ours"));
    let merged =
        world.fleet.merge_hosts(&ours, (one, two), "somebody", &fleet::Origin::default(), false).await;
    let fleet::IdentityOutcome::Done(change) = merged.unwrap() else { panic!("hosts are merged") };
    let seq = world.newest().await;
    world.results.0.lock().unwrap().push(Pinned { result: Uuid::from_u128(1), host, seq });
    world.app.access = access;
    let [(token, to_enrol), (agent, to_report), (_, own)] = tokens(&world, "ours").await;
    let [(_, their_to_enrol), (_, their_to_report), (_, their_own)] = tokens(&world, "theirs").await;
    let act = audit::Act {
        org: crate::world::org("ours"),
        actor: "ada".to_owned(),
        actor_kind: "person",
        via: "token",
        service: "inventory",
        operation: "delete_host".to_owned(),
        subject: "something of ours".to_owned(),
        request_id: None,
    };
    let begun = world.app.audit.begin(&act).await.unwrap();
    world.app.audit.answered(begun, 200, None).await.unwrap();
    let router = fleet_api::api::openapi::operations().router(&world.app, [BASE]);
    Fixture {
        client: Client::new(router, BASE),
        names: vec![
            ("id", host.to_string()),
            ("name", "bash".to_owned()),
            ("other", other.to_string()),
            ("change", change.id.to_string()),
            ("token", token.to_string()),
            ("agent", agent.to_string()),
            ("to_enrol", to_enrol),
            ("to_report", to_report),
            ("own", own),
            ("their_to_enrol", their_to_enrol),
            ("their_to_report", their_to_report),
            ("their_own", their_own),
        ],
        secrets: vec!["\"h0\"".to_owned(), "tokens of ours".to_owned(), "something of ours".to_owned()],
        watched: "GET /changes",
        database,
    }
}

#[tokio::test]
async fn every_operation_is_guarded() {
    Matrix::new(&CASES).check(&openapi(), world).await;
}

#[tokio::test]
async fn who_may_for_no_group_reaches_nothing() {
    let fixture = world(limited_to("inventory:hosts:*", json!([])).await).await;
    for case in OF_HOSTS {
        case.check_stranger(&fixture, &case.ask(&fixture, Some(&user("ours"))).await);
    }
}

#[tokio::test]
async fn a_machine_reaches_its_own_hosts_only() {
    for case in OF_HOSTS {
        let fixture = world(granting(json!([])).await).await;
        case.check_stranger(&fixture, &case.ask(&fixture, Some(&machine("ours"))).await);
        let answer = case.ask(&fixture, Some(&machine_named("ours", OWNER))).await;
        assert!(answer.is_good(), "{case:?}: {answer:?}");
    }
}

#[tokio::test]
async fn tokens_are_for_those_who_reach_all_hosts() {
    let some =
        world(limited_to("inventory:hosts:*", json!(["0b2c6d4e-0000-4000-8000-00000000000c"])).await).await;
    for case in OF_MACHINES.iter().filter(|case| case.asks_for_an_identity()) {
        for caller in [user("ours"), machine_named("ours", OWNER)] {
            let answer = case.ask(&some, Some(&caller)).await;
            assert_eq!(answer.status, 403, "{case:?}: {answer:?}");
        }
    }
}
