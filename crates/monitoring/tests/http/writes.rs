//! The doors in, and what comes out again.

use axum::body::Body;
use http::Request;
use monitoring::doors::{native::NativeHistogram, remote_write::wire};
use servicekit::{Answer, Client, permissions};
use testkit::{TestDatabase, callers::user};

use super::{NOW, app, client};

pub async fn post(client: &Client, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
    let mut request = Request::post(path).header("x-rh-identity", user("ours"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    client.send(request.body(Body::from(body)).unwrap()).await
}

pub async fn query(client: &Client, query: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(query.as_bytes()).collect();
    let answer =
        client.ours(&format!("GET /prometheus/api/v1/query?time={}&query={encoded}", NOW / 1000), "").await;
    assert!(answer.is_good(), "{query}: {answer:?}");
    answer.json()["data"]["result"].to_string()
}

fn series(labels: &[(&str, &str)], value: f64) -> wire::TimeSeries {
    let label = |(name, value): &(&str, &str)| wire::Label {
        name: (*name).to_owned().into(),
        value: (*value).to_owned().into(),
    };
    wire::TimeSeries {
        labels: labels.iter().map(label).collect(),
        samples: vec![wire::Sample { value, timestamp: NOW }],
        ..wire::TimeSeries::default()
    }
}

fn packed(message: &impl prost::Message) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(&message.encode_to_vec()).unwrap()
}

#[tokio::test]
async fn samples_of_remote_write_come_out_as_soon_as_they_are_acknowledged() {
    for database in TestDatabase::both().await {
        let client = client(&app(&database, permissions::everything()).await);
        let timeseries =
            vec![series(&[("__name__", "up"), ("job", "api")], 1.0), series(&[("job", "nameless")], 2.0)];
        let request = wire::WriteRequest { timeseries, ..wire::WriteRequest::default() };
        let headers = [("content-type", "application/x-protobuf"), ("content-encoding", "snappy")];
        let answer = post(&client, "/api/v1/write", &headers, packed(&request)).await;
        // The bad series is named, the good one is stored.
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains("nameless"), "{answer:?}");
        assert_eq!(
            query(&client, "up").await,
            r#"[{"metric":{"__name__":"up","job":"api"},"value":[1700000000,"1"]}]"#
        );
    }
}

#[tokio::test]
async fn version_two_of_remote_write_tells_what_it_wrote() {
    let database = TestDatabase::embedded();
    let client = client(&app(&database, permissions::everything()).await);
    let histogram = NativeHistogram { timestamp: NOW, ..NativeHistogram::default() };
    let one = |refs: Vec<u32>| wire::TimeSeriesTwo { labels_refs: refs, ..wire::TimeSeriesTwo::default() };
    let timeseries = vec![
        wire::TimeSeriesTwo { samples: vec![wire::Sample { value: 3.0, timestamp: NOW }], ..one(vec![1, 2]) },
        wire::TimeSeriesTwo { histograms: vec![histogram], ..one(vec![1, 3]) },
    ];
    let symbols = ["", "__name__", "a", "b"].map(String::from).to_vec();
    let request = wire::Request { symbols, timeseries };
    let headers = [
        ("content-type", "application/x-protobuf;proto=io.prometheus.write.v2.Request"),
        ("content-encoding", "snappy"),
    ];
    let answer = post(&client, "/api/v1/write", &headers, packed(&request)).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let written = |what: &str| answer.header(&format!("x-prometheus-remote-write-{what}-written"));
    assert_eq!(
        [written("samples"), written("histograms"), written("exemplars")],
        [Some("1"), Some("1"), Some("0")]
    );
}

#[tokio::test]
async fn what_is_neither_protocol_is_told_so() {
    let database = TestDatabase::embedded();
    let client = client(&app(&database, permissions::everything()).await);
    for (kind, encoding, status) in [
        ("application/json", "snappy", 415),
        ("image/png", "snappy", 415),
        ("application/x-protobuf;proto=x", "snappy", 415),
        ("application/x-protobuf", "zstd", 415),
        ("application/x-protobuf", "snappy", 400),
    ] {
        let headers = [("content-type", kind), ("content-encoding", encoding)];
        let answer = post(&client, "/api/v1/write", &headers, b"nonsense".to_vec()).await;
        assert_eq!(answer.status, status, "{kind} {encoding}: {answer:?}");
    }
}

#[tokio::test]
async fn points_of_otlp_come_out_under_prometheus_names() {
    let database = TestDatabase::embedded();
    let client = client(&app(&database, permissions::everything()).await);
    let body = format!(
        r#"{{"resourceMetrics": [{{"resource": {{"attributes": [{{"key": "service.name", "value": {{"stringValue": "shop"}}}}]}},
            "scopeMetrics": [{{"metrics": [{{"name": "room.temperature", "unit": "Cel", "gauge": {{"dataPoints": [
                {{"timeUnixNano": "{NOW}000000", "asDouble": 21.5}}]}}}}]}}]}}]}}"#
    );
    let answer =
        post(&client, "/v1/metrics", &[("content-type", "application/json")], body.into_bytes()).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "{}"));
    assert_eq!(
        query(&client, "room_temperature_celsius").await,
        r#"[{"metric":{"__name__":"room_temperature_celsius","job":"shop"},"value":[1700000000,"21.5"]}]"#
    );
    let answer = post(&client, "/v1/metrics", &[("content-type", "application/json")], b"[".to_vec()).await;
    assert_eq!((answer.status, answer.json()["code"].as_i64()), (400, Some(3)));
}

#[tokio::test]
async fn lines_of_both_versions_come_out() {
    let database = TestDatabase::embedded();
    let client = client(&app(&database, permissions::everything()).await);
    let lines = |text: String| text.into_bytes();
    let answer =
        post(&client, "/write?db=x&precision=ms", &[], lines(format!("cpu,host=a usage=1.5 {NOW}"))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    let bad = lines(format!("cpu,host=b usage=2 {NOW}\nnonsense"));
    let answer = post(&client, "/api/v2/write?bucket=x&precision=ms", &[], bad).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("invalid")));
    assert!(answer.json()["message"].as_str().unwrap().contains("line 2"), "{answer:?}");
    assert_eq!(query(&client, "sum(cpu_usage)").await, r#"[{"metric":{},"value":[1700000000,"3.5"]}]"#);
}

#[tokio::test]
async fn a_scope_parts_the_data_of_an_organisation() {
    let database = TestDatabase::embedded();
    let client = client(&app(&database, permissions::everything()).await);
    let line = format!("cpu usage=1 {NOW}000000").into_bytes();
    let answer = post(&client, "/write", &[("x-scope-orgid", "part")], line).await;
    assert_eq!(answer.status, 204);
    assert_eq!(query(&client, "cpu_usage").await, "[]");
}
