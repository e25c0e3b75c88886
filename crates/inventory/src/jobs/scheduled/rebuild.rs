//! A `delete` event for every host of the topic of events that is not in the record (contract inventory-events §15.6).

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    time::{Duration, Instant},
};

use bus::Incoming;
use fleet::{CanonicalFacts, Host, Origin, StoredProfile, Tags, Times};
use ground::{HostId, OrgId, Stop, Timestamp, any_uuid};
use serde_json::{Map, Value};
use service::Error;
use tokio::time::timeout;

use super::Scheduled;
use crate::{jobs::publish::deliver, messages::events::Shown};

/// The group that reads the topic.
pub const GROUP: &str = "inventory-events-rebuild";
/// So long without a message: the end of the topic.
const END: Duration = Duration::from_secs(10);
/// So long until the first: the group has to form.
const FIRST: Duration = Duration::from_secs(30);

/// A host as an event of the topic shows it, as much as its `delete` event repeats.
#[derive(Debug, Clone)]
pub struct OldHost {
    host: Host,
    profile: StoredProfile,
}

/// Reads an event; nothing of `delete` events and of what cannot be read.
pub fn read(message: Incoming<'_>) -> Option<OldHost> {
    let event: Value = serde_json::from_slice(message.payload).ok()?;
    if event["type"] == "delete" {
        return None;
    }
    let old = of_event(&event["host"]);
    if old.is_none() {
        tracing::warn!(offset = message.offset, "an event without a host is left out");
    }
    old
}

fn of_event(host: &Value) -> Option<OldHost> {
    let text = |name: &str| host[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let mut facts = Map::new();
    for name in ["operating_system", "bootc_status"] {
        if let Some(fact) = host["system_profile"].get(name) {
            facts.insert(name.to_owned(), fact.clone());
        }
    }
    let host = Host {
        id: HostId(any_uuid(host["id"].as_str()?)?),
        org: OrgId::parse(host["org_id"].as_str()?).ok()?,
        account: text("account"),
        display_name: text("display_name").unwrap_or_default(),
        display_name_reporter: None,
        ansible_host: None,
        canonical_facts: CanonicalFacts {
            insights_id: text("insights_id").and_then(|id| any_uuid(&id)).filter(|id| !id.is_nil()),
            subscription_manager_id: text("subscription_manager_id"),
            ..CanonicalFacts::default()
        },
        openshift_cluster_id: None,
        facts: Vec::new(),
        tags: Tags::new(),
        group: None,
        host_type: host["system_profile"]["host_type"].as_str().unwrap_or_default().to_owned(),
        created: Timestamp::default(),
        times: Times { reporter: text("reporter").unwrap_or_default(), ..Times::default() },
    };
    Some(OldHost { host, profile: StoredProfile { facts, lists: Vec::new() } })
}

impl Scheduled {
    /// Reads the topic to its end, and tells those who follow it of the hosts that are gone.
    pub async fn rebuild_events_topic(&self, mut stop: Stop) -> Result<String, Error> {
        let Some(mut consumer) = (self.read_events)()? else {
            return Ok("nothing is consumed in a replica namespace".to_owned());
        };
        let publisher = (self.connect)()?;
        let began = Instant::now();
        let mut patience = FIRST;
        let (mut read, mut told) = (0, HashSet::new());
        while began.elapsed() < self.options.rebuild_time_limit {
            let batch = tokio::select! {
                () = stop.asked() => break,
                batch = timeout(patience, consumer.next()) => batch,
            };
            let Ok(batch) = batch else { break };
            let mut batch = batch.ok_or("the thread that reads the topic has ended")?;
            patience = END;
            let hosts: Vec<OldHost> = batch
                .messages()
                .filter_map(|old| {
                    read += 1;
                    old.take()
                })
                .collect();
            let gone = self.gone(hosts, &told).await?;
            let now = self.fleet.clock().now();
            let origin = Origin::default();
            let event = |old: &OldHost| {
                self.events.deleted(Shown { host: &old.host, profile: &old.profile }, &origin, now)
            };
            let messages = gone.iter().map(event).collect::<Result<Vec<_>, _>>()?;
            if deliver(&publisher, messages, &mut stop).await.is_none() {
                break;
            }
            told.extend(gone.iter().map(|old| old.host.id));
            batch.commit().await;
            tracing::info!(read, deleted = told.len(), "the topic of events is being rebuilt");
        }
        consumer.close().await;
        Ok(format!("{read} events read, {} hosts told as deleted", told.len()))
    }

    /// The hosts that are not in the record and were not told of before, each once.
    async fn gone(&self, hosts: Vec<OldHost>, told: &HashSet<HostId>) -> fleet::Result<Vec<OldHost>> {
        let mut by_org: BTreeMap<OrgId, BTreeMap<HostId, OldHost>> = BTreeMap::new();
        for old in hosts.into_iter().filter(|old| !told.contains(&old.host.id)) {
            by_org.entry(old.host.org.clone()).or_default().insert(old.host.id, old);
        }
        let mut gone = Vec::new();
        for (org, hosts) in by_org {
            let ids: Vec<HostId> = hosts.keys().copied().collect();
            let there = self.fleet.hosts_by_id(&org, &ids).await?;
            let there: BTreeSet<HostId> = there.into_iter().map(|(named, _)| named.id).collect();
            gone.extend(hosts.into_values().filter(|old| !there.contains(&old.host.id)));
        }
        Ok(gone)
    }
}
