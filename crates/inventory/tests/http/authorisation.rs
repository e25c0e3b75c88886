//! Every operation of the document, asked by those who may not. An operation that the document has and the table here
//! has not fails the test.

use std::collections::BTreeSet;

use access::Permissions;
use inventory::api::openapi::openapi;
use serde_json::{Value, json};
use testkit::{TestDatabase, callers::person, free_port};

use crate::{
    callers::{ask_as, granting, machine, rbac, user},
    support::{Answer, World},
};

/// What a caller is told whose the host is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stranger {
    /// This status.
    Told(u16),
    /// That there is nothing: an empty list.
    Nothing,
    /// Nothing of ours: they make something of their own.
    OwnOnly,
}
use Stranger::{Nothing, OwnOnly, Told};

/// Who does it without being asked for a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Machines {
    /// Machines do, with the hosts that they own.
    Own,
    /// Machines do, with any host of the organisation.
    Any,
    /// Nobody.
    Refused,
}
use Machines::{Any, Own, Refused};

/// Operation, query, body, what a stranger is told, what machines may. Names in braces stand for the host, its group,
/// its namespace of facts and its insights id.
type Line = (&'static str, &'static str, &'static str, Stranger, Machines);

const OPERATIONS: &[Line] = &[
    ("GET /hosts", "", "", Nothing, Own),
    (
        "POST /hosts",
        "",
        r#"[{"reporter": "r", "account": "1", "insights_id": "{insights_id}"}]"#,
        OwnOnly,
        Any,
    ),
    ("POST /hosts/checkin", "", r#"{"insights_id": "{insights_id}"}"#, Told(404), Any),
    ("GET /hosts/{host_id_list}", "", "", Told(404), Own),
    ("PATCH /hosts/{host_id_list}", "", r#"{"display_name": "x"}"#, Told(404), Own),
    ("DELETE /hosts/{host_id_list}", "", "", Told(404), Own),
    ("DELETE /hosts", "?display_name=*", "", OwnOnly, Own),
    ("DELETE /hosts/all", "?confirm_delete_all=true", "", OwnOnly, Own),
    ("PATCH /hosts/{host_id_list}/facts/{namespace}", "", r#"{"a": 1}"#, Told(404), Own),
    ("PUT /hosts/{host_id_list}/facts/{namespace}", "", r#"{"a": 1}"#, Told(404), Own),
    ("GET /hosts/{host_id_list}/system_profile", "", "", Told(404), Own),
    ("GET /hosts/{host_id_list}/tags", "", "", Told(404), Own),
    ("GET /hosts/{host_id_list}/tags/count", "", "", Told(404), Own),
    ("GET /host_exists", "?insights_id={insights_id}", "", Told(404), Own),
    ("GET /system_profile/operating_system", "", "", Nothing, Own),
    ("GET /system_profile/sap_sids", "", "", Nothing, Own),
    ("GET /system_profile/sap_system", "", "", Nothing, Own),
    ("GET /tags", "", "", Nothing, Own),
    ("GET /beta/hosts-view", "", "", Nothing, Own),
    ("POST /system_profile/validate_schema", "?repo_branch=master", "", OwnOnly, Refused),
    ("GET /resource-types", "", "", OwnOnly, Refused),
    ("GET /resource-types/inventory-groups", "", "", OwnOnly, Refused),
    ("GET /groups", "", "", Nothing, Refused),
    ("POST /groups", "", r#"{"name": "x", "host_ids": ["{host_id_list}"]}"#, Told(400), Refused),
    ("GET /groups/{group_id_list}", "", "", Told(404), Refused),
    ("PATCH /groups/{group_id_list}", "", r#"{"name": "x"}"#, Told(404), Refused),
    ("DELETE /groups/{group_id_list}", "", "", Told(404), Refused),
    ("POST /groups/{group_id}/hosts", "", r#"["{host_id_list}"]"#, Told(404), Refused),
    ("GET /groups/{group_id}/hosts", "", "", Told(404), Own),
    ("DELETE /groups/{group_id}/hosts/{host_id_list}", "", "", Told(404), Refused),
    ("DELETE /groups/hosts/{host_id_list}", "", "", Told(404), Refused),
    ("GET /account/staleness", "", "", OwnOnly, Refused),
    ("GET /account/staleness/defaults", "", "", OwnOnly, Refused),
    // The organisation has settings of its own, which this brings back to the defaults.
    ("POST /account/staleness", "", r#"{"conventional_time_to_stale": 104400}"#, OwnOnly, Refused),
    ("PATCH /account/staleness", "", r#"{"conventional_time_to_stale": 2}"#, Told(404), Refused),
    ("DELETE /account/staleness", "", "", Told(404), Refused),
];

/// The same of operations on views: people have them, whatever RBAC says; `{view_id}` stands for one that is for the whole
/// organisation. A stranger in the organisation is somebody without a user id.
const VIEWS: &[Line] = &[
    ("GET /beta/views", "", "", OwnOnly, Refused),
    ("POST /beta/views", "", r#"{"name": "x", "configuration": {"columns": []}}"#, OwnOnly, Refused),
    ("GET /beta/views/{view_id}", "", "", Told(404), Refused),
    ("PATCH /beta/views/{view_id}", "", r#"{"name": "x"}"#, Told(404), Refused),
    ("DELETE /beta/views/{view_id}", "", "", Told(404), Refused),
    ("POST /beta/views/{view_id}/clone", "", "", Told(404), Refused),
];

/// A host in a group, and requests about them.
struct Fixture {
    _database: TestDatabase,
    world: World,
    host: String,
    group: String,
    view: String,
    insights_id: String,
}

impl Fixture {
    async fn new() -> Self {
        let database = TestDatabase::embedded();
        let mut world = World::empty(&database).await;
        world.app.post_hosts = true;
        let insights_id = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54".to_owned();
        let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
            "org_id": "ours", "reporter": "puptoo", "insights_id": insights_id, "tags": [{"namespace": "ns", "key": "k"}],
            "facts": [{"namespace": "ns", "facts": {"a": 0}}]
        }});
        let host = world.take_in(&message, 0).await.id.to_string();
        let mut fixture =
            Self { _database: database, world, host, group: String::new(), view: String::new(), insights_id };
        let line = ("POST /groups", "", r#"{"name": "g", "host_ids": ["{host_id_list}"]}"#, Nothing, Refused);
        let made = fixture.ask(line, Some(&user("ours"))).await;
        fixture.group = made.json()["id"].as_str().unwrap().to_owned();
        let line = ("POST /account/staleness", "", r#"{"conventional_time_to_stale": 1}"#, OwnOnly, Refused);
        assert_eq!(fixture.ask(line, Some(&user("ours"))).await.status, 201);
        let body = r#"{"name": "v", "org_wide": true, "configuration": {"columns": []}}"#;
        let line = ("POST /beta/views", "", body, OwnOnly, Refused);
        fixture.view =
            fixture.ask(line, Some(&person("ours", "ann"))).await.json()["id"].as_str().unwrap().to_owned();
        fixture
    }

    fn deciding(mut self, permissions: Permissions) -> Self {
        self.world.app.access.permissions = permissions;
        self
    }

    async fn ask(&self, (operation, query, body, ..): Line, identity: Option<&str>) -> Answer {
        let fill = |text: &str| {
            text.replace("{host_id_list}", &self.host)
                .replace("{group_id}", &self.group)
                .replace("{group_id_list}", &self.group)
                .replace("{view_id}", &self.view)
                .replace("{namespace}", "ns")
                .replace("{insights_id}", &self.insights_id)
        };
        ask_as(&self.world, identity, &fill(&format!("{operation}{query}")), &fill(body)).await
    }
}

fn check(line: Line, stranger: Stranger, answer: &Answer) {
    match stranger {
        Told(status) => assert_eq!(answer.status, status, "{line:?}: {answer:?}"),
        Nothing => {
            assert_eq!(answer.status, 200, "{line:?}: {answer:?}");
            assert_eq!(answer.json()["total"], 0, "{line:?}: {answer:?}");
        }
        OwnOnly => assert!(matches!(answer.status, 200..300), "{line:?}: {answer:?}"),
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
    let listed: BTreeSet<String> =
        OPERATIONS.iter().chain(VIEWS).map(|(operation, ..)| (*operation).to_owned()).collect();
    assert_eq!(documented, listed);
}

#[tokio::test]
async fn who_is_not_known_is_refused() {
    let fixture = Fixture::new().await;
    for &line in OPERATIONS.iter().chain(VIEWS) {
        let answer = fixture.ask(line, None).await;
        assert_eq!(answer.status, 401, "{line:?}: {answer:?}");
        assert_eq!(answer.json()["detail"], "No authorization token provided");
        assert_eq!(fixture.ask(line, Some("nonsense")).await.json()["detail"], "Invalid token");
    }
}

#[tokio::test]
async fn another_organisation_reaches_nothing() {
    for &line in OPERATIONS {
        let fixture = Fixture::new().await;
        let before = fixture.ask(OPERATIONS[0], Some(&user("ours"))).await.text;
        let answer = fixture.ask(line, Some(&user("theirs"))).await;
        check(line, line.3, &answer);
        assert!(!answer.text.contains("\"ours\""), "{line:?}: {answer:?}");
        assert_eq!(fixture.ask(OPERATIONS[0], Some(&user("ours"))).await.text, before, "{line:?}");
    }
}

#[tokio::test]
async fn views_are_for_people_with_a_user_id_of_their_organisation() {
    for &line in VIEWS {
        let fixture = Fixture::new().await.deciding(granting(json!([])).await);
        let list = ("GET /beta/views", "", "", OwnOnly, Refused);
        let before = fixture.ask(list, Some(&person("ours", "ann"))).await.text;
        for nobody in [user("ours"), machine("ours")] {
            check(line, Told(403), &fixture.ask(line, Some(&nobody)).await);
        }
        let answer = fixture.ask(line, Some(&person("theirs", "ann"))).await;
        check(line, line.3, &answer);
        assert!(!answer.text.contains("\"ours\""), "{line:?}: {answer:?}");
        assert_eq!(fixture.ask(list, Some(&person("ours", "ann"))).await.text, before, "{line:?}");
        check(line, OwnOnly, &fixture.ask(line, Some(&person("ours", "ann"))).await);
    }
}

#[tokio::test]
async fn who_lacks_the_permission_is_refused_and_nothing_changes() {
    let fixture = Fixture::new().await;
    let list = OPERATIONS[0];
    let before = fixture.ask(list, Some(&user("ours"))).await.text;
    let fixture = fixture.deciding(granting(json!([])).await);
    for &line in OPERATIONS {
        check(line, Told(403), &fixture.ask(line, Some(&user("ours"))).await);
    }
    let fixture = fixture.deciding(Permissions::Bypass);
    assert_eq!(fixture.ask(list, Some(&user("ours"))).await.text, before);
}

#[tokio::test]
async fn a_refused_caller_is_not_told_which_ids_exist() {
    let mut fixture = Fixture::new().await.deciding(granting(json!([])).await);
    let nobody = "00000000-0000-4000-8000-000000000001".to_owned();
    (fixture.host, fixture.group) = (nobody.clone(), nobody);
    for &line in OPERATIONS {
        let (path, by_id) = (line.0, line.3 == Told(404));
        let hosts_of_group = path.ends_with("{group_id}/hosts") && !path.starts_with("GET");
        let among_hosts = path.contains("/hosts/{host_id_list}") && !path.contains("/groups/hosts/");
        let expected = if by_id && (among_hosts || hosts_of_group) { 404 } else { 403 };
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        check(line, Told(expected), &answer);
        assert_eq!(answer.json()["not_found_ids"], Value::Null, "{line:?}: {answer:?}");
    }
}

#[tokio::test]
async fn without_rbac_nobody_may() {
    let nowhere = rbac(format!("http://127.0.0.1:{}", free_port()));
    let fixture = Fixture::new().await.deciding(nowhere);
    for &line in OPERATIONS {
        check(line, Told(503), &fixture.ask(line, Some(&user("ours"))).await);
    }
}

#[tokio::test]
async fn a_machine_reaches_its_own_hosts_and_no_groups() {
    for &line in OPERATIONS {
        let fixture = Fixture::new().await.deciding(granting(json!([])).await);
        let answer = fixture.ask(line, Some(&machine("ours"))).await;
        match line.4 {
            // The group exists, and the machine has none of its hosts.
            Own if line.0.starts_with("GET /groups/") => check(line, Nothing, &answer),
            Own => check(line, line.3, &answer),
            Any => check(line, OwnOnly, &answer),
            Refused => check(line, Told(403), &answer),
        }
    }
}

#[tokio::test]
async fn nothing_is_written_while_writing_is_switched_off() {
    let mut fixture = Fixture::new().await;
    fixture.world.app.access.read_only = true;
    for &line in OPERATIONS {
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        if line.0.starts_with("GET ") || line.0.ends_with("/validate_schema") {
            assert_eq!(answer.status, 200, "{line:?}: {answer:?}");
        } else {
            check(line, Told(503), &answer);
            assert_eq!(answer.json()["detail"], "Inventory API is currently in read-only mode.");
        }
    }
}

#[tokio::test]
async fn each_request_of_the_table_is_a_good_one() {
    for &line in OPERATIONS {
        let fixture = Fixture::new().await;
        let answer = fixture.ask(line, Some(&user("ours"))).await;
        assert!(matches!(answer.status, 200..300), "{line:?}: {answer:?}");
    }
}
