//! `POST /hosts` (contract inventory-http §25.5).

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::{
    callers::{ask_as, user},
    support::{Answer, World},
};

const ID: &str = "a94301c8-ae4a-5ca3-98b3-1daa48fe1d54";

async fn serving(database: &TestDatabase) -> World {
    let mut world = World::empty(database).await;
    world.app.post_hosts = true;
    world
}

async fn post(world: &World, body: Value) -> Answer {
    ask_as(world, Some(&user("ours")), "POST /hosts", &body.to_string()).await
}

fn document(more: Value) -> Value {
    let mut document = json!({"account": "1", "reporter": "r", "stale_timestamp": "2030-01-01T00:00:00Z"});
    if let Value::Object(more) = more {
        document.as_object_mut().unwrap().extend(more);
    }
    document
}

#[tokio::test]
async fn each_document_has_its_own_outcome() {
    for database in TestDatabase::both().await {
        let world = serving(&database).await;
        let good = document(json!({"insights_id": ID, "fqdn": "h", "display_name": "n"}));
        let nameless = document(json!({}));
        let other_account = document(json!({"insights_id": ID, "account": "2"}));
        let answer = post(&world, json!([good, nameless, other_account, good])).await;
        assert_eq!(answer.status, 207);
        let outcomes = answer.json();
        assert_eq!((&outcomes["total"], &outcomes["errors"]), (&json!(4), &json!(2)));
        let data = outcomes["data"].as_array().unwrap();
        let statuses: Vec<_> = data.iter().map(|outcome| outcome["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [201, 400, 400, 200]);
        assert_eq!(data[0]["host"]["id"], data[3]["host"]["id"]);
        assert_eq!(data[0]["host"]["rhel_machine_id"], Value::Null);
        assert_eq!(data[0]["host"].get("org_id"), None);
        assert_eq!(data[1]["detail"], "At least one of the canonical fact fields must be present.");
        assert_eq!(data[1]["host"], nameless);
        assert_eq!(data[2]["title"], "Invalid request");
        assert_eq!(ask_as(&world, Some(&user("ours")), "GET /hosts", "").await.json()["total"], 1);
    }
}

#[tokio::test]
async fn a_body_of_another_form_stores_nothing() {
    let database = TestDatabase::embedded();
    let world = serving(&database).await;
    let good = document(json!({"insights_id": ID}));
    let answer = post(&world, json!([good, {"reporter": "r"}])).await;
    assert_eq!(
        (answer.status, answer.json()["detail"].clone()),
        (400, json!("'account' is a required property - '1'"))
    );
    assert_eq!(ask_as(&world, Some(&user("ours")), "GET /hosts", "").await.json()["total"], 0);
    assert_eq!(post(&world, json!([])).await.json(), json!({"total": 0, "errors": 0, "data": []}));
}

#[tokio::test]
async fn it_is_not_there_when_it_is_switched_off() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let answer = post(&world, json!([])).await;
    assert_eq!((answer.status, answer.json()["detail"].clone()), (405, json!("Method Not Allowed")));
}
