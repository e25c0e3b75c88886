//! Four instances of the metrics service behind a real nginx, with the configuration of `deploy/`: what is written through one
//! is read through the others, and two that are killed under load lose nothing that was acknowledged.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use testkit::TestDatabase;
use tokio::sync::Mutex;

mod support;

use support::{Nginx, ORG, Program, b64_identity, client, plumbline};

const WRITERS: usize = 8;
const WRITES: usize = 1_000;
/// When the first sample was, in seconds.
const START: usize = 1_700_000_000;

fn ask(client: &Client, method: Method, url: &str) -> RequestBuilder {
    client.request(method, url).header("x-rh-identity", b64_identity(ORG))
}

async fn count(client: &Client, url: &str) -> usize {
    let end = START + WRITERS * WRITES;
    let query = format!("{url}/prometheus/api/v1/query?query=count_over_time(load_value[1d])&time={end}");
    let answer = ask(client, Method::GET, &query).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let value = &answer["data"]["result"][0]["value"][1];
    value.as_str().unwrap_or("0").parse().unwrap_or_else(|_| panic!("{answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_four_instances_are_killed_under_load_and_nothing_is_lost() {
    let database = TestDatabase::server().await;
    let migrated = plumbline().args(["migrate", "up", "--database-url", database.url()]).status().unwrap();
    assert!(migrated.success());
    let mut instances = Vec::new();
    for _ in 0..4 {
        let mut command = plumbline();
        command.args(["serve", "metrics", "--listen", "127.0.0.1:0", "--database-url", database.url()]);
        command.env("PLUMBLINE_SERVER_METRICS_PORT", "0").env("BYPASS_RBAC", "true");
        let mut program = Program::start(&mut command);
        let place = program.says("plumbline serves http://").await;
        instances.push((Some(program), place.split('/').next().unwrap().to_owned()));
    }
    let names = ["web-1:8080", "web-2:8080", "web-3:8080", "web-4:8080"];
    let upstreams: Vec<_> =
        names.into_iter().zip(instances.iter().map(|(_, address)| address.as_str())).collect();
    let nginx = Nginx::start("metrics.conf", &upstreams);
    let url = nginx.url.clone();
    let client = client();

    let dashboard = json!({"type": "time_series", "name": "shared", "data": {"charts": []}});
    let made = ask(&client, Method::POST, &format!("{url}/api/v1/dashboards")).json(&dashboard);
    let made = made.send().await.unwrap();
    assert!(made.status().is_success(), "{}", made.text().await.unwrap());
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..40 {
        let got = ask(&client, Method::GET, &format!("{url}/api/v1/dashboards/time_series/shared"))
            .send()
            .await
            .unwrap();
        assert_eq!(got.status(), 200);
        seen.insert(got.headers()["x-upstream"].to_str().unwrap().to_owned());
    }
    assert_eq!(seen.len(), 4, "{seen:?}");

    let acknowledged = Arc::new(Mutex::new(0_usize));
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (client, url, acknowledged) = (client.clone(), url.clone(), Arc::clone(&acknowledged));
        writers.spawn(async move {
            for n in 0..WRITES {
                let at = START + writer * WRITES + n;
                let line = format!("load value={n} {at}");
                let written = ask(&client, Method::POST, &format!("{url}/write?precision=s")).body(line);
                let status = written.send().await.unwrap().status();
                assert_eq!(status, StatusCode::NO_CONTENT, "write {n} of writer {writer}");
                *acknowledged.lock().await += 1;
            }
        });
    }
    for kill in [0, 2] {
        while *acknowledged.lock().await < WRITERS * WRITES * (kill + 2) / 8 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(instances[kill].0.take().map(Program::kill));
    }
    while let Some(done) = writers.join_next().await {
        done.unwrap();
    }
    assert_eq!(count(&client, &url).await, WRITERS * WRITES);
}
