//! The API of notifications.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use ground::{Clock, Timestamp};
use notifications::api::{App, operations};
use notify::{ChannelKind, Event, Fixed, MIGRATIONS, Notification, Queue};
use serde_json::json;
use servicekit::{
    Client,
    authorisation::{Case, Matrix, Stranger, World},
    permissions,
};
use store::{Db, Options};
use testkit::{
    TestDatabase,
    callers::{machine, user},
};

const BASE: &str = "/api/notifications/v1";
const CHANNEL: &str = r#"{"kind": "email", "address": "ops@example.org", "events": ["alert"]}"#;

const CASES: &[Case] = &[
    Case::new("GET /channels", Stranger::Nothing),
    Case::new("PUT /channels/{name}", Stranger::OwnOnly).body(CHANNEL),
    Case::new("DELETE /channels/{name}", Stranger::Told(404)),
    Case::new("POST /channels/{name}/test", Stranger::Told(404)),
    Case::new("GET /dead-letters", Stranger::Nothing),
    Case::new("POST /dead-letters/resend", Stranger::Nothing).body("{}"),
    Case::new("DELETE /dead-letters/{id}", Stranger::Told(404)),
];

async fn app(database: &TestDatabase, access: access::Access, room: u32) -> App {
    let now = Timestamp::parse("2026-11-21T19:30:00Z").unwrap();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], now).await.unwrap();
    App { queue: Queue::new(db, Clock::manual(now), Fixed::default(), room), access }
}

fn told(key: &str) -> Notification {
    let (subject, text) = ("secret subject".to_owned(), String::new());
    Notification { event: Event::Alert, key: key.to_owned(), subject, text, json: b"{}".to_vec() }
}

/// A channel with a dead letter: its queue has no room.
async fn world(access: access::Access) -> World {
    let database = TestDatabase::embedded();
    let app = app(&database, access, 0).await;
    let queue = app.queue.clone();
    let events = vec![Event::Alert];
    queue
        .save_channel("ours", "our-ops", ChannelKind::Email, "ours@example.org", None, events)
        .await
        .unwrap();
    queue.tell("ours", &[told("1")]).await.unwrap();
    let (letters, _) = queue.dead_letters("ours", None, 1).await.unwrap();
    World {
        client: Client::new(operations().router(&app, [BASE]), BASE),
        names: vec![("name", "our-ops".to_owned()), ("id", letters[0].id.to_string())],
        secrets: vec!["ours@example.org".to_owned(), "secret subject".to_owned()],
        watched: "GET /channels",
        database,
    }
}

#[test]
fn the_document_is_the_committed_one() {
    servicekit::document::check("notifications", &operations().document());
}

#[tokio::test]
async fn every_operation_is_guarded() {
    Matrix::new(CASES).check(&operations().document(), world).await;
}

#[tokio::test]
async fn a_permission_for_some_groups_is_not_enough() {
    let limited = permissions::limited_to("notifications:*:*", json!([null])).await;
    let world = world(limited).await;
    for case in CASES {
        assert_eq!(case.ask(&world, Some(&user("ours"))).await.status, 403, "{case:?}");
    }
}

/// RBAC is not asked about machines: what is about all hosts is not theirs to see or to change.
#[tokio::test]
async fn a_machine_may_not() {
    let world = world(permissions::everything()).await;
    for case in CASES {
        assert_eq!(case.ask(&world, Some(&machine("ours"))).await.status, 403, "{case:?}");
    }
}

#[tokio::test]
async fn channels_are_made_changed_and_removed() {
    for database in TestDatabase::both().await {
        let app = app(&database, permissions::everything(), 10).await;
        let client = Client::new(operations().router(&app, [BASE]), BASE);
        let ours = user("ours");
        let ask = async |operation: &str, body: &str| client.ask(Some(&ours), operation, body).await;
        let hook = r#"{"kind": "webhook", "address": "https://example.org/h", "events": ["cause", "alert"]}"#;
        let made = ask("PUT /channels/hook", hook).await;
        assert!(made.json()["secret"].as_str().unwrap().starts_with("whsec_"), "{made:?}");
        let again = ask("PUT /channels/hook", hook).await.json();
        assert_eq!(again["secret"], json!(null), "a secret is told once");
        assert_eq!(ask("POST /channels/hook/test", "").await.status, 202);
        let listed = ask("GET /channels", "").await.json();
        assert_eq!(listed["channels"][0]["waiting"], 1);
        assert_eq!(listed["channels"][0]["events"], json!(["cause", "alert"]));
        for bad in [
            r#"{"kind": "webhook", "address": "ftp://example.org", "events": ["alert"]}"#,
            r#"{"kind": "webhook", "address": "https://e.org", "secret": "short", "events": ["alert"]}"#,
            r#"{"kind": "email", "address": "nobody", "events": ["alert"]}"#,
            r#"{"kind": "kafka", "address": "topic", "events": ["alert"]}"#,
            r#"{"kind": "email", "address": "a@example.org", "events": []}"#,
            r#"{"kind": "email", "address": "a@example.org", "events": ["mail"]}"#,
        ] {
            assert_eq!(ask("PUT /channels/bad", bad).await.status, 400, "{bad}");
        }
        for number in 1..20 {
            assert_eq!(ask(&format!("PUT /channels/c{number}"), CHANNEL).await.status, 200);
        }
        assert_eq!(ask("PUT /channels/one-more", CHANNEL).await.status, 400);
        assert_eq!(ask("DELETE /channels/hook", "").await.status, 204);
        assert_eq!(ask("DELETE /channels/hook", "").await.status, 404);
    }
}

#[tokio::test]
async fn dead_letters_are_paged_and_sent_again() {
    for database in TestDatabase::both().await {
        let app = app(&database, permissions::everything(), 2).await;
        let client = Client::new(operations().router(&app, [BASE]), BASE);
        let ours = user("ours");
        client.ask(Some(&ours), "PUT /channels/ops", CHANNEL).await;
        let told: Vec<_> = (0..5).map(|number| told(&number.to_string())).collect();
        app.queue.tell("ours", &told).await.unwrap();
        let page = client.ask(Some(&ours), "GET /dead-letters?limit=2", "").await.json();
        assert_eq!((&page["total"], page["dead_letters"].as_array().unwrap().len()), (&json!(3), 2));
        assert_eq!(page["dead_letters"][0]["reason"], "the queue is full");
        let next = format!("GET /dead-letters?limit=2&cursor={}", page["next"].as_str().unwrap());
        let last = client.ask(Some(&ours), &next, "").await.json();
        assert_eq!((last["dead_letters"].as_array().unwrap().len(), &last["next"]), (1, &json!(null)));
        let one = format!(r#"{{"ids": ["{}"]}}"#, last["dead_letters"][0]["id"].as_str().unwrap());
        let resent = client.ask(Some(&ours), "POST /dead-letters/resend", &one).await.json();
        assert_eq!(resent["resent"], 1);
        let resent = client.ask(Some(&ours), "POST /dead-letters/resend", "{}").await.json();
        assert_eq!(resent["resent"], 2);
        assert_eq!(client.ask(Some(&ours), "GET /dead-letters", "").await.json()["total"], 0);
    }
}
