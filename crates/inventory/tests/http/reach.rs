//! Who may write some hosts only writes those, whatever they know of others. On both engines.

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, granting, machine_named, user},
    support::{Answer, World},
};

const OWNER: &str = "0b2c6d4e-0000-4000-8000-00000000000a";
const THIEF: &str = "0b2c6d4e-0000-4000-8000-00000000000b";
const MINE: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";
const OTHERS: &str = "b94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

/// Two hosts, each in a group of its own.
struct Two {
    world: World,
    hosts: [String; 2],
    groups: [String; 2],
}

impl Two {
    async fn new(database: &TestDatabase) -> Self {
        let mut world = World::empty(database).await;
        world.app.post_hosts = true;
        let (mut hosts, mut groups) = (Vec::new(), Vec::new());
        for insights_id in [MINE, OTHERS] {
            let message = json!({"operation": "add_host", "platform_metadata": {"b64_identity": user("ours")}, "data": {
                "org_id": "ours", "reporter": "puptoo", "insights_id": insights_id,
                "system_profile": {"owner_id": OWNER},
            }});
            let host = world.take_in(&message, 0).await.id.to_string();
            let body = json!({"name": insights_id, "host_ids": [host]}).to_string();
            let made = ask_as(&world, Some(&user("ours")), "POST /groups", &body).await;
            groups.push(made.json()["id"].as_str().unwrap().to_owned());
            hosts.push(host);
        }
        Self { world, hosts: hosts.try_into().unwrap(), groups: groups.try_into().unwrap() }
    }

    /// Whoever asks may write the first group only.
    async fn limited(mut self) -> Self {
        let filter = json!({"key": "group.id", "operation": "in", "value": [self.groups[0]]});
        let definitions = json!([{ "attributeFilter": filter }]);
        let granted =
            |permission: &str| json!({"permission": permission, "resourceDefinitions": definitions});
        let data = json!([granted("inventory:hosts:*"), granted("inventory:groups:*")]);
        self.world.app.access.permissions = granting(data).await;
        self
    }

    async fn ask(&self, identity: &str, operation: &str, body: &Value) -> Answer {
        ask_as(&self.world, Some(identity), operation, &body.to_string()).await
    }

    async fn newest(&self) -> i64 {
        self.world.fleet.newest(&ground::OrgId::parse("ours").unwrap()).await.unwrap()
    }
}

fn document(insights_id: &str) -> Value {
    json!([{"reporter": "r", "account": "1", "insights_id": insights_id, "display_name": "renamed"}])
}

#[tokio::test]
async fn a_writer_of_one_group_rewrites_no_host_of_another_and_makes_none_outside() {
    for database in TestDatabase::both().await {
        let two = Two::new(&database).await.limited().await;
        let before = two.newest().await;
        for beyond in [OTHERS, "c94301c8-ae4a-5ca3-98b3-1daa48fe1d54"] {
            let answer = two.ask(&user("ours"), "POST /hosts", &document(beyond)).await.json();
            assert_eq!(
                (&answer["errors"], &answer["data"][0]["status"]),
                (&json!(1), &json!(403)),
                "{answer}"
            );
            assert_eq!(answer["data"][0]["title"], "Forbidden");
        }
        assert_eq!(two.newest().await, before, "nothing was written");
        let answer = two.ask(&user("ours"), "POST /hosts", &document(MINE)).await.json();
        assert_eq!(answer["data"][0]["host"]["id"], two.hosts[0], "{answer}");
    }
}

#[tokio::test]
async fn a_machine_does_not_take_over_the_host_of_another() {
    for database in TestDatabase::both().await {
        let two = Two::new(&database).await;
        let (owner, thief) = (machine_named("ours", OWNER), machine_named("ours", THIEF));
        let answer = two.ask(&thief, "POST /hosts", &document(OTHERS)).await.json();
        assert_eq!(answer["data"][0]["status"], 403, "{answer}");
        let removal = format!("DELETE /hosts/{}", two.hosts[1]);
        assert_eq!(ask_as(&two.world, Some(&thief), &removal, "").await.status, 404);
        let answer = two.ask(&owner, "POST /hosts", &document(OTHERS)).await.json();
        assert_eq!(answer["data"][0]["status"], 200, "{answer}");
    }
}

#[tokio::test]
async fn a_check_in_of_a_host_out_of_reach_finds_none() {
    for database in TestDatabase::both().await {
        let two = Two::new(&database).await.limited().await;
        let before = two.newest().await;
        let check_in = |id: &str| json!({"insights_id": id});
        let answer = two.ask(&user("ours"), "POST /hosts/checkin", &check_in(OTHERS)).await;
        assert_eq!((answer.status, two.newest().await), (404, before), "{answer:?}");
        assert_eq!(two.ask(&user("ours"), "POST /hosts/checkin", &check_in(MINE)).await.status, 201);
    }
}

#[tokio::test]
async fn a_host_leaves_a_group_only_by_who_may_write_it() {
    for database in TestDatabase::both().await {
        let two = Two::new(&database).await.limited().await;
        let before = two.newest().await;
        let [mine, _] = &two.groups;
        let taken =
            two.ask(&user("ours"), &format!("POST /groups/{mine}/hosts"), &json!([two.hosts[1]])).await;
        assert_eq!(taken.status, 403, "{taken:?}");
        let body = json!({"host_ids": two.hosts});
        let taken = two.ask(&user("ours"), &format!("PATCH /groups/{mine}"), &body).await;
        assert_eq!((taken.status, two.newest().await), (403, before), "{taken:?}");
        let own = two.ask(&user("ours"), &format!("POST /groups/{mine}/hosts"), &json!([two.hosts[0]])).await;
        assert_eq!(own.status, 200, "{own:?}");
    }
}
