//! Who may ask.

use access::Access;
use monitoring::batch::{Batch, Points, Tenant};
use series::Labels;
use servicekit::authorisation::{Case, Matrix, Stranger, World};
use testkit::TestDatabase;

use super::{app, client, ours};

const DASHBOARD: &str = r#"{"type": "alert", "name": "new", "data": {}}"#;

const ALERT: &str = r#"{"name": "new", "expression": "up", "threshold": 1}"#;

const CASES: &[Case] = &[
    Case::new("POST /api/v1/write", Stranger::OwnOnly).free(),
    Case::new("POST /v1/metrics", Stranger::OwnOnly).free().body("{}"),
    Case::new("POST /api/v1/otlp/v1/metrics", Stranger::OwnOnly).free().body("{}"),
    Case::new("POST /write", Stranger::OwnOnly).free(),
    Case::new("POST /api/v2/write", Stranger::OwnOnly).free(),
    Case::new("GET /ping", Stranger::Nothing).free(),
    Case::new("GET /prometheus/api/v1/query", Stranger::Nothing).free().query("?query=secret_metric&time=10"),
    Case::new("POST /prometheus/api/v1/query", Stranger::Nothing)
        .free()
        .reads()
        .query("?query=secret_metric&time=10"),
    Case::new("GET /prometheus/api/v1/query_range", Stranger::Nothing)
        .free()
        .query("?query=secret_metric&start=0&end=10&step=5"),
    Case::new("POST /prometheus/api/v1/query_range", Stranger::Nothing)
        .free()
        .reads()
        .query("?query=secret_metric&start=0&end=10&step=5"),
    Case::new("GET /prometheus/api/v1/labels", Stranger::Nothing).free(),
    Case::new("POST /prometheus/api/v1/labels", Stranger::Nothing).free().reads(),
    Case::new("GET /prometheus/api/v1/label/{label}/values", Stranger::Nothing).free(),
    Case::new("GET /prometheus/api/v1/series", Stranger::Nothing).free().query("?match[]=secret_metric"),
    Case::new("POST /prometheus/api/v1/series", Stranger::Nothing)
        .free()
        .reads()
        .query("?match[]=secret_metric"),
    Case::new("DELETE /prometheus/api/v1/series", Stranger::OwnOnly).free().query("?match[]=secret_metric"),
    Case::new("GET /prometheus/api/v1/metadata", Stranger::Nothing).free(),
    Case::new("GET /prometheus/api/v1/status/buildinfo", Stranger::Nothing).free(),
    Case::new("GET /prometheus/api/v1/status/tsdb", Stranger::Nothing).free(),
    Case::new("GET /prometheus/api/v1/query_exemplars", Stranger::Nothing).free(),
    Case::new("POST /prometheus/api/v1/query_exemplars", Stranger::Nothing).free().reads(),
    Case::new("GET /prometheus/api/v1/rules", Stranger::Nothing).free(),
    Case::new("GET /prometheus/api/v1/alerts", Stranger::Nothing).free(),
    Case::new("GET /api/v1/alert-rules", Stranger::Nothing).free(),
    Case::new("POST /api/v1/alert-rules", Stranger::OwnOnly).free().body(ALERT),
    Case::new("GET /api/v1/alert-rules/{id}", Stranger::Told(404)).free(),
    Case::new("PUT /api/v1/alert-rules/{id}", Stranger::Told(404)).free().body(ALERT),
    Case::new("DELETE /api/v1/alert-rules/{id}", Stranger::Told(404)).free(),
    Case::new("GET /api/v1/alert-rules/{id}/history", Stranger::Told(404)).free(),
    Case::new("GET /api/v1/metrics", Stranger::Nothing).free(),
    Case::new("GET /api/v1/metrics/{table}/{environment}/{application}/{metric}", Stranger::Nothing)
        .free()
        .query("?columns=count"),
    Case::new("GET /api/v1/alerts/{environment}/{application}/{table}/{metric}", Stranger::Nothing)
        .free()
        .query("?measure=count&warning=1&error=2&start=2017-01-01&end=2017-01-02"),
    Case::new("GET /api/v1/dashboards", Stranger::Nothing).free(),
    Case::new("POST /api/v1/dashboards", Stranger::OwnOnly).free().body(DASHBOARD),
    Case::new("GET /api/v1/dashboards/{type}", Stranger::Nothing).free(),
    Case::new("GET /api/v1/dashboards/{type}/{name}", Stranger::Told(404)).free(),
    Case::new("PUT /api/v1/dashboards/{type}/{name}", Stranger::Told(404))
        .free()
        .body(r#"{"data": {"a": 1}}"#),
    Case::new("DELETE /api/v1/dashboards/{type}/{name}", Stranger::Told(404)).free(),
];

async fn world(access: Access) -> World {
    let database = TestDatabase::embedded();
    let app = app(&database, access).await;
    let mut batch = Batch::default();
    let labels = Labels::new([("__name__", "secret_metric"), ("host", "secret-host")]);
    batch.push(Points { labels, floats: vec![(5_000, 1.0)], ..Points::default() }, &app.limits);
    app.samples.append(Tenant::new(ours(), "").unwrap(), batch).await.unwrap();
    let dashboard = monitoring::legacy::Dashboard {
        kind: "time_series".to_owned(),
        name: "secret-dashboard".to_owned(),
        data: r#"{"secret": "document"}"#.to_owned(),
    };
    app.tables.add_dashboard(&ours(), &dashboard).await.unwrap();
    let rule = serde_json::json!({"name": "secret-alert", "expression": "up", "threshold": 1});
    let (rule, id) = (serde_json::from_value(rule).unwrap(), uuid::Uuid::new_v4());
    let tenant = Tenant::new(ours(), "").unwrap();
    monitoring::alerting::save(&app.db, &tenant, id, &rule, app.now()).await.unwrap();
    let id = id.to_string();
    let names = [
        ("id", id.as_str()),
        ("label", "host"),
        ("table", "raw_counter_with_interval"),
        ("environment", "dev"),
        ("application", "shop"),
        ("metric", "orders"),
        ("type", "time_series"),
        ("name", "secret-dashboard"),
    ];
    World {
        client: client(&app),
        names: names.map(|(name, value)| (name, value.to_owned())).to_vec(),
        secrets: ["secret-host", "\"document\"", "secret-alert"].map(str::to_owned).to_vec(),
        watched: "GET /api/v1/dashboards",
        database,
    }
}

#[tokio::test]
async fn every_operation_is_guarded() {
    Matrix::new(CASES).check(&monitoring::api::routes().1, world).await;
}
