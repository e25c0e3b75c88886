//! A disk without space: nothing is half stored, the reason is said, and it is over when there is space.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Ended, Server, SmallDisk, large_reports as large, lines, report, run};

fn ingest(data: &Path, files: &Path, reports: &[Value]) -> Ended {
    let file = files.join("reports.jsonl");
    fs::write(&file, lines(reports)).unwrap();
    run(["ingest".as_ref(), file.as_os_str(), "--json".as_ref(), "--data".as_ref(), data.as_os_str()])
}

#[tokio::test]
async fn a_full_disk_is_said_and_is_over_when_there_is_space() {
    let Some(disk) = SmallDisk::mount(32) else {
        eprintln!("not run: this user may not mount a file system");
        return;
    };
    let files = tempdir().unwrap();
    let server = Server::up(disk.path()).await;
    assert_eq!(ingest(disk.path(), files.path(), &large(0..20)).code, 0);

    let filler = disk.fill();
    for _ in 0..2 {
        let refused = ingest(disk.path(), files.path(), &large(20..60));
        assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{}", refused.err);
        assert!(refused.err.contains("full"), "{}", refused.err);
    }
    assert_eq!(server.total().await, 20, "it goes on to read");
    let mut document = report(900)["data"].take();
    document["stale_timestamp"] = json!("2099-01-01T00:00:00+00:00");
    document["system_profile"] = large(900..901)[0]["data"]["system_profile"].take();
    let refused = server.post("/hosts", json!([document]).to_string()).await;
    assert!(refused.status >= 500 || refused.json()["data"][0]["status"] == 500, "{}", refused.text);

    fs::remove_file(filler).unwrap();
    let accepted = ingest(disk.path(), files.path(), &large(20..60));
    assert_eq!((accepted.code, accepted.json_lines().len()), (0, 40), "{}", accepted.err);
    assert!(accepted.json_lines().iter().all(|result| result["event_type"] == "created"));
    assert_eq!(server.hosts().await.len(), 60);
    assert_eq!(server.stop().await.code, 0);
}

#[tokio::test]
async fn without_a_server_the_command_ends_on_a_full_disk_and_works_again_after() {
    let Some(disk) = SmallDisk::mount(16) else {
        eprintln!("not run: this user may not mount a file system");
        return;
    };
    let files = tempdir().unwrap();
    assert_eq!(ingest(disk.path(), files.path(), &large(0..20)).code, 0);
    let filler = disk.fill();
    let refused = ingest(disk.path(), files.path(), &large(20..60));
    assert_eq!((refused.code, refused.out.as_str()), (1, ""), "{}", refused.err);
    assert!(refused.err.contains("full") || refused.err.contains("plumbline.db"), "{}", refused.err);
    fs::remove_file(filler).unwrap();
    let accepted = ingest(disk.path(), files.path(), &large(0..60));
    assert_eq!((accepted.code, accepted.json_lines().len()), (0, 60), "{}", accepted.err);
}

#[tokio::test]
async fn a_disk_that_is_full_from_the_start_is_named() {
    let Some(disk) = SmallDisk::mount(4) else {
        eprintln!("not run: this user may not mount a file system");
        return;
    };
    disk.fill();
    let data = disk.path().join("data");
    let ended = run(["up", "--no-report", "--listen", "127.0.0.1:0", "--data", data.to_str().unwrap()]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{}", ended.err);
    assert!(ended.err.contains("full") || ended.err.contains("No space"), "{}", ended.err);
}

#[tokio::test]
async fn a_read_only_file_system_is_named_and_is_used_again_when_it_can_be_written() {
    let Some(disk) = SmallDisk::mount(32) else {
        eprintln!("not run: this user may not mount a file system");
        return;
    };
    let (data, files) = (disk.path().join("data"), tempdir().unwrap());
    let server = Server::up(&data).await;
    assert_eq!(ingest(&data, files.path(), &large(0..20)).code, 0);
    assert_eq!(server.stop().await.code, 0);

    disk.read_only(true);
    let path = data.to_str().unwrap();
    let refused = [
        run(["up", "--no-report", "--listen", "127.0.0.1:0", "--data", path]),
        ingest(&data, files.path(), &large(20..40)),
        run(["doctor", "--data", path]),
    ];
    for ended in refused {
        let text = ended.out.clone() + &ended.err;
        assert_eq!(ended.code, 1, "{text}");
        assert!(text.contains(path) && text.contains("Read-only file system"), "{text}");
    }

    disk.read_only(false);
    let server = Server::up(&data).await;
    assert_eq!(server.hosts().await.len(), 20);
    assert_eq!(ingest(&data, files.path(), &large(20..40)).code, 0);
    assert_eq!(server.hosts().await.len(), 40);
    assert_eq!(server.stop().await.code, 0);
}
