//! Machines that report themselves to a `plumbline up` of another one: over TLS, with tokens, and with nothing else.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use support::{Ended, Program, plumbline, run, run_with_input};
use tempfile::TempDir;

/// An inventory, and the files of machines that do not exist.
struct World {
    folder: TempDir,
    server: Program,
    /// Where it serves people.
    people: String,
    /// Where machines report to.
    machines: String,
}

fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("server.pem"), folder.join("server.key"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key)
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{made:?}");
    (certificate, key)
}

impl World {
    async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (certificate, key) = certificate(folder.path());
        let mut server = Program::start(
            plumbline()
                .args(["up", "--no-report", "--listen", "127.0.0.1:0", "--agents", "127.0.0.1:0", "--data"])
                .arg(folder.path().join("data"))
                .env("PLUMBLINE_ENROLMENT_TLS_CERTIFICATE", certificate)
                .env("PLUMBLINE_ENROLMENT_TLS_KEY", key),
        );
        let people = server.says("plumbline serves ").await.trim_end_matches('/').to_owned();
        let machines = server.says("machines with a token report to ").await;
        Self { folder, server, people, machines }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs a command on the inventory's data.
    fn here(&self, arguments: &[&str]) -> Ended {
        run([arguments, &["--data", &self.path("data")]].concat())
    }

    fn token(&self, arguments: &[&str]) -> String {
        let made = self.here(&[&["token", "create", "--json"], arguments].concat());
        assert_eq!(made.code, 0, "{}", made.err);
        made.json_lines()[0]["secret"].as_str().unwrap().to_owned()
    }

    /// The files of a machine with this machine-id, and a folder for what it keeps.
    fn machine(&self, name: &str, id: &str) -> [String; 2] {
        let root = self.folder.path().join(name);
        fs::create_dir_all(root.join("etc")).unwrap();
        fs::write(root.join("etc/machine-id"), id).unwrap();
        fs::write(root.join("etc/hostname"), format!("{name}.example.com\n")).unwrap();
        [root.display().to_string(), self.path(&format!("{name}-keeps"))]
    }

    /// What `plumbline report` says on such a machine.
    fn report(&self, [root, keeps]: &[String; 2], more: &[&str]) -> Ended {
        let ca = self.path("server.pem");
        let usual =
            ["report", "--json", "--to", &self.machines, "--ca", &ca, "--root", root, "--data", keeps];
        run([&usual[..], more].concat())
    }

    fn hosts(&self) -> Vec<String> {
        let listed = self.here(&["hosts", "--json", "--order-by", "display_name"]).json_lines();
        listed.iter().map(|host| host["display_name"].as_str().unwrap().to_owned()).collect()
    }
}

const WEB: &str = "0b5c5b0d8f8e4a6f9d4c2b1a0e3f5a71";
const DB: &str = "0b5c5b0d8f8e4a6f9d4c2b1a0e3f5a72";

#[tokio::test]
async fn commands_trust_the_certificate_that_they_are_given_and_people_have_another_address() {
    let world = World::new().await;
    let ask = |more: &[&str]| run([&["hosts", "--server", &world.machines][..], more].concat());
    let stranger = ask(&[]);
    assert!(stranger.code == 1 && stranger.err.contains("certificate"), "{}", stranger.err);
    let machines = ask(&["--ca", &world.path("server.pem")]);
    assert!(
        machines.code == 1 && machines.err.contains("does not answer as a Plumbline does"),
        "{}",
        machines.err
    );
    let people = run(["hosts", "--json", "--server", &world.people]);
    assert_eq!((people.code, people.out.as_str()), (0, ""), "{}", people.err);
}

#[tokio::test]
async fn a_second_machine_reports_with_one_command() {
    let world = World::new().await;
    let secret = world.token(&["--uses", "2"]);
    let web = world.machine("web-1", WEB);
    let first = world.report(&web, &["--token", &secret]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert_eq!(first.json_lines()[0]["result"], "created");
    assert!(!first.err.contains(&secret), "{}", first.err);
    let again = world.report(&web, &[]);
    assert_eq!(again.json_lines()[0]["result"], "unchanged", "{}", again.err);
    assert_eq!(world.hosts(), ["web-1.example.com"]);
    let kept = Path::new(&web[1]).join("host-token.json");
    assert_eq!(fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);

    // A copy of it with the token that others enrol with is not it.
    let thief = world.machine("thief", WEB);
    let refused = world.report(&thief, &["--token", &secret]);
    assert_eq!((refused.code, refused.out.as_str()), (1, ""));
    assert!(refused.err.contains("another machine"), "{}", refused.err);
    assert_eq!(world.hosts(), ["web-1.example.com"]);

    // The token is used up, and what is kept of web-1 is not good for another machine.
    let db = world.machine("db-1", DB);
    let ended = world.report(&db, &["--token", &secret]);
    assert!(ended.code == 1 && ended.err.contains("not valid"), "{}", ended.err);
    let as_web = world.report(&[db[0].clone(), web[1].clone()], &[]);
    assert!(as_web.code == 1 && as_web.err.contains("another machine"), "{}", as_web.err);

    // Installed anew it gets a token for the host that it is.
    let anew = [web[0].clone(), world.path("web-1-anew")];
    let secret = world.token(&["--host", "web-1"]);
    assert_ne!(world.report(&anew, &["--token", &secret]).json_lines()[0]["result"], "created");
    assert_eq!(world.report(&web, &[]).code, 1, "the old one is revoked");

    let log = world.server.kill().err;
    let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(kept).unwrap()).unwrap();
    for token in [secret.as_str(), kept["token"].as_str().unwrap()] {
        let random = token.splitn(3, '_').nth(2).unwrap();
        assert!(!log.contains(random), "{log}");
    }
    for said in ["an enrolment token is made", "a machine is enrolled", "a report is refused"] {
        // What the command line makes is logged there.
        assert!(log.contains(said) || said.contains("is made"), "{said}: {log}");
    }
}

#[tokio::test]
async fn revoked_tokens_and_those_of_nobody_are_refused() {
    let world = World::new().await;
    let secret = world.token(&["--uses", "any", "--tag", "site/rack=b7"]);
    let web = world.machine("web-1", WEB);
    assert_eq!(world.report(&web, &["--token", &secret]).code, 0);
    let listed = world.here(&["token", "list", "--json"]).json_lines();
    assert_eq!(listed.len(), 2, "{listed:?}");
    let of_host = listed.iter().find(|token| token["kind"] == "host").unwrap();
    assert_eq!(of_host["display_name"], "web-1.example.com");
    let revoked = world.here(&["token", "revoke", of_host["id"].as_str().unwrap()]);
    assert_eq!(revoked.code, 0, "{}", revoked.err);
    let refused = world.report(&web, &[]);
    assert!(refused.code == 1 && refused.err.contains("401"), "{}", refused.err);
    assert_eq!(world.here(&["token", "revoke", of_host["id"].as_str().unwrap()]).code, 1);
    let unknown = world.report(&world.machine("db-1", DB), &[]);
    assert!(unknown.code == 2 && unknown.err.contains("plumbline token create"), "{}", unknown.err);
}

#[tokio::test]
async fn where_machines_report_nothing_else_is_served_and_nothing_is_read_on_the_way() {
    let world = World::new().await;
    let curl = |path: &str| {
        let ca = world.path("server.pem");
        let url = format!("{}{path}", world.machines);
        let mut command = Command::new("curl");
        let output =
            command.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", &ca, &url]).output();
        String::from_utf8(output.expect("curl is installed").stdout).unwrap()
    };
    for path in ["/", "/api/inventory/v1/hosts", "/api/fleet/v1/overview", "/api/fleet/v1/tokens", "/metrics"]
    {
        assert_eq!(curl(path), "404", "{path}");
    }
    assert_eq!(curl("/api/fleet/v1/agents/report"), "405");
    assert!(world.people.starts_with("http://127.0.0.1:"), "people are served on the loopback");

    let web = world.machine("web-1", WEB);
    let secret = world.token(&[]);
    let plain = run(["report", "--to", "http://192.0.2.1:8443", "--token", &secret, "--data", &web[1]]);
    assert!(plain.code == 2 && plain.err.contains("--plain-http"), "{}", plain.err);
    let open =
        run(["up", "--no-report", "--agents", "0.0.0.0:0", "--listen", "127.0.0.1:0", "--data", &web[1]]);
    assert!(open.code == 2 && open.err.contains("enrolment.tls_certificate"), "{}", open.err);
}

#[test]
fn a_report_that_is_printed_is_taken_in_in_either_form() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().display().to_string();
    let printed = run(["report", "--print", "--json", "--data", &data]);
    assert_eq!(printed.code, 0, "{}", printed.err);
    let pretty = serde_json::to_string_pretty(&printed.json_lines()[0]).unwrap();
    for (text, event) in [
        (printed.out.clone(), "created"),
        (pretty, "updated"),
        (format!("\u{feff}{}", printed.out), "updated"),
    ] {
        let taken = run_with_input(["ingest", "-", "--json", "--data", &data], text.as_bytes());
        assert_eq!(taken.code, 0, "{}{}", taken.out, taken.err);
        assert_eq!(taken.json_lines()[0]["event_type"], event);
    }
}
