//! `plumbline load`: fleets that do not exist, into files and servers.

use std::fs;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{BASE, Server, run};

#[test]
fn the_same_seed_gives_the_same_file_and_another_another() {
    let folder = tempdir().unwrap();
    let made = |name: &str, seed: &str| {
        let file = folder.path().join(name);
        let ended = run(["load", "--hosts", "20", "--seed", seed, "--file", file.to_str().unwrap()]);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""));
        assert!(ended.out.starts_with("20 reports ("), "{}", ended.out);
        fs::read(file).unwrap()
    };
    assert_eq!(made("a", "1"), made("b", "1"));
    assert_ne!(made("a", "1"), made("c", "2"));
}

#[test]
fn what_is_written_is_accepted_and_what_comes_again_is_known() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let taken = |stream: &str| {
        let file = folder.path().join("reports.jsonl");
        let file = file.to_str().unwrap();
        assert_eq!(run(["load", "--hosts", "100", "--stream", stream, "--file", file]).code, 0);
        run(["ingest", file, "--data", data.to_str().unwrap()]).out
    };
    assert_eq!(taken("new"), "100 accepted (100 new), 0 refused\n");
    assert_eq!(taken("same"), "100 accepted (0 new), 0 refused\n");
    assert_eq!(taken("changed"), "100 accepted (0 new), 0 refused\n");
    assert_eq!(taken("day"), "101 accepted (1 new), 0 refused\n");
}

#[test]
fn the_standard_output_holds_reports_and_nothing_else() {
    let ended = run(["load", "--hosts", "3", "--file", "-", "--json"]);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.json_lines().len(), 3);
    let outcome: Value = serde_json::from_str(&ended.err).unwrap();
    assert_eq!((&outcome["reports"], &outcome["refused"]), (&json!(3), &json!(0)));
}

#[tokio::test]
async fn a_server_gets_machines_and_their_groups() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let url = format!("http://{}", server.address);
    let send = move |more: &[&str]| {
        let url = url.clone();
        let arguments: Vec<String> = ["load", "--http", &url, "--hosts", "60", "--batch", "20", "--json"]
            .iter()
            .chain(more)
            .map(ToString::to_string)
            .collect();
        tokio::task::spawn_blocking(move || run(arguments))
    };
    let ended = send(&["--groups"]).await.unwrap();
    assert_eq!((ended.code, ended.err.as_str()), (0, ""));
    let outcome: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!((&outcome["reports"], &outcome["refused"]), (&json!(60), &json!(0)));
    assert!(outcome["batch_ms"]["p99"].as_f64().unwrap() > 0.0);
    assert_eq!(server.total().await, 60);
    let groups = server.get(&format!("{BASE}/groups?per_page=1&group_type=standard")).await.json();
    assert!(groups["total"].as_u64().unwrap() > 5, "{groups}");

    assert_eq!(send(&["--stream", "changed"]).await.unwrap().code, 0);
    assert_eq!(server.total().await, 60);
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let ended = run(["load", "--http", "http://127.0.0.1:9", "--hosts", "1"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("cannot reach http://127.0.0.1:9/api/inventory/v1: "), "{}", ended.err);
    assert_eq!(run(["load", "--hosts", "1"]).code, 2);
}
