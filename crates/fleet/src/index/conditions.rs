//! Conditions as bitmaps.

use ground::Timestamp;
use roaring::RoaringBitmap;

use super::{org_index::OrgIndex, tags::TagTexts};
use crate::{Age, Condition, HostQuery, NO_NAMESPACE, OrderBy, Registration, TagMatch, fold};

impl OrgIndex {
    /// The hosts that match, within the scope. `None` when the question asks for what is not indexed here: owners and ids of
    /// other systems, for which the database has indexes, and what applications say.
    pub(super) fn hits(&self, query: &HostQuery) -> Option<RoaringBitmap> {
        if query.scope.owner().is_some() || query.scope.org() != &self.org {
            return None;
        }
        let mut hits = match query.scope.group_limit() {
            None => self.alive.clone(),
            Some(limit) => self.groups_hosts(|id| limit.ids.contains(id), |_| false, limit.ungrouped),
        };
        for condition in &query.conditions {
            match condition {
                Condition::NotCulled => hits -= self.culled(query),
                condition => hits &= self.matching(query, condition)?,
            }
        }
        Some(hits)
    }

    fn matching(&self, query: &HostQuery, condition: &Condition) -> Option<RoaringBitmap> {
        Some(match condition {
            Condition::Ids(ids) => ids.iter().filter_map(|id| self.slot(*id)).collect(),
            Condition::DisplayName(pattern) => self.names.like(pattern),
            Condition::Fqdn(fqdn) => {
                let fqdn = fold(fqdn);
                self.fqdns.equal(&fqdn) | (self.names.equal(&fqdn) & &self.fqdn_is_name)
            }
            Condition::AnyName(pattern, id) => {
                let mut found = self.names.like(pattern) | self.fqdns.like(pattern);
                found.extend(id.and_then(|id| self.slot(id)));
                found
            }
            Condition::InsightsId(_)
            | Condition::SubscriptionManagerId(_)
            | Condition::ProviderId(_)
            | Condition::AppData(_) => return None,
            Condition::ProviderType(name) => self.providers.hosts(name).cloned().unwrap_or_default(),
            Condition::Updated(from, to) => self.between(OrderBy::Updated, *from, *to),
            Condition::LastCheckIn(from, to) => self.between(OrderBy::LastCheckIn, *from, *to),
            Condition::GroupNames { names, ungrouped } => {
                let names: Vec<String> = names.iter().map(|name| fold(name)).collect();
                self.groups_hosts(|_| false, |name| names.contains(&fold(name)), *ungrouped)
            }
            Condition::GroupNamed(pattern) => {
                self.groups.union(|group| !group.ungrouped && pattern.matches(&fold(&group.name)))
            }
            Condition::GroupIds(ids) => self.groups_hosts(|id| ids.contains(id), |_| false, false),
            Condition::Ages(ages) => {
                ages.iter().fold(RoaringBitmap::new(), |all, age| all | self.of_age(query, *age))
            }
            Condition::NotCulled => &self.alive - self.culled(query),
            Condition::Tags(tags) => {
                tags.iter().fold(RoaringBitmap::new(), |all, tag| all | self.tagged(tag))
            }
            Condition::TagLike(pattern) => {
                let alike =
                    self.tags.iter().filter(|(tag, _)| pattern.matches(&tag.namespace, &tag.key, &tag.value));
                alike.fold(RoaringBitmap::new(), |all, (_, hosts)| all | hosts)
            }
            Condition::Registered(ways) => {
                ways.iter().fold(RoaringBitmap::new(), |all, way| all | self.registered(query, way))
            }
            Condition::HostTypes(types) => self.types.union(|known| types.contains(known)),
            Condition::Tree(tree) => {
                let leaf = &mut |condition: &Condition| self.matching(query, condition).ok_or(());
                tree.hosts(&self.alive, leaf).ok()?
            }
        })
    }

    fn groups_hosts(
        &self,
        has_id: impl Fn(&ground::GroupId) -> bool,
        has_name: impl Fn(&str) -> bool,
        ungrouped: bool,
    ) -> RoaringBitmap {
        let mut found = self
            .groups
            .union(|group| has_id(&group.id) || has_name(&group.name) || (ungrouped && group.ungrouped));
        if ungrouped {
            found |= &self.alive - self.groups.union(|_| true);
        }
        found
    }

    /// The hosts that are culled.
    pub(super) fn culled(&self, query: &HostQuery) -> RoaringBitmap {
        self.between(OrderBy::LastCheckIn, None, Some(query.staleness.culled_before(query.now)))
    }

    /// The hosts of an age: those whose last check-in lies between two borders.
    pub(super) fn of_age(&self, query: &HostQuery, age: Age) -> RoaringBitmap {
        let (after, until) = query.staleness.check_ins(age, query.now);
        let after = Timestamp::from_micros(after.micros().saturating_add(1));
        self.between(OrderBy::LastCheckIn, Some(after), until)
    }

    /// The hosts whose time is within these bounds, both included.
    fn between(&self, by: OrderBy, from: Option<Timestamp>, to: Option<Timestamp>) -> RoaringBitmap {
        let (order, times) = match by {
            OrderBy::Updated => (self.order(by), &self.updated),
            _ => (self.order(OrderBy::LastCheckIn), &self.last_check_in),
        };
        let first = from.map_or(0, |from| order.rank(|slot| times[slot as usize] < from.micros()));
        let end = to.map_or(order.len(), |to| order.rank(|slot| times[slot as usize] <= to.micros()));
        if end <= first {
            RoaringBitmap::new()
        } else if end - first <= order.len() / 2 {
            order.range(first, end).collect()
        } else {
            let others: RoaringBitmap = order.range(0, first).chain(order.range(end, order.len())).collect();
            &self.alive - others
        }
    }

    fn tagged(&self, wanted: &TagMatch) -> RoaringBitmap {
        let namespace = wanted.namespace.as_deref().unwrap_or(NO_NAMESPACE);
        if let Some(value) = &wanted.value {
            let tag =
                TagTexts { namespace: namespace.to_owned(), key: wanted.key.clone(), value: value.clone() };
            return self.tags.get(&tag).cloned().unwrap_or_default();
        }
        let of_key = self.tags.iter().filter(|(tag, _)| tag.namespace == namespace && tag.key == wanted.key);
        of_key.fold(RoaringBitmap::new(), |all, (_, hosts)| all | hosts)
    }

    fn registered(&self, query: &HostQuery, way: &Registration) -> RoaringBitmap {
        let since = query.staleness.culled_before(query.now);
        match way {
            Registration::WithInsightsId => self.with_insights_id.clone(),
            Registration::By(reporters) => self.heard.heard_since(reporters, since.micros()),
            Registration::NotBy(reporters) => {
                let after = Timestamp::from_micros(since.micros().saturating_add(1));
                self.between(OrderBy::LastCheckIn, Some(after), Some(query.now))
                    - self.heard.heard_since(reporters, since.micros())
            }
        }
    }
}
