//! Rows and thresholds: recorded answers of the original, and the examples of contract metrics §7.7.

use monitoring::App;
use monitoring::legacy::{Key, MetricRef, MetricRow, Units};
use monitoring::rules::columns::{Column, Table};
use serde_json::{Value, json};
use servicekit::{Client, permissions};
use testkit::TestDatabase;

use super::{app, client, everywhere, ours};

fn millis(text: &str) -> i64 {
    let text = if text.contains('+') { text.to_owned() } else { format!("{text}+00:00") };
    text.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn row(table: Table, recorded: &Value) -> (i64, MetricRow) {
    let mut row = MetricRow {
        count: recorded["count"].as_i64(),
        previous_count: recorded["previous_count"].as_i64(),
        ..MetricRow::default()
    };
    for (name, value) in recorded.as_object().unwrap() {
        if let (Some(Column::Measure(n)), Some(value)) = (Column::named(table, name), value.as_f64()) {
            row.measures[n] = Some(value as f32);
        }
    }
    (millis(recorded["metric_timestamp"].as_str().unwrap()), row)
}

/// Stored values have 32 bits.
fn close(one: &Value, two: &Value) -> bool {
    match (one.as_f64(), two.as_f64()) {
        (Some(one), Some(two)) => (one - two).abs() <= 1e-6 * two.abs(),
        _ => one == two,
    }
}

fn key(metric: &str) -> Key {
    Key { environment: "dev".into(), application: "app".into(), metric: metric.into() }
}

async fn put(app: &App, table: Table, key: &Key, rows: &[(i64, MetricRow)], units: Units) {
    app.tables.put_rows(MetricRef { org: &ours(), table, key }, rows, &units).await.unwrap();
}

async fn data(client: &Client, table: &str, query: &str) -> servicekit::Answer {
    client.ours(&format!("GET /api/v1/metrics/{table}/dev/app/m?{query}"), "").await
}

#[tokio::test]
async fn recorded_binnings_come_out_of_the_store() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/scenarios");
    let cases = std::fs::read_to_string(folder.join("cases-metrics.jsonl")).unwrap();
    for (app, _database) in everywhere().await {
        for case in cases.lines() {
            let case: Value = serde_json::from_str(case).unwrap();
            let metric = case["id"].as_str().unwrap();
            let name = case["table"].as_str().unwrap();
            let table = Table::named(name).unwrap();
            let rows: Vec<_> =
                case["input_rows"].as_array().unwrap().iter().map(|recorded| row(table, recorded)).collect();
            put(&app, table, &key(metric), &rows, Units::default()).await;
            let columns: Vec<&str> =
                case["columns"].as_array().unwrap().iter().map(|column| column.as_str().unwrap()).collect();
            let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let query = format!(
                "columns={}&size={}&start_timestamp={}&end_timestamp={}",
                columns.join(","),
                case["size"],
                encode(case["start"].as_str().unwrap()),
                encode(case["end"].as_str().unwrap()),
            );
            let path = format!("GET /api/v1/metrics/{name}/dev/app/{metric}?{query}");
            let answer = client(&app).ours(&path, "").await;
            if case["result"]["ok"] != true {
                assert_eq!((answer.status, &answer.json()["error"]), (404, &case["result"]["detail"]));
                continue;
            }
            // Rows that were not reduced were recorded in another order of columns.
            let recorded: Vec<&str> = case["result"]["columns"]
                .as_array()
                .unwrap()
                .iter()
                .map(|name| name.as_str().unwrap())
                .collect();
            let place = |name: &str| recorded.iter().position(|own| *own == name).unwrap();
            let answer = answer.json();
            let (rows, wanted) =
                (answer["data"]["rows"].as_array().unwrap(), case["result"]["rows"].as_array().unwrap());
            assert_eq!(rows.len(), wanted.len(), "{}", case["id"]);
            for (row, wanted) in rows.iter().zip(wanted) {
                assert_eq!(row[0], wanted[0], "{}", case["id"]);
                for (n, column) in columns.iter().enumerate() {
                    assert!(
                        close(&row[n + 1], &wanted[place(column)]),
                        "{} {column}: {row} {wanted}",
                        case["id"]
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn wrong_questions_are_told_in_the_order_of_the_contract() {
    let database = TestDatabase::embedded();
    let client = client(&app(&database, permissions::everything()).await);
    let timer = "raw_timer_with_interval";
    for (table, query, status, text) in [
        ("nope", "start_timestamp=x", 400, "You must specify at least one column"),
        ("nope", "columns=a&start_timestamp=x&end_timestamp=y", 400, "Invalid start_timestamp"),
        ("nope", "columns=a&end_timestamp=", 400, "Invalid end_timestamp"),
        ("nope", "columns=a", 404, "table \"nope\" does not exist"),
        (
            timer,
            "columns=b,%20a,mean",
            404,
            "column(s) (b, a) not found in table \"raw_timer_with_interval\"",
        ),
        (timer, "columns=mean&size=0", 400, "size must be greater than 0"),
    ] {
        let answer = data(&client, table, query).await;
        assert_eq!((answer.status, answer.json()), (status, json!({"error": text})), "{query}");
    }
    let answer = data(&client, timer, "columns=count,interval_count").await;
    assert_eq!((answer.status, &answer.json()["data"]["rows"]), (200, &json!([])));
}

#[tokio::test]
async fn metrics_are_listed_with_their_newest_row() {
    for (app, _database) in everywhere().await {
        let row = |count| MetricRow { count: Some(count), ..MetricRow::default() };
        let rows = [(1_487_219_483_123, row(2)), (1_487_219_482_000, row(1))];
        let units = Units { duration: Some("milliseconds".into()), rate: Some("calls/second".into()) };
        put(&app, Table::Timer, &key("t"), &rows, units).await;
        put(&app, Table::Counter, &key("c"), &rows, Units::default()).await;
        let listed = client(&app).ours("GET /api/v1/metrics", "").await.json();
        let metric = |table, name, duration, rate| {
            json!({"application": "app", "duration_unit": duration, "environment": "dev", "metric_name": name,
            "last_timestamp": "2017-02-16T04:31:23.123000+00:00", "rate_unit": rate, "table": table})
        };
        let none = Value::Null;
        assert_eq!(
            listed,
            json!({"data": {"metrics": [
                metric("raw_counter_with_interval", "c", none.clone(), none),
                metric("raw_timer_with_interval", "t", json!("milliseconds"), json!("calls/second")),
            ]}})
        );
    }
}

#[tokio::test]
async fn rows_at_a_threshold_are_errors_or_warnings() {
    for (app, _database) in everywhere().await {
        let rows: Vec<_> = [5.0, 10.0, 1.0]
            .iter()
            .enumerate()
            .map(|(n, p99)| {
                let mut row = MetricRow::default();
                row.measures[8] = Some(*p99);
                (1_487_219_483_000 + n as i64 * 1000, row)
            })
            .collect();
        put(&app, Table::Timer, &key("m"), &rows, Units::default()).await;
        let client = client(&app);
        let path = "GET /api/v1/alerts/dev/app/raw_timer_with_interval/m";
        let asked = "?measure=p99&warning=5&error=10&start=2017-02-16T04:31:23Z&end=2017-02-16T04:31:25";
        let answer = client.ours(&format!("{path}{asked}"), "").await.json();
        let entry = |date: &str, iso: &str, value: f64| json!({"metric_timestamp": date, "timestamp": iso, "p99": value});
        assert_eq!(
            answer,
            json!({
                "errors": [entry("Thu, 16 Feb 2017 04:31:24 GMT", "2017-02-16T04:31:24+00:00", 10.0)],
                "warnings": [entry("Thu, 16 Feb 2017 04:31:23 GMT", "2017-02-16T04:31:23+00:00", 5.0)],
            })
        );
        let answer = client.ours(path, "").await;
        assert_eq!((answer.status, answer.json()["errors"].as_object().unwrap().len()), (400, 5));
    }
}
