//! `plumbline import` and `plumbline baseline`, as a shell sees them.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{fs, path::Path};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};
use testkit::TestDatabase;

use self::support::{Ended, PATIENCE, Program, Server, lines, plumbline, report, run, send};

/// Runs a command on this data folder.
fn on(folder: &Path, arguments: &[&str]) -> Ended {
    run(arguments.iter().map(AsRef::as_ref).chain(["--data".as_ref(), folder.as_os_str()]))
}

/// A data folder with two hosts.
fn filled() -> TempDir {
    let folder = tempdir().unwrap();
    let file = folder.path().join("reports.jsonl");
    fs::write(&file, lines(&[report(1), report(2)])).unwrap();
    let ended = on(folder.path(), &["ingest", file.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    folder
}

fn file(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn baseline_row(n: u32, name: &str) -> Value {
    json!({"id": format!("00000000-0000-4000-8000-{n:012}"), "account": "1", "org_id": "local", "display_name": name,
        "created_on": "2024-03-01T08:00:01.123456", "modified_on": "2024-03-02T08:00:00", "dirty_systems": false,
        "notifications_enabled": true, "baseline_facts": [{"name": "arch", "value": "x86_64"}]})
}

fn profile_row(n: u32, captured: &str) -> Value {
    json!({"id": format!("00000000-0000-4000-8000-{n:012}"), "account": "1", "org_id": "local",
        "inventory_id": "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9", "created_on": "2024-03-01T08:00:01",
        "captured_on": "2024-03-01T08:00:00", "groups": [], "system_profile": {"captured_date": captured}})
}

#[test]
fn rows_of_baselines_are_stored_once_and_bad_lines_are_named() {
    let folder = filled();
    let system = json!({"id": "00000000-0000-4000-8000-000000000009", "account": "1", "org_id": "local", "groups": null,
        "system_baseline_id": "00000000-0000-4000-8000-000000000001", "system_id": "e6ab0da0-f744-5ee2-9b62-9c4274d1c1e9"});
    let rows = lines(&[baseline_row(1, "gold"), baseline_row(2, "gold"), baseline_row(3, "silver"), system]);
    let rows = file(&folder, "rows.jsonl", &format!("{rows}no json\n"));
    let ended = on(folder.path(), &["import", "baselines", &rows]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (1, "3 stored, 0 there already, 2 refused\n"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("line 2: another baseline is named `gold`"), "{}", ended.err);
    assert!(ended.err.contains("line 5: expected"), "{}", ended.err);
    let again = on(folder.path(), &["import", "baselines", &rows, "--json"]);
    assert_eq!(again.json_lines(), [json!({"stored": 0, "known": 3, "refused": 2})]);

    let list = on(folder.path(), &["baseline", "list", "--json"]).json_lines();
    assert_eq!(list.len(), 2);
    assert_eq!((list[0]["display_name"].clone(), list[0]["systems"].clone()), (json!("gold"), json!(1)));
    assert_eq!(list[0]["updated"], "2024-03-02T08:00:00+00:00");
}

fn host_row(n: u32) -> Value {
    let at = "2024-03-01T08:00:00+00:00";
    json!({"org_id": "local", "id": format!("00000000-0000-4000-8000-{n:012}"), "display_name": format!("old-{n}"), "created_on": at,
        "modified_on": at, "last_check_in": "2999-01-01T00:00:00+00:00", "reporter": "puptoo", "per_reporter_staleness": {},
        "groups": [], "insights_id": format!("00000000-0000-4000-9000-{n:012}")})
}

#[test]
fn rows_of_hosts_are_stored_once_and_bad_lines_are_named() {
    let folder = filled();
    let profile = json!({"org_id": "local", "host_id": "00000000-0000-4000-8000-000000000001", "insights_id": null, "arch": "s390x"});
    let mut nameless = host_row(3);
    nameless["reporter"] = Value::Null;
    let rows = lines(&[profile, host_row(1), host_row(2), nameless, json!({"org_id": "local", "x": 1})]);
    let rows = file(&folder, "rows.jsonl", &rows);
    let ended = on(folder.path(), &["import", "hosts", &rows]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (1, "3 stored, 0 there already, 2 refused\n"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("line 4: {'reporter'"), "{}", ended.err);
    assert!(ended.err.contains("line 5: its columns are those of none"), "{}", ended.err);
    let again = on(folder.path(), &["import", "hosts", &rows, "--json"]);
    assert_eq!(again.json_lines(), [json!({"stored": 0, "known": 3, "refused": 2})]);
    let shown = on(folder.path(), &["show", "old-1", "--json"]).json_lines().remove(0);
    assert_eq!(shown["system_profile"]["arch"], "s390x", "{shown}");
}

#[tokio::test]
async fn a_database_of_the_original_is_refused_with_the_remedy() {
    let database = TestDatabase::server().await;
    let waited = |seconds: &str| {
        let mut command = plumbline();
        command.args(["migrate", "wait", "--database-url", database.url()]);
        command.envs([
            ("WAIT_FOR_MIGRATIONS_POLL_INTERVAL_SECONDS", "0.1"),
            ("WAIT_FOR_MIGRATIONS_TIMEOUT_SECONDS", seconds),
        ]);
        Program::start(&mut command).end(PATIENCE)
    };
    let early = waited("0.5").await;
    assert!(early.code == 1 && early.err.contains("plumbline migrate up"), "{}", early.err);
    let url = ["--database-url", database.url()];
    assert_eq!(run(["migrate", "up"].into_iter().chain(url)).code, 0);
    assert_eq!(waited("5").await.code, 0);

    for statement in [
        "CREATE SCHEMA hbi",
        "CREATE TABLE hbi.hosts (id UUID)",
        "CREATE TABLE hbi.alembic_version (version_num TEXT)",
    ] {
        database.execute(statement).await;
    }
    assert_eq!(
        run(["migrate", "status"].into_iter().chain(url)).code,
        0,
        "Plumbline has a schema of its own there"
    );
    for settings in [vec![], vec![("INVENTORY_DB_SCHEMA", "hbi")]] {
        let theirs = TestDatabase::server().await;
        for statement in [
            "CREATE SCHEMA hbi",
            "CREATE TABLE hbi.hosts (id UUID)",
            "CREATE TABLE hbi.alembic_version (version_num TEXT)",
        ] {
            theirs.execute(statement).await;
        }
        let mut command = plumbline();
        command.args(["migrate", "up", "--database-url", theirs.url()]).envs(settings);
        let refused = Program::start(&mut command).end(PATIENCE).await;
        assert_eq!(refused.code, 1);
        assert!(
            refused.err.contains("hbi.alembic_version") && refused.err.contains("plumbline import hosts"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn rows_of_historical_profiles_are_stored_once_and_bad_lines_are_named() {
    let folder = filled();
    let mut foreign = profile_row(3, "2024-03-01T09:00:00+00:00");
    foreign["org_id"] = json!(null);
    let rows = [
        profile_row(1, "2024-03-01T08:00:00+00:00"),
        // The same capture in another zone.
        profile_row(2, "2024-03-01T10:00:00+02:00"),
        foreign,
        profile_row(4, "2024-03-01T11:00:00+00:00"),
    ];
    let rows = file(&folder, "rows.jsonl", &lines(&rows));
    let ended = on(folder.path(), &["import", "historical-profiles", &rows]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (1, "2 stored, 1 there already, 1 refused\n"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("line 3: `org_id` is null"), "{}", ended.err);
}

#[test]
fn rows_of_metrics_are_stored_once_and_bad_lines_are_named() {
    let folder = filled();
    let timer = |at: &str, count: i64| {
        json!({"table": "raw_timer_with_interval", "environment": "dev", "application": "a", "metric_name": "t",
            "metric_timestamp": at, "count": count, "mean": 0.5, "rate_unit": "calls/second"})
    };
    let dashboard = json!({"table": "dashboards", "type": "alert", "name": "n", "data": "{\"a\": NaN}"});
    let rows = [
        timer("2017-02-16 04:31:23.000Z", 1),
        timer("2017-02-16 04:31:42.500Z", 2),
        timer("2017-02-16T04:31:23Z", 3),
        dashboard,
        json!({"table": "raw_timer"}),
    ];
    let rows = file(&folder, "rows.jsonl", &lines(&rows));
    let ended = on(folder.path(), &["import", "metrics", &rows]);
    assert_eq!(
        (ended.code, ended.out.as_str()),
        (1, "3 stored, 1 there already, 1 refused\n"),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("line 5: table `raw_timer` is none of"), "{}", ended.err);
    let again = on(folder.path(), &["import", "metrics", &rows, "--json"]);
    assert_eq!(again.json_lines(), [json!({"stored": 0, "known": 4, "refused": 1})]);
}

#[test]
fn baselines_are_made_listed_shown_and_associated() {
    let folder = filled();
    let on = |arguments: &[&str]| on(folder.path(), arguments);
    let made = on(&["baseline", "create", "gold", "--from-host", "host-00001", "--json"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let shown = on(&["baseline", "show", "gold", "--json"]).json_lines().remove(0);
    let facts: Vec<&str> =
        shown["facts"].as_array().unwrap().iter().map(|fact| fact["name"].as_str().unwrap()).collect();
    assert_eq!(facts, ["arch", "fqdn", "installed_packages", "number_of_cpus"]);
    assert!(on(&["baseline", "show", "gold"]).out.contains("own  1-1.el9.noarch"));

    let facts = file(&folder, "facts.json", r#"[{"name": "arch", "value": "x86_64"}]"#);
    assert_eq!(on(&["baseline", "create", "silver", "--facts", &facts]).code, 0);
    let taken = on(&["baseline", "create", "silver"]);
    assert_eq!(taken.code, 1);
    assert!(taken.err.contains("`silver`"), "{}", taken.err);
    let bad = file(&folder, "bad.json", r#"[{"name": "arch", "value": ""}]"#);
    let refused = on(&["baseline", "create", "bronze", "--facts", &bad]);
    assert!(refused.code == 2 && refused.err.contains("value for arch cannot be empty"), "{}", refused.err);

    let added = on(&["baseline", "associate", "gold", "host-00001", "host-00002"]);
    assert_eq!(
        (added.code, added.out.as_str()),
        (0, "2 systems added; `gold` is for 2 now\n"),
        "{}",
        added.err
    );
    let again = on(&["baseline", "associate", "gold", "host-00002", "--json"]).json_lines();
    assert_eq!(again[0]["system_ids"].as_array().unwrap().len(), 2);
    let list = on(&["baseline", "list"]).out;
    assert!(list.lines().count() == 3 && list.contains("gold"), "{list}");
    assert_eq!(on(&["baseline", "show", "bronze"]).code, 1);
}

#[tokio::test]
async fn one_program_serves_hosts_baselines_and_their_history() {
    let folder = filled();
    let server = Server::up(folder.path()).await;
    let hosts = server.get("/api/inventory/v1/hosts").await.json();
    let host = hosts["results"][0]["id"].as_str().unwrap().to_owned();

    let history = server.get(&format!("/api/historical-system-profiles/v1/systems/{host}")).await;
    let profiles = history.json()["data"][0]["profiles"].clone();
    let profile = profiles[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(profiles[0]["system_id"], host.as_str(), "{profiles}");
    let whole = server.get(&format!("/api/historical-system-profiles/v1/profiles/{profile}")).await.json();
    assert_eq!(whole["data"][0]["system_profile"]["arch"], "x86_64", "{whole}");

    let post = async |path: &str, body: Value| {
        let request = server.request(Method::POST, &format!("/api/system-baseline/v1{path}"));
        send(request.json(&body)).await.unwrap()
    };
    let from_host = post("/baselines", json!({"display_name": "now", "inventory_uuid": host})).await.json();
    let from_past = post("/baselines", json!({"display_name": "then", "hsp_uuid": profile})).await.json();
    assert_eq!(from_host["baseline_facts"], from_past["baseline_facts"], "{from_host}");
    let id = from_host["id"].as_str().unwrap();
    let added = post(&format!("/baselines/{id}/systems"), json!({"system_ids": [host]})).await;
    assert_eq!(added.json(), json!({"system_ids": [host]}));
    assert_eq!(server.get("/api/system-baseline/internal/v1/baselines").await.status, 403);
}
