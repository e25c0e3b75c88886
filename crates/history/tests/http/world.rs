//! Historical profiles over HTTP, and the services that stand around: an RBAC service that knows some people by name,
//! and present hosts from the recorded seeds.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use drift_common::{Caller, Entitlement, Gate, Grants, PeerError, Rbac, System, Trust};
use futures::future::BoxFuture;
use ground::{Clock, Timestamp};
use history::{
    Hosts, MIGRATIONS, Profiles, Records,
    api::{App, CHECKS, READ, router},
};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use servicekit::{Answer, Client};
use store::{Db, Options};
use testkit::{TestDatabase, scenarios::folder};

const BASE: &str = "/api/historical-system-profiles/v1";
/// When the answers were recorded.
pub const RECORDED: &str = "2026-11-21T19:55:28.684501Z";

pub struct World {
    pub client: Client,
    pub profiles: Profiles,
    pub clock: Clock,
    pub database: TestDatabase,
}

pub async fn both() -> Vec<World> {
    let mut worlds = Vec::new();
    for database in TestDatabase::both().await {
        let start = Timestamp::parse(RECORDED).unwrap();
        let db = Db::open(database.url(), &Options::default()).await.unwrap();
        db.migrate(&[MIGRATIONS], start).await.unwrap();
        let clock = Clock::manual(start);
        let profiles = Profiles::new(db, clock.clone());
        let rbac = Rbac::new("hsp", &serve().await, Duration::from_secs(10), Trust::default()).unwrap();
        let gate = Gate {
            checks: CHECKS,
            requirement: READ,
            grants: Grants::Rbac(rbac),
            secret: None,
            entitlement: Entitlement::Insights,
            local: None,
        };
        let records = Records { profiles: profiles.clone(), log: None, valid_seconds: 7 * 24 * 60 * 60 };
        let app = App { records, hosts: Arc::new(Seeds::load()), gate };
        worlds.push(World { client: Client::new(router(&app, BASE), BASE), profiles, clock, database });
    }
    worlds
}

/// The header of somebody whom the RBAC service knows.
pub fn named(user: &str, org: &str) -> String {
    let identity = json!({"org_id": org, "account_number": "1", "type": "User", "user": {"username": user}});
    BASE64_STANDARD.encode(json!({"identity": identity}).to_string())
}

impl World {
    /// Asks as somebody of the organisation `golden`.
    pub async fn ask(&self, user: &str, operation: &str) -> Answer {
        self.client.ask(Some(&named(user, "golden")), operation, "").await
    }
}

/// Hosts as they were recorded.
struct Seeds(HashMap<String, System>);

impl Seeds {
    fn load() -> Self {
        let text = std::fs::read_to_string(folder().join("seeds-drift.jsonl")).unwrap();
        let seeds = text.lines().filter(|line| !line.is_empty());
        let seeds = seeds.map(|line| serde_json::from_str::<Value>(line).unwrap());
        let system = |seed: Value| {
            let mut system: System = serde_json::from_value(seed["host"].clone()).unwrap();
            system.profile = seed["system_profile"].as_object().cloned().unwrap_or_default();
            (system.id.clone(), system)
        };
        Self(seeds.filter(|seed| seed["kind"] == "system").map(system).collect())
    }
}

impl Hosts for Seeds {
    fn systems<'a>(
        &'a self,
        _: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<System>, PeerError>> {
        let found: Option<Vec<System>> = ids.iter().map(|id| self.0.get(id).cloned()).collect();
        Box::pin(async { found.ok_or_else(|| PeerError::missing(ids)) })
    }
}

async fn serve() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/api/rbac/v1/access/", get(permissions));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// What people may, by their names.
async fn permissions(headers: HeaderMap) -> Response {
    let header = BASE64_STANDARD.decode(headers["x-rh-identity"].as_bytes()).unwrap();
    let identity: Value = serde_json::from_slice(&header).unwrap();
    let one = |permission: &str| json!({"permission": permission, "resourceDefinitions": []});
    let limited = |groups: Value| {
        let filter = json!({"key": "group.id", "operation": "in", "value": groups});
        json!({"permission": "inventory:hosts:read", "resourceDefinitions": [{"attributeFilter": filter}]})
    };
    let data = match identity["identity"]["user"]["username"].as_str().unwrap_or_default() {
        "tuser" => vec![one("drift:*:*"), one("inventory:*:*")],
        "readonly" => vec![one("drift:baselines:read"), one("inventory:hosts:read")],
        "hspread" => vec![one("drift:historical-system-profiles:read"), one("inventory:hosts:read")],
        "grouped" => vec![one("drift:*:*"), limited(json!(["11111111-1111-1111-1111-111111111111"]))],
        "ungrouped" => vec![one("drift:*:*"), limited(json!([null]))],
        "nogroup" => vec![one("drift:*:*"), limited(json!([]))],
        "rbacforbidden" => return StatusCode::FORBIDDEN.into_response(),
        _ => Vec::new(),
    };
    answer(StatusCode::OK, &json!({"data": data}))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    web::json_response(status, "application/json", body.to_string())
}
