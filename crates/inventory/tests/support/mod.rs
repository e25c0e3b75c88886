//! The API over a record of its own, and requests to it.

use access::{Access, Callers, Permissions};
use axum::{Router, body::Body};
use fleet::{Fleet, FleetOptions, MIGRATIONS, StoredReport};
use ground::{Clock, HostId, OrgId, Timestamp};
use http::Request;
use http_body_util::BodyExt;
use inventory::{
    api::{self, App, SchemaCheck},
    report::{Rhsm, app_data, envelope::decode, report},
};
use serde_json::Value;
use store::{Db, Options, Sql};
use testkit::TestDatabase;
use tower::ServiceExt;
use web::Shell;

/// The base path of the API, as the original has it by default.
pub const BASE: &str = "/api/inventory/v1";
/// The older base path.
pub const LEGACY: &str = "/r/insights/platform/inventory/v1";
/// 2026-11-21T19:30:00Z.
const START: Timestamp = Timestamp::from_micros(1_795_289_400_000_000);

/// A record and the API over it. Its clock stands still between requests.
pub struct World {
    pub fleet: Fleet,
    pub clock: Clock,
    pub app: App,
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Without its parameters.
    pub content_type: Option<String>,
    pub text: String,
}

impl Answer {
    /// The body; null when it is no JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl World {
    /// An empty record, where everybody may do everything in their organisation.
    pub async fn empty(database: &TestDatabase) -> Self {
        let clock = Clock::manual(START);
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS, inventory::MIGRATIONS], START).await.unwrap();
        let fleet = Fleet::open(db, clock.clone(), FleetOptions::default());
        let app = App {
            fleet: fleet.clone(),
            access: Access { callers: Callers::Gateway, permissions: Permissions::Bypass, read_only: false },
            flags: inventory::flags::Flags::default(),
            post_hosts: false,
            shown: inventory::api::ShownHosts::default(),
            limits: inventory::api::ApiLimits::default(),
            schema_check: SchemaCheck { is_replica: true, users: ["tuser@redhat.com".to_owned()].into() },
            tracking: inventory::api::Tracking::default(),
        };
        Self { fleet, clock, app }
    }

    /// Takes in a message as if it had come `age_hours` ago, one second after the one before, and last written now:
    /// lists are ordered by that.
    pub async fn take_in(&self, message: &Value, age_hours: i64) -> StoredReport {
        let now = self.clock.now().plus_seconds(1);
        self.clock.set(now.plus_seconds(-3_600 * age_hours));
        let envelope = decode(message.to_string().as_bytes()).unwrap();
        let report = report(&envelope, Rhsm::Accepted).unwrap();
        let org = report.org.clone();
        let stored = self.fleet.ingest(vec![report.into()]).await.unwrap().remove(0).unwrap();
        self.clock.set(now);
        self.write_at(&org, stored.id, now).await;
        stored
    }

    /// Takes in what an application says of hosts; the number of hosts that the record has.
    pub async fn take_in_app_data(&self, application: &str, message: &str) -> usize {
        let message = app_data::read(Some(application.as_bytes()), message.as_bytes()).unwrap();
        self.fleet.put_app_data(&[&message.data], None).await.unwrap().0[0]
    }

    /// Sets the time at which a host was last written.
    pub async fn write_at(&self, org: &OrgId, id: HostId, at: Timestamp) {
        let sql = Sql::new("UPDATE host_checkin SET updated = $3 WHERE org_id = $1 AND host_id = $2");
        let mut tx = self.fleet.db().begin().await.unwrap();
        tx.execute(sql.bind(org).bind(id).bind(at)).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The API under both base paths, with what stands around every request.
    pub fn router(&self) -> Router {
        Shell::default().around(api::router(&self.app, &[BASE.to_owned(), LEGACY.to_owned()]))
    }
}

/// Sends one request.
pub async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let content_type = parts.headers.get("content-type").map(|kind| {
        let kind = kind.to_str().unwrap();
        kind.split(';').next().unwrap().to_owned()
    });
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status: parts.status.as_u16(), content_type, text }
}
