//! Questions over HTTP.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use hyper::body::Bytes;
use load::Stream;
use serde_json::Value;

use crate::{
    client::{self, Connection, Seen},
    components::{UNIQUE, bodies, machines, plan},
    databases::Store,
    limits,
    options::Options,
    program::Program,
    report::{Goal, Report, Row},
};

const BASE: &str = "/api/inventory/v1";
/// Connections that ask at the same time, as the original was asked.
const CONNECTIONS: usize = 8;
const PER_PAGE: u64 = 50;
/// Where hosts are reported.
pub const HOSTS: &str = "/api/inventory/v1/hosts";
const REPORTS_A_REQUEST: usize = 10;
const LEAST_CPUS: [u64; 3] = [2, 4, 8];
const ORDERS: [&str; 5] = ["updated", "display_name", "last_check_in", "operating_system", "group_name"];

/// One kind of question.
struct Question {
    row: &'static str,
    work: &'static str,
    goal: Goal,
    ask: Ask,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    First,
    Any,
    Filtered,
    Name,
    Facts,
    Host,
    Tags,
    Systems,
}

const QUESTIONS: [(&str, &str, f64, f64, Ask); 8] = [
    (
        "list-first",
        "GET /hosts?per_page=50, pages 1–5, five orders, both ways",
        3_000.0,
        10_000.0,
        Ask::First,
    ),
    ("list-any", "the same, any page", 3_000.0, 10_000.0, Ask::Any),
    ("list-filtered", "the same with a tag and a name", 3_000.0, 10_000.0, Ask::Filtered),
    ("list-name", "the same with a part of a name, each time another", 2_000.0, 6_000.0, Ask::Name),
    ("list-facts", "the same with a range of CPUs and of the system's version", 2_000.0, 6_000.0, Ask::Facts),
    ("host", "GET /hosts/{id}", 5_000.0, 12_000.0, Ask::Host),
    ("tags", "GET /tags", 5_000.0, 10_000.0, Ask::Tags),
    ("systems", "GET /system_profile/operating_system", 3_000.0, 10_000.0, Ask::Systems),
];

/// Whether a row of this engine, or of this engine and fleet, is wanted.
pub fn wants(options: &Options, engine: &str) -> bool {
    QUESTIONS.iter().any(|(row, ..)| options.wants(&format!("{row}-{engine}")))
}

/// Measures the rows that are wanted on a store of so many hosts, also beside reports that come in; `growth` marks the rows of
/// another size of fleet.
pub async fn measure(
    options: &Options,
    store: Store<'_>,
    hosts: u64,
    growth: Option<&str>,
    report: &mut Report,
) {
    measure_beside(options, store, hosts, (0, growth), report).await;
    for &reports in &options.beside {
        let mark = format!("{}-beside-{reports}", growth.unwrap_or_default());
        measure_beside(options, store, hosts, (reports, Some(&mark)), report).await;
    }
}

/// Reports of machines that the store knows, every second one of which has a section changed.
fn reports_of(hosts: u64) -> Vec<(u64, Bytes)> {
    let fleet = Arc::new(machines(UNIQUE));
    let some = |stream| plan(stream, hosts.min(4_000)).reports().collect::<Vec<_>>();
    let (same, changed) = (some(Stream::Same), some(Stream::Changed));
    let mixed: Vec<_> = same.into_iter().zip(changed).flat_map(|(same, changed)| [same, changed]).collect();
    mixed.chunks(REPORTS_A_REQUEST).flat_map(|part| bodies(&fleet, part)).collect()
}

async fn measure_beside(
    options: &Options,
    store: Store<'_>,
    hosts: u64,
    (reports, growth): (u64, Option<&str>),
    report: &mut Report,
) {
    let fleet = machines(UNIQUE);
    let identity: Arc<str> = fleet.identity().into();
    let program = store.serve(options);
    let ids = Arc::new(ids(&program, &identity).await);
    let stop = Arc::new(AtomicBool::new(false));
    let reporting = (reports > 0).then(|| {
        let (address, identity, stop) = (program.address(), Arc::clone(&identity), Arc::clone(&stop));
        let bodies = reports_of(hosts).into_iter().cycle();
        let posts = bodies.map(|(reports, body)| (reports, HOSTS.to_owned(), body));
        tokio::spawn(client::post_steadily(address, identity, posts, 207, reports, stop))
    });
    let mut worst = 0;
    for (row, work, least, aim, ask) in QUESTIONS {
        let name = format!("{row}-{}{}", store.name(), growth.unwrap_or_default());
        if !options.wants(&name) {
            continue;
        }
        let question = Question { row, work, goal: Goal::rate(least, aim), ask };
        let pages = hosts.div_ceil(PER_PAGE).max(1);
        let path = {
            let ids = Arc::clone(&ids);
            move |n| path(ask, n, pages, &ids)
        };
        // What is asked for once is there for the others: the first moment is not what is measured.
        let seconds = options.seconds();
        client::read(program.address(), &identity, CONNECTIONS, (seconds / 5.0).max(0.5), path.clone()).await;
        let meter = program.meter();
        let seen = client::read(program.address(), &identity, CONNECTIONS, seconds, path).await;
        let taken = meter.taken();
        worst = worst.max(taken.memory.peak);
        let row = Row::new(&name, question.work, seen.rate(), "/s");
        let row = row.goal(question.goal).seen(&seen).taken(taken, seen.count);
        let row = if growth.is_none() {
            limit(options, store, &question, &seen, pages, &ids, row).await
        } else {
            row
        };
        report.add(row);
    }
    stop.store(true, Ordering::Relaxed);
    if let Some(reporting) = reporting {
        reporting.await.expect("reports are posted to the end");
    }
    if worst > 0 {
        let row = Row::new(
            &format!("memory-load-{}{}", store.name(), growth.unwrap_or_default()),
            "memory at most while these were asked",
            worst as f64 / 1e6,
            "MB",
        );
        report.add(row.goal(Goal::no_more_than(150.0, 120.0)));
    }
    program.stop();
}

/// Two limits, of which the lower counts: the question through the bare driver, and an answer of that size over HTTP.
async fn limit(
    options: &Options,
    store: Store<'_>,
    question: &Question,
    seen: &Seen,
    pages: u64,
    ids: &Arc<Vec<String>>,
    row: Row,
) -> Row {
    let seconds = options.seconds() / 3.0;
    let echo = limits::echo(seen.bytes / seen.count.max(1), CONNECTIONS, seconds).await;
    let connections = CONNECTIONS as u32;
    let (ask, ids) = (question.ask, Arc::clone(ids));
    let driver = match store {
        Store::Postgres(url) => {
            limits::asked_postgres(url, connections, seconds, move |n| sql(ask, n, pages, &ids, true)).await
        }
        Store::Sqlite(folder) => {
            limits::asked_sqlite(folder, connections, seconds, move |n| sql(ask, n, pages, &ids, false)).await
        }
    };
    row.limit(
        echo,
        format!("bytes over HTTP; {} bare statements/s ({})", driver.rate().round(), question.row),
    )
}

fn path(ask: Ask, n: u64, pages: u64, ids: &[String]) -> String {
    let how = if is_descending(n) { "DESC" } else { "ASC" };
    let order = format!("order_by={}&order_how={how}", ORDERS[order_of(n)]);
    let list = |page: u64| format!("{BASE}/hosts?per_page={PER_PAGE}&page={page}&{order}");
    match ask {
        Ask::First => list(1 + n / 10 % 5.min(pages)),
        Ask::Any => list(1 + scattered(n) % pages),
        Ask::Filtered => {
            format!("{BASE}/hosts?per_page={PER_PAGE}&tags=insights-client/env=prod&display_name=web&{order}")
        }
        Ask::Name => {
            format!("{BASE}/hosts?per_page={PER_PAGE}&display_name={:04}&{order}", scattered(n) % 10_000)
        }
        Ask::Facts => format!(
            "{BASE}/hosts?per_page={PER_PAGE}&filter[system_profile][number_of_cpus][gte]={}\
             &filter[system_profile][operating_system][RHEL][version][gte]=9.{}&{order}",
            LEAST_CPUS[(scattered(n) % 3) as usize],
            scattered(n) % 5
        ),
        Ask::Host => format!("{BASE}/hosts/{}", ids[(scattered(n) % ids.len() as u64) as usize]),
        Ask::Tags => format!("{BASE}/tags"),
        Ask::Systems => format!("{BASE}/system_profile/operating_system"),
    }
}

/// The statement that the question comes down to, without anything kept in memory.
fn sql(ask: Ask, n: u64, pages: u64, ids: &[String], postgres: bool) -> String {
    let from = "SELECT (SELECT state FROM host_change s WHERE s.org_id = h.org_id AND s.seq = h.seq), \
        c.updated, c.last_check_in, c.reporter, c.reporters FROM host_checkin c \
        JOIN host h ON h.org_id = c.org_id AND h.id = c.host_id WHERE h.org_id = 'local' AND c.org_id = 'local'";
    let how = if is_descending(n) { "DESC" } else { "ASC" };
    let column = ["c.updated", "h.display_name", "c.last_check_in", "h.os", "h.group_id"][order_of(n)];
    let order = format!("{column} {how}, c.updated DESC, c.host_id DESC");
    let list = |page: u64| format!("{from} ORDER BY {order} LIMIT {PER_PAGE} OFFSET {}", page * PER_PAGE);
    match ask {
        Ask::First => list(n / 10 % 5.min(pages)),
        Ask::Any => list(scattered(n) % pages),
        Ask::Filtered => format!(
            "{from} AND h.display_name_fold LIKE '%web%' AND h.id IN (SELECT host_id FROM host_tag \
             WHERE org_id = 'local' AND tag = (SELECT tag FROM tag \
             WHERE org_id = 'local' AND namespace = 'insights-client' AND key = 'env' AND value = 'prod')) \
             ORDER BY {order} LIMIT {PER_PAGE}"
        ),
        Ask::Name => format!(
            "{from} AND h.display_name_fold LIKE '%{:04}%' ORDER BY {order} LIMIT {PER_PAGE}",
            scattered(n) % 10_000
        ),
        Ask::Host => {
            let id = &ids[(scattered(n) % ids.len() as u64) as usize];
            if postgres {
                format!("{from} AND h.id = '{id}'")
            } else {
                format!("{from} AND h.id = x'{}'", id.replace('-', ""))
            }
        }
        // Of the range of CPUs no table knows anything.
        Ask::Facts => {
            format!("{from} AND h.os_release >= '9.{}' ORDER BY {order} LIMIT {PER_PAGE}", scattered(n) % 5)
        }
        Ask::Systems => "SELECT os, COUNT(*) FROM host WHERE org_id = 'local' GROUP BY os".to_owned(),
        Ask::Tags => "SELECT namespace, key, value, hosts FROM (SELECT tag, COUNT(*) AS hosts FROM host_tag \
             WHERE org_id = 'local' GROUP BY tag) AS counted JOIN tag USING (tag)"
            .to_owned(),
    }
}

/// The number of the order that a question asks for: all of them, and each both ways, one after the other.
fn order_of(n: u64) -> usize {
    (n % 5) as usize
}

fn is_descending(n: u64) -> bool {
    (n / 5).is_multiple_of(2)
}

/// Numbers in no order.
pub fn scattered(n: u64) -> u64 {
    n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20
}

/// The ids of some thousand hosts.
async fn ids(program: &Program, identity: &Arc<str>) -> Vec<String> {
    let mut connection = Connection::open(program.address(), identity).await;
    let mut ids = Vec::new();
    for page in 1..=50 {
        let path = format!("{BASE}/hosts?per_page=100&page={page}");
        let answer: Bytes = connection.ask("GET", &path, Bytes::new(), &[200, 404]).await;
        let answer: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
        let hosts = answer["results"].as_array().cloned().unwrap_or_default();
        if hosts.is_empty() {
            break;
        }
        ids.extend(hosts.iter().filter_map(|host| host["id"].as_str().map(str::to_owned)));
    }
    assert!(!ids.is_empty(), "the fleet has no hosts");
    ids
}

/// Start to first answer, and memory at rest.
pub async fn measure_start(options: &Options, folder: &Path, report: &mut Report) {
    let identity: Arc<str> = machines(UNIQUE).identity().into();
    let mut times = Vec::new();
    let mut resting = 0;
    for n in 0..5 {
        let program = Program::start(&mut Store::Sqlite(folder).up(options));
        let mut connection = Connection::open(program.address(), &identity).await;
        connection.get(&format!("{BASE}/hosts?per_page=50")).await;
        times.push(program.started.elapsed().as_secs_f64() * 1_000.0);
        if n == 4 {
            tokio::time::sleep(std::time::Duration::from_secs(2)).await;
            resting = program.memory().now;
        }
        program.stop();
    }
    times.sort_by(f64::total_cmp);
    let row = Row::new("start", "start to the first page, median of 5, SQLite", times[2], "ms");
    report.add(row.goal(Goal::no_more_than(300.0, 200.0)));
    let row = Row::new("memory-idle", "memory two seconds after the first page", resting as f64 / 1e6, "MB");
    report.add(row.goal(Goal::no_more_than(60.0, 50.0)));
}
