//! Historical profiles in a database of their own, with a clock that the test moves.

use fleet::{Fleet, FleetOptions};
use ground::{Clock, HostId, OrgId, Timestamp};
use history::{
    Head, Log, MIGRATIONS, Profiles, Records,
    rules::{
        captured::captured,
        visible::{Group, Reach},
    },
    store::{NewProfile, Stored},
};
use serde_json::{Map, Value, json};
use store::{Db, Options};
use testkit::TestDatabase;
use uuid::Uuid;

/// When every test begins.
pub const START: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
/// For how long a capture is shown.
pub const WEEK: i64 = 7 * 24 * 60 * 60;

pub struct Bed {
    pub profiles: Profiles,
    pub fleet: Fleet,
    pub clock: Clock,
    pub org: OrgId,
    database: TestDatabase,
}

pub async fn both() -> Vec<Bed> {
    let mut beds = Vec::new();
    for database in TestDatabase::both().await {
        let db = Db::open(database.url(), &Options { connections: 8, ..Options::default() }).await.unwrap();
        db.migrate(&[fleet::MIGRATIONS, MIGRATIONS], START).await.unwrap();
        let clock = Clock::manual(START);
        let profiles = Profiles::new(db.clone(), clock.clone());
        let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
        beds.push(Bed { profiles, fleet, clock, org: org("org-1"), database });
    }
    beds
}

pub fn org(name: &str) -> OrgId {
    OrgId::parse(name).unwrap()
}

pub const fn host(n: u128) -> HostId {
    HostId(Uuid::from_u128(n))
}

impl Bed {
    pub fn engine(&self) -> &'static str {
        self.database.engine()
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// With the log, or without.
    pub fn records(&self, log: bool) -> Records {
        let log = log.then(|| Log::new(self.fleet.clone()));
        Records { profiles: self.profiles.clone(), log, valid_seconds: WEEK }
    }

    /// A profile of this machine that was captured so many seconds ago; none: it does not say when.
    pub fn profile(&self, machine: u128, ago: Option<i64>, more: &Value) -> NewProfile {
        let now = self.clock.now();
        let mut profile: Map<String, Value> = more.as_object().cloned().unwrap_or_default();
        if let Some(ago) = ago {
            profile.insert("captured_date".to_owned(), now.plus_seconds(-ago).to_string().into());
        }
        NewProfile {
            id: Uuid::new_v4(),
            org: self.org.clone(),
            account: Some("1".to_owned()),
            inventory_id: host(machine),
            created: now,
            captured: captured(&profile, now),
            groups: Some(vec![Group { id: "a".to_owned(), name: "x".to_owned() }]),
            profile,
            said: Some(now),
            check_in: None,
        }
    }

    pub async fn put(&self, new: &NewProfile) -> Stored {
        self.profiles.put(std::slice::from_ref(new)).await.unwrap()[0]
    }

    pub async fn heads(&self, machine: u128) -> Vec<Head> {
        self.records(false).of_host(&self.org, host(machine), &Reach::All).await.unwrap()
    }
}

/// A list of packages, long enough to be a part of its own.
pub fn packages(release: u32) -> Value {
    let names: Vec<String> = (0..200).map(|n| format!("package-{n}-0:1.0-{release}.x86_64")).collect();
    json!({"arch": "x86_64", "installed_packages": names})
}
