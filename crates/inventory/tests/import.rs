//! Hosts of the original are taken over, as they were.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::time::Duration;

use bus::{Publisher, Recorder};
use fleet::{ChangeKind, Fleet, FleetOptions};
use ground::{Clock, HostId, OrgId, Timestamp};
use inventory::{
    import::{
        BatchResult,
        original::{Failed, Original, OriginalRow, SCHEMA},
        take,
    },
    jobs::{Stopper, relay::Relay},
    messages::{Outlet, events::Events, notifications::Notifications},
};
use serde_json::{Map, Value, json};
use store::{Db, Options, Sql};
use testkit::{TestDatabase, eventually};
use web::Health;

/// How many rows the original has.
const ROWS: u64 = 2 + 1 + 1 + 4 + 3 + 2 + 1 + 2;

async fn original() -> TestDatabase {
    let database = TestDatabase::server().await;
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    for script in [include_str!("original/schema.sql"), include_str!("original/rows.sql")] {
        let mut tx = db.begin().await.unwrap();
        tx.script(script).await.unwrap();
        tx.commit().await.unwrap();
    }
    database
}

async fn all_rows(original: &TestDatabase) -> Vec<OriginalRow> {
    let mut original = Original::open(original.url(), SCHEMA).await.unwrap();
    let mut rows = Vec::new();
    loop {
        let page = original.page().await.unwrap();
        if page.is_empty() {
            return rows;
        }
        rows.extend(page);
    }
}

async fn fleet(database: &TestDatabase) -> Fleet {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[fleet::MIGRATIONS, inventory::MIGRATIONS], Timestamp::default()).await.unwrap();
    Fleet::open(db, Clock::system(), FleetOptions::default())
}

async fn take_rows(fleet: &Fleet, rows: &[OriginalRow]) -> BatchResult {
    take(fleet, rows.iter().map(|row| row.text.as_bytes())).await.unwrap()
}

fn id(n: u32) -> HostId {
    HostId(format!("00000000-0000-4000-8000-{n:012}").parse().unwrap())
}

fn org(name: &str) -> OrgId {
    OrgId::parse(name).unwrap()
}

/// The newest row of a host in the log, with its profile.
async fn newest(fleet: &Fleet, org: &OrgId, id: HostId) -> (fleet::Change, Map<String, Value>) {
    let change = fleet.at_seq(org, id, i64::MAX - 1).await.unwrap().unwrap();
    let profile = fleet.profiles_of(org, std::slice::from_ref(&change)).await.unwrap().remove(0);
    (change, serde_json::from_str(&profile.json()).unwrap())
}

#[tokio::test]
async fn everything_is_taken_over_once_and_stays_as_it_was() {
    let original = original().await;
    let rows = all_rows(&original).await;
    assert_eq!(rows.len() as u64, ROWS);
    for database in TestDatabase::both().await {
        let fleet = fleet(&database).await;
        let taken = take_rows(&fleet, &rows).await;
        assert_eq!(
            (taken.stored, taken.refused.as_slice()),
            (ROWS - 2, [].as_slice()),
            "two memberships are told twice"
        );
        let again = take_rows(&fleet, &rows).await;
        assert_eq!((again.stored, again.known), (0, ROWS), "{}", database.engine());

        let acme = org("acme");
        let (one, profile) = newest(&fleet, &acme, id(1)).await;
        assert_eq!(
            (one.kind, one.cause.as_str()),
            (ChangeKind::Created, "import"),
            "one row for all of a host"
        );
        let host = &one.host;
        assert_eq!(
            (host.display_name.as_str(), host.display_name_reporter.as_deref()),
            ("web one", Some("API"))
        );
        assert_eq!(host.created.to_string(), "2024-02-01T08:00:00.123456+00:00");
        assert_eq!(host.times.updated.to_string(), "2024-03-01T08:00:00+00:00");
        assert_eq!(host.times.last_check_in.to_string(), "2024-03-01T07:59:59+00:00");
        assert_eq!(host.times.reporters["yupana"].to_string(), "2024-02-01T08:00:00+00:00");
        assert_eq!(host.facts, [("rhsm".to_owned(), json!({"SYNC": true, "nested": {"a": [1, 2]}}))]);
        assert_eq!(host.tags.iter().count(), 3);
        assert_eq!(host.group.as_ref().unwrap().name, "web");
        assert_eq!(profile["operating_system"], json!({"name": "RHEL", "major": 9, "minor": 4}));
        assert_eq!(profile["installed_packages"], json!(["bash-0:5.1-1.x86_64", "vim-0:9.0-1.x86_64"]));
        assert_eq!(profile["captured_date"], "2024-03-01T07:59:58+00:00");
        assert_eq!(profile["yum_repos"][0]["id"], "base");
        assert_eq!(profile["workloads"], json!({"sap": {"sap_system": true}}));

        let (two, _) = newest(&fleet, &acme, id(2)).await;
        assert_eq!(
            two.host.group.as_ref().unwrap().name,
            "web",
            "the table of memberships counts where the host has none"
        );
        assert_eq!(two.host.host_type, "conventional");
        let (three, _) = newest(&fleet, &acme, id(3)).await;
        assert_eq!((three.host.host_type.as_str(), three.host.canonical_facts.insights_id), ("edge", None));
        let (four, _) = newest(&fleet, &org("other"), id(4)).await;
        assert_eq!((four.host.group.as_ref(), four.host.display_name.as_str()), (None, "four"));

        let own = fleet.own_staleness(&acme).await.unwrap().unwrap();
        assert_eq!(
            (own.staleness.stale, own.updated.to_string().as_str()),
            (100_000, "2024-01-05T00:00:00+00:00")
        );
        assert_eq!(own.id.to_string(), "00000000-0000-4000-8000-0000000000b1");
        let said = fleet.app_data(&acme, &[id(1)]).await.unwrap().remove(&id(1)).unwrap();
        assert_eq!(said[0].values["recommendations"], 5);
        assert_eq!(
            (&said[1].values["policies_count"], said[1].reported.to_string().as_str()),
            (&json!(1), "2024-03-01T09:00:00+00:00")
        );
    }
}

#[tokio::test]
async fn rows_may_come_one_by_one_and_what_was_reported_since_stays() {
    let original = original().await;
    let rows = all_rows(&original).await;
    for database in TestDatabase::both().await {
        let fleet = fleet(&database).await;
        let profile = rows.iter().find(|row| row.name.starts_with("system_profiles_static")).unwrap();
        let early = take_rows(&fleet, std::slice::from_ref(profile)).await;
        assert!(early.refused[0].1.contains("import hosts first"), "{early:?}");
        for row in &rows {
            let taken = take_rows(&fleet, std::slice::from_ref(row)).await;
            assert_eq!(taken.refused, [], "{}", row.name);
        }
        let acme = org("acme");
        let (_, profile) = newest(&fleet, &acme, id(1)).await;
        assert_eq!(
            (&profile["arch"], &profile["system_memory_bytes"]),
            (&json!("x86_64"), &json!(8_589_934_592_i64))
        );

        // A host that was removed here does not come back.
        let scope = fleet::Scope::of(acme.clone());
        fleet.delete(&scope, &[id(1)], &fleet::Origin::default()).await.unwrap();
        let again = take_rows(&fleet, &rows).await;
        assert_eq!((again.stored, again.known, again.refused.len()), (0, ROWS, 0), "{}", database.engine());
    }
}

#[tokio::test]
async fn an_imported_host_is_an_event_and_no_notification() {
    let original = original().await;
    let rows = all_rows(&original).await;
    let database = TestDatabase::embedded();
    let fleet = fleet(&database).await;
    take_rows(&fleet, &rows).await;
    let outlet = |topic: &str| Outlet { topic: topic.into(), producer: "node".into() };
    let recorder = Recorder::default();
    let relay = Relay {
        fleet: fleet.clone(),
        publisher: Publisher::Recorder(recorder.clone()),
        events: Events { outlet: outlet("events") },
        notifications: Notifications { outlet: outlet("notifications"), console: "localhost".to_owned() },
        tracker: None,
        on_unchanged: true,
    };
    let (switch, stop) = Stopper::new();
    let following = tokio::spawn(async move { relay.run(&Health::default(), stop).await });
    eventually("everything is published", Duration::from_secs(20), || async {
        let lag = fleet.followers_lag("events").await.unwrap().len()
            + fleet.followers_lag("notifications").await.unwrap().len();
        (lag == 0).then_some(())
    })
    .await;
    switch.stop();
    following.await.unwrap();
    let sent = recorder.take();
    assert_eq!(sent.len(), 4);
    assert!(sent.iter().all(|message| &*message.topic == "events"));
}

#[tokio::test]
async fn tables_of_another_version_are_refused_with_the_remedy() {
    let original = original().await;
    let refused = Original::open(original.url(), "public").await.unwrap_err();
    assert!(matches!(refused, Failed::NoTables(_)), "{refused}");
    let db = Db::open(original.url(), &Options::default()).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.execute(Sql::new("UPDATE hbi.alembic_version SET version_num = 'x'")).await.unwrap();
    tx.commit().await.unwrap();
    let refused = Original::open(original.url(), SCHEMA).await.unwrap_err();
    assert!(refused.to_string().contains("upgrade it to 286f3c4f6e4f"), "{refused}");
}
