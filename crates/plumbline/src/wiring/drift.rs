//! Comparison reports.

use std::{collections::HashMap, sync::Arc};

use ::baselines::{Baseline as Stored, Baselines};
use ::drift::{
    App, Machine, Machines, Reply, Sources,
    api::{self, CHECKS, REQUIREMENT},
    causes::Causes,
    jobs::arrivals::{self, Arrivals, Watched},
    messages::notification::Notifications,
};
use drift_common::{Baseline, Caller, PeerError, Profile};
use ground::{HostId, OrgId, any_uuid};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    siblings::{Siblings, gate, has_other_inventory},
    states,
};
use crate::{failure::Result, world::World};

/// What their metrics begin with.
pub(super) const METRICS: &str = "drift";

/// What the service runs on.
pub fn app(world: &World) -> Result<App> {
    let api = api(world)?;
    let notifications = Notifications {
        bundle: world.settings.drift.notification_bundle.to_string(),
        application: world.settings.drift.notification_app.to_string(),
    };
    let watched: Arc<dyn Watched> =
        Arc::new(OwnBaselines(Baselines::new(world.fleet.db().clone(), world.fleet.clock().clone())));
    let of_states = has_other_inventory(world).then(|| states::of_states(world, &watched, &notifications));
    let arrivals = Arrivals {
        fleet: world.fleet.clone(),
        machines: api.machines.clone().unwrap_or_else(|| Machines::new(world.fleet.clone())),
        watched,
        queue: world.queue.clone(),
        notifications,
        causes: causes(world),
    };
    Ok(App { api, arrivals, of_states: of_states.transpose()? })
}

fn causes(world: &World) -> Causes {
    Causes {
        db: world.fleet.db().clone(),
        clock: world.fleet.clock().clone(),
        queue: world.queue.clone(),
        settle: world.settings.drift.cause_delay.as_secs() as i64,
        bundle: world.settings.drift.notification_bundle.to_string(),
    }
}

/// What its operations work on.
pub fn api(world: &World) -> Result<api::App> {
    let (fleet, settings) = (&world.fleet, &world.settings);
    let machines = (!has_other_inventory(world)).then(|| Machines::new(fleet.clone()));
    let own = || Baselines::new(fleet.db().clone(), fleet.clock().clone());
    let sources = Compared {
        machines: machines.clone(),
        baselines: settings.siblings.baselines_url.is_none().then(own),
        siblings: Siblings::new(world, METRICS)?,
    };
    Ok(api::App {
        gate: gate(world, METRICS, CHECKS, REQUIREMENT)?,
        sources: Arc::new(sources),
        causes: machines.is_some().then(|| causes(world)),
        machines,
        clock: fleet.clock().clone(),
        random: Uuid::new_v4,
        trial: !settings.drift.return_mock_data.is_empty(),
        first_base: settings.drift.first_base_path(),
    })
}

/// What is compared: of this process, or over HTTP where the settings name an address.
struct Compared {
    machines: Option<Machines>,
    baselines: Option<Baselines>,
    siblings: Siblings,
}

impl Sources for Compared {
    fn machines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Machine>> {
        match &self.machines {
            Some(machines) => Box::pin(async move { machines.find(&::drift::scope(caller)?, ids).await }),
            None => Sources::machines(self.siblings.peers(), caller, ids),
        }
    }

    fn baselines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Baseline>> {
        match &self.baselines {
            Some(baselines) => Box::pin(own(baselines, caller, ids)),
            None => Sources::baselines(self.siblings.peers(), caller, ids),
        }
    }

    fn profiles<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Profile>> {
        Box::pin(self.siblings.profiles(caller, ids))
    }

    fn baseline_status<'a>(&'a self, caller: &'a Caller) -> Reply<'a, Value> {
        Sources::baseline_status(self.siblings.peers(), caller)
    }
}

/// Baselines of this process: who may compare reads them, as with the shared secret over HTTP.
async fn own(
    baselines: &Baselines,
    caller: &Caller,
    ids: &[String],
) -> std::result::Result<Vec<Baseline>, PeerError> {
    let Some(org) = caller.tenant().and_then(|tenant| OrgId::parse(tenant).ok()) else {
        return Err(PeerError::missing(ids));
    };
    let wanted: Vec<Uuid> = ids.iter().filter_map(|id| any_uuid(id)).collect();
    let found = baselines.get(&org, &wanted).await.map_err(|error| failed(&error))?;
    let mut found: HashMap<String, Stored> = found.into_iter().map(|one| (one.id.to_string(), one)).collect();
    let missing: Vec<String> = ids.iter().filter(|id| !found.contains_key(*id)).cloned().collect();
    if !missing.is_empty() {
        return Err(PeerError::missing(&missing));
    }
    ids.iter().filter_map(|id| found.remove(id)).map(|one| compared(&one)).collect()
}

/// A baseline as it is compared.
fn compared(baseline: &Stored) -> std::result::Result<Baseline, PeerError> {
    let facts = serde_json::to_value(&baseline.facts).and_then(serde_json::from_value);
    Ok(Baseline {
        id: baseline.id.to_string(),
        display_name: baseline.display_name.clone(),
        notifications_enabled: baseline.notifications_enabled,
        updated: json!(baseline.updated.to_string().replace("+00:00", "Z")),
        baseline_facts: facts.map_err(|error| failed(&error))?,
    })
}

pub(super) fn failed(error: &dyn std::fmt::Display) -> PeerError {
    tracing::error!(%error, "what is compared could not be read");
    PeerError::failed()
}

/// Baselines that machines of this record are held to.
struct OwnBaselines(Baselines);

impl Watched for OwnBaselines {
    fn of_systems<'a>(
        &'a self,
        org: &'a OrgId,
        systems: &'a [HostId],
    ) -> Reply<'a, (Vec<Baseline>, arrivals::Held)> {
        Box::pin(async move {
            let ids: Vec<Uuid> = systems.iter().map(|system| system.0).collect();
            let pairs = self.0.watching(org, &ids).await.map_err(|error| failed(&error))?;
            let mut wanted: Vec<Uuid> = pairs.iter().map(|(_, baseline)| *baseline).collect();
            wanted.dedup();
            let found = self.0.get(org, &wanted).await.map_err(|error| failed(&error))?;
            let numbers: HashMap<Uuid, usize> =
                found.iter().enumerate().map(|(number, baseline)| (baseline.id, number)).collect();
            let mut held = arrivals::Held::new();
            for (system, baseline) in pairs {
                if let Some(number) = numbers.get(&baseline) {
                    held.entry(HostId(system)).or_default().push(*number);
                }
            }
            Ok((found.iter().map(compared).collect::<std::result::Result<_, _>>()?, held))
        })
    }
}
