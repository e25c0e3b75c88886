//! What is served, and to whom.

use reqwest::Method;
use tempfile::tempdir;

use crate::support::{BASE, LEGACY, PATIENCE, Program, Server, plumbline, run, send};

#[tokio::test]
async fn an_empty_folder_becomes_a_whole_system() {
    let folder = tempdir().unwrap();
    let server = Server::up(&folder.path().join("new/data")).await;

    let health = server.get("/health").await;
    assert_eq!((health.status, health.text.as_str()), (200, ""));
    assert_eq!(server.get("/version").await.json()["version"], "Unknown");
    for base in [BASE, LEGACY] {
        let list = server.get(&format!("{base}/hosts")).await;
        assert_eq!((list.status, list.kind.as_str()), (200, "application/json"));
        assert_eq!(list.json()["total"], 0);
        let document = server.get(&format!("{base}/openapi.json")).await.json();
        assert!(document["paths"]["/hosts"]["get"].is_object());
        let reader = server.get(&format!("{base}/ui/")).await;
        assert_eq!(reader.status, 200);
        assert!(reader.kind.starts_with("text/html") && reader.text.contains("openapi.json"));
    }
    let metrics = server.get("/metrics").await;
    assert!(metrics.kind.starts_with("text/plain"), "{}", metrics.kind);
    assert!(
        metrics.text.lines().any(|line| line.contains("http") && line.contains("200")),
        "{}",
        metrics.text
    );
    // What was not counted yet is there at 0, and every one says what it is.
    for line in
        ["# HELP inventory_login_failure_count_total Requests", "inventory_login_failure_count_total 0"]
    {
        assert!(metrics.text.lines().any(|found| found.starts_with(line)), "{line}: {}", metrics.text);
    }

    for path in ["/nothing", "/api", "/api/inventory/v2/hosts", "/api/inventory/v1/nothing"] {
        let answer = server.get(path).await;
        assert_eq!((answer.status, answer.kind.as_str()), (404, "application/problem+json"), "{path}");
    }
}

#[tokio::test]
async fn the_document_is_the_one_that_the_command_prints() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let served = server.get(&format!("{BASE}/openapi.json")).await.json();
    let printed: serde_json::Value = serde_json::from_str(&run(["openapi"]).out).unwrap();
    assert_eq!(served, printed);
}

#[test]
fn other_machines_cannot_connect() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let ended = run(["up", "--listen", address, "--data", data.to_str().unwrap()]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{address}: {}", ended.err);
        assert!(ended.err.contains("listen on 127.0.0.1"), "{address}: {}", ended.err);
    }
}

#[tokio::test]
async fn pages_of_other_sites_are_refused_on_every_path() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let own = server.address.clone();
    let origin = format!("http://{own}");
    for path in ["/health", "/metrics", &format!("{BASE}/hosts"), "/api/fleet/v1/ingest", "/nothing"] {
        for (name, value) in [
            ("host", "fleet.example.com"),
            ("host", "127.0.0.1.example.com"),
            ("origin", "https://example.com"),
            ("origin", "null"),
        ] {
            let answer = send(server.request(Method::POST, path).header(name, value)).await.unwrap();
            assert_eq!(answer.status, 403, "{path} {name}: {value}: {}", answer.text);
            assert!(answer.detail().contains("local mode answers only"), "{}", answer.text);
        }
        let answer = send(server.request(Method::GET, path).header("origin", &origin)).await.unwrap();
        assert_ne!(answer.status, 403, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_second_process_on_the_folder_is_told_where_the_first_one_is() {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let data = folder.path().to_str().unwrap();
    let ended = run(["up", "--no-report", "--listen", "127.0.0.1:0", "--data", data]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.contains(&format!("http://{}", server.address)), "{}", ended.err);
    assert!(ended.err.contains("--data"), "{}", ended.err);
    assert_eq!(server.get("/health").await.status, 200);

    server.program.kill();
    Server::up(folder.path()).await;
}

#[tokio::test]
async fn a_port_in_use_is_named_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let ended = run(["up", "--no-report", "--listen", &address, "--data", data]);
    assert_eq!((ended.code, ended.out.as_str()), (1, ""));
    assert!(ended.err.contains(&address) && ended.err.contains("--listen"), "{}", ended.err);
}

#[tokio::test]
async fn a_client_that_never_finishes_its_request_is_in_nobodys_way() {
    use std::io::Write as _;
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = std::net::TcpStream::connect(&server.address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
        slow.push(stream);
    }
    assert_eq!(server.get("/health").await.status, 200);
    let mut program = server.program;
    program.signal(rustix::process::Signal::TERM);
    drop(slow);
    assert!(program.runs() || program.err().is_empty() || !program.err().contains("panicked"));
    program.end(PATIENCE).await;
}

#[tokio::test]
async fn behind_a_gateway_a_caller_is_asked_for() {
    let database = testkit::TestDatabase::server().await;
    assert_eq!(run(["migrate", "up", "--database-url", database.url()]).code, 0);
    let mut command = plumbline();
    command.args(["serve", "--listen", "0.0.0.0:0", "--database-url", database.url()]);
    command.env("BYPASS_RBAC", "true");
    let mut server = Server::start(&mut command).await;
    server.address = server.address.replace("0.0.0.0", "127.0.0.1");
    let nobody = server.get(&format!("{BASE}/hosts")).await;
    assert_eq!((nobody.status, nobody.detail().as_str()), (401, "No authorization token provided"));
    let request = server.request(Method::GET, &format!("{BASE}/hosts"));
    let request = request.header("host", "fleet.example.com");
    let somebody = send(request.header("x-rh-identity", crate::support::b64_identity("o"))).await.unwrap();
    assert_eq!((somebody.status, &somebody.json()["total"]), (200, &serde_json::json!(0)));
    let ingest = send(server.request(Method::POST, "/api/fleet/v1/ingest")).await.unwrap();
    assert_eq!(ingest.status, 404, "lines are taken in local mode only");
    assert_eq!(server.stop().await.code, 0);
}

#[tokio::test]
async fn logs_go_to_standard_error_as_json_when_asked() {
    let folder = tempdir().unwrap();
    let mut command = plumbline();
    command.args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
    command.env("PLUMBLINE_SERVER_LOG_FORMAT", "json").env("INVENTORY_LOG_LEVEL", "DEBUG");
    let mut program = Program::start(&mut command);
    program.says("plumbline serves").await;
    program.signal(rustix::process::Signal::INT);
    let ended = program.end(PATIENCE).await;
    assert!(ended.err.contains("migrations applied"), "{}", ended.err);
    for line in ended.err.lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(record["level"].is_string(), "{line}");
    }
}
