//! The audit log over a database of each engine.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use audit::{Act, Audit, AuditEntry, MIGRATIONS, Query};
use ground::{Clock, OrgId, Timestamp};
use store::{Db, Options};
use testkit::TestDatabase;

const START: Timestamp = Timestamp::from_micros(1_795_289_400_000_000);

struct World {
    audit: Audit,
    clock: Clock,
    db: Db,
}

async fn world(database: &TestDatabase) -> World {
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], START).await.unwrap();
    let clock = Clock::manual(START);
    World { audit: Audit::new(db.clone(), clock.clone()), clock, db }
}

fn act(org: &str, actor: &str, operation: &str) -> Act {
    Act {
        org: OrgId::parse(org).unwrap(),
        actor: actor.to_owned(),
        actor_kind: "person",
        via: "token",
        service: "inventory",
        operation: operation.to_owned(),
        subject: "DELETE /hosts/1".to_owned(),
        request_id: Some("r-1".to_owned()),
    }
}

impl World {
    /// Does something in the next second.
    async fn done(&self, act: &Act, status: u16) {
        self.clock.set(self.clock.now().plus_seconds(1));
        let begun = self.audit.begin(act).await.unwrap();
        self.audit.answered(begun, status, None).await.unwrap();
    }

    async fn entries(&self, org: &str, query: &Query) -> Vec<AuditEntry> {
        self.audit.entries(&OrgId::parse(org).unwrap(), query).await.unwrap()
    }

    async fn operations(&self, org: &str, query: &Query) -> Vec<String> {
        self.entries(org, query).await.into_iter().map(|entry| entry.operation).collect()
    }
}

#[tokio::test]
async fn every_statement_is_one_of_both_engines() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        assert_eq!(store::prepare_all(&world.db, audit::STATEMENTS).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_is_done_is_in_the_log_before_it_is_done_and_what_is_refused_is_not() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        let begun = world.audit.begin(&act("ours", "ada", "delete_host")).await.unwrap();
        let expected = AuditEntry {
            at: START,
            id: world.entries("ours", &Query::default()).await[0].id,
            actor: "ada".to_owned(),
            actor_kind: "person".to_owned(),
            via: "token".to_owned(),
            service: "inventory".to_owned(),
            operation: "delete_host".to_owned(),
            subject: "DELETE /hosts/1".to_owned(),
            request_id: Some("r-1".to_owned()),
            status: None,
            made: None,
        };
        assert_eq!(world.entries("ours", &Query::default()).await, std::slice::from_ref(&expected));
        world.audit.answered(begun, 201, Some("an-id")).await.unwrap();
        let answered = AuditEntry { status: Some(201), made: Some("an-id".to_owned()), ..expected };
        assert_eq!(world.entries("ours", &Query::default()).await, [answered]);
        for status in [400, 403, 404, 422] {
            world.done(&act("ours", "eve", "refused"), status).await;
        }
        world.done(&act("ours", "ada", "failed"), 500).await;
        assert_eq!(world.operations("ours", &Query::default()).await, ["failed", "delete_host"]);
    }
}

#[tokio::test]
async fn an_organisation_sees_its_own_entries_page_by_page() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        for number in 0..5 {
            // All in the same microsecond, twice.
            if number == 3 {
                world.clock.set(START.plus_seconds(1));
            }
            let begun = world.audit.begin(&act("ours", "ada", &format!("o{number}"))).await.unwrap();
            world.audit.answered(begun, 200, None).await.unwrap();
            let theirs = world.audit.begin(&act("theirs", "eve", "theirs")).await.unwrap();
            world.audit.answered(theirs, 200, None).await.unwrap();
        }
        let mut query = Query { limit: 2, ..Query::default() };
        let mut seen = Vec::new();
        loop {
            let page = world.entries("ours", &query).await;
            let Some(last) = page.last() else { break };
            query.before = (last.at, last.id);
            seen.extend(page.into_iter().map(|entry| entry.operation));
        }
        let mut sorted = seen.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["o0", "o1", "o2", "o3", "o4"]);
        assert_eq!(seen[..2].iter().collect::<std::collections::BTreeSet<_>>().len(), 2);
        assert!(seen[..2].iter().all(|operation| operation == "o3" || operation == "o4"), "{seen:?}");
    }
}

#[tokio::test]
async fn entries_are_found_by_time_actor_and_operation() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        world.done(&act("ours", "ada", "one"), 200).await;
        world.done(&act("ours", "bob", "two"), 200).await;
        world.done(&act("ours", "ada", "two"), 200).await;
        let of = |actor: Option<&str>, operation: Option<&str>| Query {
            actor: actor.map(str::to_owned),
            operation: operation.map(str::to_owned),
            ..Query::default()
        };
        assert_eq!(world.operations("ours", &of(Some("ada"), None)).await, ["two", "one"]);
        assert_eq!(world.operations("ours", &of(Some("ada"), Some("two"))).await, ["two"]);
        assert_eq!(world.operations("ours", &of(Some("' OR 1=1"), None)).await, Vec::<String>::new());
        let since = Query { since: START.plus_seconds(2), ..Query::default() };
        assert_eq!(world.operations("ours", &since).await, ["two", "two"]);
    }
}

#[tokio::test]
async fn what_is_old_is_forgotten_in_every_organisation() {
    for database in TestDatabase::both().await {
        let world = world(&database).await;
        for org in ["a", "b", "c"] {
            world.clock.set(START);
            world.done(&act(org, "ada", "old"), 200).await;
            world.clock.set(START.plus_seconds(100));
            world.done(&act(org, "ada", "new"), 200).await;
        }
        assert_eq!(world.audit.forget(START.plus_seconds(50), || true).await.unwrap(), 3);
        for org in ["a", "b", "c"] {
            assert_eq!(world.operations(org, &Query::default()).await, ["new"]);
        }
        assert_eq!(world.audit.forget(START.plus_seconds(50), || true).await.unwrap(), 0);
    }
}
