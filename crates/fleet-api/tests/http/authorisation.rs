//! Every operation of the document, asked by those who may not. An operation that the document has and the table here
//! has not fails the test.

use std::collections::BTreeSet;

use access::Permissions;
use fleet_api::api::openapi::openapi;
use ground::HostId;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use testkit::{
    TestDatabase,
    callers::{machine, machine_named, user},
    free_port,
};

use crate::world::{Answer, World, granting, rbac, with_profile};

/// Operation, query, body, and the status for a caller who does not reach the host. `{id}` and `{ids}` stand for
/// the host.
type Line = (&'static str, &'static str, &'static str, u16);

const OPERATIONS: &[Line] = &[
    ("GET /overview", "", "", 200),
    ("GET /changes", "", "", 200),
    ("GET /changes/stream", "?after=0", "", 200),
    ("GET /hosts/{id}/timeline", "", "", 404),
    ("GET /hosts/{id}/state", "", "", 404),
    ("GET /hosts/{id}/diff", "?from_seq=1", "", 404),
    ("PATCH /hosts/{ids}/tags", "", r#"{"add": [{"key": "k"}]}"#, 404),
];

/// The machine that owns the host.
const OWNER: &str = "0b2c6d4e-0000-4000-8000-00000000000a";

/// One host.
struct Fixture {
    _database: TestDatabase,
    world: World,
    host: HostId,
}

impl Fixture {
    async fn new() -> Self {
        let database = TestDatabase::embedded();
        let world = World::empty(&database).await;
        let host = world.take(with_profile(0, &json!({ "owner_id": OWNER }))).await.id;
        Self { _database: database, world, host }
    }

    fn deciding(mut self, permissions: Permissions) -> Self {
        self.world.app.access.permissions = permissions;
        self
    }

    /// Asks; of a stream its beginning is the whole answer.
    async fn ask(&self, (operation, query, body, _): Line, identity: Option<&str>) -> Answer {
        let fill = |text: &str| {
            text.replace("{id}", &self.host.to_string()).replace("{ids}", &self.host.to_string())
        };
        let operation = fill(&format!("{operation}{query}"));
        if !operation.contains("/stream") {
            return self.world.ask(identity, &operation, &fill(body)).await;
        }
        let response = self.world.open(identity, &operation, "").await;
        let status = response.status().as_u16();
        let first = response.into_body().frame().await.unwrap().unwrap().into_data().unwrap();
        let text = String::from_utf8(first.to_vec()).unwrap();
        Answer { status, kind: String::new(), text }
    }
}

/// That the answer shows nothing of the host.
fn shows_nothing(fixture: &Fixture, line: Line, answer: &Answer) {
    assert_eq!(answer.status, line.3, "{line:?}: {answer:?}");
    if line.3 == 200 {
        assert!(!answer.text.contains(&fixture.host.to_string()), "{line:?}: {answer:?}");
        assert!(!answer.text.contains("\"h0\""), "{line:?}: {answer:?}");
        assert_eq!(answer.json()["hosts"]["total"].as_i64().unwrap_or_default(), 0, "{line:?}: {answer:?}");
    }
}

#[test]
fn the_table_has_every_operation_of_the_document_and_no_other() {
    let document = serde_json::to_value(openapi()).unwrap();
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|name| *name != "parameters") {
            documented.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let listed: BTreeSet<String> = OPERATIONS.iter().map(|(operation, ..)| (*operation).to_owned()).collect();
    assert_eq!(documented, listed);
}

#[tokio::test]
async fn who_is_not_known_is_refused() {
    let fixture = Fixture::new().await;
    for &line in OPERATIONS {
        let answer = fixture.ask(line, None).await;
        assert_eq!(answer.status, 401, "{line:?}: {answer:?}");
        assert_eq!(answer.detail(), "No authorization token provided");
        assert_eq!(fixture.ask(line, Some("nonsense")).await.detail(), "Invalid token");
    }
}

#[tokio::test]
async fn another_organisation_reaches_nothing() {
    let fixture = Fixture::new().await;
    let before = fixture.world.newest().await;
    for &line in OPERATIONS {
        shows_nothing(&fixture, line, &fixture.ask(line, Some(&user("theirs"))).await);
    }
    assert_eq!(fixture.world.newest().await, before, "nothing is changed");
}

#[tokio::test]
async fn who_lacks_the_permission_is_refused_and_nothing_changes() {
    let fixture = Fixture::new().await.deciding(granting(json!([])).await);
    let before = fixture.world.newest().await;
    for &line in OPERATIONS {
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        assert_eq!(answer.status, 403, "{line:?}: {answer:?}");
    }
    assert_eq!(fixture.world.newest().await, before);
}

#[tokio::test]
async fn who_may_for_no_group_reaches_nothing() {
    let fixture = Fixture::new().await.deciding(crate::world::limited_to(json!([])).await);
    for &line in OPERATIONS {
        shows_nothing(&fixture, line, &fixture.ask(line, Some(&user("ours"))).await);
    }
}

#[tokio::test]
async fn without_rbac_nobody_may() {
    let nowhere = rbac(format!("http://127.0.0.1:{}", free_port()));
    let fixture = Fixture::new().await.deciding(nowhere);
    for &line in OPERATIONS {
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        assert_eq!(answer.status, 503, "{line:?}: {answer:?}");
    }
}

#[tokio::test]
async fn a_machine_reaches_its_own_hosts_only() {
    for &line in OPERATIONS {
        let fixture = Fixture::new().await.deciding(granting(json!([])).await);
        shows_nothing(&fixture, line, &fixture.ask(line, Some(&machine("ours"))).await);
        let answer = fixture.ask(line, Some(&machine_named("ours", OWNER))).await;
        assert_eq!(answer.status, 200, "{line:?}: {answer:?}");
        let about_nothing = line.0.starts_with("PATCH") || line.0.ends_with("/diff");
        assert!(about_nothing || answer.text.contains(&fixture.host.to_string()), "{line:?}: {answer:?}");
    }
}

#[tokio::test]
async fn nothing_is_written_while_writing_is_switched_off() {
    let mut fixture = Fixture::new().await;
    fixture.world.app.access.read_only = true;
    for &line in OPERATIONS {
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        let expected = if line.0.starts_with("GET ") { 200 } else { 503 };
        assert_eq!(answer.status, expected, "{line:?}: {answer:?}");
    }
}

#[tokio::test]
async fn each_request_of_the_table_is_a_good_one() {
    let fixture = Fixture::new().await;
    for &line in OPERATIONS {
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        assert_eq!(answer.status, 200, "{line:?}: {answer:?}");
    }
}

#[tokio::test]
async fn the_document_and_its_reader_need_no_identity() {
    let fixture = Fixture::new().await;
    let document = fixture.world.ask(None, "GET /openapi.json", "").await.json();
    assert!(document["paths"]["/overview"].is_object(), "{document}");
    assert!(fixture.world.ask(None, "GET /ui/", "").await.text.contains("openapi.json"));
    assert_eq!(document["paths"]["/nothing"], Value::Null);
}
