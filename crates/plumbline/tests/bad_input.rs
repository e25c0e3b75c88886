//! What nobody should send: each gets a clear answer, nothing of it is stored, and the server goes on.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
};

use reqwest::Method;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use self::support::{Answer, BASE, Ended, Server, b64_identity, lines, report, report_of, run, send};

/// A server over an empty folder.
async fn empty() -> (TempDir, Server) {
    let folder = tempdir().unwrap();
    let server = Server::up(folder.path()).await;
    (folder, server)
}

/// Gives the lines to `plumbline ingest`.
fn ingest(data: &Path, text: impl AsRef<[u8]>) -> Ended {
    let file = data.join("reports.jsonl");
    fs::write(&file, text).unwrap();
    let arguments = ["ingest", file.to_str().unwrap(), "--json", "--data", data.to_str().unwrap()];
    run(arguments)
}

/// The member `data` of a report as `POST /hosts` takes it, with members replaced.
fn document(number: usize, changes: &Value) -> Value {
    let mut document = report(number)["data"].take();
    document["stale_timestamp"] = json!("2099-01-01T00:00:00+00:00");
    for (name, value) in changes.as_object().unwrap() {
        document[name] = value.clone();
    }
    document
}

/// A report with members of `data` replaced.
fn changed(number: usize, changes: &Value) -> Value {
    let mut report = report(number);
    for (name, value) in changes.as_object().unwrap() {
        report["data"][name] = value.clone();
    }
    report
}

fn nested(depth: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))
}

/// The server still takes a good report and shows it, and nothing else.
async fn still_sound(server: &Server) {
    let answer = server.post("/hosts", json!([document(9_999, &json!({}))]).to_string()).await;
    assert_eq!(answer.json()["data"][0]["status"], 201, "{}", answer.text);
    assert_eq!(server.total().await, 1);
    assert!(!server.program.err().contains("panicked"), "{}", server.program.err());
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused_with_the_place() {
    let (_folder, server) = empty().await;
    for (body, about) in [
        ("[{\"a\":", "EOF while parsing"),
        ("[{\"display_name\": \"x\"},]", "line 1 column"),
        ("", "required"),
        ("null", "must not be empty"),
        ("{\"a\": \u{1}}", "line 1 column"),
    ] {
        let answer = server.post("/hosts", body).await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        assert!(answer.detail().contains(about), "{body}: {}", answer.text);
        assert_eq!(answer.kind, "application/problem+json");
    }
    let answer = server.post("/hosts", b"[{\"display_name\": \"\xff\xfe\"}]".to_vec()).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    still_sound(&server).await;
}

/// Sends a body of so many bytes and reads the answer meanwhile: it comes before all is sent.
fn upload(server: &Server, bytes: usize) -> String {
    let mut stream = TcpStream::connect(&server.address).unwrap();
    let mut reader = stream.try_clone().unwrap();
    let head = format!(
        "POST {BASE}/hosts HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {bytes}\r\n\r\n",
        server.address
    );
    let sender = std::thread::spawn(move || {
        stream.write_all(head.as_bytes())?;
        let block = vec![b' '; 1 << 16];
        (0..bytes / block.len()).try_for_each(|_| stream.write_all(&block))
    });
    let mut answer = Vec::new();
    // The server may hang up on who goes on sending.
    let _ = reader.read_to_end(&mut answer);
    let _ = sender.join().unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn a_body_of_fifty_megabytes_is_refused() {
    let (_folder, server) = empty().await;
    for megabytes in [50, 11] {
        let answer = upload(&server, megabytes << 20);
        assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
        assert!(answer.contains("The request body is longer than 10485760 bytes."), "{answer}");
    }
    let largest = server.post("/hosts", vec![b' '; 10 << 20]).await;
    assert_eq!(largest.status, 400, "{}", largest.text);
    still_sound(&server).await;
}

#[tokio::test]
async fn a_hundred_thousand_tags_are_refused() {
    let (folder, server) = empty().await;
    let tags: Vec<Value> =
        (0..100_000).map(|n| json!({"namespace": "n", "key": format!("k{n}"), "value": "v"})).collect();
    let answer = server.post("/hosts", json!([document(1, &json!({"tags": tags}))]).to_string()).await;
    assert!(answer.text.contains("tags"), "{}", &answer.text[..answer.text.len().min(500)]);
    let entry = &answer.json()["data"][0];
    assert!(answer.status == 400 || answer.status == 413 || entry["status"] == 400, "{}", answer.status);

    let keys: serde_json::Map<String, Value> =
        (0..100_000).map(|n| (format!("k{n}"), json!(["v"]))).collect();
    let ended = ingest(folder.path(), lines(&[changed(1, &json!({"tags": {"n": keys}}))]));
    assert_eq!(ended.code, 1);
    let result = &ended.json_lines()[0];
    let detail = result["error"]["detail"].as_str().unwrap();
    assert!(detail.contains("tags"), "{}", &detail[..detail.len().min(500)]);
    still_sound(&server).await;
}

#[tokio::test]
async fn nul_is_refused_over_http_and_removed_from_messages() {
    let (folder, server) = empty().await;
    let body = json!([document(1, &json!({"display_name": "a\0b"}))]).to_string();
    let answer = server.post("/hosts", body).await;
    assert_eq!(answer.status, 400);
    assert!(answer.detail().contains("NUL"), "{}", answer.text);
    for path in ["/hosts?display_name=a%00b", "/hosts?filter[system_profile][arch]=%00", "/tags?search=%00"] {
        let answer = server.get(&format!("{BASE}{path}")).await;
        assert!(answer.status == 200 || answer.status == 400, "{path}: {} {}", answer.status, answer.text);
    }
    still_sound(&server).await;

    let ended = ingest(folder.path(), lines(&[changed(1, &json!({"display_name": "a\0b"}))]));
    assert_eq!(ended.code, 0, "{}", ended.out);
    assert!(server.hosts().await.contains_key("ab"));
}

#[tokio::test]
async fn text_that_is_no_unicode_is_refused() {
    let (folder, server) = empty().await;
    let good = report(1).to_string();
    let mut lines = good.clone().into_bytes();
    lines.extend(b"\n");
    lines.extend(good.replace("host-00001\"", "host-\u{1}\"").replace('\u{1}', "\\udce2").into_bytes());
    lines.extend(b"\n\xff\xfe{}\n");
    let ended = ingest(folder.path(), &lines);
    let results = ended.json_lines();
    assert_eq!(ended.code, 1);
    assert_eq!(results[0]["ok"], true, "{}", ended.out);
    for result in &results[1..] {
        assert_eq!(result["error"]["class"], "ParseError", "{result}");
    }
    assert!(results[1]["error"]["detail"].as_str().unwrap().contains("surrogate"), "{}", ended.out);

    let path = format!("{BASE}/hosts?display_name=%ff%fe");
    let answer = server.get(&path).await;
    assert!(answer.status == 200 || answer.status == 400, "{}", answer.text);
    assert_eq!(server.total().await, 1);
}

#[tokio::test]
async fn numbers_past_64_bits_are_refused_with_their_place() {
    let (folder, server) = empty().await;
    let huge = ["18446744073709551616", "-9223372036854775809", "1e400", "123456789012345678901234567890"];
    let mut reports = String::new();
    for number in huge {
        let text = report(1).to_string();
        reports += &text.replace("\"number_of_cpus\":1", &format!("\"number_of_cpus\":{number}"));
        reports.push('\n');
    }
    assert!(reports.contains("1e400"));
    let ended = ingest(folder.path(), &reports);
    let results = ended.json_lines();
    assert_eq!((ended.code, results.len()), (1, huge.len()), "{}", ended.err);
    for result in &results {
        assert_eq!(result["ok"], false, "{result}");
        assert!(!result["error"]["detail"].as_str().unwrap().is_empty());
    }
    for path in ["/hosts?per_page=99999999999999999999", "/hosts?page=9223372036854775807"] {
        let answer = server.get(&format!("{BASE}{path}")).await;
        assert!((400..=404).contains(&answer.status), "{path}: {} {}", answer.status, answer.text);
    }
    still_sound(&server).await;
}

#[tokio::test]
async fn a_profile_nested_a_thousand_deep_is_refused() {
    let (folder, server) = empty().await;
    let deep = |text: String| text.replace("\"DEEP\"", &nested(1_000));
    let body = deep(json!([document(1, &json!({"system_profile": {"rhsm": "DEEP"}}))]).to_string());
    let answer = server.post("/hosts", body).await;
    assert_eq!(answer.json()["errors"], 1, "{}", answer.text);
    assert!(answer.text.contains("is nested deeper than 64 levels"), "{}", answer.text);

    // What the schema knows is looked into; what it does not know is not.
    for member in ["rhsm", "workloads", "network_interfaces", "x"] {
        let profile = json!({"arch": "x86_64", member: "DEEP"});
        let ended =
            ingest(folder.path(), deep(lines(&[changed(9_999, &json!({"system_profile": profile}))])));
        assert_eq!((ended.code, ended.json_lines().len()), (i32::from(member != "x"), 1), "{}", ended.out);
    }
    let ended = ingest(folder.path(), "[".repeat(1 << 20));
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let shown = server.get(&format!("{BASE}/hosts?fields[system_profile]=x,arch")).await;
    assert_eq!(shown.json()["results"][0]["system_profile"], json!({"arch": "x86_64"}), "{}", shown.text);
}

#[tokio::test]
async fn a_wrong_identity_is_no_caller() {
    let (folder, server) = empty().await;
    let ask = async |identity: &[u8]| -> Answer {
        let request = server.request(Method::GET, &format!("{BASE}/hosts"));
        send(request.header("x-rh-identity", identity)).await.unwrap()
    };
    let huge = "A".repeat(100_000);
    for identity in [&b"%%%"[..], b"", b"e30=", b"bnVsbA==", b"\xff\xfe", huge.as_bytes()] {
        let answer = ask(identity).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert_eq!(answer.detail(), "Invalid token");
    }
    for identity in ["%%%", "e30=", "bnVsbA=="] {
        let mut report = report(1);
        report["platform_metadata"]["b64_identity"] = json!(identity);
        let ended = ingest(folder.path(), lines(&[report]));
        let result = &ended.json_lines()[0];
        assert_eq!((ended.code, &result["ok"]), (1, &json!(false)), "{identity}");
        assert_eq!(result["error"]["class"], "ValidationException", "{identity}: {result}");
    }
    still_sound(&server).await;
}

#[tokio::test]
async fn hosts_of_another_organisation_do_not_exist() {
    let (folder, server) = empty().await;
    let ended = ingest(folder.path(), lines(&[report_of("other", 1)]));
    let id = ended.json_lines()[0]["id"].as_str().unwrap().to_owned();
    let ask = async |method: Method, path: &str, body: &str| {
        let request = server.request(method, &format!("{BASE}{path}"));
        let request = request.header("content-type", "application/json").body(body.to_owned());
        send(request).await.unwrap()
    };
    let patch = r#"{"display_name": "mine"}"#;
    for (method, path, body) in [
        (Method::PATCH, format!("/hosts/{id}"), patch),
        (Method::DELETE, format!("/hosts/{id}"), ""),
        (Method::PUT, format!("/hosts/{id}/facts/n"), r#"{"a": 1}"#),
    ] {
        let answer = ask(method.clone(), &path, body).await;
        assert!(answer.status == 404 || answer.status == 400, "{method} {path}: {}", answer.text);
    }
    for path in ["", "/system_profile", "/tags"] {
        let answer = server.get(&format!("{BASE}/hosts/{id}{path}")).await;
        let none = answer.status == 404 || answer.json()["total"] == 0;
        assert!(none && !answer.text.contains("host-00001"), "{path}: {}", answer.text);
    }
    assert_eq!(server.total().await, 0);

    let request = server.request(Method::GET, &format!("{BASE}/hosts/{id}"));
    let theirs = send(request.header("x-rh-identity", b64_identity("other"))).await.unwrap();
    assert_eq!(theirs.json()["results"][0]["display_name"], "host-00001");

    let mut stolen = report(1);
    stolen["data"]["org_id"] = json!("other");
    let ended = ingest(folder.path(), lines(&[stolen]));
    let detail = ended.json_lines()[0]["error"]["detail"].clone();
    assert_eq!(detail, "The org_id in the identity does not match the org_id in the host.");
    still_sound(&server).await;
}

#[tokio::test]
async fn a_line_that_is_longer_than_any_report_is_in_nobodys_way() {
    let (folder, server) = empty().await;
    let long = format!("{{\"operation\": \"{}\"}}", "x".repeat(50 << 20));
    let text = format!("{}{long}\n{}", lines(&[report(1)]), lines(&[report(2)]));
    let through_server = ingest(folder.path(), &text);
    let alone = tempdir().unwrap();
    let straight = ingest(alone.path(), &text);
    for ended in [through_server, straight] {
        let results = ended.json_lines();
        assert_eq!((ended.code, results.len()), (1, 3), "{}", ended.err);
        let ok: Vec<_> = results.iter().map(|result| result["ok"] == true).collect();
        assert_eq!(ok, [true, false, true]);
        assert!(results[1]["error"]["detail"].as_str().unwrap().len() < 500);
    }
    assert_eq!(server.total().await, 2);
}

#[tokio::test]
async fn blank_lines_are_passed_over_by_the_server_and_without_it() {
    let (folder, _server) = empty().await;
    let alone = tempdir().unwrap();
    let text = format!("\n{}\r\n \t\n{}\n\n", report(1), report(2));
    for data in [folder.path(), alone.path()] {
        let ended = ingest(data, &text);
        let numbers: Vec<_> = ended.json_lines().iter().map(|result| result["line"].clone()).collect();
        assert_eq!((ended.code, numbers), (0, vec![json!(2), json!(4)]), "{}", ended.out);
    }
}
