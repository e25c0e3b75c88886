//! Machines that report are compared with the baselines that they are held to, and drift is told (contract history §6).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use bus::{Message, Publisher};
use drift_common::{Baseline, PeerError};
use fleet::{Cause, Change, ChangeKind, Fleet, FollowerLag};
use ground::{HostId, OrgId, Stop};
use uuid::Uuid;
use web::RoleHealth;

use crate::{Machines, Reply, answer::has_drifted, messages::notification::Notifications};

/// The follower's name in the log, and that of its lease.
const NAME: &str = "drift-notifications";
/// Rows read at a time.
const PAGE: i64 = 200;
/// What other processes wrote is looked for so often.
const PAUSE: Duration = Duration::from_millis(500);
/// How long one process keeps the others away without a sign of life.
const LEASE_TERM: Duration = Duration::from_secs(10);
/// The wait after a failure.
const AGAIN_IN: Duration = Duration::from_secs(2);

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
    /// Where notifications go.
    pub publisher: Publisher,
    /// Makes notifications; none where nobody is told.
    pub notifications: Option<Notifications>,
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
    /// The broker.
    #[error(transparent)]
    Send(#[from] bus::SendError),
    /// The process is to end.
    #[error("told to stop")]
    Stopped,
}

impl Arrivals {
    /// Follows the log until told to stop, one process at a time. What is told is told at least once.
    pub async fn run(&self, health: &RoleHealth, mut stop: Stop) {
        let holder = Uuid::new_v4().to_string();
        let mut commits = self.fleet.commits();
        while !stop.is_asked() {
            health.begin();
            let pause = match self.pass(&holder, &stop).await {
                Ok(()) => {
                    health.done();
                    PAUSE
                }
                Err(Failed::Stopped) => break,
                Err(error) => {
                    tracing::warn!(%error, "cannot compare machines that reported, trying again");
                    AGAIN_IN
                }
            };
            tokio::select! {
                () = stop.asked() => break,
                // The sender is the record itself, which lives as long as this.
                _ = commits.changed(), if pause == PAUSE => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
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
                let messages = self.compare(&org, &changes).await?;
                let mut asked = stop.clone();
                tokio::select! {
                    sent = self.publisher.send_all(&messages) => sent?,
                    () = asked.asked() => return Err(Failed::Stopped),
                }
                self.fleet.advance(NAME, &org, last).await?;
                done = last;
            }
        }
        Ok(())
    }

    /// The notifications of rows of the log: one for each report of a machine that is not as its baselines say.
    pub async fn compare(&self, org: &OrgId, changes: &[Change]) -> Result<Vec<Message>, Failed> {
        let Some(notifications) = &self.notifications else { return Ok(Vec::new()) };
        let is_report = |change: &&Change| {
            matches!(change.kind, ChangeKind::Created | ChangeKind::Updated)
                && [Cause::Report.name(), Cause::Profile.name()].contains(&change.cause.as_str())
        };
        let reports: Vec<&Change> = changes.iter().filter(is_report).collect();
        let systems: HashSet<HostId> = reports.iter().map(|change| change.host.id).collect();
        let systems: Vec<HostId> = systems.into_iter().collect();
        if systems.is_empty() {
            return Ok(Vec::new());
        }
        let (baselines, held) = self.watched.of_systems(org, &systems).await?;
        let wanted: Vec<Change> =
            reports.into_iter().filter(|change| held.contains_key(&change.host.id)).cloned().collect();
        let facts: Vec<_> = baselines.iter().map(Baseline::facts).collect();
        let machines = self.machines.of_changes(org, &wanted).await?;
        let mut messages = Vec::new();
        for (change, machine) in wanted.iter().zip(machines) {
            let numbers = held.get(&change.host.id).map(Vec::as_slice).unwrap_or_default();
            let against = numbers.iter().filter_map(|number| baselines.get(*number).zip(facts.get(*number)));
            let told: Vec<(&str, &str)> = against
                .filter(|(baseline, facts)| has_drifted(&machine, baseline, facts))
                .map(|(baseline, _)| (baseline.id.as_str(), baseline.display_name.as_str()))
                .collect();
            if !told.is_empty() {
                messages.push(notifications.message(&change.host, &told, self.fleet.clock().now())?);
            }
        }
        Ok(messages)
    }
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrivals").finish_non_exhaustive()
    }
}
