//! Lines of counters and timers into the tables.

use std::{sync::Arc, time::Duration};

use bus::kafka::KafkaConfig;
use ground::Stopper;
use monitoring::{
    App, SERVICE,
    legacy::{Key, MetricRef, Tables, TimedRow},
    messages::{Line, Writer},
    rules::columns::{Column, Table},
};
use servicekit::permissions;
use testkit::{Kafka, Record, TestDatabase};

use super::{app, cassandra, client, everywhere, ours};

const COLUMNS: [Column; 2] = [Column::Count, Column::PreviousCount];

fn key(metric: &str) -> Key {
    Key { environment: "dev".into(), application: "app".into(), metric: metric.into() }
}

fn counter(metric: &str, at: i64, count: i64) -> String {
    format!("COUNTER,dev,app,{metric},{at},{count}")
}

fn lines(texts: &[String]) -> Vec<Line> {
    texts.iter().map(|text| Line::read(text.as_bytes()).unwrap()).collect()
}

/// Time, count and the count before of every row.
async fn stored(tables: &Arc<dyn Tables>, metric: &str) -> Vec<(i64, Option<i64>, Option<i64>)> {
    let key = key(metric);
    let metric = MetricRef { org: &ours(), table: Table::Counter, key: &key };
    let rows: Vec<TimedRow> = tables.rows(metric, &COLUMNS, (0, i64::MAX)).await.unwrap();
    rows.into_iter().map(|(at, row)| (at, row.count, row.previous_count)).collect()
}

#[tokio::test]
async fn rows_are_the_same_in_whatever_order_their_lines_come() {
    let all: Vec<String> = (1..=6).map(|n| counter("m", n * 1000, n * n)).collect();
    let wanted: Vec<_> =
        (1..=6).map(|n| (n * 1000, Some(n * n), (n > 1).then_some((n - 1) * (n - 1)))).collect();
    // Each list is one order, cut into batches; some lines come twice.
    let orders: [&[&[usize]]; 5] = [
        &[&[0, 1, 2, 3, 4, 5]],
        &[&[0], &[1], &[2], &[3], &[4], &[5]],
        &[&[5], &[4, 0], &[2, 1], &[3]],
        &[&[1, 4], &[0, 2, 3, 5], &[1, 4]],
        &[&[0, 5], &[1, 2, 3, 4], &[0, 1, 2, 3, 4, 5]],
    ];
    for (app, _database) in everywhere().await {
        let writer = Writer::new(app.tables.clone(), ours());
        for (n, batches) in orders.iter().enumerate() {
            let metric = format!("m{n}");
            for batch in *batches {
                let texts: Vec<String> =
                    batch.iter().map(|n| all[*n].replace(",m,", &format!(",{metric},"))).collect();
                writer.put(&lines(&texts)).await.unwrap();
            }
            assert_eq!(stored(&app.tables, &metric).await, wanted, "{metric}");
        }
    }
}

#[tokio::test]
async fn lines_of_topics_become_rows_in_cassandra() {
    let kafka = Kafka::shared();
    let topics = [kafka.new_topic("metric", 2).await, kafka.new_topic("metric-pi4", 1).await];
    let database = TestDatabase::embedded();
    let mut app =
        App { tables: cassandra::tables().await, ..app(&database, permissions::everything()).await };
    app.lines.kafka = KafkaConfig::plaintext(kafka.bootstrap());
    app.lines.topics = topics.to_vec();
    app.lines.group = format!("group-{}", topics[0]);
    let timer = "TIMER,dev,app,t,2000,7,1.5,2,3,4,5,6,7,8,9,10,11,12,13,14,calls/second,milliseconds";
    let record = |text: &str| Record::new("dev.app", text);
    let first =
        [counter("c", 1000, 5), "COUNTER,dev,app,c,later,6".into(), counter("c", 2000, 9), timer.into()];
    kafka.produce(&topics[0], first.iter().map(|text| record(text)).collect()).await;
    kafka.produce(&topics[1], vec![record(&counter("other", 1000, 1))]).await;

    let run = |app: &App| {
        let (stopper, stop) = Stopper::new();
        let role = SERVICE.roles.iter().find(|role| role.name == "metric-lines").unwrap();
        (stopper, tokio::spawn((role.run)(app.clone(), web::Health::default(), stop)))
    };
    let (stopper, running) = run(&app);
    let tables = app.tables.clone();
    let wait_for = async |metric: &'static str, rows: usize| {
        let found = async || (stored(&tables, metric).await.len() == rows).then_some(());
        testkit::eventually("rows are stored", Duration::from_mins(1), found).await;
    };
    wait_for("c", 2).await;
    wait_for("other", 1).await;
    stopper.stop();
    running.await.unwrap().unwrap();
    assert_eq!(stored(&tables, "c").await, [(1000, Some(5), None), (2000, Some(9), Some(5))]);

    // What comes while nobody reads follows what was stored before.
    kafka.produce(&topics[0], vec![record(&counter("c", 3000, 4))]).await;
    let (stopper, running) = run(&app);
    wait_for("c", 3).await;
    stopper.stop();
    running.await.unwrap().unwrap();
    assert_eq!(stored(&tables, "c").await[2], (3000, Some(4), Some(9)));
    let path = "GET /api/v1/metrics/raw_timer_with_interval/dev/app/t?columns=max,p999,count&start_timestamp=1970-01-01";
    let rows = client(&app).ours(path, "").await.json();
    assert_eq!(rows["data"]["rows"], serde_json::json!([["1970-01-01T00:00:02+00:00", 1.5, 10.0, 7]]));
}
