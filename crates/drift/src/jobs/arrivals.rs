//! Machines that report are compared with the baselines that they are held to, and drift is told (contract history §6).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use drift_common::{Baseline, PeerError};
use fleet::{Cause, Change, ChangeKind, Fleet, FollowerLag};
use ground::{HostId, OrgId, Stop, any_uuid};
use notify::{Event, Notification, Queue};
use service::{Waits, follow};
use uuid::Uuid;
use web::RoleHealth;

use crate::{
    Machines, Reply,
    answer::deviations,
    causes::{Arrival, Causes},
    messages::notification::{CheckIn, Notifications},
};

/// The follower's name in the log, and that of its lease.
pub(super) const NAME: &str = "drift-notifications";
/// Rows read at a time.
const PAGE: i64 = 200;
/// How long one process keeps the others away without a sign of life.
pub(super) const LEASE_TERM: Duration = Duration::from_secs(10);
/// What other processes wrote is looked for so often, and the wait after a failure.
pub(super) const WAITS: Waits = Waits { idle: Duration::from_millis(500), failed: Duration::from_secs(2) };

/// A baseline by its number among those that were found, for each system.
pub type Held = HashMap<HostId, Vec<usize>>;

/// Whoever keeps baselines.
pub trait Watched: Send + Sync {
    /// The baselines of an organisation that want drift of any of these systems to be told, and which are for which.
    fn of_systems<'a>(&'a self, org: &'a OrgId, systems: &'a [HostId]) -> Reply<'a, (Vec<Baseline>, Held)>;
}

/// Compares machines with their baselines as they report.
#[derive(Clone)]
pub struct Arrivals {
    /// The record.
    pub fleet: Fleet,
    /// Machines of the record.
    pub machines: Machines,
    /// Where baselines are found.
    pub watched: Arc<dyn Watched>,
    /// Who is told.
    pub queue: Queue,
    /// Makes notifications.
    pub notifications: Notifications,
    /// The causes of drift.
    pub causes: Causes,
}

/// Why a step failed; it is tried again.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The log.
    #[error(transparent)]
    Fleet(#[from] fleet::Error),
    /// Machines or baselines.
    #[error("{0}")]
    Peer(#[from] PeerError),
    /// A notification cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Causes, or the queue of notifications.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Arrivals {
    /// Follows the log until told to stop, one process at a time. What is told is told at least once.
    pub async fn run(&self, health: &RoleHealth, stop: Stop) {
        let (holder, asked) = (Uuid::new_v4().to_string(), stop.clone());
        let pass = || self.pass(&holder, &asked);
        let problem = "cannot compare machines that reported";
        follow(self.fleet.commits(), WAITS, health, stop, problem, pass).await;
        if let Err(error) = self.fleet.release_lease(NAME, &holder).await {
            tracing::debug!(%error, "the lease ends by itself");
        }
    }

    /// Deals with everything that is in the log now, unless another process does.
    async fn pass(&self, holder: &str, stop: &Stop) -> Result<(), Failed> {
        for FollowerLag { org, mut done, newest } in self.fleet.followers_lag(NAME).await? {
            if done == 0 {
                // What was reported before anybody followed is not told.
                self.fleet.advance(NAME, &org, newest).await?;
                continue;
            }
            while done < newest {
                if stop.is_asked() || !self.fleet.take_lease(NAME, holder, LEASE_TERM).await? {
                    return Ok(());
                }
                let (changes, last) = self.fleet.news(&org, done, PAGE).await?;
                let told = self.compare(&org, &changes).await?;
                self.queue.tell(org.as_str(), &told).await?;
                self.fleet.advance(NAME, &org, last).await?;
                done = last;
            }
        }
        if !stop.is_asked() && self.fleet.take_lease(NAME, holder, LEASE_TERM).await? {
            self.causes.tell_due().await?;
        }
        Ok(())
    }

    /// Takes rows of the log into account: machines join causes and leave them. Gives the notifications: one for each report of
    /// a machine that is not as its baselines say.
    pub async fn compare(&self, org: &OrgId, changes: &[Change]) -> Result<Vec<Notification>, Failed> {
        let is_report = |change: &&Change| {
            matches!(change.kind, ChangeKind::Created | ChangeKind::Updated)
                && [Cause::Report.name(), Cause::Profile.name()].contains(&change.cause.as_str())
        };
        let reports: Vec<&Change> = changes.iter().filter(is_report).collect();
        let systems: HashSet<HostId> = reports.iter().map(|change| change.host.id).collect();
        let systems: Vec<HostId> = systems.into_iter().collect();
        let (baselines, held) = if systems.is_empty() {
            (Vec::new(), Held::new())
        } else {
            self.watched.of_systems(org, &systems).await?
        };
        let wanted: Vec<Change> = reports
            .iter()
            .filter(|change| held.contains_key(&change.host.id))
            .map(|one| (*one).clone())
            .collect();
        let facts: Vec<_> = baselines.iter().map(Baseline::facts).collect();
        let ids: Vec<Option<Uuid>> = baselines.iter().map(|one| any_uuid(&one.id)).collect();
        let machines =
            if wanted.is_empty() { Vec::new() } else { self.machines.of_changes(org, &wanted).await? };
        let is_told = self.queue.has_listeners(org.as_str(), Event::Drift).await?;
        let mut told = Vec::new();
        // Those that are held to nothing, and those that are gone, leave their causes.
        let rest = changes.iter().filter(|change| {
            change.kind == ChangeKind::Deleted || (is_report(change) && !held.contains_key(&change.host.id))
        });
        let arrival =
            |change: &Change, deviations| Arrival { host: change.host.id, at: change.at, deviations };
        let mut arrivals: Vec<(i64, Arrival)> =
            rest.map(|change| (change.seq, arrival(change, Vec::new()))).collect();
        for (change, machine) in wanted.iter().zip(machines) {
            let numbers = held.get(&change.host.id).map(Vec::as_slice).unwrap_or_default();
            let mut drifted: Vec<(&str, &str)> = Vec::new();
            let mut found = Vec::new();
            for number in numbers {
                let (Some(baseline), Some(facts)) = (baselines.get(*number), facts.get(*number)) else {
                    continue;
                };
                let deviations = deviations(&machine, baseline, facts, self.fleet.volatile());
                let Some(deviations) = deviations else { continue };
                drifted.push((&baseline.id, &baseline.display_name));
                if let Some(Some(id)) = ids.get(*number) {
                    found.push((*id, baseline.display_name.clone(), deviations));
                }
            }
            arrivals.push((change.seq, arrival(change, found)));
            if is_told && !drifted.is_empty() {
                let now = self.fleet.clock().now();
                told.push(self.notifications.notification(&CheckIn::of(change), &drifted, now)?);
            }
        }
        arrivals.sort_by_key(|(seq, _)| *seq);
        let arrivals: Vec<Arrival> = arrivals.into_iter().map(|(_, arrival)| arrival).collect();
        self.causes.follow(org.as_str(), &arrivals).await?;
        Ok(told)
    }
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrivals").finish_non_exhaustive()
    }
}
