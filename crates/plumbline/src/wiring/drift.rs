//! Comparison reports.

use std::{collections::HashMap, sync::Arc};

use ::baselines::{Baseline as Stored, Baselines};
use ::drift::{
    Machine, Machines, Reply, Sources,
    api::{App, CHECKS, REQUIREMENT},
};
use drift_common::{Baseline, Caller, PeerError, Profile};
use ground::{OrgId, any_uuid};
use serde_json::{Value, json};
use uuid::Uuid;

use super::siblings::{Siblings, gate, has_other_inventory};
use crate::{app::world::World, failure::Result};

/// What their metrics begin with.
const METRICS: &str = "drift";

/// What their operations work on.
pub fn app(world: &World) -> Result<App> {
    let (fleet, settings) = (&world.fleet, &world.settings);
    let machines = (!has_other_inventory(world)).then(|| Machines::new(fleet.clone()));
    let own = || Baselines::new(fleet.db().clone(), fleet.clock().clone());
    let sources = Compared {
        machines: machines.clone(),
        baselines: settings.siblings.baselines_url.is_none().then(own),
        siblings: Siblings::new(world, METRICS)?,
    };
    Ok(App {
        gate: gate(world, METRICS, CHECKS, REQUIREMENT)?,
        sources: Arc::new(sources),
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
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "baselines could not be read");
        PeerError::failed()
    };
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
    ids.iter()
        .filter_map(|id| found.remove(id))
        .map(|one| {
            let facts = serde_json::to_value(&one.facts).map_err(|error| failed(&error))?;
            Ok(Baseline {
                id: one.id.to_string(),
                display_name: one.display_name,
                updated: json!(one.updated.to_string().replace("+00:00", "Z")),
                baseline_facts: serde_json::from_value(facts).map_err(|error| failed(&error))?,
            })
        })
        .collect()
}
