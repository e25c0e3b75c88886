//! `kill -9` while reports come in: what was acknowledged is there, and there once.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{Dice, Ended, Program, Server, lines, plumbline, report, run};

const REPORTS: usize = 2_000;

/// Starts to take in a file.
fn begin(data: &Path, file: &Path) -> Program {
    let mut command = plumbline();
    command.arg("ingest").arg(file).args(["--json", "--data"]).arg(data);
    Program::start(&mut command)
}

/// Line number to host, of the lines that were acknowledged. The last line may be torn.
fn acknowledged(ended: &Ended) -> BTreeMap<u64, String> {
    let results = ended.out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    results
        .map(|result| {
            assert_eq!(result["ok"], true, "{result}");
            (result["line"].as_u64().unwrap(), result["id"].as_str().unwrap().to_owned())
        })
        .collect()
}

/// All acknowledged hosts are there under their ids; taking in everything again makes the others, and none twice.
async fn check(data: &Path, file: &Path, acknowledged: &BTreeMap<u64, String>) {
    let server = Server::up(data).await;
    let there = server.hosts().await;
    for (line, id) in acknowledged {
        assert_eq!(there.get(&format!("host-{:05}", line - 1)), Some(id), "line {line} was acknowledged");
    }
    let before = there.len();
    let again =
        run(["ingest".as_ref(), file.as_os_str(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()]);
    assert_eq!(again.code, 0, "{}", again.err);
    let results = again.json_lines();
    let created = results.iter().filter(|result| result["event_type"] == "created").count();
    assert_eq!(created, REPORTS - before);
    for (line, id) in acknowledged {
        assert_eq!(results[*line as usize - 1]["id"].as_str(), Some(id.as_str()));
    }
    assert_eq!(server.hosts().await.len(), REPORTS);
    let checked = run(["doctor".as_ref(), "--data".as_ref(), data.as_os_str()]);
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[tokio::test]
async fn what_was_acknowledged_survives_the_end_of_the_server() {
    let files = tempdir().unwrap();
    let file = files.path().join("reports.jsonl");
    fs::write(&file, lines(&(0..REPORTS).map(report).collect::<Vec<_>>())).unwrap();
    let mut dice = Dice::new(7);
    for _ in 0..3 {
        let data = tempdir().unwrap();
        let server = Server::up(data.path()).await;
        let ingest = begin(data.path(), &file);
        tokio::time::sleep(Duration::from_millis(50 + dice.below(1_500))).await;
        server.program.kill();
        let told = ingest.end(Duration::from_secs(20)).await;
        if told.code != 0 {
            assert!(told.err.contains("cannot hand lines to http://"), "{}", told.err);
        }
        check(data.path(), &file, &acknowledged(&told)).await;
    }
}

#[tokio::test]
async fn what_was_acknowledged_survives_the_end_of_the_command() {
    let files = tempdir().unwrap();
    let file = files.path().join("reports.jsonl");
    fs::write(&file, lines(&(0..REPORTS).map(report).collect::<Vec<_>>())).unwrap();
    let mut dice = Dice::new(11);
    for round in 0..3 {
        let data = tempdir().unwrap();
        let mut ingest = begin(data.path(), &file);
        if round > 0 {
            ingest.says("{\"line\":1,").await;
        }
        tokio::time::sleep(Duration::from_millis(dice.below(1_200))).await;
        check(data.path(), &file, &acknowledged(&ingest.kill())).await;
    }
}
