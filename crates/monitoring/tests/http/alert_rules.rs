//! Alerts: kept, evaluated, told, remembered.

use access::Access;
use bus::{Publisher, Recorder};
use ground::{Stopper, Timestamp};
use monitoring::{
    App, alerting,
    batch::{Batch, Points, Tenant},
    legacy::{Key, MetricRef, MetricRow, Units},
    rules::columns::Table,
};
use notify::{Delivery, MailServer, Outlet, Senders, Webhooks};
use serde_json::{Value, json};
use series::Labels;
use servicekit::{Answer, permissions};
use testkit::{TestDatabase, callers::user};

use super::{NOW, app, client, ours};

async fn ask(app: &App, operation: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    client(app).ask(Some(&user("ours")), operation, &body).await
}

/// Values of `load` of a host at seconds behind the beginning.
async fn samples(app: &App, host: &str, values: &[(i64, f64)]) {
    let mut batch = Batch::default();
    let labels = Labels::new([("__name__", "load"), ("host", host)]);
    let floats = values.iter().map(|(second, value)| (START + second * 1_000, *value)).collect();
    batch.push(Points { labels, floats, ..Points::default() }, &app.limits);
    app.samples.append(Tenant::new(ours(), "").unwrap(), batch).await.unwrap();
}

/// The clock of the app, on a step of a minute.
const START: i64 = NOW / 60_000 * 60_000;

/// So many seconds behind the beginning; alerts whose time has come are evaluated.
async fn at(app: &App, second: i64) {
    app.clock.set(Timestamp::from_micros((START + second * 1_000) * 1_000));
    alerting::run(app.clone()).await.unwrap();
}

/// What was told since the last time, as state, host and value.
async fn told(app: &App, recorder: &Recorder) -> Vec<(String, String, String)> {
    let mail = MailServer { outlet: Outlet::Log, from: String::new(), support: String::new() };
    let publisher = Some(Publisher::Recorder(recorder.clone()));
    let senders = Senders { webhooks: Webhooks::new([]), mail, publisher };
    let (_stopper, stop) = Stopper::new();
    Delivery::new(app.queue.clone(), senders).send_due(&stop).await.unwrap();
    let read = |message: bus::Message| {
        let body: Value = serde_json::from_slice(&message.payload).unwrap();
        let payload: Value = serde_json::from_str(body["events"][0]["payload"].as_str().unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&payload["state"]), text(&payload["labels"]["host"]), text(&payload["value"]))
    };
    recorder.take().into_iter().map(read).collect()
}

fn three(state: &str, host: &str, value: &str) -> (String, String, String) {
    (state.to_owned(), host.to_owned(), value.to_owned())
}

async fn begun(database: &TestDatabase, access: Access) -> App {
    let app = app(database, access).await;
    app.clock.set(Timestamp::from_micros(START * 1_000));
    app
}

#[tokio::test]
async fn each_host_is_an_alert_of_its_own_with_the_value_of_the_chart() {
    for database in TestDatabase::both().await {
        let app = begun(&database, permissions::everything()).await;
        let rule = json!({"name": "busy", "expression": "load{host=~\"$host\"}", "variables": {"host": ["a", "b"]},
            "threshold": 5, "clear": 4, "for_seconds": 60, "keep_firing_seconds": 60});
        let made = ask(&app, "POST /api/v1/alert-rules", &rule).await;
        assert_eq!(made.status, 201, "{made:?}");
        let id = made.json()["id"].as_str().unwrap().to_owned();
        samples(&app, "a", &[(50, 6.25), (110, 7.5), (170, 4.5), (230, 3.0), (290, 3.0)]).await;
        samples(&app, "b", &[(50, 1.0), (110, 1.0), (170, 1.0), (230, 1.0), (290, 1.0)]).await;
        samples(&app, "c", &[(50, 9.0), (110, 9.0), (170, 9.0)]).await;
        let recorder = Recorder::default();
        at(&app, 65).await;
        assert!(told(&app, &recorder).await.is_empty(), "not for long enough");
        let shown = ask(&app, &format!("GET /api/v1/alert-rules/{id}"), &Value::Null).await.json();
        assert_eq!(
            (&shown["state"], &shown["active"][0]["labels"]["host"]),
            (&json!("pending"), &json!("a"))
        );
        at(&app, 125).await;
        assert_eq!(told(&app, &recorder).await, [three("firing", "a", "7.5")]);
        // The value of the alert is that of a chart at the same step.
        let chart = format!(
            "GET /prometheus/api/v1/query_range?query=load&start={0}&end={0}&step=60",
            (START + 120_000) / 1_000
        );
        let chart = ask(&app, &chart, &Value::Null).await.json();
        let of_a =
            chart["data"]["result"].as_array().unwrap().iter().find(|series| series["metric"]["host"] == "a");
        assert_eq!(of_a.unwrap()["values"][0][1], "7.5");
        // Above the clear threshold it goes on, and a while behind it.
        at(&app, 185).await;
        at(&app, 245).await;
        assert!(told(&app, &recorder).await.is_empty());
        at(&app, 305).await;
        at(&app, 305).await;
        let ends = told(&app, &recorder).await;
        assert_eq!(ends, [three("resolved", "a", "3")]);
        let history = ask(&app, &format!("GET /api/v1/alert-rules/{id}/history"), &Value::Null).await.json();
        let states: Vec<&str> = history["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|event| event["state"].as_str().unwrap())
            .collect();
        assert_eq!(states, ["inactive", "firing", "pending"]);
        assert_eq!(ask(&app, &format!("DELETE /api/v1/alert-rules/{id}"), &Value::Null).await.status, 204);
        assert_eq!(
            ask(&app, &format!("GET /api/v1/alert-rules/{id}/history"), &Value::Null).await.status,
            404
        );
    }
}

#[tokio::test]
async fn what_was_missed_while_the_program_was_down_is_made_up_for() {
    let database = TestDatabase::embedded();
    let one = begun(&database, permissions::everything()).await;
    let rule = json!({"name": "busy", "expression": "load", "threshold": 5, "delay_seconds": 30});
    assert_eq!(ask(&one, "POST /api/v1/alert-rules", &rule).await.status, 201);
    samples(&one, "a", &[(55, 6.0), (115, 1.0), (175, 8.0)]).await;
    at(&one, 70).await;
    let recorder = Recorder::default();
    assert!(told(&one, &recorder).await.is_empty(), "late samples are waited for");
    drop(one);
    let other = app(&database, permissions::everything()).await;
    at(&other, 215).await;
    let expected = [three("firing", "a", "6"), three("resolved", "a", "1"), three("firing", "a", "8")];
    assert_eq!(told(&other, &recorder).await, expected);
}

#[tokio::test]
async fn an_alert_that_cannot_be_evaluated_says_why_and_holds_up_no_other() {
    let database = TestDatabase::embedded();
    let app = begun(&database, permissions::everything()).await;
    for (name, expression) in [("bad", "label_replace(load, \"host\", \"x\", \"\", \"\")"), ("good", "load")]
    {
        let rule = json!({"name": name, "expression": expression, "threshold": 5});
        assert_eq!(ask(&app, "POST /api/v1/alert-rules", &rule).await.status, 201);
    }
    samples(&app, "a", &[(50, 6.0)]).await;
    samples(&app, "b", &[(50, 6.0)]).await;
    at(&app, 65).await;
    let recorder = Recorder::default();
    assert_eq!(told(&app, &recorder).await.len(), 2);
    let listed = ask(&app, "GET /api/v1/alert-rules", &Value::Null).await.json();
    assert!(listed["alerts"][0]["error"].is_string(), "{listed}");
    assert_eq!((&listed["alerts"][1]["error"], &listed["alerts"][1]["firing"]), (&json!(null), &json!(2)));
}

#[tokio::test]
async fn what_cannot_be_an_alert_is_refused_with_the_reason() {
    let database = TestDatabase::embedded();
    let app = begun(&database, permissions::everything()).await;
    for (bad, named) in [
        (json!({"name": "x", "expression": "load{", "threshold": 1}), "expression"),
        (json!({"name": "x", "expression": "load", "threshold": 1, "of": 0}), "breaches"),
        (json!({"name": "x", "expression": "load"}), "threshold"),
        (json!({"name": "x", "expression": "load", "threshold": 1, "other": 1}), "other"),
    ] {
        let answer = ask(&app, "POST /api/v1/alert-rules", &bad).await;
        assert!(answer.status == 400 && answer.text.contains(named), "{answer:?}");
    }
    let rule = json!({"name": "x", "expression": "load", "threshold": 1});
    assert_eq!(ask(&app, "POST /api/v1/alert-rules", &rule).await.status, 201);
    assert_eq!(ask(&app, "POST /api/v1/alert-rules", &rule).await.status, 400, "the name is taken");
    let refused = store::prepare_all(&app.db, alerting::STATEMENTS).await.unwrap();
    assert_eq!(refused, Vec::<String>::new());
}

#[tokio::test]
async fn what_asks_prometheus_for_rules_and_alerts_is_told_of_ours() {
    for (app, _database) in super::everywhere().await {
        app.clock.set(Timestamp::from_micros(START * 1_000));
        let rule = json!({"name": "busy", "expression": "load", "threshold": 5, "for_seconds": 60, "summary": "look"});
        assert_eq!(ask(&app, "POST /api/v1/alert-rules", &rule).await.status, 201);
        // The original's timers are alerts like any other series.
        let timer =
            json!({"name": "slow", "expression": "{\"l1p.x.GetTime\",measure=\"max\"}", "threshold": 2});
        assert_eq!(ask(&app, "POST /api/v1/alert-rules", &timer).await.status, 201);
        let key =
            Key { environment: "dev".into(), application: "app".into(), metric: "l1p.x.GetTime".into() };
        let mut row = MetricRow::default();
        row.measures[0] = Some(2.5);
        let metric = MetricRef { org: &ours(), table: Table::Timer, key: &key };
        app.tables.put_rows(metric, &[(START + 50_000, row)], &Units::default()).await.unwrap();
        samples(&app, "a", &[(50, 6.25)]).await;
        at(&app, 65).await;
        let asked = async |what: &str| {
            ask(&app, &format!("GET /prometheus/api/v1/{what}"), &Value::Null).await.json()
        };
        let alerts = asked("alerts").await;
        assert_eq!(
            alerts["data"]["alerts"],
            json!([
                {"labels": {"alertname": "busy", "host": "a"}, "annotations": {"summary": "look"}, "state": "pending",
                 "activeAt": alerts["data"]["alerts"][0]["activeAt"], "value": "6.25e+00"},
                {"labels": {"alertname": "slow", "environment": "dev", "application": "app", "measure": "max", "kind": "timer"},
                 "annotations": {}, "state": "firing", "activeAt": alerts["data"]["alerts"][1]["activeAt"], "value": "2.5e+00"},
            ])
        );
        let rules = asked("rules").await;
        let group = &rules["data"]["groups"][0];
        assert_eq!(
            (&group["interval"], group["rules"].as_array().unwrap().len()),
            (&json!(60), 2),
            "{rules}"
        );
        let busy = &group["rules"][0];
        let told =
            ["type", "name", "query", "state", "health", "duration"].map(|member| busy[member].clone());
        assert_eq!(
            told,
            [json!("alerting"), json!("busy"), json!("(load) > 5"), json!("pending"), json!("ok"), json!(60)]
        );
        assert_eq!(busy["alerts"][0], alerts["data"]["alerts"][0]);
        let one = asked("rules?rule_name[]=slow&exclude_alerts=true").await;
        let one = &one["data"]["groups"][0]["rules"];
        assert_eq!(
            ["name", "alerts", "state"].map(|member| one[0][member].clone()),
            [json!("slow"), json!([]), json!("firing")]
        );
        assert_eq!(one.as_array().unwrap().len(), 1);
        assert_eq!(asked("rules?rule_group[]=alerts-60s").await, rules);
        assert_eq!(asked("rules?rule_group[]=alerts-61s").await["data"], json!({"groups": []}));
        assert_eq!(asked("rules?type=record").await["data"], json!({"groups": []}));
        assert_eq!(asked("rules?type=x").await["errorType"], "bad_data");
    }
}
