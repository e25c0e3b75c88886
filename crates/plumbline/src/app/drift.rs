//! Comparison reports: who is let in, and where records come from.

use std::sync::Arc;

use drift::{
    Machine, Machines, Reply, Sources,
    api::{App, CHECKS, REQUIREMENT},
};
use drift_common::{Baseline, Caller, Entitlement, Gate, Identity, PeerOptions, Peers, Profile, Rbac};
use fleet::Fleet;
use ground::Clock;
use serde_json::Value;
use settings::{Mode, Settings};
use uuid::Uuid;

use crate::failure::{Failure, Result};

/// The organisation of local mode.
const LOCAL: &str = "local";

/// What the service runs on.
pub fn app(fleet: &Fleet, settings: &Settings) -> Result<App> {
    let machines = Machines::new(fleet.clone());
    let asks_inventory = settings.siblings.inventory_url.is_some();
    Ok(App {
        gate: gate("drift", settings)?,
        machines: (!asks_inventory).then(|| machines.clone()),
        sources: Arc::new(Records { machines, peers: peers("drift", settings)?, asks_inventory }),
        clock: Clock::system(),
        random: Uuid::new_v4,
        trial: !settings.drift.return_mock_data.is_empty(),
        first_base: settings.drift.first_base_path(),
    })
}

fn gate(service: &'static str, settings: &Settings) -> Result<Gate> {
    let local = *settings.server.mode == Mode::Local;
    let (siblings, rbac) = (&settings.siblings, &settings.rbac);
    let is_checked = !local && !*rbac.bypass && *siblings.enable_rbac;
    let rbac = is_checked.then(|| Rbac::new(service, &rbac.endpoint, *rbac.timeout)).transpose();
    let secret = siblings.shared_secret.expose();
    Ok(Gate {
        checks: CHECKS,
        requirement: REQUIREMENT,
        rbac: rbac.map_err(|error| Failure::Runtime(error.to_string()))?,
        secret: (!secret.is_empty()).then(|| secret.to_owned()),
        entitlement: if *siblings.smart_management {
            Entitlement::SmartManagement
        } else {
            Entitlement::Insights
        },
        local: local.then(|| Identity::of_org(LOCAL, None)),
    })
}

fn peers(service: &'static str, settings: &Settings) -> Result<Peers> {
    let siblings = &settings.siblings;
    let url = |url: &Option<settings::Filled>| url.as_ref().map(ToString::to_string);
    let options = PeerOptions {
        inventory: url(&siblings.inventory_url),
        baselines: url(&siblings.baselines_url),
        history: url(&siblings.history_url),
        drift: url(&siblings.drift_url),
        secret: Some(siblings.shared_secret.expose().to_owned()).filter(|secret| !secret.is_empty()),
        timeout: *siblings.timeout,
    };
    Peers::new(service, options).map_err(|error| Failure::Runtime(error.to_string()))
}

/// Records from this process, or over HTTP where a URL is set.
struct Records {
    machines: Machines,
    peers: Peers,
    asks_inventory: bool,
}

impl Sources for Records {
    fn machines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Machine>> {
        if self.asks_inventory {
            return Sources::machines(&self.peers, caller, ids);
        }
        Box::pin(async move { self.machines.find(&drift::scope(caller)?, ids).await })
    }

    fn baselines<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Baseline>> {
        Sources::baselines(&self.peers, caller, ids)
    }

    fn profiles<'a>(&'a self, caller: &'a Caller, ids: &'a [String]) -> Reply<'a, Vec<Profile>> {
        Sources::profiles(&self.peers, caller, ids)
    }

    fn baseline_status<'a>(&'a self, caller: &'a Caller) -> Reply<'a, Value> {
        Sources::baseline_status(&self.peers, caller)
    }
}
