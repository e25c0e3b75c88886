//! Data folders that cannot be used.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use store::{Db, Options, Sql};
use tempfile::tempdir;

use crate::support::{Server, lines, report, run, run_with_input};

async fn make(data: &Path) {
    let server = Server::up(data).await;
    assert_eq!(server.stop().await.code, 0);
}

#[tokio::test]
async fn a_folder_of_a_newer_version_is_refused_and_left_alone() {
    let data = tempdir().unwrap();
    make(data.path()).await;
    let url = format!("sqlite:{}", data.path().join("plumbline.db").display());
    let db = Db::open(&url, &Options::default()).await.unwrap();
    let newer =
        "INSERT INTO migration (owner, number, name, digest, applied) VALUES ('fleet', 99, 'later', '', 0)";
    let mut tx = db.begin().await.unwrap();
    tx.execute(Sql::new(newer)).await.unwrap();
    tx.commit().await.unwrap();
    db.close().await;

    let path = data.path().to_str().unwrap();
    for arguments in [
        &["up", "--no-report", "--listen", "127.0.0.1:0", "--data", path][..],
        &["ingest", "-", "--data", path],
        &["hosts", "--data", path],
        &["migrate", "up", "--data", path],
    ] {
        let ended = run_with_input(arguments, lines(&[report(1)]).as_bytes());
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains("newer"), "{arguments:?}: {}", ended.err);
    }
    let doctor = run(["doctor", "--data", path]);
    assert!(doctor.code == 1 && doctor.out.contains("newer"), "{}", doctor.out);
    let db = Db::open(&url, &Options::default()).await.unwrap();
    let left = "SELECT (SELECT COUNT(*) FROM host), (SELECT MAX(number) FROM migration)";
    let row = db.read_one(Sql::new(left)).await.unwrap().unwrap();
    assert_eq!((row.get::<i64>(0).unwrap(), row.get::<i64>(1).unwrap()), (0, 99));
}

/// Runs the program as somebody whom permissions bind: root is above them.
fn as_somebody(arguments: &[&str]) -> std::process::Output {
    let program = env!("CARGO_BIN_EXE_plumbline");
    let mut command = if rustix::process::getuid().is_root() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
        command
    } else {
        Command::new(program)
    };
    command.args(arguments).env_remove("HOME").stdin(Stdio::null()).output().unwrap()
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_named() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    make(&data).await;
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    set(parent.path(), 0o555);
    for entry in fs::read_dir(&data).unwrap() {
        set(&entry.unwrap().path(), 0o444);
    }
    set(&data, 0o555);
    let below = data.join("below");
    for folder in [&data, &below] {
        let path = folder.to_str().unwrap();
        for arguments in [
            &["up", "--no-report", "--listen", "127.0.0.1:0", "--data", path][..],
            &["ingest", "/dev/null", "--data", path],
            &["doctor", "--data", path],
        ] {
            if arguments[0] == "doctor" && folder == &below {
                continue;
            }
            let output = as_somebody(arguments);
            let text = [output.stdout, output.stderr].concat();
            let text = String::from_utf8_lossy(&text);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
            // Who does not own a folder that is open to others cannot close it either.
            let says_why = text.contains("ermission denied") || text.contains("Operation not permitted");
            assert!(text.contains(path) && says_why, "{arguments:?}: {text}");
        }
    }
    set(&data, 0o755);
    set(parent.path(), 0o755);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let parent = tempdir().unwrap();
    let data = parent.path().join("data");
    fs::write(&data, "").unwrap();
    let path = data.to_str().unwrap();
    let ended = run(["up", "--no-report", "--listen", "127.0.0.1:0", "--data", path]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.contains(path) && ended.err.contains("--data"), "{}", ended.err);
}

#[test]
fn a_store_that_is_damaged_is_named() {
    let data = tempdir().unwrap();
    fs::write(data.path().join("plumbline.db"), "no database".repeat(1_000)).unwrap();
    let path = data.path().to_str().unwrap();
    let ended = run(["up", "--no-report", "--listen", "127.0.0.1:0", "--data", path]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.contains("plumbline.db"), "{}", ended.err);
}
