//! Machines of another inventory are compared with their baselines as its events tell of them (contract history §6).

use std::{collections::BTreeMap, sync::Arc};

use drift_common::{Baseline, System};
use fleet::Fleet;
use ground::{HostId, OrgId, Stop, any_uuid};
use notify::{Event, Notification, Queue};
use service::follow;
use uuid::Uuid;
use web::RoleHealth;

use super::arrivals::{Failed, LEASE_TERM, NAME, WAITS, Watched};
use crate::{
    Machine, Reply,
    answer::deviations,
    messages::notification::{CheckIn, Notifications},
};

/// States taken at a time.
const PAGE: usize = 100;

/// What another inventory told of a machine.
#[derive(Debug)]
pub struct State {
    /// The id that it is stored under.
    pub id: Uuid,
    /// The organisation of the machine.
    pub org: OrgId,
    /// Its account number.
    pub account: Option<String>,
    /// The machine; `updated` is always there.
    pub system: System,
    /// Whether a later state of the machine was compared already, or the machine is gone: nothing is told of it.
    pub overtaken: bool,
}

/// Whoever keeps what another inventory told.
pub trait States: Send + Sync {
    /// The first of the states that are still to be compared, in the order in which they were told.
    fn waiting(&self, most: usize) -> Reply<'_, Vec<State>>;
    /// These wait no more.
    fn compared<'a>(&'a self, states: &'a [State]) -> Reply<'a, ()>;
}

/// Compares machines of another inventory with their baselines.
#[derive(Clone)]
pub struct OfStates {
    /// Where states wait.
    pub states: Arc<dyn States>,
    /// Who does it is decided here.
    pub fleet: Fleet,
    /// Where baselines are found.
    pub watched: Arc<dyn Watched>,
    /// Who is told.
    pub queue: Queue,
    /// Makes notifications.
    pub notifications: Notifications,
}

impl OfStates {
    /// Compares what comes until told to stop, one process at a time. What is told is told at least once.
    pub async fn run(&self, health: &RoleHealth, stop: Stop) {
        let (holder, asked) = (Uuid::new_v4().to_string(), stop.clone());
        let pass = || self.pass(&holder, &asked);
        let problem = "cannot compare machines that another inventory told of";
        follow(self.fleet.commits(), WAITS, health, stop, problem, pass).await;
        if let Err(error) = self.fleet.release_lease(NAME, &holder).await {
            tracing::debug!(%error, "the lease ends by itself");
        }
    }

    async fn pass(&self, holder: &str, stop: &Stop) -> Result<(), Failed> {
        while !stop.is_asked() && self.fleet.take_lease(NAME, holder, LEASE_TERM).await? {
            let states = self.states.waiting(PAGE).await?;
            let mut orgs: BTreeMap<&OrgId, Vec<&State>> = BTreeMap::new();
            for state in states.iter().filter(|state| !state.overtaken) {
                orgs.entry(&state.org).or_default().push(state);
            }
            for (org, states) in orgs {
                let told = self.compare(org, &states).await?;
                self.queue.tell(org.as_str(), &told).await?;
            }
            if !states.is_empty() {
                self.states.compared(&states).await?;
            }
            if states.len() < PAGE {
                break;
            }
        }
        Ok(())
    }

    /// The notifications about states of one organisation: one for each that is not as its baselines say.
    async fn compare(&self, org: &OrgId, states: &[&State]) -> Result<Vec<Notification>, Failed> {
        if !self.queue.has_listeners(org.as_str(), Event::Drift).await? {
            return Ok(Vec::new());
        }
        let host = |state: &State| any_uuid(&state.system.id).map(HostId);
        let mut systems: Vec<HostId> = states.iter().filter_map(|state| host(state)).collect();
        systems.sort_unstable();
        systems.dedup();
        let (baselines, held) = self.watched.of_systems(org, &systems).await?;
        let facts: Vec<_> = baselines.iter().map(Baseline::facts).collect();
        let mut told = Vec::new();
        for state in states {
            let numbers = host(state).and_then(|host| held.get(&host)).map(Vec::as_slice).unwrap_or_default();
            if numbers.is_empty() {
                continue;
            }
            let check_in = CheckIn {
                key: format!("drift/{}", state.id),
                org: org.as_str(),
                account: state.account.as_deref(),
                host: state.system.id.clone(),
                display_name: state.system.name().to_owned(),
                updated: state.system.updated.clone().unwrap_or_default(),
                tags: state.system.tags.clone(),
            };
            let machine = Machine::from(state.system.clone());
            let compared = numbers.iter().filter_map(|&at| Some((baselines.get(at)?, facts.get(at)?)));
            let drifted: Vec<(&str, &str)> = compared
                .filter(|(baseline, facts)| {
                    deviations(&machine, baseline, facts, self.fleet.volatile()).is_some()
                })
                .map(|(baseline, _)| (baseline.id.as_str(), baseline.display_name.as_str()))
                .collect();
            if !drifted.is_empty() {
                told.push(self.notifications.notification(&check_in, &drifted, self.fleet.clock().now())?);
            }
        }
        Ok(told)
    }
}

impl std::fmt::Debug for OfStates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OfStates").finish_non_exhaustive()
    }
}
