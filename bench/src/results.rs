//! Results of benchmarks: how fast they come in, and how fast they are found while others come in.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    client::{self, Connection, Seen},
    components::machines,
    databases::{Store, on_each_engine},
    limits,
    options::Options,
    program::Program,
    reads::scattered,
    report::{Goal, Report, Row},
};

const RESULTS: &str = "/api/v1/results";
/// Connections that ask at the same time, as the original was asked.
const CONNECTIONS: usize = 8;
/// Results a second that come in while others are read.
const SENT_PER_SECOND: u64 = 20;
/// Every result is about as long: 2,144 bytes, as those with which the original was measured.
const PADDING: usize = 1_850;
/// The sites; each has three flavors.
const SITES: u64 = 4;
/// Scores are whole numbers below this.
const SCORES: u64 = 1_000;

/// What is asked, with the least that is wanted of it and where it must go.
const QUESTIONS: [(&str, &str, f64, f64, Ask); 7] = [
    ("results-get", "GET /results/{id}", 49_900.0, 49_900.0, Ask::Get),
    ("results-list", "GET /results, 100 a page, any page", 1_775.0, 3_500.0, Ask::List),
    ("results-filter", "20 a page, filters=cpu.count > N", 3_000.0, 6_000.0, Ask::Filter),
    ("results-rare", "20 a page, filters=score > N: one in a hundred", 2_430.0, 6_000.0, Ask::Rare),
    ("results-site", "20 a page, of a site", 6_046.0, 12_000.0, Ask::Site),
    ("results-search", "20 a page, results:search?terms=siteN", 3_300.0, 6_000.0, Ask::Search),
    ("results-sort", "20 a page, sort_by=-json.score.value", 1_000.0, 3_000.0, Ask::Sort),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Get,
    List,
    Filter,
    Rare,
    Site,
    Search,
    Sort,
}

/// Where results are sent, and what for.
struct Place {
    identity: Arc<str>,
    sites: Vec<String>,
    /// The queries under which results are sent: a benchmark on a flavor.
    queries: Vec<String>,
}

/// Measures the rows that are wanted, on both engines.
pub async fn measure(options: &Options, report: &mut Report) {
    on_each_engine(
        options,
        |engine| wants(options, engine),
        async |store| {
            measure_one(options, store, report).await;
        },
    )
    .await;
}

/// Whether rows of this engine are wanted.
fn wants(options: &Options, engine: &str) -> bool {
    let rows = QUESTIONS.iter().map(|(row, ..)| *row).chain(["results-insert", "results-disk"]);
    rows.into_iter().any(|row| options.wants(&format!("{row}-{engine}")))
}

async fn measure_one(options: &Options, store: Store<'_>, report: &mut Report) {
    let (count, engine) = (options.results(), store.name());
    let program = Program::start(store.up(options).env("PLUMBLINE_BENCHMARKS_CHECK_IMAGES", "false"));
    let place = Arc::new(Place::new(&program).await);
    let meter = program.meter();
    let (inserted, ids) = insert(&program, &place, count).await;
    let taken = meter.taken();
    let row = Row::new(
        &format!("results-insert-{engine}"),
        "POST /results, 2 KB, checked against a schema",
        inserted.rate(),
        "/s",
    );
    report.add(row.goal(Goal::rate(2_878.0, 5_000.0)).seen(&inserted).taken(taken, inserted.count));

    let each = store.bytes().await as f64 / count as f64 / 1e3;
    report.add(Row::new(&format!("results-disk-{engine}"), "all of the database, for a result", each, "KB"));

    let stop = Arc::new(AtomicBool::new(false));
    let posts = {
        let place = Arc::clone(&place);
        (count..).map(move |n| {
            let (path, body) = place.result(n);
            (1, path, body)
        })
    };
    let (address, identity) = (program.address(), Arc::clone(&place.identity));
    let beside = client::post_steadily(address, identity, posts, 201, SENT_PER_SECOND, Arc::clone(&stop));
    let beside = tokio::spawn(beside);
    let ids = Arc::new(ids);
    for (row, work, least, aim, ask) in QUESTIONS {
        let name = format!("{row}-{engine}");
        if !options.wants(&name) {
            continue;
        }
        let path = {
            let (ids, place) = (Arc::clone(&ids), Arc::clone(&place));
            move |n| path(ask, n, &ids, &place.sites)
        };
        let seconds = options.seconds();
        client::read(program.address(), &place.identity, CONNECTIONS, seconds / 5.0, path.clone()).await;
        let meter = program.meter();
        let seen = client::read(program.address(), &place.identity, CONNECTIONS, seconds, path).await;
        let taken = meter.taken();
        let row = Row::new(&name, work, seen.rate(), "/s").goal(Goal::rate(least, aim));
        let echo = limits::echo(seen.bytes / seen.count.max(1), CONNECTIONS, seconds / 3.0).await;
        report.add(row.seen(&seen).taken(taken, seen.count).limit(echo, "bytes over HTTP"));
    }
    stop.store(true, Ordering::Relaxed);
    beside.await.expect("results are sent to the end");
    program.stop();
}

impl Place {
    /// Makes benchmarks, sites and flavors, all approved.
    async fn new(program: &Program) -> Self {
        let identity: Arc<str> = machines(0).identity().into();
        let mut connection = Connection::open(program.address(), &identity).await;
        let schema = json!({
            "type": "object",
            "required": ["cpu", "score"],
            "properties": {
                "cpu": {"type": "object", "properties": {"count": {"type": "integer", "minimum": 1}}},
                "score": {"type": "object", "properties": {"value": {"type": "number"}}},
            },
        });
        let (mut benchmarks, mut sites, mut flavors) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..3 {
            let image = json!({"docker_image": format!("bench/b{n}"), "docker_tag": "1", "url": "https://example.org", "json_schema": schema});
            benchmarks.push(make(&mut connection, "benchmarks", &image).await);
        }
        for n in 0..SITES {
            let site = json!({"name": format!("site{n}"), "address": format!("site{n}.example.org")});
            let site = make(&mut connection, "sites", &site).await;
            for m in 0..3 {
                let flavor = json!({"name": format!("flavor{m}")});
                let path = format!("/api/v1/sites/{site}/flavors");
                let made = connection.ask("POST", &path, flavor.to_string().into(), &[201]).await;
                flavors.push(id(&made));
                approve(&mut connection, "flavors", flavors.last().expect("it was made")).await;
            }
            sites.push(site);
        }
        let queries = flavors.iter().enumerate().map(|(n, flavor)| {
            format!("benchmark_id={}&flavor_id={flavor}", benchmarks[n % benchmarks.len()])
        });
        Self { identity, sites, queries: queries.collect() }
    }

    /// The path of the n-th result, and the result.
    fn result(&self, n: u64) -> (String, Bytes) {
        let minute = n % (60 * 24 * 28);
        let (day, hour, minute) = (1 + minute / 1_440, minute / 60 % 24, minute % 60);
        let query = &self.queries[(scattered(n) % self.queries.len() as u64) as usize];
        let path = format!("{RESULTS}?{query}&execution_datetime=2026-02-{day:02}T{hour:02}:{minute:02}:00Z");
        let score = scattered(n) % SCORES;
        let body = json!({
            "cpu": {"count": 1 << (n % 7), "model": format!("model {}", n % 30)},
            "score": {"value": score, "unit": "points"},
            "log": "x".repeat(PADDING),
        });
        (path, body.to_string().into())
    }
}

async fn make(connection: &mut Connection, list: &str, body: &Value) -> String {
    let made = connection.ask("POST", &format!("/api/v1/{list}"), body.to_string().into(), &[201]).await;
    let made = id(&made);
    approve(connection, list, &made).await;
    made
}

async fn approve(connection: &mut Connection, list: &str, id: &str) {
    connection.ask("POST", &format!("/api/v1/{list}/{id}:approve"), "{}".into(), &[204]).await;
}

fn id(made: &Bytes) -> String {
    let made: Value = serde_json::from_slice(made).expect("an answer is JSON");
    made["id"].as_str().expect("what is made has an id").to_owned()
}

/// Sends results over all connections; gives the ids of every hundredth.
async fn insert(program: &Program, place: &Arc<Place>, count: u64) -> (Seen, Vec<String>) {
    let next = Arc::new(AtomicU64::new(0));
    let kept = Arc::new(std::sync::Mutex::new(Vec::new()));
    let mut running = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..CONNECTIONS {
        let (place, next, kept) = (Arc::clone(place), Arc::clone(&next), Arc::clone(&kept));
        let address = program.address();
        running.spawn(async move {
            let mut connection = Connection::open(address, &place.identity).await;
            let mut seen = Seen::default();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= count {
                    return seen;
                }
                let (path, body) = place.result(n);
                seen.bytes += body.len() as u64;
                let asked = Instant::now();
                let made = connection.ask("POST", &path, body, &[201]).await;
                seen.times.push(asked.elapsed());
                seen.count += 1;
                if n.is_multiple_of(100) {
                    kept.lock().expect("no other thread has failed").push(id(&made));
                }
            }
        });
    }
    let seen = client::together(running, begun).await;
    let ids = std::mem::take(&mut *kept.lock().expect("no other thread has failed"));
    (seen, ids)
}

fn path(ask: Ask, n: u64, ids: &[String], sites: &[String]) -> String {
    let other = scattered(n);
    match ask {
        Ask::Get => format!("{RESULTS}/{}", ids[(other % ids.len() as u64) as usize]),
        // Of every hundredth result the id is known: there are as many pages.
        Ask::List => format!("{RESULTS}?per_page=100&page={}", 1 + other % (ids.len() as u64).max(1)),
        Ask::Filter => format!("{RESULTS}?per_page=20&filters=cpu.count%20%3E%20{}", 2 << (other % 5)),
        Ask::Rare => format!("{RESULTS}?per_page=20&filters=score.value%20%3E%20{}", 985 + other % 10),
        Ask::Site => format!("{RESULTS}?per_page=20&site_id={}", sites[(other % SITES) as usize]),
        Ask::Search => format!("{RESULTS}:search?per_page=20&terms=site{}", other % SITES),
        Ask::Sort => format!("{RESULTS}?per_page=20&page={}&sort_by=-json.score.value", 1 + other % 5),
    }
}
