//! Baselines over HTTP, and the services that stand around them: an RBAC service that knows some people by name, and
//! hosts and historical profiles from the recorded seeds, in this process or over HTTP.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use baselines::{
    Baselines, MIGRATIONS, Sources,
    api::{App, CHECKS, READ, router},
};
use drift_common::{
    Caller, Entitlement, Gate, Grants, PeerError, PeerOptions, Peers, Profile, Rbac, System, Trust,
};
use futures::future::BoxFuture;
use ground::{Clock, Timestamp};
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value, json};
use servicekit::{Answer, Client};
use store::{Db, Options};
use testkit::{TestDatabase, scenarios::folder};

/// What the sibling services know one another by.
pub const SECRET: &str = "golden-secret";
const ROOT: &str = "/api/system-baseline";

/// How hosts and historical profiles are found.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    /// In this process.
    Memory,
    /// Over HTTP.
    Http,
}

pub struct World {
    pub client: Client,
    pub clock: Clock,
    pub database: TestDatabase,
}

/// One world on each engine, each with another way to its sources.
pub async fn both() -> Vec<World> {
    let [embedded, server] = TestDatabase::both().await;
    vec![world(embedded, Way::Memory).await, world(server, Way::Http).await]
}

async fn world(database: TestDatabase, way: Way) -> World {
    let start = Timestamp::parse("2026-11-21T19:53:57.363790Z").unwrap();
    let db = Db::open(database.url(), &Options::default()).await.unwrap();
    db.migrate(&[MIGRATIONS], start).await.unwrap();
    let clock = Clock::manual(start);
    let seeds = Arc::new(Seeds::load());
    let around = serve(seeds.clone()).await;
    let second = Duration::from_secs(10);
    let options = PeerOptions {
        inventory: Some(around.clone()),
        history: Some(around.clone()),
        timeout: second,
        ..PeerOptions::default()
    };
    let sources: Arc<dyn Sources> = match way {
        Way::Memory => seeds,
        Way::Http => Arc::new(Peers::new("baseline", options).unwrap()),
    };
    let gate = Gate {
        checks: CHECKS,
        requirement: READ,
        grants: Grants::Rbac(Rbac::new("baseline", &around, second, Trust::default()).unwrap()),
        secret: Some(SECRET.to_owned()),
        entitlement: Entitlement::Insights,
        local: None,
    };
    let app = App { baselines: Baselines::new(db, clock.clone()), sources, gate };
    World { client: Client::new(router(&app, ROOT), ROOT), clock, database }
}

/// The header of somebody whom the RBAC service knows.
pub fn named(user: &str, org: &str) -> String {
    let identity = json!({"org_id": org, "account_number": "1", "type": "User", "user": {"username": user}});
    let entitlements = json!({"insights": {"is_entitled": true}});
    BASE64_STANDARD.encode(json!({"identity": identity, "entitlements": entitlements}).to_string())
}

impl World {
    /// Asks as somebody of the organisation `golden`.
    pub async fn ask(&self, user: &str, operation: &str, body: &Value) -> Answer {
        self.clock.set(self.clock.now().plus_seconds(1));
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.client.ask(Some(&named(user, "golden")), operation, &body).await
    }

    /// Makes a baseline and returns its id.
    pub async fn make(&self, name: &str) -> String {
        let made = self.ask("tuser", "POST /v1/baselines", &json!({"display_name": name})).await;
        assert!(made.is_good(), "{made:?}");
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// Asks as a sibling service for an organisation.
    pub async fn sibling(&self, org: &str, operation: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut request = self.client.request(Some(&named("nobody", org)), operation, &body);
        request.headers_mut().insert("x-rh-drift-internal-api", SECRET.parse().unwrap());
        self.client.send(request).await
    }
}

/// The id of a seeded host.
pub fn host(name: &str) -> String {
    Seeds::load().names[name].clone()
}

/// Hosts and profiles as they were recorded, and hosts in groups.
pub struct Seeds {
    names: HashMap<String, String>,
    hosts: HashMap<String, Value>,
    profiles: HashMap<String, Value>,
    /// What the upstream service answers to these ids.
    specials: HashMap<String, u16>,
}

impl Seeds {
    fn load() -> Self {
        let read = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
        let mut seeds = Self {
            names: HashMap::new(),
            hosts: HashMap::new(),
            profiles: HashMap::new(),
            specials: HashMap::new(),
        };
        for line in read("seeds-drift.jsonl").lines().filter(|line| !line.is_empty()) {
            let mut seed: Value = serde_json::from_str(line).unwrap();
            let name = seed["seed"].as_str().unwrap().to_owned();
            let kind = seed["kind"].as_str().unwrap().to_owned();
            let id = seed[if kind == "system" { "host" } else { &kind }]["id"].as_str().unwrap().to_owned();
            match kind.as_str() {
                "system" => {
                    let groups = match name.as_str() {
                        "base" => json!([{"id": "g1", "name": "one", "created": "x"}]),
                        "same" => json!([{"id": "g2", "name": "two, too"}]),
                        _ => json!([]),
                    };
                    seed["host"]["groups"] = groups;
                    seeds.hosts.insert(id.clone(), seed);
                }
                "hsp" => drop(seeds.profiles.insert(id.clone(), seed["hsp"].take())),
                _ => {}
            }
            seeds.names.insert(name, id);
        }
        let ids: Value = serde_json::from_str(&read("ids-drift.json")).unwrap();
        for (name, status) in ids["special_upstream_answers"].as_object().unwrap() {
            let id = ids["ids"][format!("special:{name}")].as_str().unwrap().to_owned();
            seeds.specials.insert(id, status.as_u64().unwrap() as u16);
        }
        seeds
    }

    fn answer<'s>(
        &'s self,
        found: &'s HashMap<String, Value>,
        ids: &[&str],
    ) -> Result<Vec<&'s Value>, PeerError> {
        let mut all = Vec::new();
        for id in ids {
            match self.specials.get(*id) {
                Some(401) => return Err(PeerError::Denied(r#"{"message": "unauthorized"}"#.to_owned())),
                Some(403) => return Err(PeerError::Denied(r#"{"message": "forbidden"}"#.to_owned())),
                Some(500) => return Err(PeerError::failed()),
                _ => {}
            }
            all.push(found.get(*id).ok_or_else(|| PeerError::missing(&[(*id).to_owned()]))?);
        }
        Ok(all)
    }
}

impl Sources for Seeds {
    fn systems<'a>(
        &'a self,
        _: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<System>, PeerError>> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let system = |seed: &Value| {
            let mut system: System = serde_json::from_value(seed["host"].clone()).unwrap();
            system.profile = seed["system_profile"].as_object().cloned().unwrap_or_default();
            system.tags = seed["tags"].as_array().cloned().unwrap_or_default();
            system
        };
        let found = self.answer(&self.hosts, &ids).map(|seeds| seeds.into_iter().map(system).collect());
        Box::pin(async { found })
    }

    fn profiles<'a>(
        &'a self,
        _: &'a Caller,
        ids: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Profile>, PeerError>> {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let profile = |seed: &Value| serde_json::from_value(seed.clone()).unwrap();
        let found = self.answer(&self.profiles, &ids).map(|seeds| seeds.into_iter().map(profile).collect());
        Box::pin(async { found })
    }
}

/// The services around, over HTTP: where they are.
async fn serve(seeds: Arc<Seeds>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (hosts, profiles) = (seeds.clone(), seeds);
    let inventory = move |of: fn(&Value) -> Value| {
        let seeds = hosts.clone();
        get(move |Path(ids): Path<String>| async move {
            let ids: Vec<&str> = ids.split(',').collect();
            listed("results", seeds.answer(&seeds.hosts, &ids), of)
        })
    };
    let hosts = "/api/inventory/v1/hosts/{ids}";
    let router = Router::new()
        .route("/api/rbac/v1/access/", get(permissions))
        .route(hosts, inventory(|seed| seed["host"].clone()))
        .route(
            &format!("{hosts}/system_profile"),
            inventory(|seed| json!({"id": seed["host"]["id"], "system_profile": seed["system_profile"]})),
        )
        .route(
            &format!("{hosts}/tags"),
            inventory(|seed| json!({"id": seed["host"]["id"], "tags": seed["tags"]})),
        )
        .route(
            "/api/historical-system-profiles/v1/profiles/{ids}",
            get(move |Path(ids): Path<String>| async move {
                let ids: Vec<&str> = ids.split(',').collect();
                listed("data", profiles.answer(&profiles.profiles, &ids), Value::clone)
            }),
        );
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn listed(member: &str, found: Result<Vec<&Value>, PeerError>, of: fn(&Value) -> Value) -> Response {
    match found {
        Ok(seeds) => {
            let entries: Vec<Value> = seeds.into_iter().map(of).collect();
            // Tags come as an object by host.
            let tags = entries.iter().all(|entry| entry.get("tags").is_some()) && !entries.is_empty();
            let by_host = |entry: &Value| (entry["id"].as_str().unwrap().to_owned(), entry["tags"].clone());
            let all = if tags {
                Value::Object(entries.iter().map(by_host).collect::<Map<_, _>>())
            } else {
                entries.into()
            };
            answer(StatusCode::OK, &json!({member: all}))
        }
        Err(PeerError::Denied(body)) => (StatusCode::FORBIDDEN, body).into_response(),
        Err(PeerError::NotReturned(message)) => answer(StatusCode::NOT_FOUND, &json!({"message": message})),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
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
        "notif" => [
            "drift:baselines:read",
            "drift:notifications:read",
            "drift:notifications:write",
            "inventory:hosts:read",
        ]
        .map(one)
        .to_vec(),
        "noinv" => vec![one("drift:*:*")],
        "grouped" => vec![one("drift:*:*"), limited(json!(["g1"]))],
        "nogroup" => vec![one("drift:*:*"), limited(json!([]))],
        "rbacforbidden" => return StatusCode::FORBIDDEN.into_response(),
        _ => Vec::new(),
    };
    answer(StatusCode::OK, &json!({"data": data}))
}

fn answer(status: StatusCode, body: &Value) -> Response {
    web::json_response(status, "application/json", body.to_string())
}
