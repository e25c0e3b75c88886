//! Causes of drift over HTTP: who is let in, what is shown, what can be said of them.

use std::time::Duration;

use drift::{
    api::App,
    causes::{Arrival, Causes},
    rules::causes::Deviation,
};
use drift_common::{Grants, Rbac, Trust};
use ground::{Clock, HostId};
use notify::{Fixed, Queue};
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::{TestDatabase, callers::granting};
use uuid::Uuid;

use crate::siblings::{Inside, RECORDED, Siblings, app, client, user};

const LIST: &str = "GET /api/fleet/v1/causes";
const RULES: &str = "GET /api/fleet/v1/causes/rules";
const ADD: &str = "POST /api/fleet/v1/causes/rules";

/// An app with one cause of the organisation `ours`, behind which are two hosts.
async fn world(database: &TestDatabase) -> (App, Uuid) {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[notify::MIGRATIONS, drift::MIGRATIONS], RECORDED).await.unwrap();
    let clock = Clock::manual(RECORDED);
    let queue = Queue::new(db.clone(), clock.clone(), Fixed::default(), 10);
    let causes = Causes { db, clock, queue, settle: 60, bundle: "rhel".to_owned() };
    let deviation = Deviation {
        fact: "installed_packages.openssl".to_owned(),
        expected: "3.0.7".to_owned(),
        actual: "3.0.13".to_owned(),
    };
    let arrival = |number: u128| Arrival {
        host: HostId(Uuid::from_u128(number)),
        at: RECORDED,
        deviations: vec![(Uuid::from_u128(7), "gold".to_owned(), vec![deviation.clone()])],
    };
    causes.follow("ours", &[arrival(1), arrival(2)]).await.unwrap();
    let id = causes.list("ours").await.unwrap()[0].id;
    let mut app = app(Inside(Siblings::recorded()));
    app.causes = Some(causes);
    (app, id)
}

fn rule(kind: &str, ends: &Value) -> String {
    json!({"kind": kind, "pattern": "installed_packages.*", "reason": "patch day", "ends": ends}).to_string()
}

#[tokio::test]
async fn nobody_is_let_in_without_identity_and_permission_and_strangers_see_nothing() {
    let database = TestDatabase::embedded();
    let (app, id) = world(&database).await;
    let rbac = |permission: &'static str| {
        granting(json!([
            {"permission": permission, "resourceDefinitions": []},
            {"permission": "inventory:hosts:read", "resourceDefinitions": []}
        ]))
    };
    let group = json!({"attributeFilter": {"key": "group.id", "operation": "in", "value": [null]}});
    let some = granting(json!([
        {"permission": "drift:*:*", "resourceDefinitions": []},
        {"permission": "inventory:hosts:read", "resourceDefinitions": [group]}
    ]));
    let (may, may_not, reads, some) = (
        rbac("drift:*:*").await,
        rbac("drift:baselines:read").await,
        rbac("drift:comparisons:read").await,
        some.await,
    );
    let ask = async |endpoint: &str, identity: Option<String>, operation: &str| {
        let mut app = app.clone();
        app.gate.grants =
            Grants::Rbac(Rbac::new("drift", endpoint, Duration::from_secs(2), Trust::default()).unwrap());
        let ends = json!("2099-01-01T00:00:00Z");
        let body = if operation.starts_with("POST") { rule("ignore", &ends) } else { String::new() };
        client(&app).ask(identity.as_deref(), operation, &body).await
    };
    let hosts = format!("GET /api/fleet/v1/causes/{id}/hosts");
    let remove = format!("DELETE /api/fleet/v1/causes/rules/{}", Uuid::from_u128(9));
    for operation in [LIST, &hosts, RULES, ADD, &remove] {
        assert_eq!(ask(&may, None, operation).await.status, 400, "{operation}");
        assert_eq!(ask(&may_not, Some(user("ours")), operation).await.status, 403, "{operation}");
        assert_eq!(ask(&some, Some(user("ours")), operation).await.status, 403, "{operation}");
        let stranger = ask(&may, Some(user("theirs")), operation).await;
        assert_ne!(stranger.status, 403, "{operation}");
        assert!(!stranger.text.contains("openssl"), "{operation}: {stranger:?}");
    }
    for operation in [ADD, &remove] {
        assert_eq!(ask(&reads, Some(user("ours")), operation).await.status, 403, "{operation}");
    }
    assert_eq!(ask(&reads, Some(user("ours")), LIST).await.json()["total"], 1);
    assert_eq!(ask(&reads, Some(user("ours")), RULES).await.json()["rules"], json!([]), "theirs is theirs");
}

#[tokio::test]
async fn a_cause_is_shown_with_its_hosts_until_it_is_ignored() {
    for database in TestDatabase::both().await {
        let (app, id) = world(&database).await;
        let client = client(&app);
        let ours = user("ours");
        let ask = async |operation: &str, body: &str| client.ask(Some(&ours), operation, body).await;
        let listed = ask(LIST, "").await.json();
        let cause = &listed["causes"][0];
        assert_eq!(
            (&cause["headline"], &cause["side"]),
            (&json!("openssl 3.0.7 → 3.0.13 on 2 hosts"), &json!("behind"))
        );
        let hosts = ask(&format!("GET /api/fleet/v1/causes/{id}/hosts?limit=1&offset=1"), "").await.json();
        assert_eq!(hosts["hosts"][0]["id"], json!(Uuid::from_u128(2)));
        for bad in ["?state=x", "?side=x", "?limit=0", "?baseline=x", "?unknown=1"] {
            assert_eq!(ask(&format!("{LIST}{bad}"), "").await.status, 400, "{bad}");
        }
        for bad in [
            rule("ignore", &json!(null)),
            rule("expected", &json!(null)),
            rule("other", &json!(null)),
            "[]".to_owned(),
        ] {
            assert_eq!(ask(ADD, &bad).await.status, 400, "{bad}");
        }
        let added = ask(ADD, &rule("ignore", &json!("2099-01-01T00:00:00Z"))).await;
        assert_eq!(added.status, 201, "{added:?}");
        assert_eq!(ask(LIST, "").await.json()["total"], 0);
        let ignored = ask(&format!("{LIST}?ignored=true"), "").await.json();
        assert_eq!(ignored["causes"][0]["ignored_by"], "patch day");
        let removed = format!("DELETE /api/fleet/v1/causes/rules/{}", added.json()["id"].as_str().unwrap());
        assert_eq!(ask(&removed, "").await.status, 204);
        assert_eq!(ask(&removed, "").await.status, 404);
        assert_eq!(ask(&format!("{LIST}?side=behind&q=openssl"), "").await.json()["total"], 1);
    }
}
