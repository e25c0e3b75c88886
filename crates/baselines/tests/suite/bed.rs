//! Baselines in a database of their own, with a clock that the test moves.

use baselines::{
    Baseline, Baselines, MIGRATIONS,
    rules::facts::{self, Fact},
    store::{ListQuery, NewBaseline, Order, OrderBy, Placed},
};
use ground::{Clock, OrgId, Timestamp};
use serde_json::{Value, json};
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;

/// When every test begins.
pub const START: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

pub struct Bed {
    pub baselines: Baselines,
    pub clock: Clock,
    pub org: OrgId,
    database: TestDatabase,
}

pub async fn both() -> Vec<Bed> {
    let mut beds = Vec::new();
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &Options { connections: 8, ..Options::default() }).await.unwrap();
        db.migrate(&[MIGRATIONS], START).await.unwrap();
        let clock = Clock::manual(START);
        let baselines = Baselines::new(db, clock.clone());
        beds.push(Bed { baselines, clock, org: org("org-1"), database });
    }
    beds
}

pub fn org(name: &str) -> OrgId {
    OrgId::parse(name).unwrap()
}

pub fn some_facts(value: &Value) -> Vec<Fact> {
    facts::read(value).unwrap()
}

pub fn named(name: &str) -> NewBaseline {
    NewBaseline {
        account: Some("1".to_owned()),
        display_name: name.to_owned(),
        facts: some_facts(&json!([{"name": "arch", "value": "x86_64"}])),
        notifications_enabled: true,
    }
}

impl Bed {
    pub fn engine(&self) -> &'static str {
        self.database.engine()
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    pub async fn make_in(&self, org: &OrgId, name: &str) -> Baseline {
        match self.baselines.create(org, Uuid::new_v4(), &named(name)).await.unwrap() {
            Placed::Stored(baseline) => baseline,
            Placed::NameTaken => panic!("{name} is taken"),
        }
    }

    pub async fn make(&self, name: &str) -> Baseline {
        self.make_in(&self.org, name).await
    }

    pub async fn names(&self, query: &ListQuery<'_>) -> Vec<String> {
        let page = self.baselines.list(&self.org, query).await.unwrap();
        page.baselines.into_iter().map(|baseline| baseline.display_name).collect()
    }
}

pub fn all() -> ListQuery<'static> {
    ListQuery { ids: None, name: None, order: (OrderBy::Name, Order::Ascending), offset: 0, limit: 50 }
}
