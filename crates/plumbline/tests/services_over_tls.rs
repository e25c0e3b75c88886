//! TLS between services: RBAC and siblings that are asked over it, as a Clowder document names them, and callers of this one.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{fs, process::Command};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use reqwest::Method;
use serde_json::json;
use support::{Answer, BASE, ORG, PATIENCE, Program, Server, lines, plumbline, report, run, send};
use tempfile::TempDir;
use testkit::{Certificates, TestDatabase, TlsFront, callers::granting, eventually, free_port};
use tokio::task::spawn_blocking;

/// An RBAC service and an inventory behind TLS, and the document that names them.
struct World {
    database: TestDatabase,
    certificates: Certificates,
    _inventory: Server,
    fronts: [TlsFront; 2],
}

/// As a gateway lets callers through.
fn gateway(command: &mut Command) -> &mut Command {
    command
        .env("PLUMBLINE_SERVER_PORT", "0")
        .env("PLUMBLINE_SERVER_METRICS_PORT", "0")
        .env("PLUMBLINE_SERVER_ADDRESS", "127.0.0.1")
}

impl World {
    async fn new() -> Self {
        let (database, folder) = (TestDatabase::server().await, TempDir::new().unwrap());
        let reports = folder.path().join("reports.jsonl");
        fs::write(&reports, lines(&[report(1)])).unwrap();
        for arguments in [&["migrate", "up"][..], &["ingest", reports.to_str().unwrap()]] {
            let ended = run([arguments, &["--database-url", database.url()]].concat());
            assert_eq!(ended.code, 0, "{}", ended.err);
        }
        let mut inventory = plumbline();
        inventory.args(["serve", "inventory", "--database-url", database.url()]).env("BYPASS_RBAC", "true");
        let inventory = Server::start(gateway(&mut inventory)).await;
        let all = |application: &str| json!({"permission": format!("{application}:*:*"), "resourceDefinitions": []});
        let rbac = granting(json!([all("inventory"), all("drift")])).await;
        let certificates = Certificates::new();
        let fronts = [
            TlsFront::start(&rbac, &certificates).await,
            TlsFront::start(&inventory.address, &certificates).await,
        ];
        Self { database, certificates, _inventory: inventory, fronts }
    }

    /// A command that is told where services are, and that this authority made their certificates.
    fn command(&self, arguments: &[&str], authority: &Certificates) -> Command {
        let endpoint = |app: &str, front: &TlsFront| json!({"app": app, "name": "service", "hostname": "localhost", "port": 9, "tlsPort": front.port()});
        let [rbac, inventory] = &self.fronts;
        let document = json!({
            "endpoints": [endpoint("rbac", rbac), endpoint("host-inventory", inventory)],
            "tlsCAPath": authority.authority(),
        });
        // Each authority has a document of its own: processes that read it run at once.
        let path = authority.folder().join("cdappconfig.json");
        fs::write(&path, document.to_string()).unwrap();
        let mut command = plumbline();
        command.args(arguments).args(["--database-url", self.database.url()]);
        // What the document says is not changed by what deployments still have.
        command.env("RBAC_ENDPOINT", "http://127.0.0.1:9").env("TLS_CA_PATH", "/no/such/file");
        command.env("CLOWDER_ENABLED", "true").env("ACG_CONFIG", path);
        command
    }

    async fn serve(&self, authority: &Certificates) -> Server {
        Server::start(gateway(&mut self.command(&["serve", "inventory", "drift"], authority))).await
    }

    /// What `plumbline doctor` says of RBAC.
    async fn doctor(&self, authority: &Certificates) -> String {
        let mut command = self.command(&["doctor"], authority);
        // Those who are asked work in the runtime of this test.
        let output = spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        said.lines().find(|line| line.contains(" rbac ")).unwrap_or(&said).to_owned()
    }
}

async fn ask(server: &Server, path: &str) -> Answer {
    let identity = json!({"identity": {
        "org_id": ORG, "type": "User", "auth_type": "basic-auth", "user": {"username": "tuser"}},
        "entitlements": {"insights": {"is_entitled": true}}});
    let identity = BASE64_STANDARD.encode(identity.to_string());
    send(server.request(Method::GET, path).header("x-rh-identity", identity)).await.unwrap()
}

#[tokio::test]
async fn services_are_asked_over_tls_and_those_that_are_not_trusted_open_nothing() {
    let world = World::new().await;
    let server = world.serve(&world.certificates).await;
    let hosts = ask(&server, &format!("{BASE}/hosts")).await;
    assert_eq!(hosts.status, 200, "{}", hosts.text);
    let id = hosts.json()["results"][0]["id"].as_str().unwrap().to_owned();
    let compared = format!("/api/drift/v1/comparison_report?system_ids[]={id}");
    let report = ask(&server, &compared).await;
    assert_eq!(report.status, 200, "{}", report.text);
    assert_eq!(report.json()["systems"][0]["id"], id.as_str(), "{}", report.text);
    let fine = world.doctor(&world.certificates).await;
    assert!(fine.starts_with("ok ") && fine.contains("https://localhost:"), "{fine}");

    let others = Certificates::new();
    let server = world.serve(&others).await;
    let hosts = ask(&server, &format!("{BASE}/hosts")).await;
    assert_eq!(hosts.status, 503, "{}", hosts.text);
    let report = ask(&server, &compared).await;
    assert!(report.status >= 500, "{}: {}", report.status, report.text);
    assert!(!report.text.contains(&id), "{}", report.text);
    eventually("the log names the setting", PATIENCE, async || {
        server.program.err().contains("outgoing.ca_file").then_some(())
    })
    .await;
    let bad = world.doctor(&others).await;
    assert!(bad.starts_with("FAIL") && bad.contains("outgoing.ca_file"), "{bad}");
}

#[tokio::test]
async fn the_api_is_served_over_tls_and_its_health_in_the_clear_beside_it() {
    let (database, certificates) = (TestDatabase::server().await, Certificates::new());
    let migrated = run(["migrate", "up", "--database-url", database.url()]);
    assert_eq!(migrated.code, 0, "{}", migrated.err);
    let metrics_port = free_port().to_string();
    let command = |arguments: &[&str]| {
        let mut command = plumbline();
        command.args(arguments).env("BYPASS_RBAC", "true");
        gateway(&mut command)
            .env("PLUMBLINE_SERVER_METRICS_PORT", &metrics_port)
            .env("PLUMBLINE_SERVER_TLS_CERTIFICATE", certificates.certificate())
            .env("PLUMBLINE_SERVER_TLS_KEY", certificates.key());
        command
    };
    let mut served = Program::start(&mut command(&["serve", "inventory", "--database-url", database.url()]));
    let place = served.says("plumbline serves https://127.0.0.1:").await;
    let port = place.split('/').next().unwrap();
    let curl = |scheme: &str| {
        let mut curl = Command::new("curl");
        curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert"]).arg(certificates.authority());
        let output = curl.arg(format!("{scheme}://localhost:{port}{BASE}/hosts")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    // Nobody is let in without an identity, over TLS as ever.
    assert_eq!(curl("https"), "401");
    assert_eq!(curl("http"), "000");
    let health = command(&["health"]).output().unwrap();
    assert!(health.status.success(), "{}", String::from_utf8_lossy(&health.stderr));

    let folder = tempfile::tempdir().unwrap();
    let up = command(&["up", "--data", folder.path().to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8(up.stderr).unwrap();
    assert!(up.status.code() == Some(2) && told.contains("server.tls_certificate"), "{told}");
}
