//! The keyspace of an original, made and filled by its own statements, served as it stands.

use std::{sync::Arc, time::Duration};

use monitoring::{
    App,
    cassandra::{CassandraError, Cluster, KeyspaceName, Tls},
    legacy::{InCassandra, Tables, TablesError},
    store::{Cassandra, CassandraOptions, SampleStore as _},
};
use scylla::client::{session::Session, session_builder::SessionBuilder};
use serde_json::json;
use servicekit::permissions;
use testkit::{CassandraServer, TestDatabase, shared_cassandra};

use super::{app, client, ours};

/// The tables as the original's scripts make them (contract metrics §3).
const TABLES: [&str; 3] = [
    "CREATE TABLE raw_counter_with_interval (environment text, application text, metric_name text, metric_timestamp timestamp,
     previous_metric_timestamp timestamp, count bigint, previous_count bigint,
     PRIMARY KEY ((environment, application, metric_name), metric_timestamp)) WITH CLUSTERING ORDER BY (metric_timestamp ASC)",
    "CREATE TABLE raw_timer_with_interval (environment text, application text, metric_name text, metric_timestamp timestamp,
     previous_metric_timestamp timestamp, count bigint, previous_count bigint, max float, mean float, min float, std_dev float,
     median float, p75 float, p95 float, p98 float, p99 float, p999 float, mean_rate float, one_min_rate float,
     five_min_rate float, fifteen_min_rate float, rate_unit text, duration_unit text,
     PRIMARY KEY ((environment, application, metric_name), metric_timestamp)) WITH CLUSTERING ORDER BY (metric_timestamp ASC)",
    "CREATE TABLE dashboards (type text, name text, data text, PRIMARY KEY (type, name))",
];

fn options(address: &str, keyspace: &str) -> Cluster {
    Cluster {
        hosts: vec![address.to_owned()],
        keyspace: KeyspaceName::from_setting("keyspace", keyspace).unwrap(),
        login: None,
        datacenter: None,
        consistency: settings::Consistency::LocalOne,
        timeout: Duration::from_mins(1),
        tls: None,
    }
}

async fn session(address: &str) -> Session {
    SessionBuilder::new().known_node(address).build().await.unwrap()
}

async fn run(session: &Session, statement: &str) {
    session.query_unpaged(statement, ()).await.unwrap();
}

/// An empty keyspace with the original's tables.
async fn keyspace(session: &Session, tables: &[&str]) -> String {
    let name = format!("test_{}", uuid());
    run(
        session,
        &format!(
            "CREATE KEYSPACE {name} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"
        ),
    )
    .await;
    session.use_keyspace(&name, false).await.unwrap();
    for table in tables {
        run(session, table).await;
    }
    name
}

fn uuid() -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!("{now}_{}", std::process::id())
}

/// New tables in the Cassandra that tests share.
pub async fn tables() -> Arc<dyn Tables> {
    let address = shared_cassandra();
    let name = keyspace(&session(&address).await, &TABLES).await;
    Arc::new(InCassandra::new(options(&address, &name), ours()).unwrap())
}

async fn app_on(options: Cluster, database: &TestDatabase) -> App {
    let tables = Arc::new(InCassandra::new(options, ours()).unwrap());
    App { tables, ..app(database, permissions::everything()).await }
}

#[tokio::test]
async fn an_existing_keyspace_is_served_unchanged() {
    let address = shared_cassandra();
    let session = session(&address).await;
    let name = keyspace(&session, &TABLES).await;
    let timer =
        "INSERT INTO raw_timer_with_interval (environment, application, metric_name, metric_timestamp,
        previous_metric_timestamp, count, previous_count, max, mean, p99, rate_unit, duration_unit) VALUES ";
    for values in [
        "('dev', 'app', 't', '2017-02-16 04:31:23+0000', '2017-02-16 04:31:04+0000', 12, 10, 0.1, 2.5, 5, 'calls/second', 'milliseconds')",
        "('dev', 'app', 't', '2017-02-16 04:31:42.500+0000', '2017-02-16 04:31:23+0000', 20, 12, NaN, null, 10, 'calls/second', 'milliseconds')",
    ] {
        run(&session, &format!("{timer}{values}")).await;
    }
    run(&session, "INSERT INTO raw_counter_with_interval (environment, application, metric_name, metric_timestamp, count,
        previous_count) VALUES ('prod', 'a b', 'l1p.x.Errors', 1487219483123, 9223372036854775807, -1)").await;
    run(
        &session,
        "INSERT INTO dashboards (type, name, data) VALUES ('alert', 'o''x', '{\"a\": NaN, \"b\": [1.50]}')",
    )
    .await;

    let database = TestDatabase::embedded();
    let client = client(&app_on(options(&address, &name), &database).await);
    let listed = client.ours("GET /api/v1/metrics", "").await.json();
    assert_eq!(
        listed,
        json!({"data": {"metrics": [
            {"application": "a b", "duration_unit": null, "environment": "prod", "metric_name": "l1p.x.Errors", "rate_unit": null,
             "last_timestamp": "2017-02-16T04:31:23.123000+00:00", "table": "raw_counter_with_interval"},
            {"application": "app", "duration_unit": "milliseconds", "environment": "dev", "metric_name": "t",
             "rate_unit": "calls/second", "last_timestamp": "2017-02-16T04:31:42.500000+00:00", "table": "raw_timer_with_interval"},
        ]}})
    );
    let range = "start_timestamp=2017-02-16T04:31:23Z&end_timestamp=2017-02-16T04:31:42.500Z";
    let path = "/api/v1/metrics/raw_timer_with_interval/dev/app/t";
    let rows = client
        .ours(&format!("GET {path}?columns=max,count,interval_count,mean,p98&{range}"), "")
        .await
        .json();
    assert_eq!(
        rows["data"]["rows"],
        json!([
            ["2017-02-16T04:31:23+00:00", 0.100_000_001_490_116_12, 12, 2, 2.5, null],
            ["2017-02-16T04:31:42.500000+00:00", null, 20, 8, null, null],
        ])
    );
    let path = "/api/v1/metrics/raw_counter_with_interval/prod/a%20b/l1p.x.Errors";
    let rows = client.ours(&format!("GET {path}?columns=count&{range}"), "").await.json();
    assert_eq!(rows["data"]["rows"], json!([["2017-02-16T04:31:23.123000+00:00", i64::MAX]]));
    let breaches = "GET /api/v1/alerts/dev/app/raw_timer_with_interval/t?measure=p99&warning=5&error=10&start=2017-01-01&end=2018-01-01";
    let breaches = client.ours(breaches, "").await.json();
    assert_eq!(
        (breaches["errors"][0]["p99"].clone(), breaches["warnings"][0]["p99"].clone()),
        (json!(10.0), json!(5.0))
    );
    let dashboard = client.ours("GET /api/v1/dashboards/alert/o'x", "").await.json();
    assert_eq!(dashboard["dashboard"]["data"], json!({"a": null, "b": [1.5]}));

    // What we write the original reads.
    let put = client.ours("PUT /api/v1/dashboards/alert/o'x", r#"{"data": {"c": 1}}"#).await;
    assert_eq!(put.status, 200);
    let stored =
        session.query_unpaged("SELECT data FROM dashboards WHERE type = 'alert' AND name = 'o''x'", ()).await;
    let stored = stored.unwrap().into_rows_result().unwrap();
    assert_eq!(stored.single_row::<(String,)>().unwrap().0, r#"{"c":1}"#);
}

#[tokio::test]
async fn the_keyspace_belongs_to_one_organisation() {
    let database = TestDatabase::embedded();
    let app = App { tables: tables().await, ..app(&database, permissions::everything()).await };
    let client = client(&app);
    let new = r#"{"type": "alert", "name": "n", "data": {}}"#;
    assert_eq!(client.ours("POST /api/v1/dashboards", new).await.status, 200);
    let theirs = testkit::callers::user("theirs");
    let ask = async |operation: &str, body: &str| {
        let answer = client.ask(Some(&theirs), operation, body).await;
        (answer.status, answer.json())
    };
    assert_eq!(ask("GET /api/v1/dashboards", "").await, (200, json!({"dashboards": []})));
    assert_eq!(ask("GET /api/v1/metrics", "").await, (200, json!({"data": {"metrics": []}})));
    assert_eq!(ask("DELETE /api/v1/dashboards/alert/n", "").await.0, 404);
    assert_eq!(ask("PUT /api/v1/dashboards/alert/n", r#"{"data": {"x": 1}}"#).await.0, 404);
    let refused = ask("POST /api/v1/dashboards", new).await;
    let told = "the keyspace of metrics belongs to another organisation";
    assert_eq!(refused, (403, json!({"error": told})));
    assert_eq!(client.ours("GET /api/v1/dashboards/alert/n", "").await.status, 200);
}

#[tokio::test]
async fn what_is_missing_is_told_and_made() {
    let address = shared_cassandra();
    let tables = InCassandra::new(options(&address, &format!("made_{}", uuid())), ours()).unwrap();
    let missing = tables.dashboards(&ours(), None).await.unwrap_err();
    assert!(matches!(&missing, TablesError::Cassandra(CassandraError::Refused(_))), "{missing:?}");
    for _ in 0..2 {
        tables.make_missing().await.unwrap();
    }
    assert!(tables.dashboards(&ours(), None).await.unwrap().is_empty());
    assert!(tables.catalogue(&ours()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_guarded_cluster_is_reached_as_it_asks_and_its_absence_ends_by_itself() {
    let mut server = CassandraServer::start_guarded();
    let (_, port) =
        server.address().rsplit_once(':').map(|(host, port)| (host.to_owned(), port.to_owned())).unwrap();
    let tls = Tls { ca_file: server.authority().display().to_string(), name: Some("localhost".to_owned()) };
    let login = |password: &str| Some(("cassandra".to_owned(), settings::Secret::from(password)));
    let whole = Cluster {
        tls: Some(tls.clone()),
        login: login("cassandra"),
        ..options(&format!("localhost:{port}"), "guarded")
    };
    let database = TestDatabase::embedded();
    let there = app_on(whole.clone(), &database).await;
    // The first user is made a moment after the node lets clients in.
    let made = async || there.tables.make_missing().await.ok();
    testkit::eventually("the tables are made", Duration::from_mins(1), made).await;
    let kept = CassandraOptions {
        cluster: Cluster {
            keyspace: KeyspaceName::from_setting("keyspace", "guarded_samples").unwrap(),
            consistency: settings::Consistency::LocalQuorum,
            ..whole.clone()
        },
        limits: there.limits,
        retention: there.retention.clone(),
        replicas: 1,
    };
    let samples = Arc::new(Cassandra::open(kept).unwrap());
    samples.make_missing().await.unwrap();
    let there = client(&App { samples, ..there });
    let written = async |time: i64| {
        there.ours("POST /write?precision=ms", &format!("load,host=a v=1 {time}")).await.status
    };
    assert_eq!(written(1).await, 204);
    let asked = "GET /api/v1/dashboards";
    let told = json!({"error": "Cassandra cannot be reached now; try again in a moment"});
    assert_eq!(there.ours(asked, "").await.status, 200);

    let refused = async |options: Cluster| {
        let tables = InCassandra::new(options, ours()).unwrap();
        tables.dashboards(&ours(), None).await.unwrap_err().to_string()
    };
    let unknown =
        refused(Cluster { tls: Some(Tls { ca_file: String::new(), ..tls.clone() }), ..whole.clone() }).await;
    assert!(unknown.contains("UnknownIssuer"), "{unknown}");
    let other =
        refused(Cluster { tls: Some(Tls { name: Some("example.com".to_owned()), ..tls }), ..whole.clone() })
            .await;
    assert!(other.contains("example.com") || other.contains("NotValidForName"), "{other}");
    let wrong = refused(Cluster { login: login("wrong"), ..whole.clone() }).await;
    assert!(wrong.contains("Cassandra"), "{wrong}");
    let plain = refused(Cluster { tls: None, timeout: Duration::from_secs(2), ..whole.clone() }).await;
    assert!(plain.contains("Cassandra"), "{plain}");
    let unreadable = Some(Tls { ca_file: "/nowhere/ca.pem".to_owned(), name: None });
    assert!(
        InCassandra::new(Cluster { tls: unreadable, ..whole.clone() }, ours())
            .unwrap_err()
            .contains("/nowhere/ca.pem")
    );

    let away = client(&app_on(options("127.0.0.1:1", "guarded"), &database).await);
    let answer = away.ours(asked, "").await;
    assert_eq!((answer.status, answer.json()), (503, told.clone()));
    server.kill();
    let answer = there.ours(asked, "").await;
    assert_eq!((answer.status, answer.json()), (503, told));
    assert_eq!(written(2).await, 503);
    server.start_again();
    let again = async || (there.ours(asked, "").await.status == 200).then_some(());
    testkit::eventually("Cassandra is used again", Duration::from_mins(1), again).await;
    let again = async || (written(3).await == 204).then_some(());
    testkit::eventually("samples are kept again", Duration::from_mins(1), again).await;
    // What was acknowledged is there, also what a node had that was killed.
    let count = "GET /prometheus/api/v1/query?query=count_over_time(load_v%5B1s%5D)&time=0.5";
    let count = there.ours(count, "").await.json();
    let count: f64 = count["data"]["result"][0]["value"][1].as_str().unwrap().parse().unwrap();
    assert!(count >= 2.0, "{count}");
}
