//! People are told once of each host that became stale (contract inventory-events §15.3).

use std::time::Instant;

use bus::{Message, Publisher};
use fleet::{Change, Condition};
use ground::{HostId, OrgId, Stop, Timestamp};
use service::Error;
use uuid::Uuid;

use super::Scheduled;
use crate::{
    jobs::publish::deliver,
    messages::{events::Shown, notifications::Sending},
    store::JobMark,
};

/// The name of its mark, which the original has too.
const MARK: &str = "stale_host_notification";
/// How far the first run looks back, in seconds.
const FIRST_WINDOW: i64 = 3_600;
const TOLD: &str = "inventory_stale_host_notification_success_count_total";
const FAILED: &str = "inventory_stale_host_notification_fail_count_total";

impl Scheduled {
    /// Tells of the hosts that became stale between the last run that succeeded and now. The end of one window is the beginning of
    /// the next, to the microsecond: no host is between two.
    pub async fn tell_stale(&self, mut stop: Stop) -> Result<String, Error> {
        let began = Instant::now();
        let now = self.fleet.clock().now();
        let mark = JobMark::new(self.fleet.db(), MARK);
        let since = mark.read().await?.unwrap_or_else(|| now.plus_seconds(-FIRST_WINDOW));
        let publisher = (self.connect)()?;
        let mut told = 0;
        for org in self.fleet.orgs().await? {
            let ids = self.became_stale(&org, since, now).await?;
            for chunk in ids.chunks(self.options.chunk.get()) {
                match self.tell_chunk(&org, chunk, &publisher, &mut stop).await? {
                    Some(count) => told += count,
                    None => return Err("stopped before everybody was told; the next run tells them".into()),
                }
            }
        }
        mark.advance(now).await?;
        metrics::histogram!("inventory_stale_host_notification_processing_time").record(began.elapsed());
        Ok(format!("{told} hosts became stale since {since}"))
    }

    /// The hosts that crossed the boundary after one moment and until another, and are not culled since.
    async fn became_stale(
        &self,
        org: &OrgId,
        since: Timestamp,
        until: Timestamp,
    ) -> fleet::Result<Vec<HostId>> {
        let all = self.all_of(org).await?;
        let stale = all.staleness.stale;
        let after = Timestamp::from_micros(since.plus_seconds(-stale).micros() + 1);
        let window = Condition::LastCheckIn(Some(after), Some(until.plus_seconds(-stale)));
        self.fleet.ids(&all.with(window).with(Condition::NotCulled)).await
    }

    async fn tell_chunk(
        &self,
        org: &OrgId,
        ids: &[HostId],
        publisher: &Publisher,
        stop: &mut Stop,
    ) -> Result<Option<u64>, Error> {
        let states = self.fleet.newest_states(org, ids).await?;
        let changes: Vec<Change> = states.into_iter().map(|(_, change)| change).collect();
        let profiles = self.fleet.profiles_of(org, &changes).await?;
        let mut messages: Vec<Message> = Vec::with_capacity(changes.len());
        for (change, profile) in changes.iter().zip(&profiles) {
            let sending =
                Sending { request_id: None, message_id: Uuid::new_v4(), now: self.fleet.clock().now() };
            let shown = Shown { host: &change.host, profile };
            match self.notifications.system_became_stale(shown, sending) {
                Ok(message) => messages.push(message),
                Err(error) => {
                    metrics::counter!(FAILED).increment(1);
                    tracing::warn!(%error, host = %change.host.id, "a notification cannot be written");
                }
            }
        }
        let count = messages.len() as u64;
        if deliver(publisher, messages, stop).await.is_none() {
            return Ok(None);
        }
        metrics::counter!(TOLD).increment(count);
        tracing::info!(%org, hosts = count, "told of hosts that became stale");
        Ok(Some(count))
    }
}
