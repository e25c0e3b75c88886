//! Asking the other services over HTTP (contract drift §2.5).

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use access::IDENTITY_HEADER;
use clients::{BadClient, CallError, Client, Options, Reply, Trust};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::CONTENT_TYPE};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Baseline, Caller, PeerError, Profile, System};

/// The header by which the services know one another.
pub const INTERNAL_HEADER: HeaderName = HeaderName::from_static("x-rh-drift-internal-api");
/// So many ids go into one request.
const BATCH: usize = 40;
/// A longer answer is not read to its end.
const MAX_ANSWER_BYTES: usize = 256 << 20;

/// Where the other services are; those that run in this process are not asked over HTTP.
#[derive(Debug, Clone, Default)]
pub struct PeerOptions {
    /// Base URL of the inventory.
    pub inventory: Option<String>,
    /// Base URL of the baseline service.
    pub baselines: Option<String>,
    /// Base URL of the service of historical profiles.
    pub history: Option<String>,
    /// Base URL of the comparison service.
    pub drift: Option<String>,
    /// What the services know one another by.
    pub secret: Option<String>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Who must have made their certificates.
    pub trust: Trust,
}

/// A client of the other services. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Peers {
    inventory: Option<Client>,
    baselines: Option<Client>,
    history: Option<Client>,
    drift: Option<Client>,
    secret: Option<String>,
    /// What metrics of the service that asks begin with: `drift`.
    service: &'static str,
}

/// A service that is asked, and the name of it in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Peer {
    Inventory,
    Baselines,
    History,
    Drift,
}

impl Peer {
    const fn name(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Baselines => "baseline",
            Self::History => "hsp",
            Self::Drift => "drift",
        }
    }
}

impl Peers {
    /// A client for `service`. Fails when the certificates to trust are none.
    pub fn new(service: &'static str, options: PeerOptions) -> Result<Self, BadClient> {
        let PeerOptions { inventory, baselines, history, drift, secret, timeout, trust } = options;
        let client = |peer: Peer, url: Option<String>| {
            let url = url?;
            let options = Options {
                timeout,
                trust: trust.clone(),
                most_bytes: MAX_ANSWER_BYTES,
                ..Options::new(peer.name(), url)
            };
            Some(Client::new(options))
        };
        Ok(Self {
            inventory: client(Peer::Inventory, inventory).transpose()?,
            baselines: client(Peer::Baselines, baselines).transpose()?,
            history: client(Peer::History, history).transpose()?,
            drift: client(Peer::Drift, drift).transpose()?,
            secret,
            service,
        })
    }

    /// Hosts with their profiles and tags, in the order of the ids. Nothing when one of them is not there.
    pub async fn systems(&self, caller: &Caller, ids: &[String]) -> Result<Vec<System>, PeerError> {
        const BASE: &str = "/api/inventory/v1/hosts";
        let inventory = |tail: &'static str| self.listed::<Value>(caller, Peer::Inventory, BASE, ids, tail);
        let (hosts, profiles, tags) =
            tokio::join!(inventory(""), inventory("/system_profile"), self.tags(caller, BASE, ids));
        let (hosts, profiles, mut tags) = (hosts?, profiles?, tags?);
        let id_of = |value: &Value| value.get("id").and_then(Value::as_str).map(str::to_owned);
        let mut profiles: HashMap<String, Map<String, Value>> = profiles
            .into_iter()
            .filter_map(|mut one| match (id_of(&one), one.get_mut("system_profile").map(Value::take)) {
                (Some(id), Some(Value::Object(profile))) => Some((id, profile)),
                _ => None,
            })
            .collect();
        let mut found = HashMap::new();
        for host in hosts {
            let complete = ["id", "fqdn", "updated", "stale_warning_timestamp"];
            if complete.iter().any(|member| host.get(member).is_none()) {
                tracing::error!("a host of the inventory lacks a member that is always there");
                return Err(PeerError::failed());
            }
            let mut system: System = serde_json::from_value(host).map_err(|error| unusable(&error))?;
            system.profile = profiles.remove(&system.id).unwrap_or_default();
            if let Some(Value::Array(list)) = tags.remove(&system.id) {
                system.tags = list;
            }
            found.insert(system.id.clone(), system);
        }
        in_order(ids, |id| found.remove(id))
    }

    /// Baselines with their facts, in the order of the ids.
    pub async fn baselines(&self, caller: &Caller, ids: &[String]) -> Result<Vec<Baseline>, PeerError> {
        let base = "/api/system-baseline/v1/baselines";
        let all: Vec<Baseline> = self.listed(caller, Peer::Baselines, base, ids, "").await?;
        let mut found: HashMap<String, Baseline> = all.into_iter().map(|one| (one.id.clone(), one)).collect();
        in_order(ids, |id| found.remove(id))
    }

    /// Historical profiles, in the order of the ids.
    pub async fn profiles(&self, caller: &Caller, ids: &[String]) -> Result<Vec<Profile>, PeerError> {
        let base = "/api/historical-system-profiles/v1/profiles";
        let all: Vec<Profile> = self.listed(caller, Peer::History, base, ids, "").await?;
        let mut found: HashMap<String, Profile> = all.into_iter().map(|one| (one.id.clone(), one)).collect();
        in_order(ids, |id| found.remove(id))
    }

    /// What the baseline service tells operators of itself.
    pub async fn baseline_status(&self, caller: &Caller) -> Result<Value, PeerError> {
        let path = "/api/system-baseline/admin/status";
        // The original sends no secret here: the caller must be an operator there too.
        let bytes = self.send(caller, Peer::Baselines, Method::GET, path, None, false).await?;
        serde_json::from_slice(&bytes).map_err(|error| unusable(&error))
    }

    /// A call of the internal API of the baseline service; `path` begins behind its base.
    pub async fn baselines_internal(
        &self,
        caller: &Caller,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, PeerError> {
        let path = format!("/api/system-baseline/internal/v1{path}");
        let bytes = self.send(caller, Peer::Baselines, method, &path, body, true).await?;
        serde_json::from_slice(&bytes).map_err(|error| unusable(&error))
    }

    /// A comparison report; `query` is behind the question mark.
    pub async fn comparison(&self, caller: &Caller, query: &str) -> Result<Value, PeerError> {
        let path = format!("/api/drift/v1/comparison_report?{query}");
        let bytes = self.send(caller, Peer::Drift, Method::GET, &path, None, true).await?;
        serde_json::from_slice(&bytes).map_err(|error| unusable(&error))
    }

    /// The entries of `data`, else of `results`, of each batch of ids.
    async fn listed<T: DeserializeOwned>(
        &self,
        caller: &Caller,
        peer: Peer,
        base: &str,
        ids: &[String],
        tail: &str,
    ) -> Result<Vec<T>, PeerError> {
        let mut all = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            match self.batch(caller, peer, base, batch, tail).await? {
                Value::Array(entries) => {
                    for entry in entries {
                        all.push(serde_json::from_value(entry).map_err(|error| unusable(&error))?);
                    }
                }
                _ => return Err(unparsable()),
            }
        }
        Ok(all)
    }

    /// Tags by host. A peer that knows none answers an empty object.
    async fn tags(
        &self,
        caller: &Caller,
        base: &str,
        ids: &[String],
    ) -> Result<Map<String, Value>, PeerError> {
        let mut all = Map::new();
        for batch in ids.chunks(BATCH) {
            match self.batch(caller, Peer::Inventory, base, batch, "/tags").await? {
                Value::Object(entries) => all.extend(entries),
                Value::Array(entries) if entries.is_empty() => {}
                _ => return Err(unparsable()),
            }
        }
        Ok(all)
    }

    async fn batch(
        &self,
        caller: &Caller,
        peer: Peer,
        base: &str,
        ids: &[String],
        tail: &str,
    ) -> Result<Value, PeerError> {
        // Pages of both services are 50 by default; a batch fits on one.
        let path = match peer {
            Peer::Inventory => format!("{base}/{}{tail}?per_page={BATCH}", ids.join(",")),
            _ => format!("{base}/{}{tail}", ids.join(",")),
        };
        let internal = peer == Peer::Baselines;
        let bytes = self.send(caller, peer, Method::GET, &path, None, internal).await?;
        let mut document: Value = serde_json::from_slice(&bytes).map_err(|error| unusable(&error))?;
        let found = ["data", "results"].iter().find_map(|name| document.get_mut(*name).map(Value::take));
        found.ok_or_else(unparsable)
    }

    async fn send(
        &self,
        caller: &Caller,
        peer: Peer,
        method: Method,
        path: &str,
        body: Option<&Value>,
        internal: bool,
    ) -> Result<Vec<u8>, PeerError> {
        let client = match peer {
            Peer::Inventory => &self.inventory,
            Peer::Baselines => &self.baselines,
            Peer::History => &self.history,
            Peer::Drift => &self.drift,
        };
        let Some(client) = client else {
            tracing::error!(peer = peer.name(), "no URL is set for a service that is to be asked");
            return Err(PeerError::Unreachable);
        };
        let mut headers = HeaderMap::new();
        if let Some(header) = caller.identity.header() {
            headers.insert(IDENTITY_HEADER, header.clone());
        }
        if let Some(secret) = self.secret.as_deref().filter(|_| internal) {
            let mut secret = HeaderValue::from_str(secret).map_err(|error| unusable(&error))?;
            secret.set_sensitive(true);
            headers.insert(INTERNAL_HEADER, secret);
        }
        let body = body.map(|body| body.to_string().into_bytes());
        if body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let begin = Instant::now();
        let asked = client.ask(method, path, &headers, body.unwrap_or_default()).await;
        metrics::histogram!(format!("{}_{}_service_requests", self.service, peer.name()))
            .record(begin.elapsed().as_secs_f64());
        let Reply { status, body: bytes, .. } = asked.map_err(|error| self.no_answer(peer, &error))?;
        match status {
            status if status.is_success() => Ok(bytes),
            StatusCode::NOT_FOUND => Err(PeerError::NotReturned(message(&bytes))),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                Err(PeerError::Denied(String::from_utf8_lossy(&bytes).into_owned()))
            }
            other => {
                tracing::error!(peer = peer.name(), status = other.as_u16(), "a service refused");
                Err(PeerError::failed())
            }
        }
    }

    fn no_answer(&self, peer: Peer, error: &CallError) -> PeerError {
        if !error.will_pass() {
            return unusable(error);
        }
        metrics::counter!(format!("{}_{}_service_exceptions", self.service, peer.name())).increment(1);
        tracing::error!(peer = peer.name(), %error, "a service could not be reached");
        PeerError::Unreachable
    }
}

/// Takes what was asked for out of what was found; the ids that are not there are told in their order.
fn in_order<T>(ids: &[String], mut take: impl FnMut(&str) -> Option<T>) -> Result<Vec<T>, PeerError> {
    let (mut found, mut missing) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        match take(id) {
            Some(one) => found.push(one),
            None => missing.push(id.clone()),
        }
    }
    if missing.is_empty() { Ok(found) } else { Err(PeerError::missing(&missing)) }
}

/// The message of a peer, without the wrapping of its answer.
fn message(body: &[u8]) -> String {
    let document: Option<Value> = serde_json::from_slice(body).ok();
    let told = document.as_ref().and_then(|document| {
        let member = document.get("message").or_else(|| document.get("detail"));
        member.and_then(Value::as_str).map(str::to_owned)
    });
    told.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}

fn unparsable() -> PeerError {
    PeerError::Failed("unparsable result returned from service".to_owned())
}

fn unusable(error: &dyn std::fmt::Display) -> PeerError {
    tracing::error!(%error, "the answer of a service cannot be used");
    unparsable()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_in_the_order_of_the_request() {
        let ids: Vec<String> = ["c", "a", "b"].map(str::to_owned).into();
        let missing = in_order(&ids, |id| (id == "a").then_some(()));
        assert_eq!(missing, Err(PeerError::NotReturned("ids [c, b] not available to display".to_owned())));
        assert_eq!(in_order(&ids, |id| Some(id.to_owned())), Ok(ids.clone()));
    }

    #[test]
    fn the_message_of_a_peer_is_unwrapped() {
        assert_eq!(message(br#"{"message": "ids [x] not available"}"#), "ids [x] not available");
        assert_eq!(message(br#"{"detail": "none"}"#), "none");
        assert_eq!(message(b"plain"), "plain");
    }
}
