//! The machine that the program runs on, as one of its own fleet.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::Value;
use store::{Db, Options, Sql};
use tempfile::tempdir;

use crate::support::{BASE, Ended, PATIENCE, Server, plumbline, run, run_with_input};

/// `plumbline up` that reports; `interval` is in seconds.
fn up(data: &Path, interval: &str) -> Command {
    let mut command = plumbline();
    command.args(["up", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.env("PLUMBLINE_AGENT_INTERVAL", interval);
    command
}

fn report(data: &Path, arguments: &[&str]) -> Ended {
    let arguments = arguments.iter().map(AsRef::as_ref);
    run(["report".as_ref(), "--data".as_ref(), data.as_os_str()].into_iter().chain(arguments))
}

/// Asks until the answer is as wanted.
async fn until(server: &Server, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = server.get(path).await.json();
        if wanted(&answer) {
            return answer;
        }
        assert!(Instant::now() < deadline, "still {answer}\n{}", server.program.err());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits for words in the log.
async fn logged(server: &Server, words: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !server.program.err().contains(words) {
        assert!(Instant::now() < deadline, "does not log `{words}`\n{}", server.program.err());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn first_host(server: &Server) -> Value {
    let list = until(server, &format!("{BASE}/hosts"), |list| list["total"] == 1).await;
    list["results"][0].clone()
}

#[tokio::test]
async fn one_command_has_this_machine_in_its_fleet() {
    let data = tempdir().unwrap();
    let server = Server::start(&mut up(data.path(), "900")).await;
    assert!(server.program.out().starts_with(&format!("plumbline serves http://{}/\n", server.address)));
    let host = first_host(&server).await;
    assert_eq!(host["reporter"], "plumbline");
    let id = host["id"].as_str().unwrap();
    let answer = server.get(&format!("{BASE}/hosts/{id}/system_profile")).await.json();
    let profile = &answer["results"][0]["system_profile"];
    assert!(profile["os_kernel_version"].is_string(), "{profile}");
    assert!(!profile["network_interfaces"].as_array().unwrap().is_empty());
    logged(&server, "this machine is reported").await;
    assert_eq!(server.stop().await.code, 0);

    let again = Server::start(&mut up(data.path(), "900")).await;
    let same = until(&again, &format!("{BASE}/hosts"), |list| {
        list["total"] != 1 || list["results"][0]["updated"] != host["updated"]
    })
    .await;
    assert_eq!((&same["total"], &same["results"][0]["id"]), (&Value::from(1), &host["id"]));
}

#[tokio::test]
async fn it_is_reported_again_and_again() {
    let data = tempdir().unwrap();
    let server = Server::start(&mut up(data.path(), "0.1")).await;
    let mut seen = first_host(&server).await;
    for _ in 0..3 {
        let before = seen["last_check_in"].clone();
        let path = format!("{BASE}/hosts");
        let list = until(&server, &path, |list| list["results"][0]["last_check_in"] != before).await;
        assert_eq!((&list["total"], &list["results"][0]["id"]), (&Value::from(1), &seen["id"]));
        seen = list["results"][0].clone();
    }
    assert_eq!(server.stop().await.code, 0, "it ends between two reports");
}

#[tokio::test]
async fn nobody_is_reported_when_that_is_not_wanted() {
    let data = tempdir().unwrap();
    let server = Server::up(data.path()).await;
    let told = report(data.path(), &["--json"]);
    assert_eq!(told.json_lines()[0]["result"], "created", "nobody was there before");
    let host = first_host(&server).await;
    assert_eq!(told.json_lines()[0]["id"], host["id"]);
}

/// Through the server that holds the folder, and straight into the folder.
#[tokio::test]
async fn a_report_says_what_came_of_it() {
    let (served, alone) = (tempdir().unwrap(), tempdir().unwrap());
    let server = Server::up(served.path()).await;
    for data in [served.path(), alone.path()] {
        let first = report(data, &[]);
        assert_eq!((first.code, first.err.as_str()), (0, ""));
        let (outcome, rest) = first.out.split_once("  ").unwrap();
        assert_eq!(outcome, "created");
        let id = rest.split("  ").next().unwrap().to_owned();
        // Something may really happen on the machine between two reports, but not each time.
        let outcomes: Vec<String> = (0..5)
            .map(|_| {
                let told = report(data, &["--json"]).json_lines().remove(0);
                assert_eq!(told["id"], id.as_str(), "{told}");
                assert!(told["gaps"].is_array());
                told["result"].as_str().unwrap().to_owned()
            })
            .collect();
        assert!(outcomes.iter().any(|outcome| outcome == "unchanged"), "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| outcome != "created"), "{outcomes:?}");
    }
    assert_eq!(server.total().await, 1);
}

#[test]
fn what_is_shown_is_what_would_be_sent_and_nothing_is_sent() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let shown = report(&data, &["--print"]);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    assert_eq!(shown.out.lines().count(), 1, "into a pipe it is a line for `plumbline ingest -`");
    assert!(!data.exists(), "nothing is made");
    let envelope: Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!((&envelope["operation"], &envelope["data"]["org_id"]), (&"add_host".into(), &"local".into()));

    let line = report(&data, &["--print", "--json"]).out;
    assert_eq!(line.lines().count(), 1);
    let taken = run_with_input(
        ["ingest".as_ref(), "-".as_ref(), "--data".as_ref(), data.as_os_str()],
        line.as_bytes(),
    );
    assert_eq!((taken.code, taken.out.as_str()), (0, "1 accepted (1 new), 0 refused\n"), "{}", taken.err);
}

#[test]
fn a_report_that_cannot_be_stored_ends_with_code_1() {
    let told = report(Path::new("/proc/nowhere"), &[]);
    assert_eq!((told.code, told.out.as_str()), (1, ""));
    assert!(told.err.contains("/proc/nowhere") && told.err.contains("--data"), "{}", told.err);
}

#[tokio::test]
async fn a_report_that_did_not_arrive_is_logged_and_tried_again() {
    let data = tempdir().unwrap();
    let server = Server::start(&mut up(data.path(), "0.2")).await;
    let host = first_host(&server).await;
    let url = format!("sqlite:{}", data.path().join("plumbline.db").display());
    let db = Db::open(&url, &Options::default()).await.unwrap();
    let rename = async |from: &str, to: &str| {
        let mut tx = db.begin().await.unwrap();
        let mut sql = Sql::new("ALTER TABLE ");
        sql.push(from).push(" RENAME TO ").push(to);
        tx.execute(sql).await.unwrap();
        tx.commit().await.unwrap();
    };
    rename("host_checkin", "aside").await;
    logged(&server, "this machine could not be reported").await;
    rename("aside", "host_checkin").await;
    let before = first_host(&server).await["last_check_in"].clone();
    let path = format!("{BASE}/hosts");
    let list = until(&server, &path, |list| list["results"][0]["last_check_in"] != before).await;
    assert_eq!(list["results"][0]["id"], host["id"]);
}
