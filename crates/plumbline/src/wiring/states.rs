//! Drift of machines of another inventory: their states, and the baselines that they are held to.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use ::drift::{
    Reply,
    jobs::{
        arrivals::{Held, Watched},
        states::{OfStates, State, States},
    },
    messages::notification::Notifications,
};
use ::history::{Profiles, store::Arrival};
use drift_common::{Baseline, Caller, Peers, System};
use ground::{HostId, OrgId};
use http::Method;
use serde_json::Value;

use super::{
    drift::{METRICS, failed},
    siblings::{Siblings, records},
};
use crate::{failure::Result, world::World};

/// What compares machines of another inventory.
pub fn of_states(world: &World, own: &Arc<dyn Watched>, notifications: &Notifications) -> Result<OfStates> {
    let watched: Arc<dyn Watched> = if world.settings.siblings.baselines_url.is_some() {
        Arc::new(OtherBaselines(Siblings::new(world, METRICS)?.peers().clone()))
    } else {
        own.clone()
    };
    Ok(OfStates {
        states: Arc::new(ImportedStates(records(world).profiles)),
        fleet: world.fleet.clone(),
        watched,
        queue: world.queue.clone(),
        notifications: notifications.clone(),
    })
}

/// Baselines of another process: it is asked for each system, as by historical-system-profiles.
struct OtherBaselines(Peers);

impl Watched for OtherBaselines {
    fn of_systems<'a>(&'a self, org: &'a OrgId, systems: &'a [HostId]) -> Reply<'a, (Vec<Baseline>, Held)> {
        Box::pin(async move {
            let caller = Caller::of_org(org.as_str(), None);
            let mut held_by: Vec<(HostId, Vec<String>)> = Vec::new();
            for system in systems {
                let path = format!("/baselines?system_id={system}");
                let ids = self.0.baselines_internal(&caller, Method::GET, &path, None).await?;
                held_by.push((*system, serde_json::from_value(ids).map_err(|error| failed(&error))?));
            }
            let wanted: BTreeSet<String> = held_by.iter().flat_map(|(_, ids)| ids.iter().cloned()).collect();
            let wanted: Vec<String> = wanted.into_iter().collect();
            let mut found = self.0.baselines(&caller, &wanted).await?;
            found.retain(|baseline| baseline.notifications_enabled);
            let numbers: HashMap<&str, usize> =
                found.iter().enumerate().map(|(number, baseline)| (baseline.id.as_str(), number)).collect();
            let numbered = |ids: &[String]| ids.iter().filter_map(|id| numbers.get(&**id).copied()).collect();
            let held = held_by.iter().map(|(system, ids)| (*system, numbered(ids))).collect();
            Ok((found, held))
        })
    }
}

/// What another inventory told, as history keeps it.
struct ImportedStates(Profiles);

impl States for ImportedStates {
    fn waiting(&self, most: usize) -> Reply<'_, Vec<State>> {
        Box::pin(async move {
            let arrivals = self.0.arrivals(most as i64).await.map_err(|error| failed(&error))?;
            Ok(arrivals.into_iter().map(state).collect())
        })
    }

    fn compared<'a>(&'a self, states: &'a [State]) -> Reply<'a, ()> {
        let ids = states.iter().map(|state| (&state.org, state.id));
        Box::pin(async move { self.0.compared(ids).await.map_err(|error| failed(&error)) })
    }
}

fn state(arrival: Arrival) -> State {
    let Arrival { record, check_in, overtaken, org, id } = arrival;
    let overtaken = overtaken || record.is_none();
    let mut system =
        System { display_name: check_in.display_name, updated: Some(check_in.updated), ..System::default() };
    let mut account = None;
    if let Some(mut record) = record {
        system.id = record.inventory_id.to_string();
        account = record.account;
        // What history writes into a profile is a machine's own beside it.
        record.profile.remove("id");
        system.fqdn = record.profile.remove("fqdn").and_then(|fqdn| fqdn.as_str().map(str::to_owned));
        if let Some(Value::Array(tags)) = record.profile.remove("tags") {
            system.tags = tags;
        }
        system.profile = record.profile;
    }
    State { id, org, account, system, overtaken }
}
