//! Baselines, history and drift among themselves: what one asks another, in this process, or over HTTP where the
//! settings name an address.

pub mod baselines;
pub mod drift;
pub mod history;
pub mod hosts;

use ::baselines::Sources;
use ::history::{Hosts, Log, Profiles, Records, api::READ};
use axum::Router;
use drift_common::{
    Caller, Check, Entitlement, Failure as Refusal, Gate, Identity, PeerError, PeerOptions, Peers, Profile,
    Rbac, Requirement, System,
};
use fleet::Fleet;
use futures::future::BoxFuture;
use ground::{OrgId, Stop};
use settings::{Filled, Mode, Settings, Sourced};
use tokio::task::JoinHandle;
use uuid::Uuid;

use self::hosts::RecordHosts;
use crate::failure::{Failure, Result};

/// What the services are made from.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The record, in a database with the tables of every service.
    pub fleet: &'a Fleet,
    /// The settings in force.
    pub settings: &'a Settings,
}

/// What these services serve.
pub fn router(world: World<'_>) -> Result<Router> {
    let prefix = &world.settings.inventory.path_prefix;
    let root = world.settings.baselines.root_path(prefix);
    let base = world.settings.history.base_path(prefix);
    Ok(Router::new()
        .merge(::baselines::api::router(&baselines::app(world)?, &root))
        .merge(::history::api::router(&history::app(world)?, &base))
        .merge(::drift::api::router(&drift::app(world)?, &[world.settings.drift.base_path(prefix)])))
}

/// Follows the log for baselines, and removes old profiles, until it is told to stop.
pub fn beside(fleet: &Fleet, settings: &Settings, stop: Stop) -> JoinHandle<()> {
    let (fleet, settings) = (fleet.clone(), settings.clone());
    tokio::spawn(async move {
        let world = World { fleet: &fleet, settings: &settings };
        let following = async {
            if let Some(follow) = baselines::follow_log(world) {
                follow.run(stop.clone()).await;
            }
        };
        tokio::join!(following, history::clean(world, stop.clone()));
    })
}

/// What a sibling answers.
type Answer<T> = std::result::Result<T, PeerError>;

/// What one of the services asks of the others. Cheap to clone.
#[derive(Clone)]
pub struct Siblings {
    /// Hosts of this process; none where another inventory is asked.
    hosts: Option<RecordHosts>,
    /// Historical profiles of this process; none where another service is asked.
    records: Option<Records>,
    peers: Peers,
}

fn url(setting: &Sourced<Option<Filled>>) -> Option<String> {
    setting.as_deref().map(str::to_owned)
}

impl Siblings {
    /// For the service whose metrics begin so.
    pub fn new(world: World<'_>, service: &'static str) -> Result<Self> {
        let siblings = &world.settings.siblings;
        let options = PeerOptions {
            inventory: url(&siblings.inventory_url),
            baselines: url(&siblings.baselines_url),
            history: url(&siblings.history_url),
            drift: url(&siblings.drift_url),
            secret: secret(world),
            timeout: *siblings.timeout,
        };
        let hosts = options.inventory.is_none().then(|| RecordHosts(world.fleet.clone()));
        let records = options.history.is_none().then(|| records(world));
        let peers = Peers::new(service, options).map_err(|error| Failure::Runtime(error.to_string()))?;
        Ok(Self { hosts, records, peers })
    }

    /// Asks over HTTP.
    pub const fn peers(&self) -> &Peers {
        &self.peers
    }

    /// Hosts in the order of the ids. Nothing when one of them is not there.
    pub async fn systems(&self, caller: &Caller, ids: &[String]) -> Answer<Vec<System>> {
        match &self.hosts {
            Some(hosts) => hosts.systems(caller, ids).await,
            None => self.peers.systems(caller, ids).await,
        }
    }

    /// Historical profiles in the order of the ids. Nothing when one of them is not there.
    pub async fn profiles(&self, caller: &Caller, ids: &[String]) -> Answer<Vec<Profile>> {
        let Some(records) = &self.records else { return self.peers.profiles(caller, ids).await };
        caller.require(READ).map_err(denied)?;
        let org = caller.identity.org_id.as_deref().and_then(|org| OrgId::parse(org).ok());
        let Some(org) = org else { return Err(PeerError::missing(ids)) };
        let wanted: Vec<Uuid> = ids.iter().filter_map(|id| Uuid::parse_str(id).ok()).collect();
        let (found, missing) = records.get(&org, &wanted).await.map_err(|error| {
            tracing::error!(%error, "historical profiles could not be read");
            PeerError::failed()
        })?;
        if !missing.is_empty() {
            return Err(PeerError::missing(&missing.iter().map(Uuid::to_string).collect::<Vec<_>>()));
        }
        // Who does not reach the host in the inventory does not see its past.
        let mut hosts: Vec<String> = found.iter().map(|record| record.inventory_id.to_string()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        let systems = self.systems(caller, &hosts).await?;
        let name =
            |id: &str| systems.iter().find(|system| system.id == id).map(|system| system.name().to_owned());
        Ok(found
            .into_iter()
            .map(|record| {
                let inventory_id = record.inventory_id.to_string();
                Profile {
                    id: record.head.id.to_string(),
                    display_name: name(&inventory_id),
                    inventory_id,
                    captured_date: record.head.captured.text,
                    system_profile: record.profile,
                }
            })
            .collect())
    }
}

/// The refusal as a peer would have answered it over HTTP: its body.
fn denied(refusal: Refusal) -> PeerError {
    match refusal {
        Refusal::Message(_, message) => {
            PeerError::Denied(serde_json::json!({"message": message}).to_string())
        }
        Refusal::Problem(_) => PeerError::failed(),
    }
}

/// Every historical profile that this process has.
pub fn records(world: World<'_>) -> Records {
    let (db, clock) = (world.fleet.db().clone(), world.fleet.clock().clone());
    let valid = world.settings.history.valid_days.duration();
    Records {
        profiles: Profiles::new(db, clock),
        log: (!has_other_inventory(world)).then(|| Log::new(world.fleet.clone())),
        valid_seconds: i64::try_from(valid.as_secs()).unwrap_or(i64::MAX),
    }
}

/// Whether hosts are another inventory's.
pub fn has_other_inventory(world: World<'_>) -> bool {
    world.settings.siblings.inventory_url.is_some()
}

fn secret(world: World<'_>) -> Option<String> {
    let secret = &world.settings.siblings.shared_secret;
    (!secret.is_empty()).then(|| secret.expose().to_owned())
}

/// Who is let in to one of the services.
pub fn gate(
    world: World<'_>,
    service: &'static str,
    checks: &'static [Check],
    requirement: Requirement,
) -> Result<Gate> {
    let settings = &world.settings;
    let local = *settings.server.mode == Mode::Local;
    let checked = !local && !*settings.rbac.bypass && *settings.siblings.enable_rbac;
    let rbac = checked.then(|| Rbac::new(service, &settings.rbac.endpoint, *settings.rbac.timeout));
    Ok(Gate {
        checks,
        requirement,
        rbac: rbac.transpose().map_err(|error| Failure::Runtime(error.to_string()))?,
        secret: secret(world),
        entitlement: if *settings.siblings.smart_management {
            Entitlement::SmartManagement
        } else {
            Entitlement::Insights
        },
        local: local.then(|| Identity::of_org("local", None)),
    })
}

impl Sources for Siblings {
    fn systems<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> BoxFuture<'a, Answer<Vec<System>>> {
        Box::pin(Self::systems(self, caller, ids))
    }

    fn profiles<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> BoxFuture<'a, Answer<Vec<Profile>>> {
        Box::pin(Self::profiles(self, caller, ids))
    }
}

impl Hosts for Siblings {
    fn systems<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> BoxFuture<'a, Answer<Vec<System>>> {
        Box::pin(Self::systems(self, caller, ids))
    }
}
