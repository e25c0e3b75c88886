//! What dashboards ask of the query API.

use axum::body::Body;
use http::Request;
use serde_json::json;
use servicekit::{Client, permissions};
use testkit::{TestDatabase, callers::user};

use super::{
    NOW, app, client,
    writes::{post, query},
};

async fn filled(database: &TestDatabase) -> Client {
    let client = client(&app(database, permissions::everything()).await);
    let mut lines = Vec::new();
    for n in 0..10 {
        let at = NOW - 300_000 + n * 30_000;
        lines.push(format!("http,job=api requests_total={n}i {at}"));
        lines.push(format!("http,job=web requests_total={}i {at}", n * 2));
    }
    let lines = lines.join("\n");
    let answer = post(&client, "/write?precision=ms", &[], lines.into_bytes()).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    client
}

async fn form(client: &Client, path: &str, body: &str) -> servicekit::Answer {
    let request = Request::post(path)
        .header("x-rh-identity", user("ours"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    client.send(request).await
}

#[tokio::test]
async fn a_dashboard_tries_its_source_and_reads_it() {
    for database in TestDatabase::both().await {
        let client = filled(&database).await;
        let answer = form(&client, "/prometheus/api/v1/query", "query=1%2B1&time=4").await;
        assert_eq!(
            answer.json(),
            json!({"status": "success", "data": {"resultType": "scalar", "result": [4, "2"]}})
        );
        let build = client.ours("GET /prometheus/api/v1/status/buildinfo", "").await.json();
        assert!(build["data"]["version"].is_string() && build["data"].get("features").is_none());
        let series =
            form(&client, "/prometheus/api/v1/series", "match[]=%7B__name__!%3D%22%22%7D&limit=40000").await;
        assert_eq!(series.json()["data"].as_array().unwrap().len(), 2, "{series:?}");
        let names = client.ours("GET /prometheus/api/v1/labels", "").await.json();
        assert_eq!(names["data"], json!(["__name__", "job"]));
        let values = client.ours("GET /prometheus/api/v1/label/job/values?limit=1", "").await.json();
        assert_eq!(values["data"], json!(["api"]));
    }
}

#[tokio::test]
async fn a_range_is_aligned_and_sorted_by_labels() {
    let database = TestDatabase::embedded();
    let client = filled(&database).await;
    let end = NOW / 1000;
    let body = format!("query=http_requests_total&start={}&end={end}&step=30", end - 60);
    let answer = form(&client, "/prometheus/api/v1/query_range", &body).await.json();
    let result = answer["data"]["result"].as_array().unwrap();
    let jobs: Vec<_> = result.iter().map(|series| series["metric"]["job"].as_str().unwrap()).collect();
    assert_eq!(jobs, ["api", "web"]);
    assert_eq!(result[1]["values"], json!([[end - 60, "16"], [end - 30, "18"], [end, "18"]]));
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_in_prometheus_words() {
    let database = TestDatabase::embedded();
    let client = filled(&database).await;
    let ask = |path: &'static str| {
        let client = &client;
        async move { client.ours(&format!("GET /prometheus/api/v1/{path}"), "").await }
    };
    let answer = ask("query_range?query=up&start=0&end=11001&step=1").await;
    assert!(
        answer.json()["error"].as_str().unwrap().starts_with("exceeded maximum resolution of 11,000 points")
    );
    let answer = ask("query?query=rate(up)").await;
    assert_eq!((answer.status, answer.json()["errorType"].as_str()), (400, Some("bad_data")));
    assert!(
        answer.json()["error"].as_str().unwrap().contains("1:6: parse error: expected type range vector"),
        "{answer:?}"
    );
    let answer = ask("query?query=http_requests_total%20%2B%20on()%20http_requests_total").await;
    assert_eq!((answer.status, answer.json()["errorType"].as_str()), (422, Some("execution")));
    assert_eq!(ask("series").await.status, 400);
    assert_eq!(ask("query?query=1&time=yesterday").await.status, 400);
}

#[tokio::test]
async fn removed_samples_are_gone_and_others_stay() {
    let database = TestDatabase::embedded();
    let client = filled(&database).await;
    let chosen = "match[]=http_requests_total%7Bjob%3D%22api%22%7D";
    let answer = client.ours(&format!("DELETE /prometheus/api/v1/series?{chosen}"), "").await;
    assert_eq!(answer.json()["data"]["removed"], 10, "{answer:?}");
    assert_eq!(
        query(&client, "count(http_requests_total)").await,
        r#"[{"metric":{},"value":[1700000000,"1"]}]"#
    );
}
