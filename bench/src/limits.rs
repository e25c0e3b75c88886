//! What the machine can do: the same rows, the same questions, the same bytes, and nothing else.

use std::{
    fs,
    path::Path,
    str::FromStr as _,
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, PgConnection, PgPool, Row as _, SqliteConnection,
    SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::task::JoinSet;

use crate::{
    client::{self, Seen},
    components::{UNIQUE, machines, plan},
    program::Program,
};

/// The tables of the record, in the order in which a report writes them.
const TABLES: [&str; 6] = ["section", "host", "host_checkin", "tag", "host_tag", "host_change"];

/// What tables take on disk.
#[derive(Debug, Clone, Copy)]
pub struct Bytes {
    pub all: i64,
    /// The log, and the sections that it refers to.
    pub log: i64,
}

/// Of a database of PostgreSQL.
pub async fn postgres_bytes(connection: &mut PgConnection) -> Bytes {
    let sizes = "SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0)::int8,
            COALESCE(SUM(pg_total_relation_size(oid)) FILTER (WHERE relname IN ('section', 'host_change')), 0)::int8
        FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let row = connection.fetch_one(sizes).await.expect("PostgreSQL answers");
    Bytes { all: row.get(0), log: row.get(1) }
}

/// Of all tables of a database.
pub async fn database_bytes(url: &str) -> i64 {
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL answers");
    postgres_bytes(&mut connection).await.all
}

/// Of a data folder.
pub fn file_bytes(folder: &Path) -> i64 {
    let files = fs::read_dir(folder).expect("the data folder is there").flatten();
    let database = files.filter(|file| file.file_name().to_string_lossy().ends_with(".db"));
    database.filter_map(|file| file.metadata().ok()).map(|file| file.len() as i64).sum()
}

/// Hosts a second when PostgreSQL takes the very same rows by COPY, into the same tables with the same indexes.
pub async fn copy(url: &str, hosts: u64) -> f64 {
    let mut source = PgConnection::connect(url).await.expect("PostgreSQL answers");
    source
        .execute("DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench")
        .await
        .expect("a schema can be made");
    let mut taken = Duration::ZERO;
    for table in TABLES {
        let make = format!("CREATE TABLE bench.{table} (LIKE public.{table} INCLUDING ALL)");
        source.execute(AssertSqlSafe(make)).await.expect("a table can be made");
        let mut rows = Vec::new();
        {
            let mut out = source
                .copy_out_raw(&format!("COPY public.{table} TO STDOUT (FORMAT binary)"))
                .await
                .expect("rows can be copied out");
            while let Some(part) = futures_next(&mut out).await {
                rows.extend_from_slice(&part);
            }
        }
        let begun = Instant::now();
        let mut into = source
            .copy_in_raw(&format!("COPY bench.{table} FROM STDIN (FORMAT binary)"))
            .await
            .expect("rows can be copied in");
        for part in rows.chunks(1 << 20) {
            into.send(part).await.expect("rows are taken");
        }
        into.finish().await.expect("rows are taken");
        taken += begun.elapsed();
    }
    source.execute("DROP SCHEMA bench CASCADE").await.expect("a schema can go");
    hosts as f64 / taken.as_secs_f64()
}

async fn futures_next(
    stream: &mut (impl futures::Stream<Item = sqlx::Result<hyper::body::Bytes>> + Unpin),
) -> Option<hyper::body::Bytes> {
    futures::StreamExt::next(stream).await.map(|part| part.expect("rows can be copied out"))
}

fn embedded(folder: &Path) -> SqliteConnectOptions {
    let files = fs::read_dir(folder).expect("the data folder is there").flatten();
    let database =
        files.map(|file| file.path()).find(|path| path.extension().is_some_and(|name| name == "db"));
    let url = format!("sqlite:{}", database.expect("there is a database").display());
    SqliteConnectOptions::from_str(&url)
        .expect("a path is a url")
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
}

/// Hosts a second when SQLite takes the very same rows by INSERT … SELECT, into the same tables with the same indexes.
pub async fn bulk(folder: &Path, hosts: u64) -> f64 {
    let copy = tempfile::tempdir().expect("a temporary folder can be made");
    let mut source = SqliteConnection::connect_with(&embedded(folder).create_if_missing(true))
        .await
        .expect("SQLite opens");
    let names = TABLES.map(|table| format!("'{table}'")).join(", ");
    let tables = format!(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND tbl_name IN ({names}) ORDER BY type DESC"
    );
    let made: Vec<String> = source
        .fetch_all(AssertSqlSafe(tables))
        .await
        .expect("the schema can be read")
        .iter()
        .map(|row| row.get(0))
        .collect();
    let path = copy.path().join("copy.db");
    let attach = format!("ATTACH '{}' AS other", path.display());
    source.execute(AssertSqlSafe(attach)).await.expect("another file opens");
    source
        .execute("PRAGMA other.journal_mode = WAL; PRAGMA other.synchronous = FULL")
        .await
        .expect("a pragma is known");
    for text in made {
        let text = ["TABLE ", "UNIQUE INDEX ", "INDEX "].into_iter().find_map(|kind| {
            let (before, rest) = text.split_once(kind)?;
            Some(format!("{before}{kind}other.{rest}"))
        });
        source.execute(AssertSqlSafe(text.expect("a table or an index"))).await.expect("a table can be made");
    }
    let begun = Instant::now();
    for table in TABLES {
        let text = format!("INSERT INTO other.{table} SELECT * FROM main.{table}");
        source.execute(AssertSqlSafe(text)).await.expect("rows can be copied");
    }
    let rate = hosts as f64 / begun.elapsed().as_secs_f64();
    source.close().await.expect("SQLite closes");
    rate
}

/// Messages a second of which one thread makes sure that they are JSON, and which it hashes.
pub fn parse_and_hash() -> f64 {
    let fleet = machines(UNIQUE);
    let messages: Vec<String> = plan(load::Stream::New, 500)
        .reports()
        .map(|report| {
            let mut text = String::new();
            fleet.write_message(&mut text, report);
            text
        })
        .collect();
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < Duration::from_secs(1) {
        for message in &messages {
            serde_json::from_str::<serde::de::IgnoredAny>(message).expect("a message is JSON");
            std::hint::black_box(blake3::hash(message.as_bytes()));
            count += 1;
        }
    }
    f64::from(count) / begun.elapsed().as_secs_f64()
}

/// A question through the bare driver, over so many connections for so long.
pub async fn asked_postgres(
    url: &str,
    connections: u32,
    seconds: f64,
    text: impl Fn(u64) -> String + Send + Sync + 'static,
) -> Seen {
    let pool =
        PgPoolOptions::new().max_connections(connections).connect(url).await.expect("PostgreSQL answers");
    let ask = |pool: PgPool, text: String| async move {
        let rows = pool.fetch_all(sqlx::query(AssertSqlSafe(text))).await.expect("PostgreSQL answers");
        rows.len() as u64
    };
    asked(connections, seconds, move |n| ask(pool.clone(), text(n))).await
}

/// The same of SQLite.
pub async fn asked_sqlite(
    folder: &Path,
    connections: u32,
    seconds: f64,
    text: impl Fn(u64) -> String + Send + Sync + 'static,
) -> Seen {
    let pool = SqlitePoolOptions::new().max_connections(connections).connect_with(embedded(folder)).await;
    let pool = pool.expect("SQLite opens");
    let ask = |pool: SqlitePool, text: String| async move {
        let rows = pool.fetch_all(sqlx::query(AssertSqlSafe(text))).await.expect("SQLite answers");
        rows.len() as u64
    };
    asked(connections, seconds, move |n| ask(pool.clone(), text(n))).await
}

async fn asked<F: Future<Output = u64> + Send>(
    connections: u32,
    seconds: f64,
    ask: impl Fn(u64) -> F + Send + Sync + 'static,
) -> Seen {
    let ask = Arc::new(ask);
    let begun = Instant::now();
    let end = begun + Duration::from_secs_f64(seconds);
    let mut running = JoinSet::new();
    for first in 0..u64::from(connections) {
        let ask = Arc::clone(&ask);
        running.spawn(async move {
            let mut seen = Seen::default();
            while Instant::now() < end {
                let asked = Instant::now();
                seen.bytes += ask(first + seen.count * u64::from(connections)).await;
                seen.times.push(asked.elapsed());
                seen.count += 1;
            }
            seen
        });
    }
    client::together(running, begun).await
}

/// Answers a second of a server that does nothing but answer with so many bytes.
pub async fn echo(bytes: u64, connections: usize, seconds: f64) -> f64 {
    let own = std::env::current_exe().expect("this program has a path");
    let mut command = std::process::Command::new(own);
    let server = Program::start(command.args(["--echo", &bytes.to_string()]));
    client::read(server.address(), &"".into(), connections, seconds, |_| "/".to_owned()).await.rate()
}
