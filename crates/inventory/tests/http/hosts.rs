//! What operations on hosts and tags show and change (contract inventory-http §13 and §17), on both engines.

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, machine_named, user},
    support::{Answer, World},
};

/// Id of nothing, in capitals.
const NOBODY: &str = "00000000-0000-4000-8000-0000000000FF";

/// An organisation with hosts that are named by number.
struct Org {
    world: World,
    hosts: Vec<String>,
}

fn insights_id(number: usize) -> String {
    format!("a94301c8-ae4a-5ca3-98b3-1daa48fe1d{number:02}")
}

/// A report about the host of this number with more members.
fn report(number: usize, more: Value) -> Value {
    let mut data = json!({
        "org_id": "ours", "reporter": "puptoo", "fqdn": format!("h{number}"), "insights_id": insights_id(number),
    });
    if let Value::Object(more) = more {
        data.as_object_mut().unwrap().extend(more);
    }
    json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": data})
}

impl Org {
    /// One host for each of `hosts`, which are what its report says beside its names.
    async fn of(database: &TestDatabase, hosts: impl IntoIterator<Item = Value>) -> Self {
        let world = World::empty(database).await;
        let mut ids = Vec::new();
        for (number, more) in hosts.into_iter().enumerate() {
            ids.push(world.take_in(&report(number, more), 0).await.id.to_string());
        }
        Self { world, hosts: ids }
    }

    async fn ask(&self, operation: &str, body: Value) -> Answer {
        self.ask_as(&user("ours"), operation, body).await
    }

    async fn ask_as(&self, identity: &str, operation: &str, body: Value) -> Answer {
        self.world.clock.set(self.world.clock.now().plus_seconds(1));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        ask_as(&self.world, Some(identity), operation, &body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), Value::Null).await
    }

    /// The display names of a list, in order.
    async fn names(&self, path: &str) -> Vec<String> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let list = answer.json();
        list["results"].as_array().unwrap().iter().map(|host| text(&host["display_name"])).collect()
    }

    async fn host(&self, number: usize) -> Value {
        self.get(&format!("/hosts/{}", self.hosts[number])).await.json()["results"][0].clone()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn detail(answer: &Answer) -> (u16, String) {
    (answer.status, text(&answer.json()["detail"]))
}

#[tokio::test]
async fn a_page_beyond_the_end_is_missing_unless_there_is_nothing() {
    for database in TestDatabase::both().await {
        let org = Org::of(&database, [Value::Null, Value::Null, Value::Null]).await;
        assert_eq!(org.names("/hosts?order_by=display_name&per_page=2&page=2").await, ["h2"]);
        assert_eq!(org.get("/hosts?per_page=2&page=3").await.status, 404);
        assert_eq!(org.get("/hosts?per_page=2&page=3&fqdn=nothing").await.json()["total"], 0);
        let all = org.hosts.join(",");
        assert_eq!(org.get(&format!("/hosts/{all}?per_page=2&page=3")).await.status, 404);
        assert_eq!(org.get(&format!("/hosts/{all}/tags?per_page=2&page=3")).await.json()["count"], 0);
    }
}

#[tokio::test]
async fn ids_that_are_missing_are_named_as_they_were_written() {
    for database in TestDatabase::both().await {
        let org = Org::of(&database, [Value::Null]).await;
        let ids = format!("{},{NOBODY},{NOBODY}", org.hosts[0]);
        for operation in
            ["GET /hosts/{}", "DELETE /hosts/{}", "GET /hosts/{}/tags", "GET /hosts/{}/system_profile"]
        {
            let answer = org.ask(&operation.replace("{}", &ids), Value::Null).await;
            assert_eq!(detail(&answer), (404, "One or more hosts not found.".to_owned()), "{operation}");
            assert_eq!(answer.json()["not_found_ids"], json!([NOBODY]), "{operation}");
        }
        let patched = org.ask(&format!("PATCH /hosts/{ids}"), json!({"display_name": "x"})).await;
        assert_eq!(patched.json()["not_found_ids"], json!([NOBODY]));
        assert_eq!(org.names("/hosts").await, ["h0"]);
    }
}

#[tokio::test]
async fn a_profile_is_shown_whole_in_part_or_not_at_all() {
    for database in TestDatabase::both().await {
        let profile =
            json!({"arch": "x86_64", "number_of_cpus": 2, "installed_packages": ["bash-0:5-1.x86_64"]});
        let org = Org::of(&database, [json!({"system_profile": profile}), Value::Null]).await;
        let [with, without] = [&org.hosts[0], &org.hosts[1]];
        let org = &org;
        let of =
            |path: String| async move { org.get(&path).await.json()["results"][0]["system_profile"].clone() };

        assert_eq!(of(format!("/hosts/{with}")).await, Value::Null);
        assert_eq!(
            of(format!("/hosts/{with}?fields[system_profile]=arch,installed_packages,bogus")).await,
            json!({"arch": "x86_64", "installed_packages": profile["installed_packages"]})
        );
        assert_eq!(of("/hosts?fqdn=h0&fields[system_profile]=bogus".to_owned()).await, json!({}));
        assert_eq!(of(format!("/hosts/{with}/system_profile")).await, profile);
        assert_eq!(
            of(format!("/hosts/{with}/system_profile?fields[system_profile][]=arch")).await,
            json!({"arch": "x86_64"})
        );
        assert_eq!(of(format!("/hosts/{without}/system_profile")).await, json!({}));
    }
}

#[tokio::test]
async fn names_are_changed_on_all_hosts_or_on_none() {
    for database in TestDatabase::both().await {
        let org = Org::of(&database, [Value::Null, Value::Null]).await;
        let both = org.hosts.join(",");
        let before = org.host(0).await["updated"].clone();
        let answer =
            org.ask(&format!("PATCH /hosts/{both}"), json!({"display_name": "n", "ansible_host": "a"})).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
        assert_eq!(org.names("/hosts").await, ["n", "n"]);
        assert_ne!(org.host(0).await["updated"], before);

        let empty = org.ask(&format!("PATCH /hosts/{both}"), json!({})).await;
        assert_eq!(detail(&empty), (400, "Patch json document cannot be empty.".to_owned()));
        let missing = org.ask(&format!("PATCH /hosts/{NOBODY}"), json!({})).await;
        assert_eq!(missing.status, 404);

        org.ask(&format!("PATCH /hosts/{}", org.hosts[0]), json!({"ansible_host": ""})).await;
        assert_eq!(org.host(0).await["ansible_host"], "");
    }
}

#[tokio::test]
async fn facts_are_merged_or_replaced_in_a_namespace_that_all_hosts_have() {
    for database in TestDatabase::both().await {
        let facts = json!({"facts": [{"namespace": "ns", "facts": {"a": 1, "b": {"c": 2}}}]});
        let org = Org::of(&database, [facts, Value::Null]).await;
        let [with, without] = [&org.hosts[0], &org.hosts[1]];
        let path = format!("/hosts/{with}/facts/ns");
        let facts = || async { org.host(0).await["facts"][0]["facts"].clone() };

        let merged = org.ask(&format!("PATCH {path}"), json!({"b": 3, "d": null})).await;
        assert_eq!((merged.status, merged.text.as_str()), (200, "200"));
        assert_eq!(facts().await, json!({"a": 1, "b": 3, "d": null}));
        assert_eq!(org.ask(&format!("PUT {path}"), json!({})).await.text, "200");
        assert_eq!(facts().await, json!({}));

        let nothing = org.ask(&format!("PATCH {path}"), json!({})).await;
        assert_eq!(
            nothing.json(),
            "ERROR: Invalid request.  Merging empty facts into existing facts is a no-op."
        );
        for path in [format!("/hosts/{with}/facts/none"), format!("/hosts/{with},{without}/facts/ns")] {
            let refused = org.ask(&format!("PUT {path}"), json!({"x": 1})).await;
            assert_eq!(refused.status, 404);
            assert!(text(&refused.json()).starts_with("ERROR: The number of hosts requested does not match"));
        }
        assert_eq!(facts().await, json!({}));
    }
}

#[tokio::test]
async fn hosts_are_deleted_all_or_none() {
    for database in TestDatabase::both().await {
        let org = Org::of(&database, [Value::Null, Value::Null, Value::Null]).await;
        let some = format!("{},{}", org.hosts[0], org.hosts[1]);
        assert_eq!(org.ask(&format!("DELETE /hosts/{some},{NOBODY}"), Value::Null).await.status, 404);
        assert_eq!(org.names("/hosts").await.len(), 3);
        let answer = org.ask(&format!("DELETE /hosts/{some}"), Value::Null).await;
        assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
        assert_eq!(org.names("/hosts").await, ["h2"]);
        assert_eq!(org.ask(&format!("DELETE /hosts/{some}"), Value::Null).await.status, 404);
    }
}

#[tokio::test]
async fn culled_hosts_are_there_for_host_exists_alone() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let id = world.take_in(&report(0, Value::Null), 31 * 24).await.id.to_string();
        let org = Org { world, hosts: vec![id.clone()] };
        assert!(
            org.names("/hosts?staleness=fresh&staleness=stale&staleness=stale_warning&staleness=unknown")
                .await
                .is_empty()
        );
        for path in
            [format!("/hosts/{id}"), format!("/hosts/{id}/tags"), format!("/hosts/{id}/system_profile")]
        {
            assert_eq!(org.get(&path).await.status, 404, "{path}");
        }
        let found = org.get(&format!("/host_exists?insights_id={}", insights_id(0))).await;
        assert_eq!(found.json(), json!({"id": id}));
        let check_in = org.ask("POST /hosts/checkin", json!({"insights_id": insights_id(0)})).await;
        assert_eq!(detail(&check_in), (404, "No hosts match the provided canonical facts.".to_owned()));
    }
}

#[tokio::test]
async fn an_insights_id_is_found_none_or_ambiguous() {
    for database in TestDatabase::both().await {
        let of_cloud =
            |id: &str| json!({"provider_type": "aws", "provider_id": id, "insights_id": insights_id(7)});
        let org = Org::of(&database, [Value::Null, of_cloud("i-1"), of_cloud("i-2")]).await;
        let exists = |id: String| format!("/host_exists?insights_id={id}");
        assert_eq!(org.get(&exists(insights_id(0))).await.json(), json!({"id": org.hosts[0]}));
        let none = insights_id(9).to_uppercase();
        assert_eq!(
            detail(&org.get(&exists(none.clone())).await),
            (404, format!("No host found for Insights ID '{none}'."))
        );
        let several = org.get(&exists(insights_id(7))).await;
        assert_eq!(several.status, 409);
        assert_eq!(several.json()["title"], Value::Null);
        assert_eq!(
            detail(&org.get("/host_exists").await),
            (400, "Missing query parameter 'insights_id'".to_owned())
        );
    }
}

#[tokio::test]
async fn a_check_in_moves_the_times_and_shows_the_whole_host() {
    for database in TestDatabase::both().await {
        let more = json!({
            "system_profile": {"arch": "x86_64", "host_type": "cluster"},
            "tags": [{"namespace": "ns", "key": "k", "value": "v"}],
        });
        let org = Org::of(&database, [more]).await;
        let before = org.host(0).await;
        let answer = org.ask("POST /hosts/checkin", json!({"insights_id": insights_id(0)})).await;
        assert_eq!(answer.status, 201);
        let host = answer.json();
        assert_eq!(host["id"], org.hosts[0]);
        assert_ne!(host["last_check_in"], before["last_check_in"]);
        assert_eq!(host["per_reporter_staleness"], before["per_reporter_staleness"]);
        assert_eq!(host["tags"], json!([{"namespace": "ns", "key": "k", "value": "v"}]));
        assert_eq!(host["system_profile"], json!({"arch": "x86_64", "host_type": ""}));
        assert_eq!(org.host(0).await["last_check_in"], host["last_check_in"]);

        let by_name = org.ask("POST /hosts/checkin", json!({"fqdn": "h0"})).await;
        assert_eq!(by_name.status, 404);
        let half = org.ask("POST /hosts/checkin", json!({"fqdn": "h0", "provider_id": "i-1"})).await;
        assert_eq!(half.json()["title"], "Validation Error");
        assert_eq!(
            detail(&half),
            (400, "{'_schema': ['provider_type and provider_id are both required.']}".to_owned())
        );
    }
}

#[tokio::test]
async fn tags_are_shown_counted_and_found() {
    for database in TestDatabase::both().await {
        let tags = json!({"tags": [
            {"namespace": "ns", "key": "env", "value": "prod"},
            {"namespace": "ns", "key": "env", "value": "Test$"},
            {"namespace": null, "key": "lone", "value": null},
        ]});
        let org = Org::of(&database, [tags, json!({"tags": {"ns": {"env": ["prod"]}}})]).await;
        let ids = format!("{},{},{}", org.hosts[0], org.hosts[1], org.hosts[0]);

        let counts = org.get(&format!("/hosts/{ids}/tags/count")).await.json();
        assert_eq!((&counts["total"], &counts["count"]), (&json!(3), &json!(2)));
        assert_eq!(counts["results"], json!({&*org.hosts[0]: 3, &*org.hosts[1]: 1}));
        let hits = org.get(&format!("/hosts/{ids}/tags?search=test")).await.json();
        assert_eq!(
            hits["results"][&org.hosts[0]],
            json!([{"namespace": "ns", "key": "env", "value": "Test$"}])
        );
        assert_eq!(hits["results"][&org.hosts[1]], json!([]));

        let all = org.get("/tags?order_by=count&order_how=DESC").await.json();
        assert_eq!(all["total"], 3);
        assert_eq!(
            all["results"][0],
            json!({"tag": {"namespace": "ns", "key": "env", "value": "prod"}, "count": 2})
        );
        assert_eq!(org.get("/tags?search=t%24").await.json()["total"], 1);
        assert_eq!(org.get("/tags?search=none/").await.json()["total"], 1);
        assert_eq!(org.get("/tags?per_page=2&page=3").await.json()["results"], json!([]));

        assert_eq!(org.names("/hosts?tags=ns/env=Test%24").await, ["h0"]);
        assert_eq!(org.names("/hosts?tags=lone&tags=ns/env=prod&order_by=display_name").await, ["h0", "h1"]);
        assert!(org.names("/hosts?tags=ns/env=PROD").await.is_empty());
    }
}

#[tokio::test]
async fn texts_that_mean_something_to_a_database_are_texts() {
    for database in TestDatabase::both().await {
        let org = Org::of(&database, [json!({"display_name": "100%_\\'; --"}), Value::Null]).await;
        assert_eq!(org.names("/hosts?display_name=%25_%5C%27%3B").await, ["100%_\\'; --"]);
        assert_eq!(org.names("/hosts?hostname_or_id=1*%25").await, ["100%_\\'; --"]);
        for path in ["/hosts?fqdn=*", "/hosts?fqdn=' OR 1=1 --", "/hosts?display_name=h_"] {
            assert!(org.names(&path.replace(' ', "+")).await.is_empty(), "{path}");
        }
        let nul = org.get("/hosts?display_name=a%00").await;
        assert_eq!(
            detail(&nul),
            (400, "the query parameter 'display_name' must not contain the character NUL".to_owned())
        );
        let nul = org.ask(&format!("PATCH /hosts/{}", org.hosts[0]), json!({"display_name": "a\0"})).await;
        assert_eq!(nul.status, 400);
    }
}

#[tokio::test]
async fn a_machine_sees_and_changes_what_it_owns() {
    for database in TestDatabase::both().await {
        let owner = "0b2c6d4e-0000-4000-8000-00000000000a";
        let org = Org::of(&database, [json!({"system_profile": {"owner_id": owner}}), Value::Null]).await;
        let machine = machine_named("ours", &owner.to_uppercase());
        let list = org.ask_as(&machine, "GET /hosts", Value::Null).await.json();
        assert_eq!((&list["total"], &list["results"][0]["id"]), (&json!(1), &json!(org.hosts[0])));
        let other = org
            .ask_as(&machine, &format!("PATCH /hosts/{}", org.hosts[1]), json!({"display_name": "x"}))
            .await;
        assert_eq!(other.status, 404);

        let nameless = machine_named("ours", "no uuid");
        assert_eq!(org.ask_as(&nameless, "GET /hosts", Value::Null).await.json()["total"], 0);
    }
}

#[tokio::test]
async fn permissions_for_groups_reach_their_hosts() {
    for database in TestDatabase::both().await {
        let facts = || json!({"facts": [{"namespace": "ns", "facts": {"a": 1}}]});
        let mut org = Org::of(&database, [facts(), facts()]).await;
        let group = org.ask("POST /groups", json!({"name": "g", "host_ids": [org.hosts[0]]})).await.json();
        let only = |value: Value| {
            let filter = json!({"key": "group.id", "operation": "in", "value": value});
            let definitions = json!([{"attributeFilter": filter}]);
            json!([{"permission": "inventory:hosts:*", "resourceDefinitions": definitions}])
        };

        org.world.app.access.permissions = granting(only(json!([group["id"]]))).await;
        assert_eq!(org.names("/hosts").await, ["h0"]);
        assert_eq!(org.get(&format!("/hosts/{}", org.hosts[1])).await.status, 404);
        let facts = org.ask(&format!("PUT /hosts/{}/facts/ns", org.hosts.join(",")), json!({"b": 1})).await;
        assert_eq!(detail(&facts), (403, "You do not have access to all of the requested hosts.".to_owned()));

        org.world.app.access.permissions = granting(only(json!([null]))).await;
        assert_eq!(org.names("/hosts").await, ["h1"]);
        assert_eq!(
            org.ask(&format!("PUT /hosts/{}/facts/ns", org.hosts[1]), json!({"b": 1})).await.text,
            "200"
        );

        org.world.app.access.permissions = granting(only(json!([]))).await;
        assert!(org.names("/hosts").await.is_empty());
    }
}
