//! A database or a topic that is not as it should be: nothing is lost, nobody else is held up, and it is over when that is.

use std::time::Duration;

use rustix::process::Signal;
use serde_json::json;
use store::{Db, Options, Sql};
use testkit::{Record, TestDatabase, eventually};
use tokio::time::sleep;

use crate::{
    pipeline::{Pipeline, by_host},
    support::{PATIENCE, Program, large_reports, report},
};

/// So many reports come while something is wrong.
const REPORTS: usize = 40;

/// While something is wrong no report is stored and none is given up; when it is over each is stored.
async fn outlasts(pipeline: &Pipeline, breaks: impl AsyncFnOnce(), mends: impl AsyncFnOnce()) {
    let mut consumer = pipeline.consume();
    consumer.says("plumbline publishes to topic").await;
    pipeline.send([report(0)]).await;
    pipeline.all_committed(1).await;
    breaks().await;
    pipeline.send((1..=REPORTS).map(report)).await;
    eventually("it tries again", PATIENCE, async || {
        (consumer.err().matches("trying again").count() >= 3).then_some(())
    })
    .await;
    let committed = pipeline.kafka.committed(&pipeline.group(), &pipeline.ingress).await;
    assert_eq!(committed.values().sum::<i64>(), 1, "nothing is committed: {}", consumer.err());
    mends().await;
    pipeline.all_committed(REPORTS + 1).await;
    assert_eq!(pipeline.hosts().len(), REPORTS + 1, "{}", consumer.err());
    assert!(consumer.runs());
}

#[tokio::test]
async fn a_database_that_lets_nobody_in_for_a_while_loses_no_report() {
    let pipeline = Pipeline::shared().await;
    let database = &pipeline.database;
    outlasts(
        &pipeline,
        async || database.allow_connections(false).await,
        async || {
            database.allow_connections(true).await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_table_that_is_missing_for_a_while_loses_no_report() {
    let pipeline = Pipeline::shared().await;
    let database = &pipeline.database;
    outlasts(
        &pipeline,
        async || database.execute("ALTER TABLE host_change RENAME TO host_change_elsewhere").await,
        async || database.execute("ALTER TABLE host_change_elsewhere RENAME TO host_change").await,
    )
    .await;
}

#[tokio::test]
async fn a_column_that_no_report_fills_loses_no_report() {
    let pipeline = Pipeline::shared().await;
    let database = &pipeline.database;
    // Every report by itself looks as if its values were at fault.
    outlasts(
        &pipeline,
        async || {
            database
                .execute("ALTER TABLE host_checkin ADD CONSTRAINT never CHECK (updated < 0) NOT VALID")
                .await;
        },
        async || database.execute("ALTER TABLE host_checkin DROP CONSTRAINT never").await,
    )
    .await;
}

#[tokio::test]
async fn a_report_whose_values_do_not_fit_is_given_up_alone() {
    let pipeline = Pipeline::shared().await;
    pipeline
        .database
        .execute("ALTER TABLE host ADD CONSTRAINT picky CHECK (display_name <> 'host-00003')")
        .await;
    let mut consumer = pipeline.consume();
    pipeline.send((0..8).map(report)).await;
    pipeline.all_committed(8).await;
    let hosts = pipeline.hosts();
    assert_eq!(hosts.len(), 7);
    assert!(!hosts.contains_key("host-00003"));
    assert!(consumer.runs());
    assert!(consumer.err().contains("Error while adding host"), "{}", consumer.err());
}

#[tokio::test]
async fn a_missing_topic_of_notifications_holds_up_neither_reports_nor_events() {
    let mut pipeline = Pipeline::shared().await;
    pipeline.notifications = format!("missing-{}", pipeline.ingress);
    let mut consumer = pipeline.consume();
    let mut refused = report(0);
    refused["data"]["fqdn"] = json!("");
    pipeline.send([refused]).await;
    pipeline.send((1..=REPORTS).map(report)).await;
    pipeline.all_committed(REPORTS + 1).await;
    let events =
        pipeline.events("an event of each host", REPORTS, |events| by_host(events).len() == REPORTS).await;
    assert_eq!(events.len(), REPORTS, "each event once");
    pipeline.no_more_than(REPORTS, &pipeline.events).await;
    // Once the topic is there, it gets what is owed to it.
    pipeline.kafka.create_topic(&pipeline.notifications, 1).await;
    let told = pipeline.kafka.read(&pipeline.notifications, REPORTS + 1, PATIENCE * 4).await;
    let kinds = |kind: &str| told.iter().filter(|record| record.text().contains(kind)).count();
    assert!(
        kinds("new-system-registered") >= REPORTS,
        "{} of {}",
        kinds("new-system-registered"),
        told.len()
    );
    assert!(kinds("validation-error") >= 1, "{}", consumer.err());
    assert!(consumer.runs());
}

#[tokio::test]
async fn events_that_are_too_large_together_are_sent_apart_and_only_one_too_large_alone_is_left_out() {
    let mut pipeline = Pipeline::shared().await;
    pipeline.events = format!("small-{}", pipeline.events);
    pipeline.kafka.create_topic_with(&pipeline.events, 1, &[("max.message.bytes", "65536")]).await;
    let mut reports = large_reports(0..30);
    let mut larger = report(900);
    larger["data"]["facts"] = json!([{"namespace": "n", "facts": {"noise": noise(200_000)}}]);
    reports.insert(10, larger);
    for report in &mut reports {
        report["data"]["facts"] = report["data"].get("facts").cloned().unwrap_or(json!([
            {"namespace": "n", "facts": {"noise": noise(20_000)}}
        ]));
    }
    pipeline.send(reports).await;
    let mut consumer = pipeline.consume();
    let events = pipeline.events("30 events", 30, |events| by_host(events).len() == 30).await;
    assert!(!by_host(&events).contains_key("host-00900"));
    eventually("it says what is left out", PATIENCE, async || {
        consumer.err().contains("is too large for its topic and is left out").then_some(())
    })
    .await;
    assert!(consumer.runs());
}

#[tokio::test]
async fn a_host_that_could_not_be_published_is_refused_and_whoever_sent_it_is_told() {
    let pipeline = Pipeline::shared().await;
    let mut command = pipeline.command();
    command.env("KAFKA_PRODUCER_MESSAGE_MAX_BYTES", "50000");
    let _consumer = Program::start(&mut command);
    let with_facts = |number: usize, namespace: &str, length: usize| {
        let mut report = report(number);
        report["data"]["facts"] = json!([{"namespace": namespace, "facts": {"noise": noise(length)}}]);
        report
    };
    // The second is too large by itself, the third only together with what is there.
    pipeline.send([with_facts(1, "a", 20_000), with_facts(2, "a", 60_000), with_facts(1, "b", 25_000)]).await;
    pipeline.all_committed(3).await;
    assert_eq!(pipeline.hosts().into_keys().collect::<Vec<_>>(), ["host-00001"]);
    let told = pipeline.kafka.read(&pipeline.notifications, 3, PATIENCE).await;
    let errors = told.iter().filter(|record| record.text().contains("at most 50000 can be published"));
    assert_eq!(errors.count(), 2);
    let events = pipeline.events("one event", 1, |events| events.len() == 1).await;
    assert_eq!(events[0].host(), "host-00001");
}

/// Text that does not compress.
fn noise(length: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut letter = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'0' + (state % 64) as u8)
    };
    (0..length).map(|_| letter()).filter(|letter| !matches!(letter, '"' | '\\')).collect()
}

#[tokio::test]
async fn partitions_that_are_added_are_read_from_their_first_message() {
    let pipeline = Pipeline::shared().await;
    let latest = || {
        let mut command = pipeline.command();
        command.env("KAFKA_CONSUMER_AUTO_OFFSET_RESET", "latest");
        Program::start(&mut command)
    };
    let consumer = latest();
    eventually("it begins", PATIENCE, async || consumer.err().contains("a partition begins").then_some(()))
        .await;
    // From its start on a group skips nothing, also before its first commit.
    consumer.kill();
    pipeline.send((0..10).map(report)).await;
    pipeline.kafka.add_partitions(&pipeline.ingress, 5).await;
    let on = |partition, number: usize| Record {
        partition: Some(partition),
        ..Record::new(number.to_string(), report(number).to_string())
    };
    let records = (10..30).map(|number| on(3 + (number % 2) as i32, number)).collect();
    pipeline.kafka.produce(&pipeline.ingress, records).await;
    let mut consumer = latest();
    pipeline.all_committed(30).await;
    assert_eq!(pipeline.hosts().len(), 30, "{}", consumer.err());
    assert!(consumer.runs());
}

#[tokio::test]
async fn reports_that_an_older_state_of_the_database_lacks_are_read_again() {
    let pipeline = Pipeline::shared().await;
    let tables = [
        "consumer_offset",
        "host",
        "host_checkin",
        "host_change",
        "org",
        "tag",
        "host_tag",
        "section",
        "host_group",
    ];
    let mut consumer = pipeline.consume();
    consumer.says("plumbline publishes to topic").await;
    pipeline.send((0..10).map(report)).await;
    pipeline.all_committed(10).await;
    for table in tables {
        pipeline.database.execute(&format!("CREATE TABLE old_{table} AS TABLE {table}")).await;
    }
    pipeline.send((10..30).map(report)).await;
    pipeline.all_committed(30).await;
    // The database falls back under the running consumer, as after a failover.
    let back: Vec<String> = tables
        .iter()
        .map(|table| match *table {
            "tag" => {
                "DELETE FROM tag; INSERT INTO tag OVERRIDING SYSTEM VALUE SELECT * FROM old_tag".to_owned()
            }
            table => format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old_{table}"),
        })
        .collect();
    pipeline.database.execute(&format!("BEGIN; {}; COMMIT", back.join("; "))).await;
    assert_eq!(pipeline.hosts().len(), 10);
    pipeline.send((30..40).map(report)).await;
    eventually("all are there again", PATIENCE, async || (pipeline.hosts().len() == 40).then_some(())).await;
    consumer.signal(Signal::TERM);
    let ended = consumer.end(PATIENCE).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
}

#[tokio::test]
async fn every_table_of_the_server_has_a_primary_key_and_tenants_data_begins_with_the_organisation() {
    let database = TestDatabase::server().await;
    assert_eq!(crate::support::run(["migrate", "up", "--database-url", database.url()]).code, 0);
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    let keys = db
        .read(Sql::new(
            "SELECT c.relname::text, COALESCE((SELECT a.attname::text FROM pg_index i JOIN pg_attribute a
                ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND i.indisprimary), ''),
                EXISTS (SELECT 1 FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attname = 'org_id')
            FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1",
        ))
        .await
        .unwrap();
    assert!(keys.len() > 8);
    for row in keys {
        let (table, first) = (row.get::<String>(0).unwrap(), row.get::<String>(1).unwrap());
        assert!(!first.is_empty(), "`{table}` has no primary key");
        if row.get::<bool>(2).unwrap() {
            assert_eq!(first, "org_id", "the primary key of `{table}`");
        }
    }
}

#[tokio::test]
async fn a_role_that_cannot_go_on_ends_the_process_and_says_so() {
    let pipeline = Pipeline::shared().await;
    let mut command = pipeline.command();
    let port = testkit::free_port();
    command.env("PLUMBLINE_SERVER_METRICS_PORT", port.to_string());
    let mut consumer = Program::start(&mut command);
    consumer.says("plumbline publishes to topic").await;
    let health =
        async || reqwest::get(format!("http://127.0.0.1:{port}/health")).await.unwrap().status().as_u16();
    assert_eq!(health().await, 200);
    // Work that does not get on is told.
    pipeline.database.allow_connections(false).await;
    pipeline.send([report(1)]).await;
    eventually("it says that it is stuck", Duration::from_mins(2), async || {
        (health().await == 503).then_some(())
    })
    .await;
    pipeline.database.allow_connections(true).await;
    eventually("it is well again", PATIENCE, async || (health().await == 200).then_some(())).await;
    assert!(consumer.runs());
}

#[tokio::test]
async fn the_relay_stops_soon_when_the_broker_is_down() {
    let mut server = tokio::task::spawn_blocking(testkit::KafkaServer::start).await.unwrap();
    let pipeline = Pipeline::on(server.kafka().clone(), TestDatabase::server().await).await;
    let mut consumer = pipeline.consume();
    consumer.says("plumbline publishes to topic").await;
    pipeline.send([report(0)]).await;
    pipeline.events("an event", 1, |events| events.len() == 1).await;
    server = tokio::task::spawn_blocking(move || {
        server.stop();
        server
    })
    .await
    .unwrap();
    // An edit gives the relay something to publish.
    let command = crate::support::plumbline()
        .args(["ingest", "-", "--database-url", &pipeline.database_url])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn();
    let mut ingest = command.unwrap();
    std::io::Write::write_all(&mut ingest.stdin.take().unwrap(), report(1).to_string().as_bytes()).unwrap();
    assert!(ingest.wait().unwrap().success());
    sleep(Duration::from_secs(2)).await;
    consumer.signal(Signal::TERM);
    let ended = consumer.end(Duration::from_secs(10)).await;
    assert_eq!(ended.code, 0, "{}", ended.err);
    drop(server);
}
