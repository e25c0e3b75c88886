//! Of hosts that are one machine by their facts, the one that was heard of last stays (contract inventory-events §15.4).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use fleet::{Candidate, CanonicalFacts, Condition, HostQuery, MatchedOn, Matching, Origin, find_all_hosts};
use ground::{HostId, Stop, Timestamp};
use service::Error;

use super::{SUSPENDED, Scheduled};
use crate::records;

const DELETED: &str = "inventory_delete_duplicate_host_count_total";

/// A host and what it is found by.
#[derive(Debug, Clone)]
struct RecordedHost {
    facts: CanonicalFacts,
    last_check_in: Timestamp,
}

/// The hosts of an organisation, findable by each fact.
#[derive(Debug)]
struct Hosts {
    matching: Matching,
    known: BTreeMap<HostId, RecordedHost>,
    by_fact: HashMap<(MatchedOn, String), Vec<HostId>>,
}

/// The facts of a host that others may share.
fn shared_facts(facts: &CanonicalFacts) -> impl Iterator<Item = (MatchedOn, String)> {
    let provider = facts.provider_id.clone().map(|id| (MatchedOn::ProviderId, id));
    let subscription = facts.subscription_manager_id.clone().map(|id| (MatchedOn::SubscriptionManagerId, id));
    let insights = facts.insights_id.map(|id| (MatchedOn::InsightsId, id.to_string()));
    [provider, subscription, insights].into_iter().flatten()
}

impl Hosts {
    fn new(matching: Matching) -> Self {
        Self { matching, known: BTreeMap::new(), by_fact: HashMap::new() }
    }

    fn add(&mut self, id: HostId, known: RecordedHost) {
        for fact in shared_facts(&known.facts) {
            self.by_fact.entry(fact).or_default().push(id);
        }
        self.known.insert(id, known);
    }

    /// The hosts that a report with these facts would match, all of them.
    fn matching(&self, facts: &CanonicalFacts) -> Vec<HostId> {
        let sharing: BTreeSet<HostId> =
            shared_facts(facts).filter_map(|fact| self.by_fact.get(&fact)).flatten().copied().collect();
        let candidates: Vec<Candidate<'_>> = sharing
            .into_iter()
            .filter_map(|id| {
                let known = self.known.get(&id)?;
                Some(Candidate { id, facts: &known.facts, updated: known.last_check_in })
            })
            .collect();
        find_all_hosts(facts, &candidates, self.matching)
            .map_or_else(Vec::new, |(_, found)| found.into_iter().map(|host| host.id).collect())
    }

    /// The hosts that go, in the order of ids of those that find them.
    fn duplicates(&self) -> Vec<HostId> {
        let mut gone = BTreeSet::new();
        let mut listed = Vec::new();
        for (id, known) in &self.known {
            if gone.contains(id) {
                continue;
            }
            let mut found: Vec<HostId> =
                self.matching(&known.facts).into_iter().filter(|other| !gone.contains(other)).collect();
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
        metrics::counter!(DELETED).increment(gone.len() as u64);
        records::deleted(all.scope.org(), &gone);
        Ok(gone.len())
    }

    async fn hosts_of(&self, all: &HostQuery) -> fleet::Result<Hosts> {
        let mut hosts = Hosts::new(self.fleet.matching());
        // Somebody has said that these are two.
        let pinned = self.fleet.pinned_hosts(all.scope.org()).await?;
        let mut ids = self.fleet.ids(all).await?;
        ids.retain(|id| !pinned.contains(id));
        for chunk in ids.chunks(self.options.chunk.get()) {
            for (_, host) in self.fleet.hosts_by_id(all.scope.org(), chunk).await? {
                hosts.add(
                    host.id,
                    RecordedHost { facts: host.canonical_facts, last_check_in: host.times.last_check_in },
                );
            }
        }
        Ok(hosts)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn host(
        n: u128,
        provider: Option<&str>,
        subscription: Option<&str>,
        insights: Option<u128>,
        heard: i64,
    ) -> (HostId, RecordedHost) {
        let facts = CanonicalFacts {
            provider_id: provider.map(str::to_owned),
            provider_type: provider.map(|_| "aws".to_owned()),
            subscription_manager_id: subscription.map(str::to_owned),
            insights_id: insights.map(Uuid::from_u128),
            ..CanonicalFacts::default()
        };
        (HostId(Uuid::from_u128(n)), RecordedHost { facts, last_check_in: Timestamp::from_micros(heard) })
    }

    fn duplicates(hosts: &[(HostId, RecordedHost)]) -> Vec<u128> {
        duplicates_by(Matching::AllFacts, hosts)
    }

    fn duplicates_by(matching: Matching, hosts: &[(HostId, RecordedHost)]) -> Vec<u128> {
        let mut all = Hosts::new(matching);
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
    fn where_only_the_subscription_tells_hosts_apart_it_alone_makes_duplicates() {
        let hosts = [
            host(1, Some("p"), Some("s"), Some(7), 1),
            host(2, Some("p"), Some("t"), Some(7), 2),
            host(3, None, Some("s"), None, 3),
        ];
        assert_eq!(duplicates_by(Matching::SubscriptionManagerIdOnly, &hosts), [1]);
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
