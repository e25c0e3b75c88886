//! The API over a record of its own, and requests to it.

use std::sync::{Arc, Mutex};

use access::{Access, Callers, Identity, Permissions};
use axum::body::Body;
use enrolment::Enrolment;
use fleet::{CanonicalFacts, ChangeKind, Fleet, FleetOptions, MIGRATIONS, Origin, Report, StoredReport};
use fleet_api::{
    agents::{Agents, Intake, NotTaken},
    api::App,
    pinned::{Pinned, PinnedResults},
};
use futures::future::BoxFuture;
use ground::{Clock, HostId, OrgId, Stop, Stopper, Timestamp};
use http::Response;
use notify::{Fixed, Queue};
use serde_json::Value;
use servicekit::Client;
use store::{Db, Options};
use testkit::{TestDatabase, callers::user};
use uuid::Uuid;

pub use servicekit::Answer;

/// The base path of the API.
pub const BASE: &str = "/api/fleet/v1";
/// 2026-11-21T19:30:00Z.
pub const START: Timestamp = Timestamp::from_micros(1_795_289_400_000_000);

/// A record and the API over it. Its clock stands still between requests.
pub struct World {
    pub fleet: Fleet,
    pub clock: Clock,
    pub app: App,
    pub results: Arc<Results>,
    pub stopper: Stopper,
    url: String,
}

/// On which machines of `ours` results ran.
#[derive(Debug, Default)]
pub struct Results(pub Mutex<Vec<Pinned>>);

impl PinnedResults for Results {
    fn pinned<'a>(
        &'a self,
        org: &'a OrgId,
        results: &'a [Uuid],
    ) -> BoxFuture<'a, Result<Vec<Pinned>, fleet::Error>> {
        let mut pinned = self.0.lock().unwrap().clone();
        pinned.retain(|pinned| org.as_str() == "ours" && results.contains(&pinned.result));
        Box::pin(async move { Ok(pinned) })
    }
}

/// Takes reports in that say an insights id, and nothing else.
struct Machines(Fleet);

impl Intake for Machines {
    fn take<'a>(
        &'a self,
        report: &'a [u8],
        sender: &'a Identity,
        host: HostId,
    ) -> BoxFuture<'a, Result<ChangeKind, NotTaken>> {
        Box::pin(async move {
            let said: Value = serde_json::from_slice(report).unwrap_or_default();
            let data = &said["data"];
            if data["org_id"].as_str() != Some(sender.org.as_str()) {
                return Err(NotTaken::Refused("another organisation".to_owned()));
            }
            let insights_id = data["insights_id"].as_str().and_then(|id| id.parse().ok());
            let facts = CanonicalFacts { insights_id, ..CanonicalFacts::default() };
            let report = Report { bound_to: Some(host), ..Report::new(sender.org.clone(), "agent", facts) };
            match self.0.ingest(vec![report.into()]).await.unwrap().pop().unwrap() {
                Ok(stored) => Ok(stored.kind),
                Err(refused) => Err(NotTaken::Refused(refused.to_string())),
            }
        })
    }
}

pub fn org(name: &str) -> OrgId {
    OrgId::parse(name).unwrap()
}

/// A report of the machine of this number of the organisation `ours`.
pub fn report(number: u32) -> Report {
    Report::new(
        org("ours"),
        "puptoo",
        CanonicalFacts {
            insights_id: Some(Uuid::from_u128(u128::from(number) + 1)),
            fqdn: Some(format!("h{number}")),
            ..CanonicalFacts::default()
        },
    )
}

/// The same with a profile.
pub fn with_profile(number: u32, profile: &Value) -> Report {
    Report { profile: Some(profile.to_string().into()), ..report(number) }
}

/// Who may see and change hosts of these groups only; null stands for hosts without one.
pub async fn limited_to(groups: Value) -> Permissions {
    servicekit::permissions::limited_to("inventory:hosts:*", groups).await.permissions
}

impl World {
    /// An empty record, where everybody may do everything in their organisation.
    pub async fn empty(database: &TestDatabase) -> Self {
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS, enrolment::MIGRATIONS, audit::MIGRATIONS, notify::MIGRATIONS], START)
            .await
            .unwrap();
        Self::over(db, Clock::manual(START), database.url())
    }

    fn over(db: Db, clock: Clock, url: &str) -> Self {
        let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
        let access = Access { callers: Callers::Gateway, permissions: Permissions::Bypass, read_only: false };
        let (stopper, stop): (Stopper, Stop) = Stopper::new();
        let queue = Queue::new(fleet.db().clone(), clock.clone(), Fixed::default(), 100);
        let agents = Agents {
            enrolment: Enrolment::new(fleet.db().clone(), clock.clone()),
            intake: Arc::new(Machines(fleet.clone())),
            url: None,
        };
        let results = Arc::new(Results::default());
        let app = App::new(fleet.clone(), access, agents, queue, results.clone(), stop, 1_000);
        Self { fleet, clock, app, results, stopper, url: url.to_owned() }
    }

    /// Another process on the same database.
    pub async fn another_process(&self) -> Self {
        let db = Db::open(&self.url, &Options::default()).await.unwrap();
        Self::over(db, self.clock.clone(), &self.url)
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// Takes in a report a second after what was before.
    pub async fn take(&self, report: Report) -> StoredReport {
        self.pass(1);
        self.fleet.ingest(vec![report.into()]).await.unwrap().pop().unwrap().unwrap()
    }

    /// Takes in reports of so many machines.
    pub async fn take_many(&self, count: u32) -> Vec<HostId> {
        let mut ids = Vec::new();
        for number in 0..count {
            ids.push(self.take(report(number)).await.id);
        }
        ids
    }

    /// Makes a group of hosts; gives its id.
    pub async fn group(&self, name: &str, hosts: &[HostId]) -> String {
        self.pass(1);
        let made = self.fleet.create_group(&org("ours"), name, None, hosts, &Origin::default()).await;
        made.unwrap().unwrap().id.to_string()
    }

    pub async fn delete(&self, host: HostId) {
        self.pass(1);
        let scope = fleet::Scope::of(org("ours"));
        self.fleet.delete(&scope, &[host], &Origin::default()).await.unwrap();
    }

    pub async fn newest(&self) -> i64 {
        self.fleet.newest(&org("ours")).await.unwrap()
    }

    /// Asks the API.
    pub fn client(&self) -> Client {
        Client::new(fleet_api::api::openapi::operations().router(&self.app, [BASE]), BASE)
    }

    /// Asks for `METHOD /path` under the base path; the body may come for a long time yet.
    pub async fn open(&self, identity: Option<&str>, operation: &str, body: &str) -> Response<Body> {
        let client = self.client();
        client.open(client.request(identity, operation, body)).await
    }

    /// Asks and reads the whole answer.
    pub async fn ask(&self, identity: Option<&str>, operation: &str, body: &str) -> Answer {
        self.client().ask(identity, operation, body).await
    }

    /// Asks as a person of the organisation `ours`.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Some(&user("ours")), &format!("GET {path}"), "").await
    }

    /// The same; it must be answered well.
    pub async fn read(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json()
    }
}
