//! What stands in `deploy/` fits the program: its files can be read, its commands are commands, the settings and metrics that it
//! names exist, and what runs without containers runs.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize as _;
use serde_json::Value;
use testkit::{TestDatabase, free_port};

mod support;

use support::{Program, client, plumbline, run, send};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below a folder with one of these endings.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known)) {
            found.push(path);
        }
    }
    found
}

/// The YAML files but the templates of the chart, which only Helm can read.
fn documents() -> Vec<(PathBuf, Value)> {
    let mut all = Vec::new();
    for path in files(&root().join("deploy"), &["yml", "yaml"]) {
        if path.components().any(|part| part.as_os_str() == "templates") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for document in serde_norway::Deserializer::from_str(&text) {
            let mut document = serde_norway::Value::deserialize(document)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            document.apply_merge().unwrap();
            all.push((path.clone(), serde_json::to_value(document).unwrap()));
        }
    }
    all
}

/// Every object in a value.
fn objects<'v>(value: &'v Value, all: &mut Vec<&'v serde_json::Map<String, Value>>) {
    match value {
        Value::Object(members) => {
            all.push(members);
            members.values().for_each(|member| objects(member, all));
        }
        Value::Array(items) => items.iter().for_each(|item| objects(item, all)),
        _ => {}
    }
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Commands of the program: of compose services with its image, and of pods that name it.
fn commands() -> Vec<(PathBuf, Vec<String>)> {
    let mut commands = Vec::new();
    for (path, document) in documents() {
        let mut all = Vec::new();
        objects(&document, &mut all);
        for object in all {
            let command = object.get("command").map(texts).unwrap_or_default();
            let arguments = match command.split_first() {
                Some((&"/usr/local/bin/plumbline", arguments)) => arguments.to_vec(),
                Some(_) if object.get("image").is_some_and(|image| image == "plumbline") => command,
                _ => continue,
            };
            commands.push((path.clone(), arguments.into_iter().map(str::to_owned).collect()));
        }
    }
    commands
}

#[test]
fn every_command_is_one_of_the_program() {
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for (path, arguments) in commands {
        let ended = run(arguments.iter().map(String::as_str).chain(["--help"]));
        assert_eq!(ended.code, 0, "{} {arguments:?}: {}", path.display(), ended.err);
    }
}

#[test]
fn every_setting_that_is_named_exists() {
    let defaults = run(["config", "--defaults"]).out;
    let lines = defaults.lines().filter_map(|line| line.strip_prefix("# Environment: "));
    let mut known: BTreeSet<String> = lines.flat_map(|line| line.split(", ")).map(str::to_owned).collect();
    known.extend(["CLOWDER_ENABLED", "ACG_CONFIG"].map(str::to_owned));
    let is_known = |name: &str| {
        known.contains(name) || name.strip_suffix("_FILE").is_some_and(|secret| known.contains(secret))
    };
    let mut checked = 0;
    for (path, document) in documents() {
        let mut all = Vec::new();
        objects(&document, &mut all);
        for object in all {
            let is_ours = |image: &Value| image == "plumbline" || image == "${IMAGE}:${IMAGE_TAG}";
            if !object.get("image").is_some_and(is_ours) {
                continue;
            }
            let by_name = object.get("environment").and_then(Value::as_object);
            let names = by_name.into_iter().flat_map(serde_json::Map::keys).map(String::as_str);
            let listed = object.get("env").and_then(Value::as_array).into_iter().flatten();
            let listed = listed.filter_map(|entry| entry.get("name")?.as_str());
            for name in names.chain(listed) {
                checked += 1;
                assert!(is_known(name), "{}: there is no setting {name}", path.display());
            }
        }
    }
    assert!(checked > 40, "{checked}");
}

/// Names of metrics in a text.
fn metric_names(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let families = [
        "plumbline_",
        "inventory_",
        "drift_",
        "baseline_",
        "hsp_",
        "metrics_samples_",
        "metrics_lines_",
        "notifications_",
    ];
    let words = text.split(|c| !is_part(c));
    words.filter(|word| families.iter().any(|family| word.starts_with(family))).collect()
}

#[test]
fn every_metric_in_rules_and_dashboard_is_recorded_somewhere() {
    let sources = files(&root().join("crates"), &["rs"]);
    let sources = sources.iter().filter(|path| path.components().any(|part| part.as_os_str() == "src"));
    let sources: String = sources.map(|path| fs::read_to_string(path).unwrap()).collect();
    for file in ["prometheus/rules.yml", "grafana/plumbline.json"] {
        let text = fs::read_to_string(root().join("deploy").join(file)).unwrap();
        let names = metric_names(&text);
        assert!(names.len() > 5, "{file}: {names:?}");
        for name in names {
            let name = name.strip_suffix("_bucket").unwrap_or(name);
            assert!(sources.contains(&format!("\"{name}\"")), "{file}: nothing records {name}");
        }
    }
}

#[test]
fn the_image_is_built_from_what_there_is_with_the_toolchain_that_is_asked_for() {
    let text = fs::read_to_string(root().join("deploy/Dockerfile")).unwrap();
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")).unwrap();
    let version = version.trim_end_matches('"');
    assert!(text.contains(&format!("FROM rust:{version}")), "the workspace wants Rust {version}");
    for line in text.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        for source in &words[..words.len() - 1] {
            assert!(root().join(source).exists(), "{line}");
        }
    }
}

#[tokio::test]
async fn the_document_of_a_local_clowder_run_starts_the_program_on_its_ports() {
    let database = TestDatabase::server().await;
    let (user, place) = database.url().trim_start_matches("postgres://").split_once('@').unwrap();
    let (address, name) = place.split_once('/').unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    let text = fs::read_to_string(root().join("deploy/local_cdappconfig.json")).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let (user, password) = user.split_once(':').unwrap_or((user, "any"));
    let stored = &mut document["database"];
    stored["hostname"] = host.into();
    stored["port"] = port.parse::<u16>().unwrap().into();
    stored["name"] = name.into();
    stored["username"] = user.into();
    stored["password"] = password.into();
    let (web, metrics) = (free_port(), free_port());
    document["publicPort"] = web.into();
    document["webPort"] = web.into();
    document["metricsPort"] = metrics.into();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cdappconfig.json");
    fs::write(&file, document.to_string()).unwrap();
    let clowder = |arguments: &[&str]| {
        let mut command = plumbline();
        command.args(arguments).env("CLOWDER_ENABLED", "true").env("ACG_CONFIG", &file);
        command.env("PLUMBLINE_SERVER_ADDRESS", "127.0.0.1");
        command
    };
    let migrated = clowder(&["migrate", "up"]).output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let mut program = Program::start(&mut clowder(&["serve"]));
    let place = program.says("plumbline serves http://").await;
    assert!(place.starts_with(&format!("127.0.0.1:{web}/")), "{place}");
    for port in [web, metrics] {
        let answer = send(client().get(format!("http://127.0.0.1:{port}/health"))).await.unwrap();
        assert_eq!((answer.status, answer.text.as_str()), (200, ""), "port {port}");
    }
    // The port of metrics has them on any path.
    for path in ["/", "/metrics", "/where/clowder/has/them"] {
        let answer = send(client().get(format!("http://127.0.0.1:{metrics}{path}"))).await.unwrap();
        assert!(answer.status == 200 && answer.text.contains("# TYPE "), "{path}: {}", answer.text);
    }
    let checked = clowder(&["health"]).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}

#[test]
fn the_health_of_a_program_that_does_not_run_is_bad() {
    let (api, metrics) = (free_port().to_string(), free_port().to_string());
    let mut command = plumbline();
    command.arg("health").env("PLUMBLINE_SERVER_PORT", &api).env("PLUMBLINE_SERVER_METRICS_PORT", &metrics);
    let ended = command.output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let told = String::from_utf8(ended.stderr).unwrap();
    assert!(
        told.contains(&format!(":{metrics}/health")) && told.contains(&format!(":{api}/health")),
        "{told}"
    );
}
