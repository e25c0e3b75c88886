//! A record in a database of its own, with a clock that the test moves.

use std::sync::Arc;

use fleet::{
    Change, ChangeKind, Condition, Fleet, FleetOptions, GroupKind, GroupOrder, GroupQuery, Host, HostQuery,
    HostRow, MIGRATIONS, Origin, Report, Scope, StoredReport,
};
use ground::{Clock, HostId, OrgId, Timestamp};
use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestRunner},
};
use serde_json::Value;
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::draft::Draft;

/// When every test begins.
pub const START: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

/// One record and one organisation in it.
#[derive(Clone)]
pub struct Bed {
    pub fleet: Fleet,
    pub clock: Clock,
    pub org: OrgId,
    database: Arc<TestDatabase>,
}

/// One bed on each engine.
pub async fn both() -> Vec<Bed> {
    both_with(FleetOptions::default()).await
}

pub async fn both_with(options: FleetOptions) -> Vec<Bed> {
    let mut beds = Vec::new();
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &Options { connections: 16, ..Options::default() }).await.unwrap();
        db.migrate(&[MIGRATIONS], START).await.unwrap();
        let clock = Clock::manual(START);
        let fleet = Fleet::open(db, clock.clone(), options.clone());
        beds.push(Bed { fleet, clock, org: any_org(), database: Arc::new(database) });
    }
    beds
}

/// Checks a property on both engines; every case has an organisation of its own.
#[expect(clippy::needless_pass_by_value, reason = "closures are written where they are given")]
pub fn property<S: Strategy>(cases: u32, strategy: &S, check: impl AsyncFn(&Bed, S::Value)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for bed in runtime.block_on(both()) {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let outcome = TestRunner::new(config).run(strategy, |value| {
            bed.clock.set(START);
            runtime.block_on(check(&bed.another_org(), value));
            Ok(())
        });
        if let Err(failure) = outcome {
            panic!("{}: {failure}", bed.engine());
        }
    }
}

pub fn any_org() -> OrgId {
    OrgId::parse(&Uuid::new_v4().to_string()).unwrap()
}

impl Bed {
    /// The same record, another organisation.
    pub fn another_org(&self) -> Self {
        Self { org: any_org(), ..self.clone() }
    }

    /// Another process on the same database.
    pub async fn another_process(&self) -> Self {
        let db = Db::open(self.database.url(), &Options::default()).await.unwrap();
        Self { fleet: Fleet::open(db, self.clock.clone(), FleetOptions::default()), ..self.clone() }
    }

    pub fn engine(&self) -> &'static str {
        self.database.engine()
    }

    pub fn draft(&self) -> Draft {
        Draft::new(&self.org)
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// Takes in one report; it must be accepted.
    pub async fn take(&self, report: impl Into<Arc<Report>>) -> StoredReport {
        self.fleet.ingest(vec![report.into()]).await.unwrap().pop().unwrap().unwrap()
    }

    pub fn query(&self) -> HostQuery {
        let scope = Scope::of(self.org.clone());
        HostQuery { limit: 10_000, ..HostQuery::new(scope, self.fleet.default_staleness(), self.clock.now()) }
    }

    pub fn groups(&self) -> GroupQuery {
        GroupQuery {
            scope: Scope::of(self.org.clone()),
            name: None,
            kind: GroupKind::All,
            ids: None,
            order: (GroupOrder::Name, fleet::Direction::Ascending),
            offset: 0,
            limit: 100,
            staleness: self.fleet.default_staleness(),
            now: self.clock.now(),
        }
    }

    pub async fn hosts(&self) -> Vec<HostRow> {
        self.fleet.list(&self.query()).await.unwrap().hosts
    }

    pub async fn host(&self, id: HostId) -> Host {
        self.row(id).await.host
    }

    pub async fn row(&self, id: HostId) -> HostRow {
        let query = self.query().with(Condition::Ids(vec![id]));
        self.fleet.list(&query).await.unwrap().hosts.pop().unwrap()
    }

    pub async fn profile(&self, id: HostId) -> Value {
        let query = self.query().with(Condition::Ids(vec![id]));
        let (_, text) = self.fleet.profiles(&query, None).await.unwrap().hosts.pop().unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// The whole log of the organisation.
    pub async fn log(&self) -> Vec<Change> {
        self.fleet.changes(&self.org, 0, 100_000).await.unwrap()
    }

    /// Kind and cause of the rows after number `after`.
    pub async fn noted(&self, after: i64) -> Vec<(ChangeKind, String)> {
        let changes = self.fleet.changes(&self.org, after, 100_000).await.unwrap();
        changes.into_iter().map(|change| (change.kind, change.cause)).collect()
    }

    pub async fn newest(&self) -> i64 {
        self.fleet.newest(&self.org).await.unwrap()
    }
}

/// Where nothing is known of the sender.
pub fn nowhere() -> Origin {
    Origin::default()
}
