//! Of hosts that are one machine by their facts, the one that was heard of last stays (contract inventory-events §15.4).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fleet::{CanonicalFacts, Condition, HostQuery, Origin};
use ground::{HostId, Stop, Timestamp};
use service::Error;
use uuid::Uuid;

use super::{SUSPENDED, Scheduled};

const DELETED: &str = "inventory_delete_duplicate_host_count_total";

/// What duplicates are found by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    provider: Option<(String, String)>,
    subscription_manager_id: Option<String>,
    insights_id: Option<Uuid>,
    last_check_in: Timestamp,
}

impl Known {
    fn of(facts: CanonicalFacts, last_check_in: Timestamp) -> Self {
        Self {
            provider: facts.provider_id.zip(facts.provider_type),
            subscription_manager_id: facts.subscription_manager_id,
            insights_id: facts.insights_id,
            last_check_in,
        }
    }
}

/// The hosts of an organisation, findable by each fact.
#[derive(Debug, Default)]
struct Hosts {
    known: BTreeMap<HostId, Known>,
    by_provider: HashMap<(String, String), BTreeSet<HostId>>,
    by_subscription: HashMap<String, BTreeSet<HostId>>,
    by_insights: HashMap<Uuid, BTreeSet<HostId>>,
}

impl Hosts {
    fn add(&mut self, id: HostId, known: Known) {
        if let Some(provider) = &known.provider {
            self.by_provider.entry(provider.clone()).or_default().insert(id);
        }
        if let Some(fact) = &known.subscription_manager_id {
            self.by_subscription.entry(fact.clone()).or_default().insert(id);
        }
        if let Some(fact) = known.insights_id {
            self.by_insights.entry(fact).or_default().insert(id);
        }
        self.known.insert(id, known);
    }

    /// The hosts that a report with these facts would match, all of them: by the first fact that finds any (contract §4.2).
    fn matching(&self, facts: &Known) -> Vec<HostId> {
        let same_provider = |other: &Known| match (&facts.provider, &other.provider) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => true,
        };
        let ids = |found: Option<&BTreeSet<HostId>>| found.into_iter().flatten().copied().collect::<Vec<_>>();
        let by_provider = facts.provider.as_ref().map(|provider| ids(self.by_provider.get(provider)));
        if let Some(found) = by_provider.filter(|found| !found.is_empty()) {
            return found;
        }
        let by_subscription =
            facts.subscription_manager_id.as_ref().map(|fact| ids(self.by_subscription.get(fact)));
        let by_insights = facts.insights_id.as_ref().map(|fact| ids(self.by_insights.get(fact)));
        for found in [by_subscription, by_insights].into_iter().flatten() {
            let found: Vec<HostId> =
                found.into_iter().filter(|id| self.known.get(id).is_some_and(same_provider)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The hosts that go, in the order of ids of those that find them.
    fn duplicates(&self) -> Vec<HostId> {
        let mut gone = BTreeSet::new();
        let mut listed = Vec::new();
        for (id, facts) in &self.known {
            if gone.contains(id) {
                continue;
            }
            let mut found: Vec<HostId> =
                self.matching(facts).into_iter().filter(|other| !gone.contains(other)).collect();
            found.sort_by_key(|id| std::cmp::Reverse(self.known.get(id).map(|known| known.last_check_in)));
            for id in found.into_iter().skip(1) {
                gone.insert(id);
                listed.push(id);
            }
        }
        listed
    }
}

impl Scheduled {
    /// Deletes duplicates, organisation by organisation; a dry run counts them.
    pub async fn remove_duplicates(&self, stop: &Stop) -> Result<String, Error> {
        if self.options.suspended {
            return Ok(SUSPENDED.to_owned());
        }
        metrics::counter!(DELETED).increment(0);
        let mut total = 0;
        for org in self.fleet.orgs().await? {
            if stop.is_asked() {
                break;
            }
            let all = self.all_of(&org).await?;
            let hosts = self.hosts_of(&all).await?;
            let duplicates = hosts.duplicates();
            if !duplicates.is_empty() {
                tracing::info!(%org, hosts = hosts.known.len(), duplicates = duplicates.len(), "duplicates were found");
            }
            for id in duplicates {
                if stop.is_asked() {
                    break;
                }
                total += if self.options.dry_run { 1 } else { self.remove(&all, id, &hosts).await? };
            }
        }
        Ok(format!(
            "{}{total} duplicates {}",
            self.prefix(),
            if self.options.dry_run { "found" } else { "deleted" }
        ))
    }

    /// Deletes a host, unless it was heard of meanwhile.
    async fn remove(&self, all: &HostQuery, id: HostId, hosts: &Hosts) -> fleet::Result<usize> {
        let Some(known) = hosts.known.get(&id) else { return Ok(0) };
        let unheard = Condition::LastCheckIn(None, Some(known.last_check_in));
        let unheard = all.clone().with(unheard);
        let gone = self.fleet.delete_still_matching(&unheard, &[id], &Origin::default()).await?;
        metrics::counter!(DELETED).increment(gone as u64);
        Ok(gone)
    }

    async fn hosts_of(&self, all: &HostQuery) -> fleet::Result<Hosts> {
        let mut hosts = Hosts::default();
        let ids = self.fleet.ids(all).await?;
        for chunk in ids.chunks(self.options.chunk.get()) {
            for (_, host) in self.fleet.hosts_by_id(all.scope.org(), chunk).await? {
                hosts.add(host.id, Known::of(host.canonical_facts, host.times.last_check_in));
            }
        }
        Ok(hosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(
        n: u128,
        provider: Option<&str>,
        subscription: Option<&str>,
        insights: Option<u128>,
        heard: i64,
    ) -> (HostId, Known) {
        let known = Known {
            provider: provider.map(|id| (id.to_owned(), "aws".to_owned())),
            subscription_manager_id: subscription.map(str::to_owned),
            insights_id: insights.map(Uuid::from_u128),
            last_check_in: Timestamp::from_micros(heard),
        };
        (HostId(Uuid::from_u128(n)), known)
    }

    fn duplicates(hosts: &[(HostId, Known)]) -> Vec<u128> {
        let mut all = Hosts::default();
        hosts.iter().cloned().for_each(|(id, known)| all.add(id, known));
        all.duplicates().into_iter().map(|id| id.0.as_u128()).collect()
    }

    #[test]
    fn of_hosts_with_one_fact_the_one_heard_of_last_stays() {
        assert_eq!(
            duplicates(&[host(1, None, Some("s"), None, 1), host(2, None, Some("s"), Some(7), 2)]),
            [1]
        );
        assert_eq!(
            duplicates(&[host(1, Some("p"), None, None, 3), host(2, Some("p"), None, Some(7), 2)]),
            [2]
        );
        assert_eq!(
            duplicates(&[
                host(1, None, None, Some(7), 1),
                host(2, None, None, Some(7), 3),
                host(3, None, None, Some(7), 2)
            ]),
            [3, 1]
        );
    }

    #[test]
    fn machines_of_two_providers_ids_are_two_and_facts_count_in_their_order() {
        assert_eq!(
            duplicates(&[host(1, Some("p"), None, Some(7), 1), host(2, Some("q"), None, Some(7), 2)]),
            Vec::<u128>::new()
        );
        // Each finds itself by its subscription first.
        assert_eq!(
            duplicates(&[host(1, None, Some("s"), Some(7), 1), host(2, None, Some("t"), Some(7), 2)]),
            Vec::<u128>::new()
        );
        assert_eq!(
            duplicates(&[host(1, None, None, None, 1), host(2, None, None, None, 2)]),
            Vec::<u128>::new()
        );
    }
}
