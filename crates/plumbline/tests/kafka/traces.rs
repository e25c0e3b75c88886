//! Spans of requests and messages, as a collector of OpenTelemetry gets them.

use serde_json::{Value, json};
use tempfile::tempdir;
use testkit::{Receiver, Record, eventually};

use crate::{
    pipeline::Pipeline,
    support::{BASE, PATIENCE, Program, Server, plumbline, report, send},
};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// The environment of a program that sends spans to a collector.
fn environment(collector: &Receiver) -> [(&'static str, String); 3] {
    let endpoint = collector.url.trim_end_matches("/hook").to_owned();
    [
        ("OTEL_ENABLED", "true".to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
        ("PLUMBLINE_TRACES_PAUSE", "0.1".to_owned()),
    ]
}

/// The spans that came, each with the name of its service.
fn spans(collector: &Receiver) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for call in collector.taken() {
        assert_eq!(call.headers["content-type"], "application/json");
        let document: Value = serde_json::from_str(&call.body).unwrap();
        let of = &document["resourceSpans"][0];
        let service = value(&of["resource"], "service.name").as_str().unwrap().to_owned();
        let spans = of["scopeSpans"][0]["spans"].as_array().unwrap();
        all.extend(spans.iter().map(|span| (service.clone(), span.clone())));
    }
    all
}

/// An attribute.
fn value(of: &Value, name: &str) -> Value {
    let mut attributes = of["attributes"].as_array().unwrap().iter();
    let found = attributes.find(|attribute| attribute["key"] == name);
    found.and_then(|found| found["value"].as_object()?.values().next().cloned()).unwrap_or_default()
}

/// The spans of the trace, once there are so many.
async fn of_trace(collector: &Receiver, count: usize) -> Vec<(String, Value)> {
    eventually("the spans come", PATIENCE, || async {
        let mut all = spans(collector);
        all.retain(|(_, span)| span["traceId"] == TRACE);
        (all.len() >= count).then_some(all)
    })
    .await
}

#[tokio::test]
async fn a_request_is_a_span_of_the_trace_that_its_sender_names() {
    let (collector, folder) = (Receiver::start().await, tempdir().unwrap());
    let mut command = plumbline();
    command.args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
    let server = Server::start(command.envs(environment(&collector))).await;
    let ask = async |path: &str, flags: &str| {
        let request = server.request(reqwest::Method::GET, path);
        let request = request.header("traceparent", format!("00-{TRACE}-{PARENT}-{flags}"));
        send(request.header("tracestate", "vendor=1")).await.unwrap()
    };
    assert_eq!(ask(&format!("{BASE}/tags"), "00").await.status, 200);
    assert_eq!(ask(&format!("{BASE}/hosts"), "01").await.status, 200);
    let [(service, span)] = &of_trace(&collector, 1).await[..] else { panic!("{:?}", spans(&collector)) };
    assert_eq!((service.as_str(), &span["kind"]), ("host-inventory", &json!(2)));
    assert_eq!((&span["parentSpanId"], &span["traceState"]), (&json!(PARENT), &json!("vendor=1")));
    assert_eq!(span["name"], json!(format!("GET {BASE}/hosts")));
    assert_eq!(value(span, "http.response.status_code"), json!("200"));
    let time = |name: &str| span[name].as_str().unwrap().parse::<u64>().unwrap();
    assert!(span["spanId"] != PARENT && time("startTimeUnixNano") <= time("endTimeUnixNano"), "{span}");
}

#[tokio::test]
async fn a_message_is_a_span_of_the_trace_that_its_headers_name_also_when_it_fails() {
    let (collector, pipeline) = (Receiver::start().await, Pipeline::shared().await);
    let traced = |report: &Value| Record {
        headers: vec![("traceparent".to_owned(), format!("00-{TRACE}-{PARENT}-01").into_bytes())],
        ..Record::new("k", report.to_string())
    };
    let mut bad = report(2);
    bad["data"]["mac_addresses"] = json!([]);
    pipeline.kafka.produce(&pipeline.ingress, vec![traced(&report(1)), traced(&bad)]).await;
    let _ingress = Program::start(pipeline.command().arg("ingress").envs(environment(&collector)));
    let spans = of_trace(&collector, 2).await;
    for (service, span) in &spans {
        assert_eq!((service.as_str(), &span["kind"]), ("host-inventory-mq", &json!(5)));
        assert_eq!(
            (&span["name"], &span["parentSpanId"]),
            (&json!(format!("mq.process {}", pipeline.ingress)), &json!(PARENT))
        );
        assert_eq!(
            (value(span, "rh.org_id"), value(span, "messaging.destination.name")),
            (json!("local"), json!(pipeline.ingress))
        );
    }
    let failed =
        |(_, span): &&(String, Value)| value(span, "hbi.error") == true && span["status"]["code"] == 2;
    assert_eq!(spans.iter().filter(failed).count(), 1, "{spans:?}");
}
