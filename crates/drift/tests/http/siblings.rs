//! The other services, as the recordings had them: in this process, or behind HTTP.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use drift::{
    Machine, Sources,
    api::{App, CHECKS, REQUIREMENT},
};
use drift_common::{
    Baseline, Caller, Entitlement, Gate, Grants, INTERNAL_HEADER, PeerError, PeerOptions, Peers, Profile,
    System,
};
use ground::{Clock, Timestamp};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use servicekit::Client;
use testkit::scenarios::{folder, load_ids};
use uuid::Uuid;

/// What the services know one another by.
const SECRET: &str = "s3cret";

/// When the answers were recorded.
pub const RECORDED: Timestamp = Timestamp::from_micros(1_795_289_760_000_000);

/// The seeds of the recordings, and which ids are answered with a refusal.
#[derive(Debug, Clone, Default)]
pub struct Siblings {
    records: BTreeMap<String, Value>,
    refusals: BTreeMap<String, u16>,
}

impl Siblings {
    /// Those of `seeds-drift.jsonl` and `ids-drift.json`.
    pub fn recorded() -> Arc<Self> {
        let mut siblings = Self::default();
        let text = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
        for line in text("seeds-drift.jsonl").lines().filter(|line| !line.is_empty()) {
            let seed: Value = serde_json::from_str(line).unwrap();
            let kind = seed["kind"].as_str().unwrap();
            let record = if kind == "system" { &seed["host"] } else { &seed[kind] };
            siblings.records.insert(record["id"].as_str().unwrap().to_owned(), seed.clone());
        }
        let ids: Value = serde_json::from_str(&text("ids-drift.json")).unwrap();
        for (name, status) in ids["special_upstream_answers"].as_object().unwrap() {
            let id = ids["ids"][format!("special:{name}")].as_str().unwrap();
            siblings.refusals.insert(id.to_owned(), status.as_u64().unwrap() as u16);
        }
        Arc::new(siblings)
    }

    /// The records of a kind, or what is answered in their place.
    fn find(&self, kind: &str, ids: &[&str]) -> Result<Vec<&Value>, (u16, String)> {
        if let Some(status) = ids.iter().find_map(|id| self.refusals.get(*id)) {
            let word = match status {
                401 => "unauth",
                403 => "forbidden",
                404 => "notfound",
                _ => "error",
            };
            return Err((*status, format!(r#"{{"message": "{word}"}}"#)));
        }
        Ok(ids.iter().filter_map(|id| self.records.get(*id)).filter(|seed| seed["kind"] == kind).collect())
    }

    fn found(&self, kind: &str, ids: &[String]) -> Result<Vec<&Value>, PeerError> {
        let texts: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = self.find(kind, &texts).map_err(|(status, body)| match status {
            401 | 403 => PeerError::Denied(body),
            404 => PeerError::NotReturned(
                serde_json::from_str::<Value>(&body).unwrap()["message"].as_str().unwrap().to_owned(),
            ),
            _ => PeerError::failed(),
        })?;
        let known = |id: &&String| self.records.get(*id).is_some_and(|seed| seed["kind"] == kind);
        let missing: Vec<String> = ids.iter().filter(|id| !known(id)).cloned().collect();
        if missing.is_empty() { Ok(found) } else { Err(PeerError::missing(&missing)) }
    }
}

fn system(seed: &Value) -> System {
    let mut system: System = serde_json::from_value(seed["host"].clone()).unwrap();
    system.profile = seed["system_profile"].as_object().cloned().unwrap_or_default();
    system.tags = seed["tags"].as_array().cloned().unwrap_or_default();
    system
}

/// In this process.
pub struct Inside(pub Arc<Siblings>);

impl Sources for Inside {
    fn machines<'a>(&'a self, _: &'a Caller, ids: &'a [String]) -> drift::Reply<'a, Vec<Machine>> {
        Box::pin(async {
            Ok(self.0.found("system", ids)?.into_iter().map(|seed| system(seed).into()).collect())
        })
    }

    fn baselines<'a>(&'a self, _: &'a Caller, ids: &'a [String]) -> drift::Reply<'a, Vec<Baseline>> {
        let read = |seed: &Value| serde_json::from_value(seed["baseline"].clone()).unwrap();
        Box::pin(async move { Ok(self.0.found("baseline", ids)?.into_iter().map(read).collect()) })
    }

    fn profiles<'a>(&'a self, _: &'a Caller, ids: &'a [String]) -> drift::Reply<'a, Vec<Profile>> {
        let read = |seed: &Value| serde_json::from_value(seed["hsp"].clone()).unwrap();
        Box::pin(async move { Ok(self.0.found("hsp", ids)?.into_iter().map(read).collect()) })
    }

    fn baseline_status<'a>(&'a self, _: &'a Caller) -> drift::Reply<'a, Value> {
        Box::pin(async { Ok(json!({"totalBaselinesCount": 5})) })
    }
}

/// An answer, or a refusal with its body as it is.
fn answer(found: Result<Value, (u16, String)>) -> Response {
    match found {
        Ok(value) => web::json_response(StatusCode::OK, "application/json", value.to_string()),
        Err((status, body)) => {
            web::json_response(StatusCode::from_u16(status).unwrap(), "application/json", body)
        }
    }
}

async fn inventory(
    State(siblings): State<Arc<Siblings>>,
    Path((ids, part)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    assert!(headers.contains_key("x-rh-identity") && !headers.contains_key(INTERNAL_HEADER));
    let ids: Vec<&str> = ids.split(',').collect();
    assert!(ids.len() <= 40, "forty ids a request");
    answer(siblings.find("system", &ids).map(|seeds| match part.as_str() {
        "system_profile" => {
            let profile =
                |seed: &&Value| json!({"id": seed["host"]["id"], "system_profile": seed["system_profile"]});
            json!({"results": seeds.iter().map(profile).collect::<Vec<_>>()})
        }
        "tags" => {
            let tags =
                |seed: &&Value| (seed["host"]["id"].as_str().unwrap().to_owned(), seed["tags"].clone());
            json!({"results": seeds.iter().map(tags).collect::<serde_json::Map<_, _>>()})
        }
        _ => json!({"results": seeds.iter().map(|seed| &seed["host"]).collect::<Vec<_>>()}),
    }))
}

async fn hosts(state: State<Arc<Siblings>>, Path(ids): Path<String>, headers: HeaderMap) -> Response {
    inventory(state, Path((ids, String::new())), headers).await
}

fn data(siblings: &Siblings, kind: &str, ids: &str) -> Response {
    let ids: Vec<&str> = ids.split(',').collect();
    let found = siblings.find(kind, &ids).and_then(|seeds| {
        let known: Vec<&str> = seeds.iter().map(|seed| seed[kind]["id"].as_str().unwrap()).collect();
        let missing: Vec<&str> = ids.iter().filter(|id| !known.contains(id)).copied().collect();
        if missing.is_empty() {
            return Ok(json!({"data": seeds.iter().map(|seed| &seed[kind]).collect::<Vec<_>>()}));
        }
        Err((
            404,
            json!({"message": format!("ids [{}] not available to display", missing.join(", "))}).to_string(),
        ))
    });
    answer(found)
}

async fn baselines(
    State(siblings): State<Arc<Siblings>>,
    Path(ids): Path<String>,
    headers: HeaderMap,
) -> Response {
    assert_eq!(headers.get(INTERNAL_HEADER).unwrap(), SECRET);
    data(&siblings, "baseline", &ids)
}

async fn profiles(
    State(siblings): State<Arc<Siblings>>,
    Path(ids): Path<String>,
    headers: HeaderMap,
) -> Response {
    assert!(!headers.contains_key(INTERNAL_HEADER));
    data(&siblings, "hsp", &ids)
}

/// Behind HTTP, on a port of this machine.
pub async fn outside(siblings: Arc<Siblings>) -> Peers {
    let router = Router::new()
        .route("/api/inventory/v1/hosts/{ids}", get(hosts))
        .route("/api/inventory/v1/hosts/{ids}/{part}", get(inventory))
        .route("/api/system-baseline/v1/baselines/{ids}", get(baselines))
        .route("/api/historical-system-profiles/v1/profiles/{ids}", get(profiles))
        .route(
            "/api/system-baseline/admin/status",
            get(|| async { answer(Ok(json!({"totalBaselinesCount": 5}))).into_response() }),
        )
        .with_state(siblings);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Some(format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let options = PeerOptions {
        inventory: url.clone(),
        baselines: url.clone(),
        history: url.clone(),
        drift: url,
        secret: Some(SECRET.to_owned()),
        timeout: Duration::from_secs(10),
        ..PeerOptions::default()
    };
    Peers::new("drift", options).unwrap()
}

/// The service over these, without RBAC.
pub fn app(sources: impl Sources) -> App {
    App {
        gate: Gate {
            checks: CHECKS,
            requirement: REQUIREMENT,
            grants: Grants::Everything,
            secret: Some(SECRET.to_owned()),
            entitlement: Entitlement::Insights,
            local: None,
        },
        sources: Arc::new(sources),
        machines: None,
        causes: None,
        clock: Clock::manual(RECORDED),
        random: Uuid::new_v4,
        trial: false,
        first_base: "/r/insights/platform/drift/v0".to_owned(),
    }
}

/// Asks a service.
pub fn client(app: &App) -> Client {
    let router = drift::api::router(app, &["/api/drift/v1".to_owned()]);
    Client::new(router.merge(drift::api::native_router(app)), "")
}

/// The person of the recordings, in this organisation.
pub fn user(org: &str) -> String {
    let recorded = load_ids("drift").unwrap().identities["user"].clone().unwrap();
    let mut identity: Value = serde_json::from_slice(&BASE64_STANDARD.decode(recorded).unwrap()).unwrap();
    identity["identity"]["org_id"] = json!(org);
    identity["identity"]["internal"]["org_id"] = json!(org);
    BASE64_STANDARD.encode(identity.to_string())
}
