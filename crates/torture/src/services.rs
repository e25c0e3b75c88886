//! The other services: samples, baselines and results of benchmarks are written beside the reports.

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ground::Clock;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    dice::Dice,
    load::{Ended, Shared, ended, json_body},
    outcome::Wrong,
    program::PATIENCE,
    reports::org_name,
    written::{ROUND, Written},
};

const BASELINES: &str = "/api/system-baseline/v1/baselines";
/// The first sample is so old; each further number is a millisecond later.
const FIRST_SAMPLE_AGE_SECONDS: i64 = 6 * 3_600;
/// Baselines and results on a page of a list.
const PAGE: usize = 100;

/// What is written to the other services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// Samples of one series, several a request.
    Sample,
    /// Baselines, each with a name of its own.
    Baseline,
    /// Results of one benchmark.
    Result,
}

const ITEMS: [Item; 3] = [Item::Sample, Item::Baseline, Item::Result];

/// The writers of all of them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Services {
    shared: Shared,
    written: [Arc<Mutex<Written>>; ITEMS.len()],
    /// The time of the sample with number 0, in milliseconds since 1970.
    epoch_ms: u64,
    /// The query of a request that sends a result: of which benchmark, on which flavor, when.
    result_query: String,
    /// The bearer token of who sends results, where one is asked for.
    token: Option<String>,
}

impl Services {
    /// With a benchmark to send results to.
    pub async fn new(shared: &Shared, token: Option<String>) -> Self {
        let mut all = Self {
            shared: shared.clone(),
            written: Default::default(),
            epoch_ms: Clock::system().now().plus_seconds(-FIRST_SAMPLE_AGE_SECONDS).micros() as u64 / 1_000,
            result_query: String::new(),
            token,
        };
        all.result_query = all.make_benchmark().await;
        all
    }

    /// Starts a writer for each [`Item`], which ends when senders are told to stop.
    pub fn start(&self, round: u64, dice: &mut Dice) -> Vec<JoinHandle<()>> {
        let writer = |item: Item| {
            self.written(item, |written| written.begin(round));
            tokio::spawn(self.clone().run(item, round, dice.split()))
        };
        ITEMS.map(writer).into()
    }

    /// Lays what is there of this round beside what was sent.
    pub async fn check(&self, round: u64) {
        for item in ITEMS {
            let there = match item {
                Item::Sample => self.samples(round).await,
                Item::Baseline => self.baselines(round).await,
                Item::Result => self.results(round).await,
            };
            let compare = |written: &mut Written| {
                self.shared.findings(|findings| written.compare(item.name(), round, &there, findings));
            };
            self.written(item, compare);
        }
    }

    /// Lays everything that is there beside what was sent: nothing of earlier rounds has gone, or has come.
    pub async fn check_all(&self, rounds: u64) {
        for round in 1..=rounds {
            self.check(round).await;
        }
    }

    /// How many of each [`Item`] were acknowledged.
    pub fn acknowledged(&self) -> Vec<(&'static str, u64)> {
        ITEMS.map(|item| (item.plural(), self.written(item, |written| written.acknowledged_count()))).into()
    }

    async fn run(self, item: Item, round: u64, mut dice: Dice) {
        while !self.shared.stop.load(Ordering::Relaxed) {
            let count = if item == Item::Sample { 1 + dice.below(50) } else { 1 };
            let numbers = self.written(item, |written| written.take(count));
            if numbers.is_empty() {
                return;
            }
            let (request, done) = match item {
                Item::Sample => (self.write_samples(&numbers), StatusCode::NO_CONTENT),
                Item::Baseline => (self.write_baseline(round, numbers[0]), StatusCode::OK),
                Item::Result => (self.write_result(round, numbers[0]), StatusCode::CREATED),
            };
            match ended(request).await {
                Ended::Answer(status, _) if status == done => {
                    self.written(item, |written| written.acknowledged(&numbers));
                }
                Ended::Answer(status, text) if status.as_u16() < 500 => {
                    let words = format!("{} {numbers:?} was answered with {status}: {text}", item.name());
                    self.shared.findings(|findings| findings.add(Wrong::Other, words));
                }
                Ended::Answer(..) | Ended::Unknown => {}
                Ended::NotSent => {
                    self.written(item, |written| written.not_sent(&numbers));
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }

    fn write_samples(&self, numbers: &[u64]) -> RequestBuilder {
        let lines: Vec<String> = numbers
            .iter()
            .map(|number| format!("torture value={number} {}", self.epoch_ms + number))
            .collect();
        self.request(Method::POST, "/write?precision=ms").body(lines.join("\n"))
    }

    fn write_baseline(&self, round: u64, number: u64) -> RequestBuilder {
        let facts = json!([{"name": "arch", "value": "x86_64"}]);
        let body = json!({"display_name": name(round, number), "baseline_facts": facts});
        json_body(self.request(Method::POST, BASELINES), &body)
    }

    fn write_result(&self, round: u64, number: u64) -> RequestBuilder {
        let path = format!("/api/v1/results?{}", self.result_query);
        json_body(self.as_user(Method::POST, &path), &json!({"round": round, "number": number}))
    }

    async fn samples(&self, round: u64) -> Vec<u64> {
        // A range is open at its beginning.
        let end = (self.epoch_ms + (round + 1) * ROUND - 1) as f64 / 1_000.0;
        let path = format!("/prometheus/api/v1/query?query=torture_value[{ROUND}ms]&time={end:.3}");
        let answer = self.read(&path).await;
        let values = answer["data"]["result"][0]["values"].as_array().into_iter().flatten();
        values.filter_map(|pair| pair[1].as_str()?.parse().ok()).collect()
    }

    async fn baselines(&self, round: u64) -> Vec<u64> {
        let mut there = Vec::new();
        loop {
            let path = format!(
                "{BASELINES}?display_name={}&limit={PAGE}&offset={}&order_by=display_name",
                name(round, ""),
                there.len()
            );
            let page = self.read(&path).await;
            let names: Vec<&str> = page["data"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|one| one["display_name"].as_str())
                .collect();
            there.extend(names.iter().filter_map(|text| text.rsplit('-').next()?.parse::<u64>().ok()));
            if names.len() < PAGE {
                return there;
            }
        }
    }

    async fn results(&self, round: u64) -> Vec<u64> {
        let mut there = Vec::new();
        for page in 1.. {
            let path =
                format!("/api/v1/results?filters=round%20%3D%3D%20{round}&per_page={PAGE}&page={page}");
            let answer = self.read(&path).await;
            let items = answer["items"].as_array().into_iter().flatten();
            there.extend(items.filter_map(|item| item["json"]["number"].as_u64()));
            if answer["has_next"] != true {
                break;
            }
        }
        there
    }

    async fn make_benchmark(&self) -> String {
        if self.token.is_some() {
            self.make("/api/v1/users:register", &Value::Null).await;
        }
        let site = self.make("/api/v1/sites", &json!({"name": "torture", "address": "here"})).await;
        let flavor = self.make(&format!("/api/v1/sites/{site}/flavors"), &json!({"name": "one"})).await;
        let image = json!({"docker_image": "torture/one", "docker_tag": "1", "url": "https://example.org", "json_schema": {"type": "object"}});
        let benchmark = self.make("/api/v1/benchmarks", &image).await;
        for (list, id) in [("sites", &site), ("flavors", &flavor), ("benchmarks", &benchmark)] {
            self.make(&format!("/api/v1/{list}/{id}:approve"), &json!({})).await;
        }
        format!("benchmark_id={benchmark}&flavor_id={flavor}&execution_datetime=2026-01-02T03:04:05Z")
    }

    async fn make(&self, path: &str, body: &Value) -> String {
        let answer = ended(json_body(self.as_user(Method::POST, path), body)).await;
        let Ended::Answer(status, text) = answer else { panic!("{path} has no answer") };
        assert!(status.is_success(), "{path}: {status} {text}");
        let made: Value = serde_json::from_str(&text).unwrap_or_default();
        made["id"].as_str().unwrap_or_default().to_owned()
    }

    /// What a list says, as soon as the program and its database are there again.
    async fn read(&self, path: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = match ended(self.request(Method::GET, path)).await {
                Ended::Answer(StatusCode::OK, text) => {
                    return serde_json::from_str(&text).unwrap_or_default();
                }
                Ended::Answer(status, text) => format!("{status} {text}"),
                Ended::Unknown | Ended::NotSent => "no answer".to_owned(),
            };
            assert!(Instant::now() < deadline, "{path}: {told}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.shared.url);
        self.shared.client.request(method, url).header("x-rh-identity", identity())
    }

    fn as_user(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.request(method, path);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    fn written<T>(&self, item: Item, work: impl FnOnce(&mut Written) -> T) -> T {
        work(&mut self.written[item as usize].lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Item {
    fn name(self) -> &'static str {
        match self {
            Self::Sample => "sample",
            Self::Baseline => "baseline",
            Self::Result => "result",
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Sample => "  samples",
            Self::Baseline => "  baselines",
            Self::Result => "  results of benchmarks",
        }
    }
}

/// `torture-12-120004`: the names of a round begin alike.
fn name(round: u64, number: impl std::fmt::Display) -> String {
    format!("torture-{round}-{number}")
}

/// A person of the first organisation, entitled as baselines ask.
fn identity() -> String {
    let identity = json!({
        "identity": {
            "org_id": org_name(0), "account_number": "1", "type": "User", "auth_type": "basic-auth",
            "user": {"username": "torture"}, "internal": {"org_id": org_name(0)},
        },
        "entitlements": {"insights": {"is_entitled": true}, "smart_management": {"is_entitled": true}},
    });
    BASE64_STANDARD.encode(identity.to_string())
}
