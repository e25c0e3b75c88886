//! What baselines, history and drift ask of the inventory and of one another: in this process, or over HTTP where the
//! settings name an address.

use ::baselines::Sources;
use ::history::{Hosts, Log, Profiles, Records, api::READ};
use drift_common::{
    Caller, Check, Entitlement, Failure as Refusal, Gate, Grants, Identity, PeerError, PeerOptions, Peers,
    Profile, Rbac, Requirement, System,
};
use futures::future::BoxFuture;
use ground::OrgId;
use settings::{Filled, Mode, Sourced};
use uuid::Uuid;

use super::record_hosts::RecordHosts;
use crate::{
    failure::{Failure, Result},
    world::{World, trust},
};

/// What a sibling answers.
pub type Answer<T> = std::result::Result<T, PeerError>;

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
    pub fn new(world: &World, service: &'static str) -> Result<Self> {
        let siblings = &world.settings.siblings;
        let options = PeerOptions {
            inventory: url(&siblings.inventory_url),
            baselines: url(&siblings.baselines_url),
            history: url(&siblings.history_url),
            drift: url(&siblings.drift_url),
            secret: secret(world),
            timeout: *siblings.timeout,
            trust: trust::of_services(&world.settings)?,
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
pub fn records(world: &World) -> Records {
    let (db, clock) = (world.fleet.db().clone(), world.fleet.clock().clone());
    let valid = world.settings.history.valid_days.duration();
    Records {
        profiles: Profiles::new(db, clock),
        log: (!has_other_inventory(world)).then(|| Log::new(world.fleet.clone())),
        valid_seconds: i64::try_from(valid.as_secs()).unwrap_or(i64::MAX),
    }
}

/// Whether hosts are another inventory's.
pub fn has_other_inventory(world: &World) -> bool {
    world.settings.siblings.inventory_url.is_some()
}

fn secret(world: &World) -> Option<String> {
    let secret = &world.settings.siblings.shared_secret;
    (!secret.is_empty()).then(|| secret.expose().to_owned())
}

/// Who is let in to one of the services.
pub fn gate(
    world: &World,
    service: &'static str,
    checks: &'static [Check],
    requirement: Requirement,
) -> Result<Gate> {
    let settings = &world.settings;
    let mode = *settings.server.mode;
    let local = mode == Mode::Local;
    let grants = if mode == Mode::Oidc {
        Grants::Identity
    } else if local || *settings.rbac.bypass || !*settings.siblings.enable_rbac {
        Grants::Everything
    } else {
        let trust = trust::of_services(settings)?;
        let rbac = Rbac::new(service, &settings.rbac.endpoint, *settings.rbac.timeout, trust);
        Grants::Rbac(rbac.map_err(|error| Failure::Runtime(error.to_string()))?)
    };
    Ok(Gate {
        checks,
        requirement,
        grants,
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
