//! `server.mode = oidc`: people with sessions and programs with tokens, at a real OpenID provider, over the whole program.
#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::io::Write as _;

use reqwest::{Client, Method, RequestBuilder, redirect::Policy};
use serde_json::{Value, json};
use support::{Answer, Server, plumbline, report, run, send};
use tempfile::TempDir;
use testkit::{OpenIdProvider, free_port};

/// The program, with its own provider.
struct World {
    provider: OpenIdProvider,
    server: Server,
    client: Client,
    _folder: TempDir,
}

/// How somebody is known.
#[derive(Clone)]
enum As {
    Nobody,
    Session(String),
    Token(String),
}

impl World {
    async fn new() -> Self {
        let provider = OpenIdProvider::start();
        let port = free_port();
        let origin = format!("http://127.0.0.1:{port}");
        provider.returns_to(&origin);
        let folder = TempDir::new().unwrap();
        let secret = folder.path().join("secret");
        writeln!(std::fs::File::create(&secret).unwrap(), "secret & more").unwrap();
        let server = Server::start(
            plumbline()
                .args(["up", "--no-report", "--listen", &format!("127.0.0.1:{port}"), "--data"])
                .arg(folder.path().join("data"))
                .env("PLUMBLINE_SERVER_MODE", "oidc")
                .env("PLUMBLINE_SERVER_PUBLIC_URL", &origin)
                .env("FLASK_ENV", "development")
                .env("TRUSTED_OP_LIST", provider.issuer())
                .env("PLUMBLINE_OIDC_CLIENT_ID", "plumbline")
                // The file wins.
                .env("PLUMBLINE_OIDC_CLIENT_SECRET", "wrong")
                .env("PLUMBLINE_OIDC_CLIENT_SECRET_FILE", &secret)
                .env("PLUMBLINE_OIDC_ORGANISATION_CLAIM", "org")
                .env("ADMIN_ENTITLEMENTS", "admins")
                .env("PLUMBLINE_OIDC_READER_ENTITLEMENTS", "readers")
                .env("PLUMBLINE_BENCHMARKS_CHECK_IMAGES", "false"),
        )
        .await;
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { provider, server, client, _folder: folder }
    }

    fn request(&self, who: &As, method: Method, path: &str) -> RequestBuilder {
        let origin = format!("http://{}", self.server.address);
        let request = self.client.request(method, format!("{origin}{path}"));
        match who {
            As::Nobody => request,
            As::Session(cookie) => request.header("cookie", cookie).header("origin", origin),
            As::Token(token) => request.bearer_auth(token),
        }
    }

    async fn get(&self, who: &As, path: &str) -> Answer {
        send(self.request(who, Method::GET, path)).await.unwrap()
    }

    async fn post(&self, who: &As, path: &str, body: &Value) -> Answer {
        send(self.request(who, Method::POST, path).json(body)).await.unwrap()
    }

    /// Logs in as a browser does.
    async fn session(&self, sub: &str) -> As {
        let cookies = |response: &reqwest::Response| -> String {
            let set = response.headers().get_all("set-cookie").iter();
            let set =
                set.map(|cookie| cookie.to_str().unwrap()).filter(|cookie| !cookie.contains("Max-Age=0"));
            set.map(|cookie| cookie.split(';').next().unwrap()).collect::<Vec<_>>().join("; ")
        };
        let place =
            |response: &reqwest::Response| response.headers()["location"].to_str().unwrap().to_owned();
        let begun =
            self.request(&As::Nobody, Method::GET, "/api/login/v1/begin?next=/hosts").send().await.unwrap();
        let back = self.provider.sign_in(&place(&begun), sub);
        let ended = self.client.get(back).header("cookie", cookies(&begun)).send().await.unwrap();
        assert_eq!(place(&ended), "/hosts");
        As::Session(cookies(&ended))
    }

    fn token(&self, sub: &str) -> As {
        As::Token(self.provider.token(sub, ""))
    }
}

/// What somebody of one organisation made, as each service names it.
struct Made {
    host: String,
    baseline: String,
    profile: String,
}

/// Something in every service.
async fn make(world: &World, who: &As) -> Made {
    let mut host = report(1)["data"].clone();
    host["org_id"] = "red".into();
    let made = world.post(who, "/api/inventory/v1/hosts", &json!([host])).await;
    assert_eq!(made.status, 207, "{}", made.text);
    let host = made.json()["data"][0]["host"]["id"].as_str().unwrap().to_owned();
    let group = json!({"name": "web", "host_ids": [host]});
    assert_eq!(world.post(who, "/api/inventory/v1/groups", &group).await.status, 201);
    let baseline = json!({"display_name": "web", "baseline_facts": [{"name": "arch", "value": "x86_64"}]});
    let baseline = world.post(who, "/api/system-baseline/v1/baselines", &baseline).await;
    assert_eq!(baseline.status, 200, "{}", baseline.text);
    let dashboard = json!({"type": "time_series", "name": "web", "data": {}});
    assert_eq!(world.post(who, "/api/v1/dashboards", &dashboard).await.status, 200);
    let sent =
        send(world.request(who, Method::POST, "/api/v2/write").body("cpu,host=web value=1")).await.unwrap();
    assert_eq!(sent.status, 204, "{}", sent.text);
    let profiles = world.get(who, &format!("/api/historical-system-profiles/v1/systems/{host}")).await;
    let profile = profiles.json()["data"][0]["profiles"][0]["id"].as_str().unwrap().to_owned();
    Made { host, baseline: baseline.json()["id"].as_str().unwrap().to_owned(), profile }
}

/// What each service is asked about them, and where in the answer everything that may be seen stands.
fn questions(made: &Made) -> Vec<(String, &'static str)> {
    let Made { host, baseline, profile } = made;
    vec![
        ("/api/inventory/v1/hosts".to_owned(), "/results"),
        (format!("/api/inventory/v1/hosts/{host}"), "/results"),
        (format!("/api/inventory/v1/hosts/{host}/system_profile"), "/results"),
        ("/api/inventory/v1/groups".to_owned(), "/results"),
        ("/api/fleet/v1/overview".to_owned(), "/latest"),
        ("/api/fleet/v1/changes".to_owned(), "/changes"),
        (format!("/api/fleet/v1/hosts/{host}/timeline"), "/changes"),
        ("/api/system-baseline/v1/baselines".to_owned(), "/data"),
        (format!("/api/system-baseline/v1/baselines/{baseline}"), "/data"),
        (format!("/api/historical-system-profiles/v1/systems/{host}"), "/data"),
        (format!("/api/historical-system-profiles/v1/profiles/{profile}"), "/data"),
        (
            format!("/api/drift/v1/comparison_report?system_ids[]={host}&baseline_ids[]={baseline}"),
            "/systems",
        ),
        ("/api/v1/dashboards".to_owned(), "/dashboards"),
        ("/prometheus/api/v1/query?query=cpu_value".to_owned(), "/data/result"),
    ]
}

fn seen(answer: &Answer, pointer: &str) -> usize {
    match serde_json::from_str::<Value>(&answer.text).ok().as_ref().and_then(|body| body.pointer(pointer)) {
        Some(Value::Array(items)) => items.len(),
        _ => 0,
    }
}

#[tokio::test]
async fn somebody_of_one_organisation_sees_nothing_of_another_in_any_service() {
    let world = World::new().await;
    let red = world.session("red").await;
    let made = make(&world, &red).await;
    let (blue, reader, stranger) =
        (world.session("blue").await, world.session("reader").await, world.session("stranger").await);
    let none = world.session("none").await;
    for (path, pointer) in questions(&made) {
        for (who, name) in [(&red, "red"), (&world.token("red"), "red's token"), (&reader, "reader")] {
            let answer = world.get(who, &path).await;
            assert!(answer.status == 200 && seen(&answer, pointer) > 0, "{name} {path}: {}", answer.text);
        }
        for (who, name) in [(&blue, "blue"), (&world.token("blue"), "blue's token")] {
            let answer = world.get(who, &path).await;
            assert!(answer.status < 500 && seen(&answer, pointer) == 0, "{name} {path}: {}", answer.text);
            assert!(
                !answer.text.contains(&made.host) || answer.status != 200,
                "{name} {path}: {}",
                answer.text
            );
        }
        let refused = world.get(&stranger, &path).await;
        assert_eq!(refused.status, 403, "somebody without permissions, {path}: {}", refused.text);
        for (who, name) in [(&As::Nobody, "nobody"), (&none, "somebody of no organisation")] {
            let refused = world.get(who, &path).await;
            assert!(
                [400, 401].contains(&refused.status),
                "{name} {path}: {} {}",
                refused.status,
                refused.text
            );
        }
    }
}

#[tokio::test]
async fn who_may_only_see_changes_nothing_in_any_service() {
    let world = World::new().await;
    let red = world.session("red").await;
    let made = make(&world, &red).await;
    let (reader, other_site) = (world.session("reader").await, red.clone());
    let baseline = format!("/api/system-baseline/v1/baselines/{}", made.baseline);
    let (nothing, named) = (json!({}), json!({"display_name": "x"}));
    let changes = [
        (Method::DELETE, format!("/api/inventory/v1/hosts/{}", made.host), &nothing),
        (Method::PATCH, format!("/api/inventory/v1/hosts/{}", made.host), &named),
        (Method::POST, "/api/inventory/v1/groups".to_owned(), &json!({"name": "x"})),
        (Method::POST, "/api/system-baseline/v1/baselines".to_owned(), &named),
        (Method::DELETE, baseline, &nothing),
        (
            Method::POST,
            "/api/v1/dashboards".to_owned(),
            &json!({"type": "time_series", "name": "x", "data": {}}),
        ),
        (Method::DELETE, "/api/v1/dashboards/time_series/web".to_owned(), &nothing),
        (Method::POST, "/api/v2/write".to_owned(), &nothing),
        (Method::DELETE, "/prometheus/api/v1/series?match[]=cpu_value".to_owned(), &nothing),
    ];
    for (method, path, body) in changes {
        let refused = send(world.request(&reader, method.clone(), &path).json(body)).await.unwrap();
        assert_eq!(refused.status, 403, "{method} {path}: {}", refused.text);
        // A page of another site makes the administrator's browser send the same.
        let As::Session(cookie) = &other_site else { unreachable!() };
        let forged = world.request(&As::Nobody, method.clone(), &path).header("cookie", cookie);
        let forged = send(forged.header("origin", "https://evil.example").json(body)).await.unwrap();
        assert_eq!(forged.status, 403, "{method} {path}: {}", forged.text);
    }
    for (path, pointer) in questions(&made) {
        assert!(seen(&world.get(&red, &path).await, pointer) > 0, "{path}");
    }
}

#[tokio::test]
async fn people_register_for_benchmarks_with_their_session_and_programs_with_tokens() {
    let world = World::new().await;
    let red = world.session("red").await;
    assert_eq!(world.get(&red, "/api/v1/users/self").await.status, 404);
    let registered = world.post(&red, "/api/v1/users:register", &json!({})).await;
    assert_eq!((registered.status, &registered.json()["email"]), (201, &"red@example.org".into()));
    assert_eq!(world.get(&world.token("red"), "/api/v1/users/self").await.status, 200);
    assert_eq!(world.get(&red, "/api/v1/users/self:try_admin").await.status, 204);
    let site = json!({"name": "Lab", "address": "Praha"});
    assert_eq!(world.post(&red, "/api/v1/sites", &site).await.status, 201);

    let As::Session(cookie) = &red else { unreachable!() };
    let forged = world.request(&As::Nobody, Method::POST, "/api/v1/sites").header("cookie", cookie);
    assert_eq!(send(forged.json(&site)).await.unwrap().status, 403);
    let bad = world.get(&As::Token("nonsense".to_owned()), "/api/v1/users/self").await;
    assert_eq!(
        (bad.status, &bad.json()["error"]),
        (401, &"Unauthenticated".into()),
        "in the service's own words"
    );
    let bad = world.get(&As::Token("nonsense".to_owned()), "/api/inventory/v1/hosts").await;
    assert_eq!(bad.status, 401);
    let public = world.get(&As::Nobody, "/api/v1/results").await;
    assert_eq!(public.status, 200);

    let out = send(world.request(&red, Method::DELETE, "/api/login/v1/session")).await.unwrap();
    assert!(out.json()["continue_at"].as_str().unwrap().contains("/session/end?"), "{}", out.text);
    assert_eq!(world.get(&red, "/api/inventory/v1/hosts").await.status, 401);
    assert_eq!(world.get(&red, "/api/v1/users/self").await.status, 401);
    assert!(!world.server.program.err().contains("secret & more"), "secrets are not logged");
}

/// A benchmark, and a flavor of a site, which an administrator has approved.
async fn approved(world: &World, admin: &As) {
    let made = async |path: &str, body: &Value| {
        let made = world.post(admin, path, body).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let site = made("/api/v1/sites", &json!({"name": "Lab", "address": "Praha"})).await;
    let flavor = made(&format!("/api/v1/sites/{site}/flavors"), &json!({"name": "small"})).await;
    let benchmark = json!({"docker_image": "lab/sleep", "docker_tag": "1", "url": "https://example.org",
                           "json_schema": {"type": "object", "required": ["benchmarks"]}});
    let benchmark = made("/api/v1/benchmarks", &benchmark).await;
    for entry in [format!("sites/{site}"), format!("flavors/{flavor}"), format!("benchmarks/{benchmark}")] {
        assert_eq!(world.post(admin, &format!("/api/v1/{entry}:approve"), &json!({})).await.status, 204);
    }
}

#[tokio::test]
async fn programs_submit_results_over_the_network_once() {
    let world = World::new().await;
    let admin = world.session("red").await;
    assert_eq!(world.post(&admin, "/api/v1/users:register", &json!({})).await.status, 201);
    approved(&world, &admin).await;
    let folder = TempDir::new().unwrap();
    let (file, token) = (folder.path().join("hyperfine.json"), folder.path().join("token"));
    let measured = r#"{"results": [{"command": "sleep 0.1", "mean": 0.1, "stddev": 0.001, "median": 0.1, "user": 0.0,
        "system": 0.0, "min": 0.099, "max": 0.101, "times": [0.099, 0.1, 0.101], "exit_codes": [0, 0, 0]}]}"#;
    std::fs::write(&file, measured).unwrap();
    let to = format!("http://{}", world.server.address);
    let submit = |benchmark: &str| {
        let fixed = [
            "submit",
            file.to_str().unwrap(),
            "--to",
            &to,
            "--benchmark",
            benchmark,
            "--flavor",
            "Lab/small",
        ];
        run(fixed.into_iter().chain(["--json", "--token-file", token.to_str().unwrap()]))
    };
    std::fs::write(&token, "nonsense").unwrap();
    let unknown = submit("lab/sleep:1");
    assert!(
        unknown.code == 1 && unknown.err.contains("401") && unknown.err.contains("--token-file"),
        "{}",
        unknown.err
    );
    std::fs::write(&token, world.provider.token("reader", "")).unwrap();
    let unregistered = submit("lab/sleep:1");
    assert!(unregistered.code == 1 && unregistered.err.contains("register once"), "{}", unregistered.err);
    let As::Token(reader) = world.token("reader") else { unreachable!() };
    let registered = world.post(&As::Token(reader.clone()), "/api/v1/users:register", &json!({})).await;
    assert_eq!(registered.status, 201);
    std::fs::write(&token, format!("{reader}\n")).unwrap();
    let other = submit("lab/other:1");
    assert!(other.code == 2 && other.err.contains("not approved yet"), "{}", other.err);

    let told = submit("lab/sleep:1");
    assert_eq!(told.code, 0, "{}", told.err);
    let stored = told.json_lines()[0]["stored"].clone();
    assert_eq!(stored.as_array().unwrap().len(), 1, "{}", told.out);
    let again = submit("lab/sleep:1");
    assert_eq!(again.json_lines()[0]["known"], stored, "{}", again.out);
    let results = world.get(&As::Nobody, "/api/v1/results").await.json();
    assert_eq!((&results["total"], &results["items"][0]["id"]), (&1.into(), &stored[0]));
    let metrics = &results["items"][0]["json"]["benchmarks"][0]["metrics"]["time"];
    assert_eq!(metrics["samples"], json!([0.099, 0.1, 0.101]));
}

#[tokio::test]
async fn what_can_be_read_on_the_way_is_refused_at_the_start() {
    let folder = TempDir::new().unwrap();
    let start = |variables: &[(&str, &str)]| {
        let mut command = plumbline();
        command.args(["up", "--no-report", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path());
        command.env("PLUMBLINE_SERVER_MODE", "oidc").env("PLUMBLINE_OIDC_CLIENT_ID", "plumbline");
        let ended = command.envs(variables.iter().copied()).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    };
    let public = ("PLUMBLINE_SERVER_PUBLIC_URL", "http://plumbline.example.org");
    let (code, told) = start(&[public]);
    assert!(code == Some(2) && told.contains("is not https"), "{told}");
    let (code, told) = start(&[public, ("FLASK_ENV", "development")]);
    assert!(code == Some(2) && told.contains("is not https"), "{told}");
    let (code, told) = start(&[("TRUSTED_OP_LIST", "http://127.0.0.1:9")]);
    assert!(code == Some(2) && told.contains("oidc.issuers") && told.contains("development"), "{told}");
    let (code, told) = start(&[("FLASK_ENV", "testing")]);
    assert!(code == Some(2) && told.contains("production"), "{told}");
}
