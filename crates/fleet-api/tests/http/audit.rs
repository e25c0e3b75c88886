//! What people and tokens changed.

use audit::Act;
use testkit::{TestDatabase, callers::user};

use crate::world::{World, org};

async fn done(world: &World, of: &str, actor: &str, operation: &str) {
    world.pass(1);
    let act = Act {
        org: org(of),
        actor: actor.to_owned(),
        actor_kind: "person",
        via: "token",
        service: "inventory",
        operation: operation.to_owned(),
        subject: "DELETE /hosts/1".to_owned(),
        request_id: None,
    };
    let begun = world.app.audit.begin(&act).await.unwrap();
    world.app.audit.answered(begun, 204, None).await.unwrap();
}

#[tokio::test]
async fn what_was_changed_is_read_page_by_page_by_the_organisation_alone() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        for number in 0..5 {
            done(&world, "ours", "ada", &format!("o{number}")).await;
            done(&world, "theirs", "eve", "theirs").await;
        }
        let (mut seen, mut path) = (Vec::new(), "/audit?limit=2".to_owned());
        loop {
            let page = world.read(&path).await;
            let entries = page["entries"].as_array().unwrap();
            seen.extend(entries.iter().map(|entry| entry["operation"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/audit?limit=2&cursor={next}");
        }
        assert_eq!(seen, ["o4", "o3", "o2", "o1", "o0"]);
        let theirs = world.ask(Some(&user("theirs")), "GET /audit?actor=ada", "").await.json();
        assert_eq!(theirs["entries"].as_array().unwrap().len(), 0);
        let one = world.read("/audit?actor=ada&operation=o3").await;
        assert_eq!(one["entries"][0]["subject"], "DELETE /hosts/1");
        assert_eq!(one["entries"][0]["status"], 204);
        assert_eq!(one["entries"].as_array().unwrap().len(), 1);
        for bad in ["/audit?cursor=x", "/audit?from=tomorrow", "/audit?limit=0"] {
            assert_eq!(world.get(bad).await.status, 400, "{bad}");
        }
    }
}
