//! Events of another inventory into the tables (contract history §5, §7).

use std::{sync::Arc, time::Duration};

use bus::{Incoming, Publisher, kafka::Consumer};
use drift_common::PeerError;
use futures::future::BoxFuture;
use ground::{HostId, OrgId, Stop, Timestamp, Transient};
use uuid::Uuid;

use super::Probes;
use crate::{
    Profiles, Result,
    messages::{
        inventory_event::{self, BadEvent, Event, HostEvent, Payload, Removed},
        payload_status::{PayloadTracker, Status},
    },
    rules::{captured::captured, visible::Group},
    store::{NewProfile, Stored},
};

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often a sibling that does not answer is asked.
const TRIES: usize = 3;
/// How long nothing may come before it is shown that the work goes on.
const QUIET: Duration = Duration::from_secs(10);

/// Whoever keeps associations of systems with baselines.
pub trait Associations: Send + Sync {
    /// A system is in these groups now.
    fn set_groups<'a>(
        &'a self,
        org: &'a OrgId,
        system: HostId,
        groups: &'a [Group],
    ) -> BoxFuture<'a, std::result::Result<(), PeerError>>;

    /// A system is gone.
    fn forget<'a>(
        &'a self,
        org: &'a OrgId,
        system: HostId,
    ) -> BoxFuture<'a, std::result::Result<(), PeerError>>;
}

/// Keeps history of what another inventory tells.
#[derive(Clone)]
pub struct Archive {
    /// Where it is kept.
    pub profiles: Profiles,
    /// Who else has to know of groups and removals.
    pub associations: Arc<dyn Associations>,
    /// Where statuses go.
    pub publisher: Publisher,
    /// Makes statuses; none when nobody tracks.
    pub tracker: Option<PayloadTracker>,
    /// What shows that the work goes on.
    pub probes: Probes,
}

/// A message as it was read.
pub type Read = std::result::Result<Event, BadEvent>;

/// Reads a message of the topic.
pub fn read(message: Incoming<'_>) -> Read {
    inventory_event::read(message.payload)
}

impl Archive {
    /// Takes events from a consumer until it is told to stop. Offsets are committed when a batch is stored; an event
    /// that comes again changes nothing.
    pub async fn run(&self, mut consumer: Consumer<Read>, mut stop: Stop) {
        self.probes.ready();
        loop {
            self.probes.alive();
            let batch = tokio::select! {
                () = stop.asked() => break,
                () = tokio::time::sleep(QUIET) => continue,
                batch = consumer.next() => batch,
            };
            let Some(mut batch) = batch else {
                tracing::error!("the thread that reads the topic has ended");
                break;
            };
            let events: Vec<Read> = batch.messages().map(|read| read.clone()).collect();
            if self.take(&events, &mut stop).await.is_none() {
                break;
            }
            batch.commit().await;
        }
        consumer.close().await;
    }

    /// Takes in events, in their order; `None` when it was told to stop before they were stored.
    pub async fn take(&self, events: &[Read], stop: &mut Stop) -> Option<()> {
        let mut told: Vec<&HostEvent> = Vec::new();
        for event in events {
            match event {
                Ok(Event::HostEvent(one)) => told.push(one),
                Ok(Event::Removed(removed)) => {
                    self.store(&std::mem::take(&mut told), stop).await?;
                    self.remove(removed, stop).await?;
                }
                Ok(Event::Other) => tracing::debug!("an event of another kind is let pass"),
                Err(bad) => {
                    metrics::counter!("hsp_profile_messages_errored_total").increment(1);
                    tracing::warn!(%bad, "an event is left out");
                }
            }
        }
        self.store(&told, stop).await
    }

    async fn store(&self, told: &[&HostEvent], stop: &mut Stop) -> Option<()> {
        if told.is_empty() {
            return Some(());
        }
        metrics::counter!("hsp_profile_messages_consumed_total").increment(told.len() as u64);
        for one in told {
            self.track(&one.payload, Status::ToldReceived);
        }
        let kept: Vec<&HostEvent> = told.iter().copied().filter(|one| !one.left_out).collect();
        let now = self.profiles.clock().now();
        let new: Vec<NewProfile> = kept.iter().map(|one| profile(one, now)).collect();
        let outcomes = match self.until_stored(&new, stop).await? {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) => {
                tracing::warn!(%error, profiles = new.len(), "batch refused by the database, storing one by one");
                let mut outcomes = Vec::with_capacity(new.len());
                for one in &new {
                    let alone = self.until_stored(std::slice::from_ref(one), stop).await?;
                    outcomes.push(alone.map(|stored| stored.first().copied().unwrap_or(Stored::Known)));
                }
                outcomes
            }
        };
        for ((one, new), outcome) in kept.into_iter().zip(&new).zip(outcomes) {
            self.settle(one, new.id, outcome);
            if let Some(groups) = &one.groups {
                let (org, host) = (&one.payload.org, one.payload.host);
                self.tell_sibling(stop, || self.associations.set_groups(org, host, groups)).await?;
            }
        }
        Some(())
    }

    fn settle(&self, told: &HostEvent, id: Uuid, outcome: Result<Stored>) {
        match outcome {
            Ok(Stored::New) => {
                metrics::counter!("hsp_profile_messages_processed_total").increment(1);
                self.track(&told.payload, Status::Stored(id));
            }
            Ok(Stored::Known | Stored::Removed) => {
                metrics::counter!("hsp_profile_messages_processed_duplicates_total").increment(1);
                self.track(&told.payload, Status::Known);
            }
            Err(error) => {
                metrics::counter!("hsp_profile_messages_errored_total").increment(1);
                tracing::error!(%error, host = %told.payload.host, "a profile cannot be stored");
                self.track(&told.payload, Status::NotStored);
            }
        }
    }

    async fn remove(&self, removed: &Removed, stop: &mut Stop) -> Option<()> {
        metrics::counter!("hsp_delete_messages_consumed_total").increment(1);
        let Payload { org, host, .. } = &removed.payload;
        self.track(&removed.payload, Status::RemovalReceived);
        let at = removed.at.unwrap_or_else(|| self.profiles.clock().now());
        let removal = [(*host, at)];
        let gone = until(stop, || self.profiles.forget_hosts(org, &removal)).await?;
        let (name, status) = match gone {
            Ok(_) => ("hsp_delete_messages_processed_total", Status::Removed),
            Err(error) => {
                tracing::error!(%error, %host, "the profiles of a removed host cannot be removed");
                ("hsp_delete_messages_errored_total", Status::NotRemoved)
            }
        };
        metrics::counter!(name).increment(1);
        self.track(&removed.payload, status);
        self.tell_sibling(stop, || self.associations.forget(org, *host)).await
    }

    /// Tells the sibling service; one that does not answer is asked again, and then passed over: history does not wait
    /// for it.
    async fn tell_sibling<'a>(
        &'a self,
        stop: &mut Stop,
        tell: impl Fn() -> BoxFuture<'a, std::result::Result<(), PeerError>>,
    ) -> Option<()> {
        let mut wait = FIRST_WAIT;
        for _ in 0..TRIES {
            match tell().await {
                // A system that no baseline is for is nobody's business there.
                Ok(()) | Err(PeerError::NotReturned(_)) => return Some(()),
                Err(error) => tracing::warn!(%error, "the baseline service does not take what it is told"),
            }
            if !stop.sleep(wait).await {
                return None;
            }
            wait *= 2;
        }
        Some(())
    }

    async fn until_stored(&self, new: &[NewProfile], stop: &mut Stop) -> Option<Result<Vec<Stored>>> {
        until(stop, || self.profiles.put(new)).await
    }

    fn track(&self, payload: &Payload, status: Status) {
        if let Some(tracker) = &self.tracker {
            self.publisher.send_lossy(tracker.message(payload, status, self.profiles.clock().now()));
        }
    }
}

/// Tries until the database has an answer; `None` when it was told to stop before.
async fn until<T, F>(stop: &mut Stop, mut work: impl FnMut() -> F) -> Option<Result<T>>
where
    F: Future<Output = Result<T>>,
{
    let mut wait = FIRST_WAIT;
    loop {
        match work().await {
            Err(error) if error.is_transient() => {
                tracing::warn!(%error, "cannot store, trying again");
                if !stop.sleep(wait).await {
                    return None;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            answer => return Some(answer),
        }
    }
}

fn profile(told: &HostEvent, now: Timestamp) -> NewProfile {
    NewProfile {
        id: Uuid::new_v4(),
        org: told.payload.org.clone(),
        account: told.payload.account.clone(),
        inventory_id: told.payload.host,
        created: now,
        captured: captured(&told.profile, now),
        groups: told.groups.clone(),
        profile: told.profile.clone(),
        said: told.at,
        check_in: told.check_in.clone(),
    }
}
