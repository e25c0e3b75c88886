//! Commands that ask a running server instead of the record here: what they show is the same, and nothing is shown to who may not
//! see it.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::{fs, path::Path};

use serde_json::{Value, json};
use support::{Ended, Server, lines, plumbline, report, report_of, run, run_with_input};
use tempfile::{TempDir, tempdir};
use testkit::{OpenIdProvider, free_port};

/// A data folder in which something happened to two hosts, and its server.
struct World {
    folder: TempDir,
    server: Server,
}

fn take(folder: &Path, reports: &[Value]) {
    let arguments = ["ingest", "-", "--data", folder.to_str().unwrap()];
    let ended = run_with_input(arguments, lines(reports).as_bytes());
    assert_eq!(ended.code, 0, "{}", ended.err);
}

/// The second host, which has another package and a hostile name for a tag now.
fn changed() -> Value {
    let mut changed = report(2);
    changed["data"]["system_profile"]["installed_packages"] = json!(["bash-0:5.1.8-9.el9.x86_64"]);
    changed["data"]["tags"] = json!({"prod": {"env": ["live\u{1b}]0;title\u{7}"]}});
    changed
}

impl World {
    async fn new() -> Self {
        let folder = tempdir().unwrap();
        take(folder.path(), &[report(1), report(2), report(3)]);
        take(folder.path(), &[changed()]);
        let made = run([
            "baseline",
            "create",
            "gold",
            "--from-host",
            "host-00001",
            "--data",
            folder.path().to_str().unwrap(),
        ]);
        assert_eq!(made.code, 0, "{}", made.err);
        let made = run(["token", "create", "--note", "rack 7", "--data", folder.path().to_str().unwrap()]);
        assert_eq!(made.code, 0, "{}", made.err);
        let server = Server::up(folder.path()).await;
        let channel = json!({"kind": "email", "address": "us@example.com", "events": ["cause"]});
        let channel = server
            .request(reqwest::Method::PUT, "/api/notifications/v1/channels/us")
            .header("content-type", "application/json")
            .body(channel.to_string());
        let made = support::send(channel).await.unwrap();
        assert_eq!(made.status, 200, "{}", made.text);
        Self { folder, server }
    }

    fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    fn here(&self, arguments: &[&str]) -> Ended {
        run([arguments, &["--data", self.folder.path().to_str().unwrap()]].concat())
    }

    fn there(&self, arguments: &[&str]) -> Ended {
        run([arguments, &["--server", &self.url()]].concat())
    }
}

#[tokio::test]
async fn a_server_shows_what_the_record_here_shows() {
    let world = World::new().await;
    for command in [
        &["hosts", "--order-by", "display_name"][..],
        &["hosts", "-o", "csv", "--order-by", "display_name"],
        &["hosts", "-o", "wide", "--order-by", "display_name"],
        &["hosts", "--json", "--limit", "2", "--order-by", "display_name"],
        &["hosts", "package:bash=5.1.8-9.el9"],
        &["hosts", "--display-name", "00003"],
        &["show", "host-00002", "--json"],
        &["show", "host-00002.example.com", "--at", "now", "--json"],
        &["history", "host-00002"],
        &["history", "host-00002", "--diff", "--json"],
        &["history", "host-00002", "--seen", "--limit", "1"],
        &["changes", "bash", "--hosts"],
        &["changes", "--section", "installed_packages"],
        &["compare", "host-00001", "host-00002"],
        &["compare", "host-00001", "host-00002", "--csv", "--all"],
        &["compare", "host-00002", "--baseline", "gold"],
        &["baseline", "list"],
        &["baseline", "show", "gold", "--json"],
        &["audit", "--json"],
        &["token", "list"],
        &["token", "list", "--json"],
        &["notifications", "channels"],
        &["notifications", "channels", "--json"],
    ] {
        let (here, there) = (world.here(command), world.there(command));
        assert_eq!((there.code, &there.out, &there.err), (here.code, &here.out, &here.err), "{command:?}");
        assert!(!there.out.is_empty(), "{command:?}");
        assert!(!there.out.contains(|c: char| c.is_control() && c != '\n'), "{command:?}: {:?}", there.out);
    }
    for command in [&["causes", "--all"][..], &["notifications", "dead-letters", "--json"]] {
        let (here, there) = (world.here(command), world.there(command));
        assert_eq!((there.code, there.out, there.err), (0, String::new(), String::new()), "{command:?}");
        assert_eq!((here.code, here.out, here.err), (0, String::new(), String::new()), "{command:?}");
    }
    // Whose record it is stands beside a host of the record here only.
    let (here, there) = (world.here(&["show", "host-00002"]).out, world.there(&["show", "host-00002"]).out);
    let without_org: Vec<&str> = here.lines().filter(|line| !line.starts_with("Organisation")).collect();
    assert_eq!(there.lines().collect::<Vec<_>>(), without_org);
}

#[tokio::test]
async fn what_cannot_be_shown_is_said_as_here() {
    let world = World::new().await;
    for (command, code, named) in [
        (&["show", "host-0000"][..], 2, "names 3 hosts"),
        (&["show", "hsot-00001"], 1, "the nearest name is `host-00001`"),
        (&["show", "host-00001", "--at", "2020-01-01"], 1, "was not known at 2020-01-01"),
        (&["hosts", "tga:x"], 2, "tag"),
        (&["hosts", "--insights-id", "x"], 2, "'x' is not a 'uuid'"),
        (&["hosts", "--fqdn", "nobody"], 0, "none of 3 hosts matches"),
        (&["compare", "host-00001", "--baseline", "nothing"], 1, "plumbline baseline list"),
        (&["hosts", "--org", "local"], 2, "--org"),
        (&["hosts", "--data", "x"], 2, "--data"),
    ] {
        let ended = world.there(command);
        assert_eq!((ended.code, ended.out.as_str()), (code, ""), "{command:?}: {}", ended.err);
        assert!(ended.err.contains(named), "{command:?}: {}", ended.err);
    }
}

#[tokio::test]
async fn a_host_that_is_gone_is_shown_as_it_was_last() {
    let world = World::new().await;
    let id = world.server.hosts().await["host-00003"].clone();
    let path = format!("/api/inventory/v1/hosts/{id}");
    let gone = support::send(world.server.request(reqwest::Method::DELETE, &path)).await.unwrap();
    assert_eq!(gone.status, 200, "{}", gone.text);
    for ended in [world.there(&["show", &id]), world.here(&["show", &id])] {
        assert!(ended.out.starts_with("host-00003  deleted\n"), "{}{}", ended.out, ended.err);
    }
    let history = world.there(&["history", &id]);
    assert!(history.out.lines().next().unwrap().contains("  deleted"), "{}", history.out);
}

#[tokio::test]
async fn which_machine_a_host_is_can_be_asked_there_and_is_decided_here() {
    let folder = tempdir().unwrap();
    let on = |bios: &str, mac: &str| {
        let mut report = report(1);
        report["data"]["bios_uuid"] = json!(bios);
        report["data"]["mac_addresses"] = json!([mac]);
        report
    };
    let one = || on("4c4c4544-0042-3010-8053-b8c04f4a4e31", "52:54:00:00:00:01");
    let other = || on("4c4c4544-0042-3010-8053-b8c04f4a4e32", "52:54:00:00:00:02");
    for reported in [one(), other(), one(), report(2), report(3)] {
        take(folder.path(), &[reported]);
    }
    let data = folder.path().to_str().unwrap();
    let merged = run(["identity", "merge", "host-00002", "host-00003", "--data", data]);
    assert_eq!(merged.code, 0, "{}", merged.err);
    let world = World { server: Server::up(folder.path()).await, folder };

    let (here, there) = (world.here(&["collisions"]), world.there(&["collisions"]));
    assert_eq!((there.code, &there.out), (1, &here.out), "{}", there.err);
    assert!(there.out.starts_with("host-00001  ") && there.out.lines().count() == 3, "{}", there.out);
    let mut told = world.here(&["collisions", "--json"]).json_lines().remove(0);
    assert_eq!(told["org_id"], "local");
    told.as_object_mut().unwrap().remove("org_id");
    assert_eq!(world.there(&["collisions", "--json"]).json_lines(), [told]);
    for command in [&["identity", "list"][..], &["identity", "list", "--json"]] {
        let (here, there) = (world.here(command), world.there(command));
        assert_eq!((there.code, &there.out), (0, &here.out), "{}", there.err);
        assert!(there.out.contains("merge"), "{}", there.out);
    }
    let settled = world.there(&["collisions", "--settle", "host-00001"]);
    assert!(settled.code == 2 && settled.err.contains("--data"), "{}", settled.err);
    assert_eq!(world.here(&["collisions", "--settle", "host-00001"]).code, 0);
    assert_eq!(world.there(&["collisions"]).code, 0);
}

#[tokio::test]
async fn a_variable_names_a_server_for_all_commands_that_can_ask_one() {
    let world = World::new().await;
    let other = tempdir().unwrap();
    take(other.path(), &[report(7)]);
    let with = |arguments: &[&str]| {
        let output = plumbline().args(arguments).env("PLUMBLINE_SERVER", world.url()).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(with(&["hosts"]).lines().count(), 3);
    let data = other.path().to_str().unwrap();
    assert!(
        with(&["hosts", "--data", data]).starts_with("host-00007 "),
        "a place on the command line comes first"
    );
    assert!(with(&["hosts", "--org", "local"]).contains("PLUMBLINE_SERVER"));
    assert!(with(&["ingest", "-", "--data", data]).contains("0 accepted"), "it is about other commands only");
}

#[tokio::test]
async fn a_server_that_is_none_is_told() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let away = run(["hosts", "--server", &nobody]);
    assert!(
        away.code == 1 && away.err.contains(&nobody) && away.err.contains("plumbline serve"),
        "{}",
        away.err
    );
    // A page for browsers, and a service that knows none of these paths.
    for (answer, named) in [
        ("200 OK\r\ncontent-type: text/html", "does not answer as a Plumbline does"),
        ("404 Not Found\r\ncontent-type: text/html", "does not answer as a Plumbline does"),
        ("302 Found\r\nlocation: /login", "wants a log-in"),
    ] {
        let other =
            answering(format!("HTTP/1.1 {answer}\r\ncontent-length: 5\r\nconnection: close\r\n\r\n<html"))
                .await;
        let ended = tokio::task::spawn_blocking(move || run(["hosts", "--server", &other])).await.unwrap();
        assert!(ended.code == 1 && ended.err.contains(named), "{answer}: {}", ended.err);
    }
    for (arguments, named) in [
        (&["hosts", "--server", "web-1"][..], "https://HOST:PORT"),
        (&["hosts", "--server", "http://inventory.example.com"], "--plain-http"),
        (&["hosts", "--server", "https://me:secret@127.0.0.1:1"], "give a token"),
        (&["hosts", "--server", "https://127.0.0.1:1", "--ca", "/nowhere.pem"], "/nowhere.pem"),
        (&["hosts", "--server", "https://127.0.0.1:1", "--token-file", "/nowhere"], "/nowhere"),
        (&["hosts", "--token-file", "x"], "--server URL"),
    ] {
        let ended = run(arguments);
        assert!(ended.code == 2 && ended.err.contains(named), "{arguments:?}: {}", ended.err);
        assert!(!ended.err.contains("secret"), "{}", ended.err);
    }
}

/// A server that gives this answer to everybody.
async fn answering(answer: String) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn tokens_open_what_their_owners_may_see_and_nothing_else() {
    let provider = OpenIdProvider::start();
    let folder = tempdir().unwrap();
    take(folder.path(), &[report_of("red", 1), report_of("blue", 2)]);
    let port = free_port();
    let server = Server::start(
        plumbline()
            .args(["up", "--no-report", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(folder.path())
            .env("PLUMBLINE_SERVER_MODE", "oidc")
            .env("PLUMBLINE_SERVER_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
            .env("FLASK_ENV", "development")
            .env("TRUSTED_OP_LIST", provider.issuer())
            .env("PLUMBLINE_OIDC_CLIENT_ID", "plumbline")
            .env("PLUMBLINE_OIDC_ORGANISATION_CLAIM", "org")
            .env("ADMIN_ENTITLEMENTS", "admins")
            .env("PLUMBLINE_OIDC_READER_ENTITLEMENTS", "readers"),
    )
    .await;
    let url = format!("http://{}", server.address);
    let ask = |token: Option<&str>, arguments: &[&str]| {
        let mut command = plumbline();
        command.args(arguments).args(["--server", &url]);
        command.envs(token.map(|token| ("PLUMBLINE_TOKEN", token)));
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    };
    let red = provider.token("red", "");
    let listed = ask(Some(&red), &["hosts"]);
    assert!(listed.code == 0 && listed.out.starts_with("host-00001 "), "{}{}", listed.out, listed.err);
    assert_eq!(listed.out.lines().count(), 1, "no host of another organisation: {}", listed.out);
    let foreign = ask(Some(&red), &["show", "host-00002"]);
    assert!(foreign.code == 1 && foreign.err.contains("no host is named"), "{}", foreign.err);

    let file = folder.path().join("token");
    fs::write(&file, format!("{red}\n")).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(ask(Some("wrong"), &["hosts", "--token-file", file]).out, listed.out, "the file comes first");
    assert_eq!(ask(None, &["hosts", "--token", &red]).out, listed.out);

    let none = ask(None, &["hosts"]);
    assert!(none.code == 1 && none.err.contains("--token-file") && none.err.contains(&url), "{}", none.err);
    let wrong = ask(Some(&format!("{red}x")), &["hosts"]);
    assert!(wrong.code == 1 && wrong.err.contains("does not know the token"), "{}", wrong.err);
    assert!(!wrong.err.contains(&red), "{}", wrong.err);
    let stranger = provider.token("stranger", "");
    for command in [&["hosts"][..], &["show", "host-00001"], &["changes"], &["audit"], &["baseline", "list"]]
    {
        let refused = ask(Some(&stranger), command);
        assert!(refused.code == 1 && refused.out.is_empty(), "{command:?}: {}{}", refused.out, refused.err);
        assert!(refused.err.contains("does not allow this"), "{command:?}: {}", refused.err);
    }
    let reader = provider.token("reader", "");
    assert!(ask(Some(&reader), &["audit"]).err.contains("does not allow this"), "that is for administrators");
}
