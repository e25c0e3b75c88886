//! Agents that all report at once when an outage ends, each as `plumbline report --to` does: a token of its own, a connection of its
//! own for each try, the same waits between tries. What the program is asked meanwhile is measured, too.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clients::{JitteredBackoff, retry_after};
use enrolment::{Enrolment, NewToken, Secret, TokenKind};
use ground::Clock;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode, body::Bytes};
use hyper_util::rt::TokioIo;
use load::{Machines, Reported};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use store::Db;
use tempfile::TempDir;
use tokio::{net::TcpStream, sync::Semaphore, task::JoinSet, time::timeout};

use crate::{
    client::{Connection, Seen, together},
    components::{UNIQUE, machines, org},
    options::Options,
    program::Program,
    report::{Goal, Report, Row},
};

/// The names of the rows.
pub const ROWS: [&str; 5] = ["herd-drained", "herd-refused", "herd-gave-up", "herd-health", "herd-list"];

/// Connections of agents at the same time: about twice the requests that the program works on at once.
const CONNECTIONS: usize = 1_000;
/// How many report at the same time while there is no outage.
const CALM: usize = 32;
/// How long nobody serves.
const OUTAGE: Duration = Duration::from_secs(2);
/// The longest try of `plumbline report`.
const TRY: Duration = Duration::from_mins(1);
const HEALTH: &str = "/health";
const LIST: &str = "/api/inventory/v1/hosts?per_page=20";

/// What all agents share.
struct Herd {
    address: SocketAddr,
    machines: Machines,
    /// The token of each.
    tokens: Vec<String>,
    places: Semaphore,
    /// Tries that were sent away by the program, and those that nobody answered.
    refused: AtomicU64,
    unanswered: AtomicU64,
    gave_up: AtomicU64,
}

/// Why a try was for nothing, and how long the program asked to wait.
enum Tried {
    Refused(Option<Duration>),
    Unanswered,
}

impl Herd {
    /// One try over a connection of its own.
    async fn attempt(&self, machine: usize, body: Bytes) -> Result<(), Tried> {
        let unanswered = |_| Tried::Unanswered;
        let stream = TcpStream::connect(self.address).await.map_err(|_| Tried::Unanswered)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(unanswered)?;
        let connection = tokio::spawn(connection);
        let request = Request::post("/api/fleet/v1/agents/report")
            .header("host", self.address.to_string())
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.tokens[machine]))
            .body(Full::new(body))
            .expect("a request can be made");
        let answer = sender.send_request(request).await.map_err(unanswered)?;
        let (status, wait) = (answer.status(), retry_after(answer.headers()));
        let body = answer.into_body().collect().await.map_err(unanswered)?.to_bytes();
        connection.abort();
        match status {
            StatusCode::OK => Ok(()),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
                Err(Tried::Refused(wait))
            }
            // An agent would not try again.
            other => panic!("a report is answered {other}: {}", String::from_utf8_lossy(&body)),
        }
    }

    /// Reports until it is taken, or there is no further try; whether it was taken.
    async fn report(&self, machine: usize, updates: u32) -> bool {
        let mut backoff = JitteredBackoff::of_agent(false);
        let mut text = String::with_capacity(36_000);
        let occasion = u64::from(updates);
        loop {
            let tried = {
                let _place = self.places.acquire().await.expect("places are there to the end");
                text.clear();
                // Reports are made when they are sent: all of them together would take gigabytes.
                self.machines
                    .write_message(&mut text, Reported { machine: machine as u64, updates, occasion });
                let body = Bytes::copy_from_slice(text.as_bytes());
                timeout(TRY, self.attempt(machine, body)).await.unwrap_or(Err(Tried::Unanswered))
            };
            let retry_after = match tried {
                Ok(()) => return true,
                Err(Tried::Refused(wait)) => {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    wait
                }
                Err(Tried::Unanswered) => {
                    self.unanswered.fetch_add(1, Ordering::Relaxed);
                    None
                }
            };
            let Some(wait) = backoff.next(retry_after) else {
                self.gave_up.fetch_add(1, Ordering::Relaxed);
                return false;
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Every agent reports at once; the times are those from `since` until a report was taken.
    async fn all(self: &Arc<Self>, updates: u32, since: Instant) -> Seen {
        let mut running = JoinSet::new();
        for machine in 0..self.tokens.len() {
            let herd = Arc::clone(self);
            running.spawn(async move {
                let taken = herd.report(machine, updates).await;
                let times = Vec::from_iter(taken.then(|| since.elapsed()));
                Seen { count: u64::from(taken), times, ..Seen::default() }
            });
        }
        together(running, since).await
    }
}

/// Makes a folder in which so many machines have enrolled, and gives their tokens. All at one time: what is measured is not how they
/// enrol.
async fn enrolled(options: &Options, folder: &TempDir, hosts: u64) -> Vec<String> {
    let path = folder.path().to_str().expect("a path of letters");
    Program::run(options, &["migrate", "up", "--data", path]);
    let database = folder.path().join("plumbline.db");
    assert!(database.is_file(), "there is no {}", database.display());
    let url = format!("sqlite:{}", database.display());
    let db = Db::open(&url, &store::Options::default()).await.expect("the database can be opened");
    let enrolment = Enrolment::new(db.clone(), Clock::system());
    let new = NewToken {
        note: "herd".to_owned(),
        group: None,
        tags: Vec::new(),
        host: None,
        uses: None,
        lasts: Duration::from_hours(24),
        by: "bench".to_owned(),
    };
    let (token, _) = enrolment.create(&org(), new).await.expect("a token can be made");
    let mut tokens = Vec::new();
    for _ in 0..hosts {
        let own = Secret::random(TokenKind::Host).expect("the system gives random numbers");
        enrolment.enrol(&token, &own).await.expect("a machine enrols");
        tokens.push(own.reveal());
    }
    db.close().await;
    tokens
}

fn up(options: &Options, folder: &TempDir, agents: SocketAddr, people: SocketAddr) -> Program {
    let (data, agents, people) =
        (folder.path().to_str().expect("a path of letters"), agents.to_string(), people.to_string());
    let arguments = ["up", "--no-report", "--data", data, "--listen", &people, "--agents", &agents];
    let mut command = Program::command(options, &arguments);
    // Each request that is refused would be a line.
    Program::start(command.env("PLUMBLINE_SERVER_LOG_LEVEL", "error"))
}

/// Asks for a path every tenth of a second until it is told to stop.
async fn ask(address: SocketAddr, identity: Arc<str>, path: &'static str, stop: Arc<AtomicBool>) -> Seen {
    let mut seen = Seen::default();
    let begun = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    while !stop.load(Ordering::Relaxed) {
        ticks.tick().await;
        let asked = Instant::now();
        // A connection of its own, as that of somebody who comes to look.
        Connection::open(address, &identity).await.get(path).await;
        seen.times.push(asked.elapsed());
        seen.count += 1;
    }
    seen.seconds = begun.elapsed().as_secs_f64();
    seen.times.sort_unstable();
    seen
}

/// Measures the rows.
pub async fn measure(options: &Options, report: &mut Report) {
    let hosts = options.hosts.unwrap_or(if options.quick { 2_000 } else { 100_000 });
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("files may be opened");
    let folder = TempDir::with_prefix("plumbline-bench-").expect("a temporary folder can be made");
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let (agents, people) = (local(testkit::free_port()), local(testkit::free_port()));
    eprintln!("{hosts} machines enrol");
    let tokens = enrolled(options, &folder, hosts).await;
    let machines = machines(UNIQUE);
    let identity: Arc<str> = machines.identity().into();
    let mut herd = Arc::new(Herd {
        address: agents,
        machines,
        tokens,
        places: Semaphore::new(CALM),
        refused: AtomicU64::new(0),
        unanswered: AtomicU64::new(0),
        gave_up: AtomicU64::new(0),
    });
    let program = up(options, &folder, agents, people);
    eprintln!("{hosts} machines report for the first time");
    let first = herd.all(0, Instant::now()).await;
    assert_eq!(first.count, hosts, "every machine reports while there is no outage");
    program.stop();

    Arc::get_mut(&mut herd).expect("no agent is under way").places = Semaphore::new(CONNECTIONS);
    eprintln!("{hosts} machines report while nobody serves");
    let reporting = tokio::spawn({
        let (herd, begun) = (Arc::clone(&herd), Instant::now() + OUTAGE);
        async move { herd.all(1, begun).await }
    });
    tokio::time::sleep(OUTAGE).await;
    let program = up(options, &folder, agents, people);
    let meter = program.meter();
    let stop = Arc::new(AtomicBool::new(false));
    let asking = |path| tokio::spawn(ask(people, Arc::clone(&identity), path, Arc::clone(&stop)));
    let (health, list) = (asking(HEALTH), asking(LIST));
    let drained = reporting.await.expect("agents report to the end");
    stop.store(true, Ordering::Relaxed);
    let (health, list) =
        (health.await.expect("the program answers"), list.await.expect("the program answers"));
    let taken = meter.taken();
    let page = Connection::open(people, &identity).await.get(LIST).await;
    let page: serde_json::Value = serde_json::from_slice(&page).expect("a list is JSON");
    assert_eq!(page["total"], hosts, "as many hosts as machines");
    program.stop();

    let (refused, unanswered) =
        (herd.refused.load(Ordering::Relaxed), herd.unanswered.load(Ordering::Relaxed));
    let gave_up = herd.gave_up.load(Ordering::Relaxed);
    assert_eq!(drained.count + gave_up, hosts, "each report was taken or given up");
    eprintln!(
        "drained in {:.1} s; {refused} tries refused, {unanswered} not answered (in the outage, most of them)",
        drained.seconds
    );
    let rows = [
        Row::new("herd-drained", "agents that report at once after an outage", drained.rate(), "/s")
            .seen(&drained)
            .taken(taken, drained.count),
        Row::new("herd-refused", "their tries that had to be repeated", (refused + unanswered) as f64, ""),
        Row::new("herd-gave-up", "agents that gave up", gave_up as f64, "")
            .goal(Goal::no_more_than(0.0, 0.0)),
        Row::new("herd-health", "`/health` meanwhile, 99 of 100", health.percentile(99), "ms")
            .seen(&health)
            .goal(Goal::no_more_than(1_000.0, 100.0)),
        Row::new("herd-list", "a list of hosts meanwhile, 99 of 100", list.percentile(99), "ms")
            .seen(&list)
            .goal(Goal::no_more_than(2_000.0, 200.0)),
    ];
    for row in rows {
        if options.wants(&row.name) {
            report.add(row);
        }
    }
}
