//! `plumbline ingest FILE` on a data folder: through the process that serves it, and without one.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Ended, Server, lines, report, run};

fn ingest(data: &Path, file: &Path) -> Ended {
    let arguments =
        ["ingest".as_ref(), file.as_os_str(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()];
    run(arguments)
}

fn write(folder: &Path, text: &str) -> std::path::PathBuf {
    let file = folder.join("reports.jsonl");
    fs::write(&file, text).unwrap();
    file
}

#[tokio::test]
async fn each_line_gets_a_line_of_json_with_or_without_a_server() {
    let mut bad = report(3);
    bad["data"]["org_id"] = json!("");
    let text = format!("{}{bad}\nnonsense\n{}", lines(&[report(1), report(1)]), report(2));
    let files = tempdir().unwrap();
    let file = write(files.path(), &text);

    let served = tempdir().unwrap();
    let server = Server::up(served.path()).await;
    let alone = tempdir().unwrap();
    for (data, hosts) in [(served.path(), Some(&server)), (alone.path(), None)] {
        let ended = ingest(data, &file);
        assert_eq!((ended.code, ended.err.as_str()), (1, ""), "{}", ended.out);
        let out: Vec<&str> = ended.out.lines().collect();
        let id = |line: &str| -> String {
            let result: Value = serde_json::from_str(line).unwrap();
            result["id"].as_str().unwrap_or_default().to_owned()
        };
        let (first, other) = (id(out[0]), id(out[4]));
        assert_eq!(out[0], format!(r#"{{"line":1,"ok":true,"event_type":"created","id":"{first}"}}"#));
        assert_eq!(
            out[1],
            format!(r#"{{"line":2,"ok":true,"event_type":"updated","unchanged":true,"id":"{first}"}}"#)
        );
        assert_eq!(
            out[2],
            r#"{"line":3,"ok":false,"error":{"class":"ValidationException","detail":"org_id must be provided"}}"#
        );
        let begin =
            r#"{"line":4,"ok":false,"error":{"class":"ParseError","detail":"the message is not JSON: "#;
        assert!(out[3].starts_with(begin), "{}", out[3]);
        assert_eq!(out[4], format!(r#"{{"line":5,"ok":true,"event_type":"created","id":"{other}"}}"#));
        assert_eq!(out.len(), 5);
        if let Some(server) = hosts {
            let shown: Vec<String> = server.hosts().await.into_values().collect();
            assert_eq!(shown, [first, other]);
        }
    }
}

#[tokio::test]
async fn what_was_taken_in_without_a_server_is_there_when_it_comes() {
    let data = tempdir().unwrap();
    let reports: Vec<Value> = (0..50).map(report).collect();
    let file = write(data.path(), &lines(&reports));
    assert_eq!(ingest(data.path(), &file).code, 0);

    let server = Server::up(data.path()).await;
    let before = server.hosts().await;
    assert_eq!(before.len(), 50);
    let again = ingest(data.path(), &file);
    assert_eq!(again.code, 0);
    assert!(again.json_lines().iter().all(|result| result["event_type"] == "updated"));
    assert_eq!(server.hosts().await, before);
    assert_eq!(server.stop().await.code, 0);

    let listed = run(["hosts".as_ref(), "--json".as_ref(), "--data".as_ref(), data.path().as_os_str()]);
    assert_eq!(listed.json_lines().len(), 50);
}

#[tokio::test]
async fn a_large_file_goes_through_the_server_in_many_requests() {
    let data = tempdir().unwrap();
    let server = Server::up(data.path()).await;
    let package = |host: usize, n: usize| format!("package-{n}-of-{host}-0:1.0.{n}-1.el9.x86_64");
    let reports: Vec<Value> = (0..800)
        .map(|number| {
            let mut report = report(number);
            let packages: Vec<String> = (0..400).map(|n| package(number, n)).collect();
            report["data"]["system_profile"]["installed_packages"] = json!(packages);
            report
        })
        .collect();
    let text = lines(&reports);
    assert!(text.len() > 12 << 20, "more than one request may carry: {}", text.len());
    let ended = ingest(data.path(), &write(data.path(), &text));
    assert_eq!(ended.code, 0, "{}", ended.err);
    let numbers: Vec<Value> = ended.json_lines().iter().map(|result| result["line"].clone()).collect();
    assert!(numbers.into_iter().eq((1..=800).map(Value::from)));
    assert_eq!(server.total().await, 800);
}

#[tokio::test]
async fn two_files_at_once_make_each_host_once() {
    let data = tempdir().unwrap();
    let server = Server::up(data.path()).await;
    let reports: Vec<Value> = (0..600).map(report).collect();
    let file = write(data.path(), &lines(&reports));
    let runs: Vec<_> = (0..3)
        .map(|_| {
            let (data, file) = (data.path().to_owned(), file.clone());
            tokio::task::spawn_blocking(move || ingest(&data, &file))
        })
        .collect();
    let mut created = 0;
    for run in runs {
        let ended = run.await.unwrap();
        assert_eq!(ended.code, 0, "{}", ended.err);
        created += ended.json_lines().iter().filter(|result| result["event_type"] == "created").count();
    }
    assert_eq!(created, 600);
    assert_eq!(server.hosts().await.len(), 600);
}
