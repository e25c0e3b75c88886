//! `GET /hosts/{id}/timeline`: what happened to one host, on both engines.

use fleet::{Edit, Origin, Report, Scope};
use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::world::{World, limited_to, org, report, with_profile};

fn told(list: &Value) -> Vec<(String, Value, Value)> {
    let row = |row: &Value| {
        let kind = row["kind"].as_str().unwrap().to_owned();
        (kind, row["fields"].clone(), row["sections"].clone())
    };
    list["changes"].as_array().unwrap().iter().map(row).collect()
}

fn row(kind: &str, fields: Value, sections: Value) -> (String, Value, Value) {
    (kind.to_owned(), fields, sections)
}

#[tokio::test]
async fn each_row_says_what_it_changed() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let profile = |packages: Value| json!({"arch": "x86_64", "installed_packages": packages});
        let id = world.take(with_profile(0, &profile(json!(["a-0:1-1.x86_64", "b-0:1-1.x86_64"])))).await.id;
        // The same set in another order is nothing new, and neither is a report that says it again.
        world.take(with_profile(0, &profile(json!(["b-0:1-1.x86_64", "a-0:1-1.x86_64"])))).await;
        world.take(with_profile(0, &profile(json!(["a-0:2-1.x86_64"])))).await;
        let mut tagged: Report = report(0);
        tagged.tags.add("ns", "k", Some("v"));
        tagged.canonical_facts.fqdn = Some("renamed".to_owned());
        world.take(tagged).await;
        world.group("g", &[id]).await;
        let rename = Edit::Rename { display_name: Some("n".to_owned()), ansible_host: None };
        world.fleet.edit(&Scope::of(org("ours")), &[id], rename, &Origin::default()).await.unwrap();
        world.delete(id).await;

        let path = format!("/hosts/{id}/timeline");
        let list = world.read(&path).await;
        let created = json!(["display_name", "insights_id", "fqdn", "host_type", "group"]);
        assert_eq!(
            told(&list),
            [
                row("deleted", json!([]), json!([])),
                row("updated", json!(["display_name"]), json!([])),
                row("updated", json!(["group"]), json!([])),
                row("updated", json!(["display_name", "fqdn", "tags"]), json!([])),
                row("updated", json!([]), json!(["installed_packages"])),
                row("seen", json!([]), json!([])),
                row("created", created, json!(["facts", "installed_packages"])),
            ],
            "{}",
            database.engine()
        );
        assert_eq!(list["next"], Value::Null);
        // What a row changed does not depend on which others are shown.
        let some = world.read(&format!("{path}?kind=updated&limit=2&before=6")).await;
        assert_eq!(told(&some), told(&list)[2..4].to_vec());
        let next = some["next"].as_i64().unwrap();
        let rest = world.read(&format!("{path}?kind=updated&limit=2&before={next}")).await;
        assert_eq!((told(&rest), &rest["next"]), (told(&list)[4..5].to_vec(), &Value::Null));
    }
}

#[tokio::test]
async fn a_host_that_is_gone_is_seen_by_who_saw_it_last() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let ids = world.take_many(2).await;
        let mine = world.group("mine", &ids[..1]).await;
        for id in &ids {
            world.delete(*id).await;
        }
        world.app.access.permissions = limited_to(json!([mine])).await;
        assert_eq!(world.get(&format!("/hosts/{}/timeline", ids[0])).await.status, 200);
        assert_eq!(world.get(&format!("/hosts/{}/timeline", ids[1])).await.status, 404);
        world.app.access.permissions = limited_to(json!([null])).await;
        assert_eq!(world.get(&format!("/hosts/{}/timeline", ids[1])).await.status, 200);
    }
}

#[tokio::test]
async fn a_host_that_never_was_is_not_found() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let nobody = "00000000-0000-4000-8000-0000000000ff";
    let answer = world.get(&format!("/hosts/{nobody}/timeline")).await;
    assert_eq!((answer.status, answer.detail()), (404, format!("no host {nobody} is known")));
    let two = format!("{nobody},{}", nobody.replace('f', "e"));
    for bad in ["x", &two] {
        assert_eq!(world.get(&format!("/hosts/{bad}/timeline")).await.status, 400, "{bad}");
    }
}
