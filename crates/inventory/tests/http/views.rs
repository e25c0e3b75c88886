//! Saved views: who sees them, who changes them.

use serde_json::{Value, json};
use testkit::{TestDatabase, callers::person};

use crate::{
    callers::{ask_as, machine, user},
    support::{Answer, World},
};

fn view(name: &str) -> Value {
    json!({"name": name, "configuration": {"columns": [{"key": "display_name"}]}})
}

async fn ask(world: &World, who: &str, operation: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    ask_as(world, Some(who), operation, &body).await
}

async fn save(world: &World, who: &str, body: &Value) -> String {
    let answer = ask(world, who, "POST /beta/views", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn names(world: &World, who: &str, query: &str) -> (i64, Vec<String>) {
    let answer = ask(world, who, &format!("GET /beta/views{query}"), &Value::Null).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = answer.json();
    let names =
        answer["results"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned());
    (answer["total"].as_i64().unwrap(), names.collect())
}

#[tokio::test]
async fn both_engines_know_every_static_statement() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let refused = store::prepare_all(world.fleet.db(), inventory::STATEMENTS).await.unwrap();
        assert!(refused.is_empty(), "{}: {}", database.engine(), refused.join("\n"));
    }
}

#[tokio::test]
async fn everybody_has_a_view_that_nobody_changes() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let ann = person("ours", "ann");
    let all = ask(&world, &ann, "GET /beta/views", &Value::Null).await.json();
    let seeded = &all["results"][0];
    assert_eq!(
        (&all["total"], &seeded["name"], &seeded["org_id"]),
        (&json!(1), &json!("All Systems"), &Value::Null)
    );
    assert_eq!((&seeded["is_system_view"], &seeded["is_owner"]), (&json!(true), &json!(false)));
    let path = format!("/beta/views/{}", seeded["id"].as_str().unwrap());
    assert_eq!(ask(&world, &ann, &format!("GET {path}"), &Value::Null).await.json(), *seeded);
    let refused = ask(&world, &ann, &format!("PATCH {path}"), &json!({"name": "x"})).await;
    assert_eq!(
        (refused.status, &refused.json()["detail"]),
        (403, &json!("System views cannot be modified."))
    );
    let refused = ask(&world, &ann, &format!("DELETE {path}"), &Value::Null).await;
    assert_eq!((refused.status, &refused.json()["detail"]), (403, &json!("System views cannot be deleted.")));
    let copy = ask(&world, &ann, &format!("POST {path}/clone"), &Value::Null).await;
    assert_eq!((copy.status, &copy.json()["name"]), (201, &json!("Copy of All Systems")));
}

#[tokio::test]
async fn views_are_private_or_for_the_organisation_and_changed_by_who_saved_them() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let (ann, bob, eve) = (person("ours", "ann"), person("ours", "bob"), person("theirs", "ann"));
        let private = save(&world, &ann, &view("private")).await;
        world.clock.set(world.clock.now().plus_seconds(1));
        let mut shared = view("shared");
        shared["org_wide"] = json!(true);
        let shared = save(&world, &ann, &shared).await;
        assert_eq!(
            names(&world, &ann, "").await,
            (3, ["shared", "private", "All Systems"].map(str::to_owned).into())
        );
        assert_eq!(names(&world, &ann, "?per_page=2&page=2").await, (3, vec!["All Systems".to_owned()]));
        assert_eq!(names(&world, &ann, "?per_page=1&page=2").await, (3, vec!["private".to_owned()]));
        assert_eq!(names(&world, &bob, "").await, (2, ["shared", "All Systems"].map(str::to_owned).into()));
        assert_eq!(names(&world, &eve, "").await, (1, vec!["All Systems".to_owned()]));

        let change = json!({"name": "changed"});
        for (who, id, status) in
            [(&bob, &private, 404), (&bob, &shared, 403), (&eve, &private, 404), (&eve, &shared, 404)]
        {
            assert_eq!(ask(&world, who, &format!("PATCH /beta/views/{id}"), &change).await.status, status);
            assert_eq!(
                ask(&world, who, &format!("DELETE /beta/views/{id}"), &Value::Null).await.status,
                status
            );
        }
        world.clock.set(world.clock.now().plus_seconds(1));
        let changed = ask(&world, &ann, &format!("PATCH /beta/views/{private}"), &change).await.json();
        assert_eq!((&changed["name"], &changed["created_by"]), (&json!("changed"), &json!("ann")));
        assert_ne!(changed["created_at"], changed["updated_at"]);
        assert_eq!(names(&world, &ann, "").await.1[0], "changed");
        let copy = ask(&world, &bob, &format!("POST /beta/views/{shared}/clone"), &Value::Null).await.json();
        assert_eq!((&copy["org_wide"], &copy["is_owner"]), (&json!(false), &json!(true)));
        assert_eq!(
            ask(&world, &ann, &format!("DELETE /beta/views/{private}"), &Value::Null).await.status,
            204
        );
        let gone = ask(&world, &ann, &format!("GET /beta/views/{private}"), &Value::Null).await;
        assert_eq!((gone.status, &gone.json()["detail"]), (404, &json!("View not found.")));
    }
}

#[tokio::test]
async fn only_people_with_a_user_id_have_views_and_bodies_are_looked_at_first() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let nobody = ask(&world, &user("ours"), "GET /beta/views", &Value::Null).await;
    assert_eq!((nobody.status, &nobody.json()["detail"]), (403, &json!("user_id is required.")));
    let refused = ask(&world, &machine("ours"), "POST /beta/views", &view("x")).await;
    let text = "Identity type not supported. Use User or ServiceAccount identity.";
    assert_eq!((refused.status, &refused.json()["detail"]), (403, &json!(text)));
    // What the document breaks is said before whether there is such a view.
    let missing = "PATCH /beta/views/00000000-0000-4000-8000-000000000009";
    let ann = person("ours", "ann");
    let refused = ask(&world, &ann, missing, &json!({})).await;
    assert_eq!((refused.status, &refused.json()["title"]), (400, &json!("Validation Error")));
    let refused = ask(&world, &ann, missing, &json!({"name": "a/b"})).await;
    assert_eq!((refused.status, &refused.json()["title"]), (400, &json!("Bad Request")));
    assert_eq!(ask(&world, &ann, missing, &json!({"name": "b"})).await.status, 404);
    assert_eq!(ask(&world, &ann, "GET /beta/views/x", &Value::Null).await.status, 400);
}
