//! Samples in Cassandra, in our own layout: what several programs see of one another's.

use std::{sync::OnceLock, time::Duration};

use monitoring::{
    cassandra::{Cluster, KeyspaceName},
    store::{Cassandra, CassandraOptions},
};
use scylla::client::{session::Session, session_builder::SessionBuilder};
use testkit::shared_cassandra;

use super::*;

/// A keyspace that nobody has.
pub fn keyspace() -> String {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!("samples_{now}_{}", std::process::id())
}

/// The keyspace of this run.
pub fn shared_keyspace() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(keyspace)
}

/// A keyspace of the Cassandra that tests share.
pub fn cluster(keyspace: &str) -> Cluster {
    Cluster {
        hosts: vec![shared_cassandra()],
        keyspace: KeyspaceName::from_setting("keyspace", keyspace).unwrap(),
        login: None,
        datacenter: None,
        consistency: settings::Consistency::LocalQuorum,
        timeout: Duration::from_secs(30),
        tls: None,
    }
}

/// The store over a keyspace of the Cassandra that tests share, as one program has it.
pub fn store(keyspace: &str, limits: SeriesLimits) -> Cassandra {
    let cluster = cluster(keyspace);
    Cassandra::open(CassandraOptions { cluster, limits, retention: Retention::of_all(400), replicas: 1 })
        .unwrap()
}

async fn session() -> Session {
    SessionBuilder::new().known_node(shared_cassandra()).build().await.unwrap()
}

/// Damages the only row of the tail of a metric.
pub async fn damage(keyspace: &str, org: &str, metric: &str) {
    let (session, table) = (session().await, format!("\"{keyspace}\".sample_tail"));
    let of_part = format!("org = '{org}' AND scope = '' AND name = '{metric}' AND day = 0");
    let key = format!("SELECT seq, writer, part FROM {table} WHERE {of_part}");
    let key = session.query_unpaged(key, ()).await.unwrap().into_rows_result().unwrap();
    let (seq, writer, part) = key.single_row::<(i64, i64, i32)>().unwrap();
    let damage = format!(
        "UPDATE {table} SET body = 0x00 WHERE {of_part} AND seq = {seq} AND writer = {writer} AND part = {part}"
    );
    session.query_unpaged(damage, ()).await.unwrap();
}

/// The organisations and metrics that have a tail.
pub async fn unsealed(keyspace: &str) -> Vec<String> {
    let all = format!("SELECT DISTINCT org, scope, name, day FROM \"{keyspace}\".sample_tail");
    let all = session().await.query_unpaged(all, ()).await.unwrap().into_rows_result().unwrap();
    let rows = all.rows::<(String, String, String, i64)>().unwrap();
    rows.map(|row| row.map(|(org, _, name, _)| format!("{org} {name}")).unwrap()).collect()
}

#[tokio::test]
async fn what_one_program_writes_the_others_see_and_what_two_write_at_once_stays() {
    let name = keyspace();
    let programs: Vec<Place> = (0..3)
        .map(|n| Place {
            samples: Arc::new(store(&name, SeriesLimits::default())),
            name: format!("program {n}"),
            database: None,
        })
        .collect();
    for _ in 0..2 {
        programs[0].samples.make_missing().await.unwrap();
    }
    let ours = tenant("org", "");
    for (n, program) in (0_i32..).zip(&programs) {
        program.put(&ours, batch("up", "a", &[(i64::from(n), f64::from(n))])).await;
        for other in &programs {
            assert_eq!(
                other.floats(&ours, "up").await.len(),
                usize::try_from(n).unwrap() + 1,
                "{}",
                other.name
            );
        }
    }
    // All write and make chunks at once; some of the samples are those of one series.
    let work = (0_i64..).zip(&programs).map(|(n, program)| {
        let (samples, ours) = (program.samples.clone(), ours.clone());
        tokio::spawn(async move {
            for at in 0..30 {
                let mine = batch("load", "a", &[(at * 10 + n, 1.0)]);
                assert!(samples.append(ours.clone(), mine).await.unwrap().is_empty());
                if at % 5 == n {
                    samples.seal().await.unwrap();
                }
            }
        })
    });
    for work in work.collect::<Vec<_>>() {
        work.await.unwrap();
    }
    for program in &programs {
        assert_eq!(program.floats(&ours, "load").await.len(), 90, "{}", program.name);
    }
    programs[2].samples.seal().await.unwrap();
    assert_eq!(programs[1].floats(&ours, "load").await.len(), 90);
    // What one has removed none has.
    assert_eq!(programs[0].samples.delete(&ours, &named("load"), ALL).await.unwrap(), 90);
    assert!(programs[1].floats(&ours, "load").await.is_empty());
}

/// What is kept of the names of series: for how many seconds still.
async fn names_kept(keyspace: &str) -> Vec<i32> {
    let all = format!("SELECT TTL(labels) FROM \"{keyspace}\".sample_series");
    let all = session().await.query_unpaged(all, ()).await.unwrap().into_rows_result().unwrap();
    all.rows::<(Option<i32>,)>().unwrap().map(|row| row.unwrap().0.unwrap_or(0)).collect()
}

#[tokio::test]
async fn the_name_of_a_series_outlives_its_samples_by_days_and_no_more() {
    let (name, day) = (keyspace(), 86_400);
    let place = store(&name, SeriesLimits::default());
    place.make_missing().await.unwrap();
    let (ours, now) =
        (tenant("org", ""), i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap());
    let put = async |place: &Cassandra, at: i64| {
        assert!(place.append(ours.clone(), batch("up", "a", &[(at, 1.0)])).await.unwrap().is_empty());
    };
    put(&place, now).await;
    let near = |kept: i32, days: i32| (days * day - 60..=days * day).contains(&kept);
    assert!(near(names_kept(&name).await[0], 402), "{:?}", names_kept(&name).await);
    // A sample of the future is kept for longer, and so is the name of its series.
    put(&place, now + 10 * i64::from(day) * 1000).await;
    assert!(near(names_kept(&name).await[0], 412), "{:?}", names_kept(&name).await);
    // It is near its end when samples come: whoever has just looked writes it anew.
    let end = format!(
        "UPDATE \"{name}\".sample_series USING TTL 2 SET labels = 0x00 WHERE org = 'org' AND scope = '' AND name = 'up' AND series = "
    );
    let id = format!("SELECT series FROM \"{name}\".sample_series");
    let id = session().await.query_unpaged(id, ()).await.unwrap().into_rows_result().unwrap();
    let id = id.single_row::<(i64,)>().unwrap().0;
    session().await.query_unpaged(format!("{end}{id}"), ()).await.unwrap();
    put(&store(&name, SeriesLimits::default()), now + 1).await;
    assert!(near(names_kept(&name).await[0], 402), "{:?}", names_kept(&name).await);
    assert_eq!(place.series(&ours, &[]).await.unwrap(), [labels("up", "a")]);
}

#[tokio::test]
async fn who_goes_away_while_samples_are_removed_locks_nobody_out() {
    let place = store(&keyspace(), SeriesLimits::default());
    place.make_missing().await.unwrap();
    let ours = tenant("org", "");
    for wait in [1, 2, 4, 8, 16, 32] {
        assert!(place.append(ours.clone(), batch("up", "a", &[(wait, 1.0)])).await.unwrap().is_empty());
        let matchers = named("up");
        let removed = place.delete(&ours, &matchers, ALL);
        let _ = tokio::time::timeout(Duration::from_millis(wait.unsigned_abs()), removed).await;
    }
    place.delete(&ours, &named("up"), ALL).await.unwrap();
    assert!(place.read(&ours, &named("up"), ALL, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_keyspace_that_is_missing_or_away_loses_nothing_silently() {
    let missing = store(&keyspace(), SeriesLimits::default());
    let refused = missing.append(tenant("org", ""), batch("up", "a", &[(1, 1.0)])).await.unwrap_err();
    assert!(refused.to_string().contains("Cassandra refuses"), "{refused}");
    let read = missing.read(&tenant("org", ""), &named("up"), ALL, 10).await.unwrap_err();
    assert!(read.to_string().contains("Cassandra refuses"), "{read}");
}
