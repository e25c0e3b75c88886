//! Jobs that run when they are asked to, on both engines.

#![expect(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use bus::{Publisher, Recorder};
use fleet::{CanonicalFacts, Fleet, FleetOptions, Report, Staleness};
use ground::{Clock, HostId, OrgId, Timestamp};
use inventory::{
    flags::Flags,
    jobs::{
        Stop, Stopper,
        scheduled::{JobOptions, Listed, Pendo, Scheduled, StalenessWanted},
    },
    messages::{Outlet, events::Events, notifications::Notifications},
};
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::{Manners, Receiver, TestDatabase};
use uuid::Uuid;

const HOUR: i64 = 3_600;

/// A record at a time of its own, and what its jobs publish.
struct World {
    fleet: Fleet,
    clock: Clock,
    sent: Recorder,
    jobs: Scheduled,
    stop: Stop,
    _running: Stopper,
}

impl World {
    async fn new(database: &TestDatabase) -> Self {
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[fleet::MIGRATIONS, inventory::MIGRATIONS], Timestamp::default()).await.unwrap();
        let clock = Clock::manual(Timestamp::parse("2026-03-01T00:00:00Z").unwrap());
        let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
        let (running, stop) = Stopper::new();
        let sent = Recorder::default();
        let outlet = |topic: &str| Outlet { topic: topic.into(), producer: "node".into() };
        let publisher = Publisher::Recorder(sent.clone());
        let jobs = Scheduled {
            fleet: fleet.clone(),
            flags: Flags::default(),
            events: Events { outlet: outlet("events") },
            notifications: Notifications { outlet: outlet("notifications"), console: "console".to_owned() },
            connect: Arc::new(move || Ok(publisher.clone())),
            read_events: Arc::new(|| Ok(None)),
            options: options(),
        };
        Self { fleet, clock, sent, jobs, stop, _running: running }
    }

    fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// A host reports.
    async fn report(&self, org: &str, facts: CanonicalFacts) -> HostId {
        let report = Report::new(OrgId::parse(org).unwrap(), "puptoo", facts);
        self.fleet.ingest(vec![Arc::new(report)]).await.unwrap().remove(0).unwrap().id
    }

    async fn hosts(&self, org: &str) -> Vec<HostId> {
        let org = OrgId::parse(org).unwrap();
        let query = fleet::HostQuery::new(fleet::Scope::of(org), Staleness::default(), self.clock.now());
        self.fleet.ids(&query).await.unwrap()
    }

    fn messages(&self) -> Vec<Value> {
        self.sent.take().iter().map(|message| serde_json::from_slice(&message.payload).unwrap()).collect()
    }
}

fn options() -> JobOptions {
    let two = NonZeroUsize::MIN.saturating_add(1);
    JobOptions {
        dry_run: false,
        suspended: false,
        read_only: false,
        chunk: two,
        delete_chunk: two,
        rebuild_time_limit: Duration::from_mins(1),
        staleness: StalenessWanted::default(),
        empty_orgs: Vec::new(),
        create_groups_chunk: two,
        assign_groups_chunk: two,
        tag_namespace: "sat_iam".to_owned(),
        tag_chunk: two,
        listed: Listed { open: Arc::new(|| Err("there is no bucket".into())), chunk: two },
        pendo: Pendo {
            active: false,
            endpoint: String::new(),
            key: "secret".to_owned(),
            retries: 0,
            timeout: Duration::from_secs(5),
            request_size: NonZeroUsize::MIN,
        },
    }
}

fn insights(n: u128) -> CanonicalFacts {
    CanonicalFacts { insights_id: Some(Uuid::from_u128(n + 1)), ..CanonicalFacts::default() }
}

#[tokio::test]
async fn culled_hosts_go_and_others_stay() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let own = Staleness { stale: 1, warning: 2, delete: HOUR };
        world.report("own", insights(0)).await;
        let none: Result<_, ()> = Ok(Some(own));
        world.fleet.edit_staleness(&OrgId::parse("own").unwrap(), |_| none).await.unwrap().unwrap();
        for n in 1..=3 {
            world.report("default", insights(n)).await;
        }
        world.pass(HOUR);
        let fresh = world.report("own", insights(9)).await;
        let quiet = Scheduled { options: JobOptions { read_only: true, ..options() }, ..world.jobs.clone() };
        assert!(
            quiet.reap(&world.stop).await.unwrap().starts_with("0 culled hosts"),
            "{}",
            database.engine()
        );
        assert_eq!(world.jobs.reap(&world.stop).await.unwrap(), "1 culled hosts of 1 organisations deleted");
        assert_eq!((world.hosts("own").await, world.hosts("default").await.len()), (vec![fresh], 3));
        world.pass(31 * 24 * HOUR);
        assert_eq!(world.jobs.reap(&world.stop).await.unwrap(), "4 culled hosts of 2 organisations deleted");
        assert!(world.hosts("default").await.is_empty());
    }
}

#[tokio::test]
async fn each_host_that_becomes_stale_is_told_of_once() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let stale = Staleness::default().stale;
        assert!(world.jobs.tell_stale(world.stop.clone()).await.unwrap().starts_with("0 hosts"));
        for n in 0..3 {
            world.report("o", insights(n)).await;
            // Not a whole number of seconds between the runs.
            world.clock.set(Timestamp::from_micros(world.clock.now().micros() + 300_001));
        }
        let mut told = Vec::new();
        world.pass(stale - 2);
        for _ in 0..12 {
            world.jobs.tell_stale(world.stop.clone()).await.unwrap();
            told.extend(world.messages());
            world.clock.set(Timestamp::from_micros(world.clock.now().micros() + 299_999));
        }
        let mut ids: Vec<_> =
            told.iter().map(|message| message["context"]["inventory_id"].to_string()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((told.len(), ids.len()), (3, 3), "{}", database.engine());
        assert_eq!(told[0]["event_type"], "system-became-stale");
        // A host that is stale already and one that was culled meanwhile are not told of.
        world.report("o", insights(4)).await;
        world.pass(31 * 24 * HOUR);
        world.jobs.tell_stale(world.stop.clone()).await.unwrap();
        assert_eq!(world.messages().len(), 0);
    }
}

#[tokio::test]
async fn of_duplicates_the_newest_stays() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let facts = |subscription: &str, n: u128| CanonicalFacts {
            subscription_manager_id: Some(subscription.to_owned()),
            ..insights(n)
        };
        // Two machines that come to have one subscription: the second report changes the first host's.
        let old = world.report("o", facts("s", 1)).await;
        world.pass(1);
        let other = world.report("o", insights(2)).await;
        world.pass(1);
        let elsewhere = world.report("p", facts("s", 1)).await;
        let row = |n: u32, heard: &str| {
            json!({"org_id": "o", "id": format!("00000000-0000-4000-8000-{n:012}"), "created_on": heard, "modified_on": heard,
                "last_check_in": heard, "reporter": "puptoo", "per_reporter_staleness": {}, "groups": [],
                "insights_id": Uuid::from_u128(2).to_string()})
        };
        let row = row(1, "2026-03-01T00:00:10+00:00").to_string();
        inventory::import::take(&world.fleet, [row.as_bytes()]).await.unwrap();
        let dry = Scheduled { options: JobOptions { dry_run: true, ..options() }, ..world.jobs.clone() };
        assert_eq!(
            dry.remove_duplicates(&world.stop).await.unwrap(),
            "dry run, nothing is changed: 1 duplicates found"
        );
        assert_eq!(world.hosts("o").await.len(), 3);
        assert_eq!(world.jobs.remove_duplicates(&world.stop).await.unwrap(), "1 duplicates deleted");
        let left = world.hosts("o").await;
        assert!(left.contains(&other) && !left.contains(&old) && left.len() == 2, "{}", database.engine());
        assert_eq!(world.hosts("p").await, [elsewhere]);
        let suspended =
            Scheduled { options: JobOptions { suspended: true, ..options() }, ..world.jobs.clone() };
        assert!(suspended.remove_duplicates(&world.stop).await.unwrap().starts_with("suspended"));
    }
}

#[tokio::test]
async fn every_host_is_published_once_more_in_the_order_of_ids() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        for n in 0..5 {
            world.report(if n < 3 { "a" } else { "b" }, insights(n)).await;
        }
        world.pass(40 * 24 * HOUR);
        assert_eq!(world.jobs.synchronize(world.stop.clone()).await.unwrap(), "5 hosts synchronized");
        let sent = world.messages();
        let place = |event: &Value| {
            (
                event["host"]["org_id"].as_str().unwrap().to_owned(),
                event["host"]["id"].as_str().unwrap().to_owned(),
            )
        };
        let places: Vec<_> = sent.iter().map(place).collect();
        assert!(places.len() == 5 && places.is_sorted(), "{}: {places:?}", database.engine());
        assert!(sent.iter().all(|event| event["type"] == "updated"
            && event["platform_metadata"].is_null()
            && event["metadata"]["request_id"].is_null()));
    }
}

#[tokio::test]
async fn groups_tags_and_settings_are_mended() {
    for database in TestDatabase::both().await {
        let world = World::new(&database).await;
        let at = "2026-02-28T00:00:00+00:00";
        let rows: Vec<String> = (1..=3)
            .map(|n| {
                json!({"org_id": "o", "id": format!("00000000-0000-4000-8000-{n:012}"), "created_on": at, "modified_on": at,
                    "last_check_in": at, "reporter": "puptoo", "per_reporter_staleness": {}, "groups": [],
                    "tags": {"sat_iam": {"k": ["v"]}, "kept": {"k": []}}, "insights_id": Uuid::from_u128(n).to_string()})
                .to_string()
            })
            .collect();
        inventory::import::take(&world.fleet, rows.iter().map(String::as_bytes)).await.unwrap();
        let org = OrgId::parse("o").unwrap();
        assert!(world.jobs.create_ungrouped(&world.stop).await.unwrap().starts_with("1 groups"));
        assert!(world.jobs.create_ungrouped(&world.stop).await.unwrap().starts_with("0 groups"));
        assert!(world.jobs.assign_ungrouped(&world.stop).await.unwrap().starts_with("3 hosts"));
        assert!(world.jobs.assign_ungrouped(&world.stop).await.unwrap().starts_with("0 hosts"));
        assert!(world.jobs.delete_tag_namespace(&world.stop).await.unwrap().starts_with("3 hosts"));
        assert!(world.jobs.delete_tag_namespace(&world.stop).await.unwrap().starts_with("0 hosts"));
        let ids = world.hosts("o").await;
        for (_, host) in world.fleet.hosts_by_id(&org, &ids).await.unwrap() {
            assert!(host.group.as_ref().unwrap().ungrouped, "{}", database.engine());
            assert_eq!(host.tags.namespaces().map(|(namespace, _)| namespace).collect::<Vec<_>>(), ["kept"]);
        }

        let asked = |wanted: JobOptions| Scheduled { options: wanted, ..world.jobs.clone() };
        let named = |orgs: &[&str]| JobOptions {
            empty_orgs: orgs.iter().map(|org| (*org).to_owned()).collect(),
            ..options()
        };
        assert!(asked(named(&[])).delete_empty_org_groups().await.is_err());
        assert!(
            asked(named(&["o"]))
                .delete_empty_org_groups()
                .await
                .unwrap_err()
                .to_string()
                .contains("has hosts")
        );
        let workspace = json!({"id": Uuid::from_u128(7).to_string(), "org_id": "e", "account": null, "name": "g", "ungrouped": false,
            "created_on": at, "modified_on": at})
        .to_string();
        inventory::import::take(&world.fleet, [workspace.as_bytes()]).await.unwrap();
        assert_eq!(
            asked(named(&["e"])).delete_empty_org_groups().await.unwrap(),
            "1 groups of 1 organisations deleted"
        );

        let stale = |stale: &str| StalenessWanted {
            org: "o".to_owned(),
            stale: stale.to_owned(),
            ..StalenessWanted::default()
        };
        let wanted = |stale| JobOptions { staleness: stale, ..options() };
        assert!(asked(wanted(stale("x"))).update_staleness().await.is_err());
        assert!(asked(wanted(StalenessWanted::default())).update_staleness().await.is_err());
        asked(JobOptions { dry_run: true, ..wanted(stale("90000")) }).update_staleness().await.unwrap();
        assert_eq!(world.fleet.own_staleness(&org).await.unwrap(), None);
        asked(wanted(stale("90000"))).update_staleness().await.unwrap();
        let own = world.fleet.own_staleness(&org).await.unwrap().unwrap().staleness;
        assert_eq!(own, Staleness { stale: 90_000, ..Staleness::default() });
    }
}

#[tokio::test]
async fn pendo_is_told_how_many_hosts_there_are() {
    let database = TestDatabase::embedded();
    let world = World::new(&database).await;
    for n in 0..3 {
        world.report(if n < 2 { "a" } else { "b" }, insights(n)).await;
    }
    let receiver = Receiver::start().await;
    let pendo = Pendo { endpoint: receiver.url.clone(), active: true, ..options().pendo };
    let jobs = Scheduled { options: JobOptions { pendo, ..options() }, ..world.jobs.clone() };
    let mut stop = world.stop.clone();
    assert!(jobs.tell_pendo(&mut stop).await.unwrap().contains("2 of 2"));
    let taken = receiver.taken();
    let bodies: Vec<Value> = taken.iter().map(|call| serde_json::from_str(&call.body).unwrap()).collect();
    assert_eq!(
        bodies,
        [
            json!([{"accountId": "a", "values": {"hostCount": 2}}]),
            json!([{"accountId": "b", "values": {"hostCount": 1}}])
        ]
    );
    assert_eq!(taken[0].headers["x-pendo-integration-key"], "secret");
    receiver.behave(Manners::Status(500));
    assert!(jobs.tell_pendo(&mut stop).await.unwrap().contains("0 of 2"), "nothing is aborted");
}
