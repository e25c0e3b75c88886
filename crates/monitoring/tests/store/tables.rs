//! The original's counters and timers as series: over the database of both engines, and a keyspace of the original.

use std::time::Duration;

use monitoring::{
    cassandra::Cluster,
    legacy::{InCassandra, InDatabase, Key, MetricRef, MetricRow, Tables, Units},
    rules::columns::Table,
    store::WithTables,
};

use super::*;

fn org() -> OrgId {
    OrgId::parse("org").unwrap()
}

/// Each place where rows stand, with samples in a database beside it.
async fn places() -> Vec<(Arc<dyn Tables>, Place)> {
    let mut all: Vec<(Arc<dyn Tables>, Place)> = Vec::new();
    let cassandra = (TestDatabase::embedded(), true);
    for (database, in_cassandra) in
        TestDatabase::both().await.into_iter().map(|database| (database, false)).chain([cassandra])
    {
        let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS], Timestamp::from_micros(0)).await.unwrap();
        let samples = Arc::new(Relational::open(db.clone(), Options::default()));
        let tables: Arc<dyn Tables> = if in_cassandra {
            Arc::new(InCassandra::new(cassandra::cluster(&cassandra::keyspace()), org()).unwrap())
        } else {
            Arc::new(InDatabase(db.clone()))
        };
        tables.make_missing().await.unwrap();
        let name = format!("rows in cassandra: {in_cassandra}, samples in {}", database.engine());
        let samples = Arc::new(WithTables::new(samples, tables.clone()));
        all.push((tables, Place { samples, name, database: Some((db, database)) }));
    }
    all
}

/// A timer with rows at these times, and a counter of the same name.
async fn rows(tables: &dyn Tables, times: &[i64]) {
    let key = Key { environment: "dev".into(), application: "app".into(), metric: "l1p.x.GetTime".into() };
    for table in [Table::Counter, Table::Timer] {
        let rows: Vec<(i64, MetricRow)> = times
            .iter()
            .map(|at| {
                let mut row = MetricRow { count: Some(at / 10), ..MetricRow::default() };
                if table == Table::Timer {
                    row.measures[0] = Some(2.5);
                    row.measures[10] = (*at > 1000).then_some(0.5);
                }
                (*at, row)
            })
            .collect();
        let units = Units { duration: Some("milliseconds".into()), rate: Some("calls/second".into()) };
        tables.put_rows(MetricRef { org: &org(), table, key: &key }, &rows, &units).await.unwrap();
    }
}

#[tokio::test]
async fn measures_of_counters_and_timers_are_series_beside_samples() {
    for (tables, place) in places().await {
        rows(&*tables, &[1000, 2000, 3000]).await;
        let ours = tenant("org", "");
        place.put(&ours, batch("up", "a", &[(1000, 1.0)])).await;
        let series = |matchers: Vec<Matcher>| {
            let (place, ours) = (&place, &ours);
            async move { place.samples.read(ours, &matchers, Range { from: 1000, to: 2000 }, 1000).await.unwrap() }
        };
        let max = series(vec![Matcher::equal("measure", "max")]).await;
        assert_eq!(max.len(), 1, "{}", place.name);
        assert_eq!((&max[0].times, &max[0].values), (&vec![1000, 2000], &vec![2.5, 2.5]));
        let expected = Labels::new([
            ("__name__", "l1p.x.GetTime"),
            ("environment", "dev"),
            ("application", "app"),
            ("measure", "max"),
            ("kind", "timer"),
            ("unit", "milliseconds"),
        ]);
        assert_eq!(max[0].labels, expected);
        let rate = series(vec![Matcher::equal("unit", "calls/second")]).await;
        assert_eq!((rate.len(), &rate[0].times), (1, &vec![2000]), "what has no value has no sample");
        let counts =
            series(vec![Matcher::equal("__name__", "l1p.x.GetTime"), Matcher::equal("measure", "count")])
                .await;
        let kinds: Vec<&str> = counts.iter().map(|own| own.labels.get("kind")).collect();
        assert_eq!((kinds, counts[0].values.clone()), (vec!["counter", "timer"], vec![100.0, 200.0]));
        // Both are found by one condition, and listed.
        let regex = Matcher::new("__name__", MatchOp::Regex, "up|l1p.*").unwrap();
        assert_eq!(place.samples.series(&ours, &[vec![regex]]).await.unwrap().len(), 1 + 1 + 15);
        assert_eq!(place.floats(&ours, "up").await, [(1000, 1.0)]);
        // No other organisation and no part of this one sees them, and an answer has its limit.
        for other in [tenant("other", ""), tenant("org", "part")] {
            assert!(place.samples.series(&other, &[]).await.unwrap().is_empty(), "{}", place.name);
            assert!(place.samples.read(&other, &[], ALL, 1000).await.unwrap().is_empty());
        }
        assert!(place.samples.read(&ours, &named("l1p.x.GetTime"), ALL, 5).await.is_err());
        // Rows are the writer's: nothing here removes them.
        assert_eq!(place.samples.delete(&ours, &named("l1p.x.GetTime"), ALL).await.unwrap(), 0);
        assert_eq!(series(vec![Matcher::equal("measure", "max")]).await.len(), 1);
    }
}

#[tokio::test]
async fn tables_that_are_away_hold_up_no_question_about_samples() {
    let database = TestDatabase::embedded();
    let db = Db::open(database.url(), &store::Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], Timestamp::from_micros(0)).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let node = listener.local_addr().unwrap().to_string();
    let cluster = Cluster { hosts: vec![node], ..cassandra::cluster("away") };
    let tables = Arc::new(InCassandra::new(cluster, org()).unwrap());
    let samples = Arc::new(Relational::open(db.clone(), Options::default()));
    let samples = Arc::new(WithTables::new(samples, tables));
    let place = Place { samples, name: "away".to_owned(), database: Some((db, database)) };
    let ours = tenant("org", "");
    place.put(&ours, batch("up", "a", &[(1, 1.0)])).await;
    // Rows have no such label: their tables are not asked.
    let host = [named("up"), vec![Matcher::equal("host", "a")]].concat();
    assert_eq!(place.samples.read(&ours, &host, ALL, 10).await.unwrap().len(), 1);
    assert_eq!(place.samples.series(&ours, &[host.clone(), host]).await.unwrap().len(), 1);
    assert!(tokio::time::timeout(Duration::from_millis(100), listener.accept()).await.is_err());
    // Where rows may be what is asked for the tables are, and who asks is held up by their absence alone.
    let (found, accepted) = tokio::join!(place.floats(&ours, "up"), async {
        let accepted = listener.accept().await;
        drop(listener);
        accepted.is_ok()
    });
    assert_eq!((found, accepted), (vec![(1, 1.0)], true));
}
