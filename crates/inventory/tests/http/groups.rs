//! What operations on groups do to groups and hosts (contract inventory-http §14), on both engines.

use access::Permissions;
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, user},
    support::{Answer, World},
};

/// Ids of nothing.
const NOBODY: &str = "00000000-0000-4000-8000-0000000000FF";

/// An organisation with some hosts, asked by a person who may do everything.
struct Org {
    world: World,
    hosts: Vec<String>,
}

impl Org {
    async fn with_hosts(database: &TestDatabase, count: u8) -> Self {
        let world = World::empty(database).await;
        let mut hosts = Vec::new();
        for number in 0..count {
            let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
                "org_id": "ours", "reporter": "puptoo", "fqdn": format!("h{number}"),
                "insights_id": format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d{number:02}")
            }});
            hosts.push(world.take_in(&message, 0).await.id.to_string());
        }
        Self { world, hosts }
    }

    async fn ask(&self, operation: &str, body: Value) -> Answer {
        self.world.clock.set(self.world.clock.now().plus_seconds(1));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        ask_as(&self.world, Some(&user("ours")), operation, &body).await
    }

    async fn refused(&self, operation: &str, body: Value) -> (u16, String) {
        let answer = self.ask(operation, body).await;
        (answer.status, answer.json()["detail"].as_str().unwrap_or_default().to_owned())
    }

    /// Makes a group of these hosts; gives its id.
    async fn group(&self, name: &str, hosts: &[&str]) -> String {
        let answer = self.ask("POST /groups", json!({"name": name, "host_ids": hosts})).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The names and counts of all groups.
    async fn groups(&self) -> Vec<(String, i64)> {
        let answer = self.ask("GET /groups?group_type=all", Value::Null).await.json();
        let row = |group: &Value| {
            (group["name"].as_str().unwrap().to_owned(), group["host_count"].as_i64().unwrap())
        };
        answer["results"].as_array().unwrap().iter().map(row).collect()
    }

    /// The name of the group that a host says it is in.
    async fn group_of(&self, host: &str) -> Value {
        self.ask(&format!("GET /hosts/{host}"), Value::Null).await.json()["results"][0]["groups"][0]["name"]
            .clone()
    }

    async fn updated(&self, group: &str) -> Value {
        self.ask(&format!("GET /groups/{group}"), Value::Null).await.json()["results"][0]["updated"].clone()
    }

    async fn limited_to(&mut self, groups: &[&str]) {
        let definition = json!({"attributeFilter": {"key": "group.id", "operation": "in", "value": groups}});
        let permission = |name: &str| json!({"permission": name, "resourceDefinitions": [definition]});
        let data = json!([permission("inventory:groups:*"), permission("inventory:hosts:*")]);
        self.world.app.access.permissions = granting(data).await;
    }
}

fn named(groups: &[(&str, i64)]) -> Vec<(String, i64)> {
    groups.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[tokio::test]
async fn a_host_is_in_one_group_and_leaves_it_for_another() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 3).await;
        let [a, b, c] = [&*org.hosts[0], &org.hosts[1], &org.hosts[2]];
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 3)]));
        org.group("one", &[a, b]).await;
        let two = org.group("two", &[b]).await;
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 1), ("one", 1), ("two", 1)]));
        assert_eq!(org.group_of(b).await, "two");

        let answer = org.ask(&format!("POST /groups/{two}/hosts"), json!([a.to_uppercase(), b])).await;
        assert_eq!((answer.status, &answer.json()["host_count"]), (200, &json!(2)), "{answer:?}");
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 1), ("one", 0), ("two", 2)]));
        assert_eq!(org.group_of(c).await, "Ungrouped Hosts");
    }
}

#[tokio::test]
async fn a_new_group_shows_its_members_and_who_made_it() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 1).await;
        let answer = org.ask("POST /groups", json!({"name": " g ", "host_ids": [org.hosts[0]]})).await;
        let group = answer.json();
        assert_eq!((answer.status, &group["name"], &group["host_count"]), (201, &json!("g"), &json!(1)));
        assert_eq!((&group["account"], &group["ungrouped"]), (&json!("1"), &json!(false)));
        let members: Vec<&str> = answer.text.matches("\":").collect();
        assert_eq!(members.len(), 8, "{answer:?}");
        assert!(answer.text.starts_with("{\"id\":"), "{answer:?}");
        let found = org.ask(&format!("GET /groups/{}", group["id"].as_str().unwrap()), Value::Null).await;
        assert_eq!(found.json()["results"], json!([group]));
    }
}

#[tokio::test]
async fn a_group_with_a_host_that_does_not_exist_is_not_made() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 1).await;
        let answer = org.ask("POST /groups", json!({"name": "g", "host_ids": [org.hosts[0], NOBODY]})).await;
        assert_eq!(answer.status, 400);
        let detail = format!("Could not find existing host(s) with ID {{'{}'}}.", NOBODY.to_lowercase());
        assert_eq!(answer.json(), json!({"title": "Invalid request", "detail": detail}));
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 1)]));
        assert_eq!(org.group_of(&org.hosts[0]).await, "Ungrouped Hosts");
    }
}

#[tokio::test]
async fn a_patch_renames_and_replaces_the_members() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 3).await;
        let [a, b, c] = [&*org.hosts[0], &org.hosts[1], &org.hosts[2]];
        let id = org.group("old", &[a, b]).await;
        let patch = format!("PATCH /groups/{id}");
        let answer = org.ask(&patch, json!({"name": "new", "host_ids": [b, c]})).await;
        assert_eq!((answer.status, &answer.json()["host_count"]), (200, &json!(2)), "{answer:?}");
        for (host, group) in [(a, "Ungrouped Hosts"), (b, "new"), (c, "new")] {
            assert_eq!(org.group_of(host).await, group);
        }
        assert_eq!(org.ask(&patch, json!({"host_ids": []})).await.status, 200);
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 3), ("new", 0)]));
    }
}

#[tokio::test]
async fn a_refused_patch_leaves_the_group_as_it_was() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 1).await;
        let id = org.group("g", &[]).await;
        let patch = format!("PATCH /groups/{id}");
        let before = org.updated(&id).await;
        let missing = format!("Could not find existing host(s) with ID {{'{}'}}.", NOBODY.to_lowercase());
        for (body, detail) in [
            (json!({}), "Patch json document cannot be empty."),
            (json!({"host_ids": null}), "{'host_ids': ['Field may not be null.']}"),
            (json!({"name": "x", "bogus": 1}), "{'bogus': ['Unknown field.']}"),
            (json!({"name": "x", "host_ids": [org.hosts[0], NOBODY]}), &missing),
        ] {
            assert_eq!(org.refused(&patch, body).await, (400, detail.to_owned()));
        }
        assert_eq!(org.updated(&id).await, before);
        let gone = org.refused(&format!("PATCH /groups/{NOBODY}"), json!({"bogus": 1})).await;
        assert_eq!(gone.0, 404);
        assert!(gone.1.starts_with("The requested URL was not found"), "{gone:?}");
        assert_eq!(org.refused(&format!("PATCH /groups/{id},{id}"), json!({"name": "x"})).await.0, 400);
    }
}

#[tokio::test]
async fn the_group_of_hosts_without_one_is_not_changed_by_people() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 1).await;
        let list = org.ask("GET /groups?group_type=ungrouped-hosts", Value::Null).await.json();
        let id = list["results"][0]["id"].as_str().unwrap();
        let host = &org.hosts[0];
        for (operation, body, detail) in [
            (
                format!("PATCH /groups/{id}"),
                json!({"name": "x"}),
                "The 'ungrouped' group can not be modified.".to_owned(),
            ),
            (
                format!("DELETE /groups/{id}"),
                Value::Null,
                format!("Ungrouped workspace {id} can not be deleted."),
            ),
            (
                format!("DELETE /groups/{id}/hosts/{host}"),
                Value::Null,
                format!("Cannot remove hosts from ungrouped workspace {id}"),
            ),
            (
                format!("DELETE /groups/hosts/{host}"),
                Value::Null,
                "The provided hosts cannot be removed from the ungrouped-hosts group.".to_owned(),
            ),
        ] {
            assert_eq!(org.refused(&operation, body).await, (400, detail), "{operation}");
        }
    }
}

#[tokio::test]
async fn hosts_are_taken_out_of_a_group_as_long_as_one_is_a_member() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 2).await;
        let [a, b] = [&*org.hosts[0], &org.hosts[1]];
        let id = org.group("g", &[a]).await;
        let remove = |group: &str, hosts: &str| format!("DELETE /groups/{group}/hosts/{hosts}");
        let no_group = (404, format!("Group {} not found", NOBODY.to_lowercase()));
        assert_eq!(org.refused(&remove(NOBODY, a), Value::Null).await, no_group);
        let none = (404, "Hosts not found".to_owned());
        assert_eq!(org.refused(&remove(&id, &format!("{b},{NOBODY}")), Value::Null).await, none);
        let answer = org.ask(&remove(&id, &format!("{NOBODY},{b},{a}")), Value::Null).await;
        assert_eq!((answer.status, &*answer.text, answer.content_type), (204, "", None));
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 2), ("g", 0)]));
    }
}

#[tokio::test]
async fn hosts_are_taken_out_of_whatever_group_they_are_in() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 2).await;
        let [a, b] = [&*org.hosts[0], &org.hosts[1]];
        org.group("one", &[a]).await;
        org.group("two", &[b]).await;
        let answer = org.ask(&format!("DELETE /groups/hosts/{a},{NOBODY}"), Value::Null).await;
        assert_eq!((answer.status, &answer.json()["not_found_ids"]), (404, &json!([NOBODY])), "{answer:?}");
        assert_eq!(org.ask(&format!("DELETE /groups/hosts/{a},{b}"), Value::Null).await.status, 204);
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 2), ("one", 0), ("two", 0)]));
    }
}

#[tokio::test]
async fn adding_to_a_group_needs_hosts_that_exist_and_a_group() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 1).await;
        let id = org.group("g", &[]).await;
        let add = format!("POST /groups/{id}/hosts");
        let empty = org.ask(&add, json!([])).await;
        assert_eq!((empty.status, &empty.json()["title"]), (400, &json!("Validation Error")), "{empty:?}");
        let missing = org.ask(&add, json!([NOBODY])).await.json();
        assert_eq!((&missing["title"], &missing["status"]), (&json!("Invalid request"), &json!(400)));
        assert_eq!(org.refused(&add, json!({})).await, (400, "{} is not of type 'array'".to_owned()));
        let nowhere = org.refused(&format!("POST /groups/{NOBODY}/hosts"), json!([org.hosts[0]])).await;
        assert_eq!(nowhere, (404, format!("Group {} not found", NOBODY.to_lowercase())));
    }
}

#[tokio::test]
async fn groups_are_deleted_all_or_none_and_their_hosts_stay() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 2).await;
        let [a, b] = [&*org.hosts[0], &org.hosts[1]];
        let (one, two) = (org.group("one", &[a]).await, org.group("two", &[b]).await);
        let answer = org.ask(&format!("DELETE /groups/{one},{NOBODY}"), Value::Null).await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.json()["detail"], "One or more groups not found.");
        assert_eq!(answer.json()["not_found_ids"], json!([NOBODY]));
        assert_eq!(org.groups().await.len(), 3);
        assert_eq!(org.ask(&format!("DELETE /groups/{one},{two},{one}"), Value::Null).await.status, 204);
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 2)]));
        assert_eq!(org.group_of(a).await, "Ungrouped Hosts");
    }
}

#[tokio::test]
async fn lists_are_searched_ordered_and_cut_into_pages() {
    for database in TestDatabase::both().await {
        let org = Org::with_hosts(&database, 3).await;
        let [a, b, c] = [&*org.hosts[0], &org.hosts[1], &org.hosts[2]];
        org.group("Beta", &[]).await;
        org.group("alpha", &[a, b]).await;
        let gamma = org.group("gamma", &[c]).await;
        let names = async |query: &str| -> Vec<String> {
            let answer = org.ask(&format!("GET /groups{query}"), Value::Null).await.json();
            let name = |group: &Value| group["name"].as_str().unwrap().to_owned();
            answer["results"].as_array().unwrap().iter().map(name).collect()
        };
        assert_eq!(names("").await, ["Beta", "alpha", "gamma"]);
        assert_eq!(names("?order_how=desc").await, ["gamma", "alpha", "Beta"]);
        assert_eq!(names("?order_by=host_count").await, ["alpha", "gamma", "Beta"]);
        assert_eq!(names("?order_by=updated").await, ["gamma", "alpha", "Beta"]);
        assert_eq!(names("?name=ET").await, ["Beta"]);
        assert_eq!(names("?per_page=1&page=2").await, ["alpha"]);
        assert!(names("?page=9").await.is_empty());

        let hosts = |query: &str| format!("GET /groups/{gamma}/hosts{query}");
        let answer = org.ask(&hosts(""), Value::Null).await.json();
        assert_eq!((&answer["total"], &answer["results"][0]["id"]), (&json!(1), &json!(c)));
        assert_eq!(org.ask(&hosts("?staleness=stale&page=2"), Value::Null).await.json()["total"], 0);
        assert_eq!(org.ask(&hosts("?page=2"), Value::Null).await.status, 404);
        assert_eq!(org.refused(&format!("GET /groups/{NOBODY}/hosts"), Value::Null).await.0, 404);
    }
}

#[tokio::test]
async fn who_may_for_some_groups_reaches_those_only() {
    for database in TestDatabase::both().await {
        let mut org = Org::with_hosts(&database, 2).await;
        let [a, b] = [org.hosts[0].clone(), org.hosts[1].clone()];
        let (mine, other) = (org.group("mine", &[&a]).await, org.group("other", &[&b]).await);
        org.limited_to(&[&mine]).await;
        assert_eq!(org.groups().await, named(&[("mine", 1)]));
        let forbidden = [
            ("POST /groups".to_owned(), json!({"name": "new"})),
            (format!("GET /groups/{mine},{other}"), Value::Null),
            (format!("GET /groups/{other}/hosts"), Value::Null),
            (format!("PATCH /groups/{other}"), json!({"name": "x"})),
            (format!("DELETE /groups/{other}"), Value::Null),
            (format!("DELETE /groups/{NOBODY}"), Value::Null),
            (format!("POST /groups/{other}/hosts"), json!([a])),
            (format!("DELETE /groups/{other}/hosts/{b}"), Value::Null),
            (format!("DELETE /groups/hosts/{a},{b}"), Value::Null),
        ];
        for (operation, body) in forbidden {
            assert_eq!(org.refused(&operation, body).await.0, 403, "{operation}");
        }
        assert_eq!(org.ask(&format!("GET /groups/{mine}"), Value::Null).await.status, 200);
        assert_eq!(org.ask(&format!("PATCH /groups/{mine}"), json!({"name": "renamed"})).await.status, 200);
        assert_eq!(org.ask(&format!("DELETE /groups/hosts/{a}"), Value::Null).await.status, 204);
        org.world.app.access.permissions = Permissions::Bypass;
        assert_eq!(org.groups().await, named(&[("Ungrouped Hosts", 1), ("other", 1), ("renamed", 0)]));
    }
}

#[tokio::test]
async fn bodies_are_json_of_a_bounded_length() {
    let database = TestDatabase::embedded();
    let org = Org::with_hosts(&database, 0).await;
    let long = format!("{{\"name\": \"{}\"}}", "x".repeat(50 << 20));
    let caller = user("ours");
    assert_eq!(ask_as(&org.world, Some(&caller), "POST /groups", &long).await.status, 413);
    assert_eq!(ask_as(&org.world, Some(&caller), "POST /groups", "{bad").await.status, 400);
    assert_eq!(org.refused("POST /groups", json!({"name": "a\u{0}b"})).await.0, 400);
    // What is wrong with the path is told before what is wrong with the body.
    let both = ask_as(&org.world, Some(&caller), "PATCH /groups/bad", "{bad").await;
    assert!(both.json()["detail"].as_str().unwrap().starts_with("'bad' does not match"), "{both:?}");
}
