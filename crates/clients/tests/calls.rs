//! A client against a small server that answers as told.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails the test")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode},
};
use clients::{Authorities, BadClient, CallError, Client, Options, Outgoing, Trust};
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use testkit::{Certificates, TlsFront};
use tokio::net::TcpListener;

/// A server that gives these answers in turn, the last one for ever, and how often it was asked.
async fn answering(answers: &'static [(u16, &'static str)]) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = move |State(asked): State<Arc<AtomicUsize>>, headers: HeaderMap| async move {
        let turn = asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
        let (status, body) = answers[turn];
        let passed: Vec<&str> = headers.keys().map(http::HeaderName::as_str).collect();
        (StatusCode::from_u16(status).unwrap(), body.replace("HEADERS", &passed.join(" ")))
    };
    let router = Router::new().fallback(answer).with_state(asked.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (format!("http://{address}/"), asked)
}

fn client(endpoint: String) -> Client {
    let options = Options::new("somebody", endpoint);
    Client::new(Options {
        backoff: Duration::from_millis(1),
        most_bytes: 100,
        passed_on: &["x-id"],
        ..options
    })
    .unwrap()
}

#[tokio::test]
async fn what_fails_for_a_while_is_tried_again_and_the_rest_is_not() {
    let (place, asked) = answering(&[(503, ""), (500, ""), (200, "1")]).await;
    let reply = client(place).get("/x", &HeaderMap::new()).await.unwrap();
    assert_eq!((reply.json::<u8>(), asked.load(Ordering::SeqCst)), (Ok(1), 3));

    let (place, asked) = answering(&[(502, "")]).await;
    let failed = client(place).get("/x", &HeaderMap::new()).await.unwrap_err();
    assert_eq!(failed.to_string(), "somebody answered 502 Bad Gateway");
    assert_eq!(asked.load(Ordering::SeqCst), 3);

    for status in [302, 404, 501] {
        let answers: &'static [(u16, &'static str)] = Box::leak(Box::new([(status, "no")]));
        let (place, asked) = answering(answers).await;
        assert_eq!(client(place).get("/x", &HeaderMap::new()).await.unwrap().status.as_u16(), status);
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{status}");
    }
}

#[tokio::test]
async fn what_changes_something_is_sent_once() {
    let (place, asked) = answering(&[(503, "")]).await;
    let sent = client(place).send(Method::POST, "/x", &HeaderMap::new(), &1).await;
    assert!(matches!(sent, Err(CallError::Failing { .. })), "{sent:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn only_the_named_headers_are_passed_on() {
    let (place, _) = answering(&[(200, "HEADERS")]).await;
    let mut headers = HeaderMap::new();
    headers.insert("x-id", "1".parse().unwrap());
    headers.insert("cookie", "secret".parse().unwrap());
    let reply = client(place).get("/x", &headers).await.unwrap();
    let passed = String::from_utf8(reply.body).unwrap();
    assert!(passed.contains("x-id") && !passed.contains("cookie"), "{passed}");
}

#[tokio::test]
async fn a_long_answer_is_not_read_to_its_end_and_nobody_listening_is_told() {
    let long: &'static [(u16, &'static str)] = Box::leak(Box::new([(200, "x".repeat(101).leak() as &str)]));
    let (place, _) = answering(long).await;
    let refused = client(place).get("/x", &HeaderMap::new()).await;
    assert_eq!(refused, Err(CallError::TooLong { service: "somebody", most: 100 }));

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = client(format!("http://{closed}")).get("/x", &HeaderMap::new()).await.unwrap_err();
    assert!(refused.to_string().starts_with("somebody cannot be reached: "), "{refused}");
}

/// Counts the times that are recorded.
#[derive(Default)]
struct Times(Arc<Count>);

#[derive(Default)]
struct Count(AtomicUsize);

impl HistogramFn for Count {
    fn record(&self, _: f64) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Recorder for Times {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        assert_eq!(key.name(), "plumbline_outbound_http_response_time_seconds");
        Histogram::from_arc(self.0.clone())
    }
}

#[tokio::test]
async fn a_posted_body_has_its_time_and_every_outcome_is_recorded() {
    let times = Times::default();
    let _recorded = metrics::set_default_local_recorder(&times);
    let mut headers = HeaderMap::new();
    headers.append("x-any", "1".parse().unwrap());
    let post = async |endpoint: String, body: Outgoing| {
        let options = Options { timeout: Duration::from_millis(200), ..Options::new("somebody", endpoint) };
        Client::new(options).unwrap().post("/x", &headers, body).await
    };
    let (place, asked) = answering(&[(503, "HEADERS")]).await;
    let reply = post(place, Outgoing::Whole(b"{}".to_vec())).await.unwrap();
    let passed = String::from_utf8(reply.body).unwrap();
    assert_eq!((reply.status.as_u16(), asked.load(Ordering::SeqCst)), (503, 1));
    assert!(passed.contains("x-any") && passed.contains("host"), "{passed}");

    // Nobody accepts: the connection is there, and no answer comes.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = format!("http://{}", silent.local_addr().unwrap());
    let late = post(place.clone(), Outgoing::Whole(Vec::new())).await.unwrap_err();
    assert_eq!(late.to_string(), "somebody cannot be reached: no answer within 0.2 seconds");
    // A body of parts may take longer.
    let (_parts, body) = tokio::sync::mpsc::channel(1);
    let sent = tokio::time::timeout(Duration::from_millis(400), post(place, Outgoing::Parts(body))).await;
    assert!(sent.is_err());

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    post(format!("http://{closed}"), Outgoing::Whole(Vec::new())).await.unwrap_err();
    assert_eq!(times.0.0.load(Ordering::SeqCst), 3);
}

fn only(pem: impl Into<String>) -> Trust {
    Trust { authorities: Authorities::Only(pem.into()), setting: "--ca" }
}

#[test]
fn certificates_that_are_none_are_refused() {
    let options = Options { trust: only("no certificate"), ..Options::new("somebody", String::new()) };
    assert!(matches!(Client::new(options), Err(BadClient::Certificates { .. })));
}

#[tokio::test]
async fn a_service_is_asked_over_tls_when_one_who_is_trusted_made_its_certificate_for_its_name() {
    let (place, asked) = answering(&[(200, "1")]).await;
    let (ours, others) = (Certificates::new(), Certificates::new());
    let front = TlsFront::start(&place, &ours).await;
    let get = async |url: String, trust: Trust| {
        let options = Options { backoff: Duration::from_millis(1), trust, ..Options::new("somebody", url) };
        Client::new(options).unwrap().get("/x", &HeaderMap::new()).await
    };
    let beside = Trust { authorities: Authorities::UsualAnd(ours.authority_pem()), setting: "--ca" };
    for trust in [only(ours.authority_pem()), beside] {
        assert_eq!(get(front.url(), trust).await.unwrap().json(), Ok(1_u8));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    for (url, trust, setting) in [
        (front.url(), only(others.authority_pem()), "--ca"),
        (front.url(), Trust::default(), "the authorities of the system"),
        (front.url_of_another_name(), only(ours.authority_pem()), "--ca"),
    ] {
        let refused = get(url, trust).await.unwrap_err();
        assert!(matches!(refused, CallError::Untrusted { .. }), "{refused}");
        assert!(refused.to_string().contains(setting), "{refused}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 2, "nothing is told to those who are not trusted");
}
