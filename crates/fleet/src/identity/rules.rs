//! Which stored host a report is about (contract inventory-events §4).

use ground::{HostId, Timestamp};

use crate::{CanonicalFacts, Hardware, MatchedOn};

/// Which facts recognise a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Matching {
    /// Provider id, then subscription manager id, then insights id.
    #[default]
    AllFacts,
    /// The same, and hardware that cannot be that of one machine is another one.
    AllFactsAndHardware,
    /// The subscription manager id alone, which is then also the id of a new host (contract §4.3).
    SubscriptionManagerIdOnly,
}

/// A stored host that may be meant.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its id.
    pub id: HostId,
    /// Its facts.
    pub facts: &'a CanonicalFacts,
    /// The newest wins.
    pub updated: Timestamp,
}

/// The host among `candidates` that the facts `given` belong to, and why. Candidates must hold every host of the
/// organisation that is not culled and shares an id fact with the report; others do no harm.
pub fn find(
    given: &CanonicalFacts,
    candidates: &[Candidate<'_>],
    matching: Matching,
) -> Option<(HostId, MatchedOn)> {
    let (fact, found) = find_all(given, candidates, matching)?;
    found.into_iter().max_by_key(|host| (host.updated, host.id)).map(|host| (host.id, fact))
}

/// The same, with every host that the first fact which finds any finds.
pub fn find_all<'a, 'b>(
    given: &CanonicalFacts,
    candidates: &'a [Candidate<'b>],
    matching: Matching,
) -> Option<(MatchedOn, Vec<&'a Candidate<'b>>)> {
    let order: &[MatchedOn] = match matching {
        Matching::AllFacts | Matching::AllFactsAndHardware => {
            &[MatchedOn::ProviderId, MatchedOn::SubscriptionManagerId, MatchedOn::InsightsId]
        }
        Matching::SubscriptionManagerIdOnly => &[MatchedOn::SubscriptionManagerId],
    };
    order.iter().find_map(|&fact| {
        let found: Vec<_> = candidates
            .iter()
            .filter(|host| equal(given, host.facts, fact))
            .filter(|host| {
                matching == Matching::SubscriptionManagerIdOnly || no_other_provider(given, host.facts)
            })
            .filter(|host| matching != Matching::AllFactsAndHardware || same_hardware(given, host.facts))
            .collect();
        (!found.is_empty()).then_some((fact, found))
    })
}

fn equal(given: &CanonicalFacts, stored: &CanonicalFacts, fact: MatchedOn) -> bool {
    match fact {
        MatchedOn::ProviderId => given.provider_id.is_some() && given.provider_id == stored.provider_id,
        MatchedOn::SubscriptionManagerId => {
            given.subscription_manager_id.is_some()
                && given.subscription_manager_id == stored.subscription_manager_id
        }
        MatchedOn::InsightsId => given.insights_id.is_some() && given.insights_id == stored.insights_id,
        // No rule: it is looked up.
        MatchedOn::Pinned => false,
    }
}

fn same_hardware(given: &CanonicalFacts, stored: &CanonicalFacts) -> bool {
    Hardware::of(given, None).conflict(&Hardware::of(stored, None)).is_empty()
}

/// A provider id never changes: a report with one is never about a host that has another.
fn no_other_provider(given: &CanonicalFacts, stored: &CanonicalFacts) -> bool {
    let agrees = |given: &Option<String>, stored: &Option<String>| stored.is_none() || given == stored;
    given.provider_id.is_none()
        || (agrees(&given.provider_id, &stored.provider_id)
            && agrees(&given.provider_type, &stored.provider_type))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn facts(provider: Option<(&str, &str)>, subman: Option<&str>, insights: Option<u128>) -> CanonicalFacts {
        CanonicalFacts {
            provider_id: provider.map(|(_, id)| id.to_owned()),
            provider_type: provider.map(|(kind, _)| kind.to_owned()),
            subscription_manager_id: subman.map(str::to_owned),
            insights_id: insights.map(Uuid::from_u128),
            fqdn: Some("same.example.com".to_owned()),
            ..CanonicalFacts::default()
        }
    }

    fn one(given: &CanonicalFacts, stored: &CanonicalFacts) -> Option<MatchedOn> {
        let host = Candidate { id: HostId(Uuid::nil()), facts: stored, updated: Timestamp::default() };
        find(given, &[host], Matching::AllFacts).map(|(_, fact)| fact)
    }

    #[test]
    fn the_contracts_table_of_consequences_holds() {
        let aws = Some(("aws", "i-1"));
        let ibm = Some(("ibm", "i-1"));
        let other = Some(("aws", "i-2"));
        // same provider id and type, other id facts differ
        assert_eq!(
            one(&facts(aws, Some("a"), Some(1)), &facts(aws, Some("b"), Some(2))),
            Some(MatchedOn::ProviderId)
        );
        // same provider id, different type
        assert_eq!(one(&facts(aws, None, None), &facts(ibm, None, None)), None);
        // different provider ids, lower facts equal
        assert_eq!(one(&facts(aws, Some("a"), Some(1)), &facts(other, Some("a"), Some(1))), None);
        // provider id only in the report, a lower fact equal
        assert_eq!(one(&facts(aws, None, Some(1)), &facts(None, None, Some(1))), Some(MatchedOn::InsightsId));
        // provider id only stored, a lower fact equal
        assert_eq!(one(&facts(None, None, Some(1)), &facts(aws, None, Some(1))), Some(MatchedOn::InsightsId));
        // subscription manager id differs, insights id equal
        assert_eq!(
            one(&facts(None, Some("a"), Some(1)), &facts(None, Some("b"), Some(1))),
            Some(MatchedOn::InsightsId)
        );
        // a higher fact only in the report, the lower changed
        assert_eq!(one(&facts(None, Some("a"), Some(2)), &facts(None, None, Some(1))), None);
        // only facts that do not identify are equal
        assert_eq!(one(&facts(None, None, None), &facts(None, None, None)), None);
    }

    #[test]
    fn the_newest_of_several_wins_and_a_higher_fact_beats_a_newer_host() {
        let by_subman = facts(None, Some("a"), None);
        let by_insights = facts(None, None, Some(1));
        let host = |id, facts, at| Candidate {
            id: HostId(Uuid::from_u128(id)),
            facts,
            updated: Timestamp::from_micros(at),
        };
        let given = facts(None, Some("a"), Some(1));
        let hosts = [host(1, &by_subman, 5), host(2, &by_subman, 9), host(3, &by_insights, 99)];
        let found = find(&given, &hosts, Matching::AllFacts).unwrap();
        assert_eq!(found, (HostId(Uuid::from_u128(2)), MatchedOn::SubscriptionManagerId));
    }

    #[test]
    fn with_the_subscription_manager_id_only_nothing_else_matches() {
        let stored = facts(Some(("aws", "i-1")), None, Some(1));
        let host = Candidate { id: HostId(Uuid::nil()), facts: &stored, updated: Timestamp::default() };
        let given = facts(Some(("aws", "i-1")), Some("a"), Some(1));
        assert_eq!(find(&given, &[host], Matching::SubscriptionManagerIdOnly), None);
    }
}
