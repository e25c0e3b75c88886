//! What is secret is neither logged, however much is logged, nor shown.

use reqwest::Method;
use serde_json::json;
use tempfile::tempdir;

use crate::support::{Server, plumbline, send};

/// Settings that are secret, and what they are set to.
const SECRETS: [(&str, &str); 8] = [
    ("PLUMBLINE_KAFKA_SASL_PASSWORD", "hidden-broker"),
    ("PLUMBLINE_OIDC_CLIENT_SECRET", "hidden-client"),
    ("PLUMBLINE_OIDC_CLIENT_SECRETS", "https://op.example=hidden-other"),
    ("PLUMBLINE_NOTIFICATIONS_WEBHOOK_SECRET", "hidden-webhook-secret"),
    ("PLUMBLINE_METRICS_CASSANDRA_PASSWORD", "hidden-cassandra"),
    ("EXPORT_SERVICE_TOKEN", "hidden-export"),
    ("PLUMBLINE_FLAGS_UNLEASH_TOKEN", "hidden-unleash"),
    ("PLUMBLINE_JOBS_PENDO_KEY", "hidden-pendo"),
];

#[tokio::test]
async fn secrets_are_in_no_log_record_and_in_no_list_of_settings() {
    let shown = plumbline().arg("config").envs(SECRETS).output().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("kafka.sasl_password") && !shown.contains("hidden-"), "{shown}");

    for format in ["text", "json"] {
        let folder = tempdir().unwrap();
        let mut command = plumbline();
        command.args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
        command.envs(SECRETS.into_iter().filter(|(name, _)| !name.contains("UNLEASH")));
        command.env("PLUMBLINE_SERVER_LOG_LEVEL", "debug").env("PLUMBLINE_SERVER_LOG_FORMAT", format);
        let server = Server::start(&mut command).await;
        let token = server.request(Method::POST, "/api/fleet/v1/tokens").json(&json!({"note": "a rack"}));
        let token = send(token).await.unwrap().json()["secret"].as_str().unwrap().to_owned();
        for (method, path) in [
            (Method::POST, "/api/fleet/v1/agents/report"),
            (Method::POST, "/api/fleet/v1/agents/enrol"),
            (Method::GET, "/api/inventory/v1/hosts?token=hidden-query"),
            (Method::GET, "/api/v1/users/self"),
            (Method::PUT, "/api/notifications/v1/channels/hook"),
        ] {
            let body = json!({"token": token, "kind": "webhook", "address": "https://hooks.example.org/hidden-address",
                "events": ["drift"], "secret": "hidden-secret-of-a-channel"});
            let request = server.request(method, path).bearer_auth(format!("hidden-bearer-{token}"));
            let request = request.header("cookie", "session=hidden-cookie").json(&body);
            send(request).await.unwrap();
        }
        let ended = server.stop().await;
        let logged = ended.err + &ended.out;
        let records = logged.lines().filter(|line| line.contains("/api/fleet/v1/agents/report")).count();
        assert!(records > 0, "requests are logged: {logged}");
        assert!(!logged.contains("hidden-") && !logged.contains(&token), "{logged}");
    }
}
