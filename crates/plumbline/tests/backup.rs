//! `plumbline backup` and `plumbline restore`, on both engines and from one to the other.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::{fs, path::Path, sync::Arc, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use store::{Db, Options, Sql};
use support::{Ended, Server, lines, plumbline, report, run, send};
use tempfile::TempDir;
use testkit::TestDatabase;

/// A database by its url.
async fn up(database: &TestDatabase) -> Server {
    Server::start(
        plumbline()
            .args(["up", "--no-report", "--listen", "127.0.0.1:0", "--database-url", database.url()])
            .env("PLUMBLINE_BENCHMARKS_CHECK_IMAGES", "false"),
    )
    .await
}

async fn post(server: &Server, path: &str, body: &Value) -> Value {
    let answer = send(server.request(Method::POST, path).json(body)).await.unwrap();
    assert!(answer.status < 300, "{path}: {} {}", answer.status, answer.text);
    serde_json::from_str(&answer.text).unwrap_or(Value::Null)
}

async fn add_host(server: &Server, n: usize) {
    post(server, "/api/inventory/v1/hosts", &json!([report(n)["data"]])).await;
}

/// Something in the tables of every service, of every type that columns have.
async fn fill(server: &Server) {
    for n in 0..30 {
        add_host(server, n).await;
    }
    post(server, "/api/inventory/v1/groups", &json!({"name": "web"})).await;
    let facts = json!([{"name": "arch", "value": "x86_64"}]);
    post(server, "/api/system-baseline/v1/baselines", &json!({"display_name": "b", "baseline_facts": facts}))
        .await;
    post(server, "/api/v1/dashboards", &json!({"type": "time_series", "name": "d", "data": {}})).await;
    let written =
        server.request(Method::POST, "/api/v2/write").body("cpu,host=web value=1 1700000000000000000");
    assert_eq!(send(written).await.unwrap().status, 204);
    let site = post(server, "/api/v1/sites", &json!({"name": "Lab", "address": "Praha"})).await;
    let flavors = format!("/api/v1/sites/{}/flavors", site["id"].as_str().unwrap());
    let flavor = post(server, &flavors, &json!({"name": "small"})).await;
    let image = json!({"docker_image": "lab/x", "docker_tag": "1", "url": "https://example.org", "json_schema": {"type": "object"}});
    let benchmark = post(server, "/api/v1/benchmarks", &image).await;
    for (kind, entry) in [("sites", &site), ("flavors", &flavor), ("benchmarks", &benchmark)] {
        post(server, &format!("/api/v1/{kind}/{}:approve", entry["id"].as_str().unwrap()), &json!({})).await;
    }
    add_result(server).await;
}

/// The database gives results a number of its own.
async fn add_result(server: &Server) {
    let id = async |path: &str| server.get(path).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let (site, benchmark) = (id("/api/v1/sites").await, id("/api/v1/benchmarks").await);
    let flavor = id(&format!("/api/v1/sites/{site}/flavors")).await;
    let query =
        format!("benchmark_id={benchmark}&flavor_id={flavor}&execution_datetime=2026-01-02T03:04:05Z");
    post(server, &format!("/api/v1/results?{query}"), &json!({"score": 1.5, "nested": {"ä": [true, null]}}))
        .await;
}

/// A table of somebody else in the same database.
async fn stranger(database: &TestDatabase) {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for sql in ["CREATE TABLE stranger (x INTEGER)", "INSERT INTO stranger (x) VALUES (1)"] {
        tx.execute(Sql::new(sql)).await.unwrap();
    }
    tx.commit().await.unwrap();
    db.close().await;
}

async fn strangers(database: &TestDatabase) -> i64 {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let row = db.read_one(Sql::new("SELECT COUNT(*) FROM stranger")).await.unwrap().unwrap();
    db.close().await;
    row.get(0).unwrap()
}

/// What every service answers.
const ASKED: [&str; 11] = [
    "/api/inventory/v1/hosts?per_page=100&order_by=display_name&order_how=ASC",
    "/api/inventory/v1/groups",
    "/api/inventory/v1/tags",
    "/api/fleet/v1/changes?limit=100",
    "/api/system-baseline/v1/baselines",
    "/api/v1/dashboards",
    "/api/v1/results",
    "/api/v1/results?filters=score%20%3E%201",
    "/api/v1/sites",
    "/api/v1/users",
    "/prometheus/api/v1/query?query=cpu_value&time=1700000001",
];

async fn answers(server: &Server) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ASKED {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        all.push(answer.json());
    }
    all
}

fn backup(database: &TestDatabase, file: &Path) -> Ended {
    run(["backup", file.to_str().unwrap(), "--json", "--database-url", database.url()])
}

fn restore(database: &TestDatabase, file: &Path, more: &[&str]) -> Ended {
    let fixed = ["restore", file.to_str().unwrap(), "--json", "--database-url", database.url()];
    run(fixed.iter().chain(more).copied())
}

#[tokio::test]
async fn each_engine_becomes_what_the_other_one_was() {
    let folder = TempDir::new().unwrap();
    for source in TestDatabase::both().await {
        let server = up(&source).await;
        fill(&server).await;
        let before = answers(&server).await;
        let file = folder.path().join(source.engine());
        let made = backup(&source, &file);
        assert_eq!((made.code, made.err.as_str()), (0, ""), "{}", made.out);
        assert!(made.json_lines()[0]["rows"].as_u64().unwrap() > 60, "{}", made.out);
        assert_eq!(server.stop().await.code, 0);
        for target in TestDatabase::both().await {
            stranger(&target).await;
            let restored = restore(&target, &file, &[]);
            assert_eq!(
                (restored.code, restored.err.as_str()),
                (0, ""),
                "{} to {}",
                source.engine(),
                target.engine()
            );
            for count in ["tables", "rows", "bytes"] {
                assert_eq!(restored.json_lines()[0][count], made.json_lines()[0][count], "{count}");
            }
            let server = up(&target).await;
            assert_eq!(answers(&server).await, before, "{} to {}", source.engine(), target.engine());
            // It goes on from there: numbers that the database gives are not given twice.
            add_host(&server, 100).await;
            add_result(&server).await;
            assert_eq!(server.total().await, 31);
            assert_eq!(server.stop().await.code, 0);
            assert_eq!(restore(&target, &file, &["--replace"]).code, 0);
            assert_eq!(strangers(&target).await, 1, "tables of others stay");
        }
    }
}

#[tokio::test]
async fn a_backup_is_of_one_moment_while_writes_go_on() {
    let folder = TempDir::new().unwrap();
    for source in TestDatabase::both().await {
        let server = Arc::new(up(&source).await);
        for n in 0..40 {
            add_host(&server, n).await;
        }
        let writing = tokio::spawn({
            let server = server.clone();
            async move {
                for n in 40..400 {
                    add_host(&server, n).await;
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        let file = folder.path().join(source.engine());
        let made = tokio::task::spawn_blocking({
            let (file, url) = (file.clone(), source.url().to_owned());
            move || run(["backup", file.to_str().unwrap(), "--database-url", &url])
        });
        let made = made.await.unwrap();
        assert_eq!(made.code, 0, "{}", made.err);
        writing.abort();
        let [target, _] = TestDatabase::both().await;
        assert_eq!(restore(&target, &file, &[]).code, 0);
        let copy = up(&target).await;
        // Each host has the one row of the log that made it, and the clock stands behind the last one.
        let hosts = copy.total().await.as_u64().unwrap();
        let overview = copy.get("/api/fleet/v1/overview").await.json();
        assert!(hosts >= 40, "{hosts}");
        assert_eq!(overview["seq"].as_u64(), Some(hosts), "{overview}");
        add_host(&copy, 1_000).await;
        assert_eq!(copy.total().await, hosts + 1);
        assert_eq!(copy.stop().await.code, 0);
    }
}

#[tokio::test]
async fn a_bad_file_changes_nothing_and_data_is_only_replaced_when_told() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let input = folder.path().join("reports.jsonl");
    fs::write(&input, lines(&(0..5).map(report).collect::<Vec<_>>())).unwrap();
    assert_eq!(run(["ingest", input.to_str().unwrap(), "--data", data]).code, 0);
    let file = folder.path().join("good");
    let good = file.to_str().unwrap();
    assert_eq!(run(["backup", good, "--data", data]).code, 0);
    let twice = run(["backup", good, "--data", data]);
    assert!(twice.code == 2 && twice.err.contains("is there already"), "{}", twice.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "nothing half written is left");

    let whole = fs::read(&file).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 0x40;
    let bad = folder.path().join("bad");
    for (content, told) in
        [(damaged.as_slice(), "damaged"), (&whole[..whole.len() - 9], "cut off"), (b"PGDMP", "no backup")]
    {
        fs::write(&bad, content).unwrap();
        let refused = run(["restore", bad.to_str().unwrap(), "--replace", "--data", data]);
        assert_eq!(refused.code, 2, "{}", refused.err);
        assert!(refused.err.contains(told) && refused.err.contains("nothing was changed"), "{}", refused.err);
    }
    let hosts = || run(["hosts", "--json", "--data", data]).out.matches("\"display_name\"").count();
    assert_eq!(hosts(), 5);

    fs::write(&input, lines([&report(9)])).unwrap();
    assert_eq!(run(["ingest", input.to_str().unwrap(), "--data", data]).code, 0);
    let refused = run(["restore", good, "--data", data]);
    assert!(refused.code == 2 && refused.err.contains("--replace"), "{}", refused.err);
    assert_eq!(hosts(), 6);
    let replaced = run(["restore", good, "--replace", "--data", data]);
    assert_eq!(replaced.code, 0, "{}", replaced.err);
    assert!(replaced.out.starts_with("restored: "), "{}", replaced.out);
    assert_eq!(hosts(), 5);

    let server = Server::up(Path::new(data)).await;
    let served = run(["restore", good, "--replace", "--data", data]);
    assert!(served.code == 1 && served.err.contains("another plumbline serves"), "{}", served.err);
    assert_eq!(run(["backup", folder.path().join("served").to_str().unwrap(), "--data", data]).code, 0);
    assert_eq!(server.stop().await.code, 0);
}
