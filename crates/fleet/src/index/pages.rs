//! Pages and counts from bitmaps.

use std::collections::HashMap;

use ground::{GroupId, HostId, Timestamp};
use roaring::RoaringBitmap;

use super::{
    order::Order,
    org_index::{OrgIndex, System},
    tags::TagTexts,
};
use crate::{Age, Direction, HostQuery, OrderBy};

/// Up to so many hosts of an order that are not wanted are left out one by one.
const FEW: u64 = 512;
/// Fewer hits than one in so many hosts are sorted; of more, the order is walked through: to look at a host of it takes about
/// a hundredth of what it takes to sort one.
const SORTED_ONE_IN: u64 = 128;

/// A page of a list, and how many hosts match on all pages.
pub(crate) struct IndexPage {
    pub total: u64,
    /// The hosts, each with the newest row of the log about it.
    pub hosts: Vec<(HostId, i64)>,
}

/// Hosts counted by everything that an overview shows.
pub(crate) struct IndexCounts {
    /// Fresh, stale, stale with warning.
    pub ages: [u64; 3],
    pub systems: Vec<(System, u64)>,
    pub groups: HashMap<Option<GroupId>, u64>,
    pub reporters: Vec<(String, u64)>,
    /// When the next host of the organisation comes into another age.
    pub next_border: Option<Timestamp>,
}

/// The hits in ascending order, by place.
enum Sorted<'a> {
    /// All of an order but the places of a few.
    AllBut(&'a Order, Vec<usize>),
    Some(Vec<u32>),
}

impl Sorted<'_> {
    fn len(&self) -> usize {
        match self {
            Self::AllBut(order, without) => order.len() - without.len(),
            Self::Some(slots) => slots.len(),
        }
    }

    fn get(&self, place: usize) -> Option<u32> {
        match self {
            Self::AllBut(order, without) => {
                // So many of the left-out places come before: each moves what follows by one.
                let (mut low, mut high) = (0, without.len());
                while low < high {
                    let middle = usize::midpoint(low, high);
                    if without[middle] - middle <= place { low = middle + 1 } else { high = middle }
                }
                order.get(place + low)
            }
            Self::Some(slots) => slots.get(place).copied(),
        }
    }

    /// The first place from `from` on whose slot does not pass; those that do come first.
    fn partition_point(&self, from: usize, passes: impl Fn(u32) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.get(middle).is_some_and(&passes) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl OrgIndex {
    /// The page that a query asks for; `None` when it asks for what is not indexed.
    pub(crate) fn page(&self, query: &HostQuery) -> Option<IndexPage> {
        let (by, direction) = query.order;
        if matches!(by, OrderBy::AppData(_)) {
            return None;
        }
        let hits = self.hits(query)?;
        let total = usize::try_from(hits.len()).unwrap_or(usize::MAX);
        let bound = |number: i64| usize::try_from(number).unwrap_or(0).min(total);
        let (first, end) = (bound(query.offset), bound(query.offset.saturating_add(query.limit.max(0))));
        let slots: Vec<u32> = match (self.sorted(by, &hits), direction) {
            (Some(sorted), Direction::Descending) => {
                (first..end).filter_map(|place| sorted.get(total - 1 - place)).collect()
            }
            (Some(sorted), Direction::Ascending) => self.ascending(by, &sorted, first, end),
            (None, Direction::Descending) => {
                let hits = self.order(by).backwards().filter(|slot| hits.contains(*slot));
                hits.skip(first).take(end - first).collect()
            }
            (None, Direction::Ascending) => {
                self.ascending(by, &Sorted::Some(self.lowest(by, &hits, end)), first, end)
            }
        };
        let host = |slot: u32| (self.ids[slot as usize], self.versions[slot as usize]);
        Some(IndexPage { total: hits.len(), hosts: slots.into_iter().map(host).collect() })
    }

    /// Keys ascend and ties do not: hosts with one key are shown from the last to the first.
    fn ascending(&self, by: OrderBy, sorted: &Sorted<'_>, first: usize, end: usize) -> Vec<u32> {
        let mut page = Vec::with_capacity(end.saturating_sub(first));
        let mut place = first;
        while place < end {
            let Some(slot) = sorted.get(place) else { break };
            let next = sorted.get(place + 1).is_some_and(|next| self.compare_keys(by, next, slot).is_eq());
            // Only the page may begin in the midst of hosts with one key.
            let begin = if place == first {
                sorted.partition_point(0, |other| self.compare_keys(by, other, slot).is_lt())
            } else {
                place
            };
            let stop = if next {
                sorted.partition_point(place, |other| self.compare_keys(by, other, slot).is_le())
            } else {
                place + 1
            };
            page.extend((place..stop.min(end)).filter_map(|at| sorted.get(begin + stop - 1 - at)));
            place = stop;
        }
        page
    }

    /// The hits in order; `None` when there are so many of them that the order had better be walked through.
    fn sorted(&self, by: OrderBy, hits: &RoaringBitmap) -> Option<Sorted<'_>> {
        let order = self.order(by);
        let missing = self.alive.len() - hits.len();
        if missing <= FEW {
            let place = |slot| order.rank(|other| self.compare(by, other, slot).is_lt());
            let mut without: Vec<usize> = (&self.alive - hits).iter().map(place).collect();
            without.sort_unstable();
            return Some(Sorted::AllBut(order, without));
        }
        if hits.len() < self.alive.len() / SORTED_ONE_IN {
            let mut slots: Vec<u32> = hits.iter().collect();
            slots.sort_unstable_by(|a, b| self.compare(by, *a, *b));
            return Some(Sorted::Some(slots));
        }
        None
    }

    /// The lowest hits in order: so many, and those that have the key of the last.
    fn lowest(&self, by: OrderBy, hits: &RoaringBitmap, count: usize) -> Vec<u32> {
        let order = self.order(by);
        let mut lowest: Vec<u32> = Vec::with_capacity(count);
        for slot in order.range(0, order.len()).filter(|slot| hits.contains(*slot)) {
            if lowest.len() >= count
                && lowest.last().is_none_or(|last| self.compare_keys(by, *last, slot).is_ne())
            {
                break;
            }
            lowest.push(slot);
        }
        lowest
    }

    /// How many hosts match.
    pub(crate) fn total(&self, query: &HostQuery) -> Option<u64> {
        Some(self.hits(query)?.len())
    }

    /// Every tag of the hosts that match, with the number of those.
    pub(crate) fn tag_counts(&self, query: &HostQuery) -> Option<Vec<(TagTexts, u64)>> {
        let hits = Hits::of(self, query)?;
        let counted = self.tags.iter().map(|(tag, hosts)| (tag, hits.count(hosts)));
        Some(counted.filter(|(_, count)| *count > 0).map(|(tag, count)| (tag.clone(), count)).collect())
    }

    /// The hosts that match by group.
    pub(crate) fn group_counts(&self, query: &HostQuery) -> Option<HashMap<Option<GroupId>, u64>> {
        Some(self.by_group(&Hits::of(self, query)?))
    }

    fn by_group(&self, hits: &Hits) -> HashMap<Option<GroupId>, u64> {
        let mut counts = HashMap::new();
        for (group, hosts) in self.groups.iter() {
            *counts.entry(Some(group.id)).or_insert(0) += hits.count(hosts);
        }
        let grouped: u64 = counts.values().sum();
        counts.insert(None, hits.wanted.len() - grouped);
        counts.retain(|_, count| *count > 0);
        counts
    }

    /// The hosts that match by everything that an overview shows; they must not be culled.
    pub(crate) fn counts(&self, query: &HostQuery) -> Option<IndexCounts> {
        let hits = Hits::of(self, query)?;
        let ages = [Age::Fresh, Age::Stale, Age::StaleWarning];
        let systems = self.systems.iter().map(|(system, hosts)| (system.clone(), hits.count(hosts)));
        let reporters = self.reporters.iter().map(|(reporter, hosts)| (reporter.clone(), hits.count(hosts)));
        Some(IndexCounts {
            ages: ages.map(|age| hits.count(&self.of_age(query, age))),
            systems: systems.filter(|(_, count)| *count > 0).collect(),
            groups: self.by_group(&hits),
            reporters: reporters.filter(|(_, count)| *count > 0).collect(),
            next_border: self.next_border(query),
        })
    }

    fn next_border(&self, query: &HostQuery) -> Option<Timestamp> {
        let order = self.order(OrderBy::LastCheckIn);
        let staleness = query.staleness;
        let borders = [staleness.stale, staleness.warning, staleness.delete].into_iter().filter_map(|age| {
            let before = query.now.plus_seconds(-age).micros();
            let first = order.get(order.rank(|slot| self.last_check_in[slot as usize] <= before))?;
            Some(Timestamp::from_micros(self.last_check_in[first as usize]).plus_seconds(age))
        });
        borders.min()
    }
}

/// The hosts that match, ready to be counted: by those or, where they are fewer, by the others.
struct Hits {
    wanted: RoaringBitmap,
    others: Option<RoaringBitmap>,
}

impl Hits {
    fn of(index: &OrgIndex, query: &HostQuery) -> Option<Self> {
        let wanted = index.hits(query)?;
        let others = (wanted.len() > index.alive.len() / 2).then(|| &index.alive - &wanted);
        Some(Self { wanted, others })
    }

    fn count(&self, hosts: &RoaringBitmap) -> u64 {
        match &self.others {
            Some(others) => hosts.len() - hosts.intersection_len(others),
            None => hosts.intersection_len(&self.wanted),
        }
    }
}
