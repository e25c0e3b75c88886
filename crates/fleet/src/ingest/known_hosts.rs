//! The hosts that a batch may be about.

use std::collections::HashMap;

use ground::{HostId, Timestamp};
use uuid::Uuid;

use crate::{
    Host, MatchedOn, Matching, Report,
    identity::{
        self, Candidate,
        pins::{self, Pins},
    },
    write::org_writer::OrgWriter,
};

/// The hosts of an organisation that a batch may be about, by their id facts.
#[derive(Default)]
pub(crate) struct KnownHosts {
    insights: HashMap<Uuid, Vec<HostId>>,
    subscriptions: HashMap<String, Vec<HostId>>,
    providers: HashMap<String, Vec<HostId>>,
    /// What somebody decided.
    pins: Pins,
}

impl KnownHosts {
    /// None yet, and what somebody decided.
    pub(crate) fn with_pins(pins: Pins) -> Self {
        Self { pins, ..Self::default() }
    }

    pub(crate) fn add(&mut self, host: &Host) {
        fn push<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<HostId>>, key: Option<K>, id: HostId) {
            if let Some(key) = key {
                let ids = map.entry(key).or_default();
                if !ids.contains(&id) {
                    ids.push(id);
                }
            }
        }
        let facts = &host.canonical_facts;
        push(&mut self.insights, facts.insights_id, host.id);
        push(&mut self.subscriptions, facts.subscription_manager_id.clone(), host.id);
        push(&mut self.providers, facts.provider_id.clone(), host.id);
    }

    /// The host that a report is about.
    pub(crate) fn find(
        &self,
        org: &OrgWriter,
        report: &Report,
        matching: Matching,
        now: Timestamp,
    ) -> Option<(HostId, MatchedOn)> {
        let facts = &report.canonical_facts;
        let alive = org.staleness.culled_before(now);
        if !self.pins.is_empty() {
            let pinned = pins::candidates(facts)
                .into_iter()
                .filter_map(|pin| self.pins.get(&pin))
                .find(|id| org.entries.get(id).is_some_and(|entry| entry.host.times.last_check_in > alive));
            if let Some(id) = pinned {
                return Some((*id, MatchedOn::Pinned));
            }
        }
        let ids = [
            facts.provider_id.as_ref().and_then(|id| self.providers.get(id)),
            facts.subscription_manager_id.as_ref().and_then(|id| self.subscriptions.get(id)),
            facts.insights_id.as_ref().and_then(|id| self.insights.get(id)),
        ];
        let candidates: Vec<Candidate<'_>> = ids
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|id| org.entries.get(id))
            .filter(|entry| entry.host.times.last_check_in > alive)
            .map(|entry| Candidate {
                id: entry.host.id,
                facts: &entry.host.canonical_facts,
                updated: entry.host.times.updated,
            })
            .collect();
        identity::find(facts, &candidates, matching)
    }
}
