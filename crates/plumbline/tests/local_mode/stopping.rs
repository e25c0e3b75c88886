//! How it ends when it is asked to.

use std::{fs, time::Duration};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::tempdir;
use testkit::eventually;

use crate::support::{Program, Server, lines, plumbline, report};

/// Longer than any request here takes, shorter than the time for requests that hang.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn ctrl_c_and_a_request_of_the_system_end_it_in_order() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = tempdir().unwrap();
        let server = Server::up(folder.path()).await;
        assert_eq!(server.total().await, 0);
        server.program.signal(signal);
        let ended = server.program.end(SOON).await;
        assert_eq!(ended.code, 0, "{signal:?}: {}", ended.err);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name == "plumbline.db-wal"), "the log is merged: {left:?}");
    }
}

#[tokio::test]
async fn a_signal_does_not_kill_it_while_it_starts() {
    use std::io::Write as _;
    let folder = tempdir().unwrap();
    // Its first line does not fit any more: it stands still where it would say that it serves.
    let (mut reader, mut full) = std::io::pipe().unwrap();
    full.write_all(&vec![b'\n'; 64 * 1024]).unwrap();
    let mut command = plumbline();
    command.args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
    let mut child = command.stdout(full).spawn().unwrap();
    drop(command);
    let announced = folder.path().join("plumbline.lock");
    eventually("it listens", Duration::from_mins(1), async || {
        fs::read_to_string(&announced).ok().filter(|address| !address.is_empty())
    })
    .await;
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    std::io::copy(&mut reader, &mut std::io::sink()).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(0), "{status}");
}

#[tokio::test]
async fn open_streams_do_not_delay_the_end() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let mut stream =
        server.request(reqwest::Method::GET, "/api/fleet/v1/changes/stream").send().await.unwrap();
    let first = stream.chunk().await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&first).contains("data: {\"seq\":0"), "{first:?}");
    server.program.signal(Signal::TERM);
    let ended = server.program.end(SOON).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(stream.chunk().await.unwrap(), None, "the answer is complete");
}

#[tokio::test]
async fn a_request_under_way_is_finished_first() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let reports: Vec<Value> = (0..500).map(report).collect();
    let file = folder.path().join("reports.jsonl");
    fs::write(&file, lines(&reports)).unwrap();
    let mut command = plumbline();
    command.arg("ingest").arg(&file).args(["--json", "--data"]).arg(folder.path());
    let ingest = Program::start(&mut command);
    tokio::time::sleep(Duration::from_millis(60)).await;
    server.program.signal(Signal::TERM);
    let ended = server.program.end(Duration::from_secs(20)).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    let told = ingest.end(SOON).await;
    // Either the request was in time, and all of it is there, or the client was told that nobody answers.
    let server = Server::up(folder.path()).await;
    let acknowledged = told.json_lines().iter().filter(|result| result["ok"] == true).count();
    assert_eq!(told.code, i32::from(acknowledged == 0), "{}", told.err);
    assert!(server.total().await.as_u64().unwrap() >= acknowledged as u64);
}

#[tokio::test]
async fn a_reader_that_hangs_up_ends_the_command_quietly() {
    use std::process::{Command, Stdio};
    let folder = tempdir().unwrap();
    let file = folder.path().join("reports.jsonl");
    fs::write(&file, lines(&(0..600).map(report).collect::<Vec<_>>())).unwrap();
    let script = "\"$0\" ingest \"$1\" --json --data \"$2\" | head -1";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_plumbline")])
        .arg(&file)
        .arg(folder.path())
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!err.contains("panicked"), "{err}");
}
