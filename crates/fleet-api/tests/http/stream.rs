//! `GET /changes/stream`: what happens, as it happens, on both engines.

use std::time::{Duration, Instant};

use axum::body::Body;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use testkit::{TestDatabase, callers::user};
use tower::ServiceExt;
use web::Shell;

use crate::world::{BASE, World, limited_to, report};

/// Events are heard within a second; a machine that does much else gets longer.
const SOON: Duration = Duration::from_secs(20);

/// A stream that is listened to.
struct Heard(Body);

/// One event.
#[derive(Debug)]
struct Event {
    id: i64,
    data: Value,
}

impl Heard {
    async fn open(world: &World, query: &str) -> Self {
        let response = world.open(Some(&user("ours")), &format!("GET /changes/stream{query}"), "").await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers().get("content-encoding"), None, "events must not wait in a compressor");
        Self(response.into_body())
    }

    /// The next event; none when nothing is said within the time, or never any more.
    async fn next(&mut self, within: Duration) -> Option<Event> {
        let frame = tokio::time::timeout(within, self.0.frame()).await.ok()??.unwrap();
        let bytes = frame.into_data().unwrap();
        let text = std::str::from_utf8(&bytes).unwrap();
        assert!(text.ends_with("\n\n"), "{text:?}");
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert_eq!(field("event: "), "changes");
        let data: Value = serde_json::from_str(field("data: ")).unwrap();
        let id = field("id: ").parse().unwrap();
        assert_eq!(data["seq"], id);
        Some(Event { id, data })
    }

    async fn soon(&mut self) -> Event {
        self.next(SOON).await.unwrap()
    }
}

#[tokio::test]
async fn it_begins_with_the_present_number_and_tells_what_follows() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        world.take_many(2).await;
        let mut heard = Heard::open(&world, "").await;
        assert_eq!(heard.soon().await.data, json!({"seq": 2, "count": 0, "changes": []}));
        let id = world.take(report(2)).await.id;
        let event = heard.soon().await;
        assert_eq!((event.id, &event.data["count"]), (3, &json!(1)));
        assert_eq!(event.data["changes"][0]["host"], json!({"id": id, "display_name": "h2"}));
        assert!(heard.next(Duration::from_millis(700)).await.is_none(), "nothing happens");
    }
}

#[tokio::test]
async fn what_another_process_writes_is_heard_too() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let other = world.another_process().await;
        let mut heard = Heard::open(&world, "").await;
        heard.soon().await;
        for number in 0..3 {
            other.take(report(number)).await;
            assert_eq!(heard.soon().await.id, i64::from(number) + 1, "{}", database.engine());
        }
    }
}

#[tokio::test]
async fn who_comes_again_is_told_what_was_missed() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        world.take_many(30).await;
        let first = Heard::open(&world, "?after=5").await.soon().await;
        assert_eq!((first.id, &first.data["count"]), (30, &json!(25)));
        let shown = first.data["changes"].as_array().unwrap();
        assert_eq!((shown.len(), &shown[0]["seq"], &shown[19]["seq"]), (20, &json!(30), &json!(11)));

        let request = http::Request::get(format!("{BASE}/changes/stream"))
            .header("x-rh-identity", user("ours"))
            .header("last-event-id", "29");
        let response = world.client().open(request.body(Body::empty()).unwrap()).await;
        let first = Heard(response.into_body()).soon().await;
        assert_eq!((first.id, &first.data["count"]), (30, &json!(1)));

        // A number from the future is one of another record.
        let first = Heard::open(&world, "?after=99").await.soon().await;
        assert_eq!(first.data, json!({"seq": 30, "count": 0, "changes": []}));
    }
}

#[tokio::test]
async fn many_changes_are_told_together() {
    for database in TestDatabase::both().await {
        let world = World::empty(&database).await;
        let mut heard = Heard::open(&world, "").await;
        heard.soon().await;
        let begin = Instant::now();
        let mut written = 0;
        while begin.elapsed() < Duration::from_millis(1_500) {
            world.take(report(written)).await;
            written += 1;
        }
        let (mut events, mut count, mut id) = (0, 0, 0);
        while id < i64::from(written) {
            let event = heard.soon().await;
            (events, count, id) = (events + 1, count + event.data["count"].as_i64().unwrap(), event.id);
        }
        assert_eq!(count, i64::from(written), "each is counted once");
        let most = begin.elapsed().as_millis() / 250 + 2;
        assert!(events <= most, "{events} events of {written} changes");
    }
}

#[tokio::test]
async fn a_stream_takes_no_place_of_those_for_requests() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let shell = Shell { max_requests: 1, ..Shell::default() };
    let router = shell.around(fleet_api::api::openapi::operations().router(&world.app, [BASE]));
    let get = async |path: &str| {
        let request = http::Request::get(format!("{BASE}{path}")).header("x-rh-identity", user("ours"));
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    };
    let mut streams = Vec::new();
    for _ in 0..3 {
        let response = get("/changes/stream").await;
        assert_eq!(response.status(), 200);
        streams.push(response);
        assert_eq!(get("/overview").await.status(), 200);
    }
}

#[tokio::test]
async fn a_caller_with_too_many_streams_is_told_so_and_is_in_nobodys_way() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let open = async |who: &str| {
        let client = world.client();
        client.open(client.request(Some(&user(who)), "GET /changes/stream", "")).await
    };
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(open("ours").await);
    }
    assert!(streams.iter().all(|stream| stream.status() == 200));
    let refused = open("ours").await;
    assert_eq!(refused.status(), 429);
    let text = refused.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&text).contains("64 streams open"), "{text:?}");
    assert_eq!(open("theirs").await.status(), 200);
    streams.pop();
    assert_eq!(open("ours").await.status(), 200);
}

#[tokio::test]
async fn who_has_lost_the_permission_hears_no_more_after_a_while() {
    let database = TestDatabase::embedded();
    let mut world = World::empty(&database).await;
    world.app.longest_stream = Duration::from_millis(300);
    let request = |world: &World| {
        let client = world.client();
        let request = client.request(Some(&user("ours")), "GET /changes/stream", "");
        async move { client.open(request).await }
    };
    let stream = request(&world).await;
    let whole = tokio::time::timeout(Duration::from_secs(10), stream.into_body().collect()).await;
    assert!(whole.is_ok(), "the stream has no end");
    world.app.access.permissions = servicekit::permissions::granting(json!([])).await.permissions;
    assert_eq!(request(&world).await.status(), 403);
}

#[tokio::test]
async fn it_ends_when_the_server_stops() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    let mut heard = Heard::open(&world, "").await;
    heard.soon().await;
    world.stopper.stop();
    let end = tokio::time::timeout(SOON, heard.0.frame()).await.unwrap();
    assert!(end.is_none());
    let mut late = Heard::open(&world, "").await;
    late.soon().await;
    assert!(tokio::time::timeout(SOON, late.0.frame()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_listener_hears_of_hosts_that_they_may_see() {
    for database in TestDatabase::both().await {
        let mut world = World::empty(&database).await;
        let ids = world.take_many(2).await;
        let mine = world.group("mine", &ids[..1]).await;
        world.app.access.permissions = limited_to(json!([mine])).await;
        let mut heard = Heard::open(&world, "?kind=seen").await;
        heard.soon().await;
        world.take(report(1)).await;
        world.take(report(0)).await;
        let event = heard.soon().await;
        assert_eq!(event.data["count"], 1, "{event:?}");
        assert_eq!(event.data["changes"][0]["host"]["display_name"], "h0");
        world.take(report(1)).await;
        assert!(heard.next(Duration::from_millis(900)).await.is_none());
    }
}

#[tokio::test]
async fn who_listens_after_everybody_left_hears_as_well() {
    let database = TestDatabase::embedded();
    let world = World::empty(&database).await;
    for number in 0..3 {
        let mut heard = Heard::open(&world, "").await;
        heard.soon().await;
        world.take(report(number)).await;
        assert_eq!(heard.soon().await.id, i64::from(number) + 1);
        drop(heard);
        tokio::time::sleep(Duration::from_millis(600 * u64::from(number))).await;
    }
}
