//! An `updated` event for every host, for whoever lost some (contract inventory-events §15.5).

use std::collections::HashMap;

use bus::{Message, Publisher};
use fleet::{Change, Origin};
use ground::{HostId, OrgId, Stop};
use service::Error;

use super::Scheduled;
use crate::{
    jobs::publish::deliver,
    messages::events::{self, Shown},
};

const SENT: &str = "inventory_synchronize_host_count_total";
const FAILED: &str = "inventory_synchronize_fail_count_total";

impl Scheduled {
    /// Publishes the state of every host, organisation by organisation, in the order of ids. A host that changes meanwhile is sent
    /// again: whatever the relay does beside, the last event of a host is that of its last state.
    pub async fn synchronize(&self, mut stop: Stop) -> Result<String, Error> {
        let publisher = (self.connect)()?;
        let mut sent = 0;
        for org in self.fleet.orgs().await? {
            let mut ids = self.fleet.ids(&self.all_of(&org).await?).await?;
            ids.sort_unstable();
            let before = sent;
            for chunk in ids.chunks(self.options.chunk.get()) {
                let Some(hosts) = self.synchronize_chunk(&org, chunk, &publisher, &mut stop).await? else {
                    return Err(format!("stopped after {sent} hosts").into());
                };
                sent += hosts;
            }
            tracing::info!(%org, hosts = sent - before, "hosts were synchronized");
        }
        Ok(format!("{sent} hosts synchronized"))
    }

    async fn synchronize_chunk(
        &self,
        org: &OrgId,
        chunk: &[HostId],
        publisher: &Publisher,
        stop: &mut Stop,
    ) -> Result<Option<usize>, Error> {
        let mut wanted = chunk.to_vec();
        let mut sent = None;
        while !wanted.is_empty() {
            let states = self.fleet.newest_states(org, &wanted).await?;
            let versions: HashMap<HostId, i64> =
                states.iter().map(|(version, change)| (change.host.id, *version)).collect();
            let mut changes: Vec<Change> = states.into_iter().map(|(_, change)| change).collect();
            changes.sort_by_key(|change| change.host.id);
            let messages = self.updated(org, &changes).await?;
            // Those that are sent again are no further hosts.
            sent.get_or_insert(messages.len());
            if deliver(publisher, messages, stop).await.is_none() {
                return Ok(None);
            }
            let now = self.fleet.hosts_by_id(org, &wanted).await?;
            let moved = |id: &HostId, version| versions.get(id).is_some_and(|sent| *sent != version);
            wanted = now
                .iter()
                .filter(|(named, _)| moved(&named.id, named.version))
                .map(|(named, _)| named.id)
                .collect();
        }
        let sent = sent.unwrap_or(0);
        metrics::counter!(SENT).increment(sent as u64);
        Ok(Some(sent))
    }

    async fn updated(&self, org: &OrgId, changes: &[Change]) -> fleet::Result<Vec<Message>> {
        let profiles = self.fleet.profiles_of(org, changes).await?;
        let staleness = self.fleet.staleness(org).await?;
        let (origin, now) = (Origin::default(), self.fleet.clock().now());
        let mut messages = Vec::with_capacity(changes.len());
        for (change, profile) in changes.iter().zip(&profiles) {
            let shown = Shown { host: &change.host, profile };
            match self.events.changed(events::Change::Updated, shown, staleness, &origin, now) {
                Ok(message) => messages.push(message),
                Err(error) => {
                    metrics::counter!(FAILED).increment(1);
                    tracing::error!(%error, host = %change.host.id, "an event cannot be written");
                }
            }
        }
        Ok(messages)
    }
}
