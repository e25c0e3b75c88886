//! What lists and counts are answered from: the hosts of one organisation at one number of its log.

use std::{cmp::Ordering, collections::HashMap};

use foldhash::fast::RandomState;
use ground::{GroupId, HostId, OrgId};
use roaring::RoaringBitmap;

use super::{
    dictionary::Dictionary,
    order::Order,
    reporter_times::ReporterTimes,
    tags::{TagHosts, TagTexts},
    texts::Texts,
};
use crate::{Group, Host, LogHead, NO_NAMESPACE, OrderBy, Times, fold};

/// An operating system as hosts are sorted by it, and, of a host without one, its release.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct System {
    pub os: String,
    pub release: Option<String>,
}

impl System {
    pub(crate) fn new(os: String, release: Option<String>) -> Self {
        // Names of systems begin behind the blank.
        let release = release.filter(|_| os.starts_with(' '));
        Self { os, release }
    }
}

/// A group as hosts are found and sorted by it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct GroupKey {
    pub id: GroupId,
    pub name: String,
    pub ungrouped: bool,
}

impl From<&Group> for GroupKey {
    fn from(group: &Group) -> Self {
        Self { id: group.id, name: group.name.clone(), ungrouped: group.ungrouped }
    }
}

/// What has become of a host.
pub(crate) enum HostUpdate {
    /// It was heard of, and perhaps changed.
    Heard(Box<Heard>),
    /// It was removed.
    Gone(HostId),
}

/// A host that was heard of.
pub(crate) struct Heard {
    pub id: HostId,
    /// The newest row of the log about it.
    pub version: i64,
    pub times: Times,
    /// Its state, unless nothing changed but the times.
    pub state: Option<State>,
    /// Its tags, unless they stand as they did.
    pub tags: Option<Vec<TagTexts>>,
}

/// What of a host's state questions look at.
pub(crate) struct State {
    pub display_name: String,
    /// Letters folded.
    pub fqdn: Option<String>,
    pub has_insights_id: bool,
    pub provider_type: Option<String>,
    pub host_type: String,
    pub group: Option<GroupKey>,
    pub system: System,
}

impl State {
    pub(crate) fn of(host: &Host, system: System) -> Self {
        let facts = &host.canonical_facts;
        Self {
            display_name: host.display_name.clone(),
            fqdn: facts.fqdn.as_deref().map(fold),
            has_insights_id: facts.insights_id.is_some(),
            provider_type: facts.provider_type.clone(),
            host_type: host.host_type.clone(),
            group: host.group.as_ref().map(GroupKey::from),
            system,
        }
    }
}

impl TagTexts {
    /// The tags of a host as their rows have them.
    pub(crate) fn of(host: &Host) -> Vec<Self> {
        let texts = |tag: crate::Tag<'_>| Self {
            namespace: tag.namespace.unwrap_or(NO_NAMESPACE).to_owned(),
            key: tag.key.to_owned(),
            value: tag.value.unwrap_or_default().to_owned(),
        };
        host.tags.iter().map(texts).collect()
    }
}

/// The hosts of an organisation. Each has a slot, a small number, under which columns and bitmaps know it.
pub(crate) struct OrgIndex {
    pub(super) org: OrgId,
    /// The row of the log that it is right at.
    pub(super) head: LogHead,
    slots: HashMap<HostId, u32, RandomState>,
    free: Vec<u32>,
    pub(super) alive: RoaringBitmap,
    pub(super) ids: Vec<HostId>,
    pub(super) versions: Vec<i64>,
    pub(super) updated: Vec<i64>,
    pub(super) last_check_in: Vec<i64>,
    pub(super) with_insights_id: RoaringBitmap,
    /// Display names, letters folded.
    pub(super) names: Texts,
    /// Display names as they are written, where folding changes them.
    written_names: Texts,
    /// FQDNs, where they are not the folded display name; and where they are.
    pub(super) fqdns: Texts,
    pub(super) fqdn_is_name: RoaringBitmap,
    pub(super) systems: Dictionary<System>,
    pub(super) groups: Dictionary<GroupKey>,
    pub(super) types: Dictionary<String>,
    pub(super) providers: Dictionary<String>,
    /// Who reported each host last.
    pub(super) reporters: Dictionary<String>,
    pub(super) heard: ReporterTimes,
    pub(super) tags: TagHosts,
    orders: [Order; ORDERS.len()],
}

/// What lists are ordered by, in the order of [`OrgIndex::orders`].
const ORDERS: [OrderBy; 5] = [
    OrderBy::Updated,
    OrderBy::DisplayName,
    OrderBy::LastCheckIn,
    OrderBy::OperatingSystem,
    OrderBy::GroupName,
];

impl OrgIndex {
    /// Of an organisation at a row of its log, without hosts yet: those that there were are [loaded](Self::load), and
    /// then [sorted](Self::sort) once for all of them.
    pub(super) fn new(org: OrgId, head: LogHead) -> Self {
        Self {
            org,
            head,
            slots: HashMap::default(),
            free: Vec::new(),
            alive: RoaringBitmap::new(),
            ids: Vec::new(),
            versions: Vec::new(),
            updated: Vec::new(),
            last_check_in: Vec::new(),
            with_insights_id: RoaringBitmap::new(),
            names: Texts::default(),
            written_names: Texts::default(),
            fqdns: Texts::default(),
            fqdn_is_name: RoaringBitmap::new(),
            systems: Dictionary::default(),
            groups: Dictionary::default(),
            types: Dictionary::default(),
            providers: Dictionary::default(),
            reporters: Dictionary::default(),
            heard: ReporterTimes::default(),
            tags: TagHosts::default(),
            orders: Default::default(),
        }
    }

    /// Adds a host that is not known yet; its tags and orders apart.
    pub(super) fn load(&mut self, host: &Heard) {
        let slot = self.add(host.id);
        self.put(slot, host);
    }

    /// Gives hosts a tag that they do not have yet; those that are not known are left out.
    pub(super) fn add_tag(&mut self, tag: TagTexts, hosts: impl Iterator<Item = HostId>) {
        let slots: Vec<u32> = hosts.filter_map(|id| self.slot(id)).collect();
        self.tags.add(tag, slots);
    }

    /// Puts the hosts in order.
    pub(super) fn sort(&mut self) {
        let mut orders: [Order; ORDERS.len()] = Default::default();
        for (order, by) in orders.iter_mut().zip(ORDERS) {
            let mut slots: Vec<u32> = self.alive.iter().collect();
            slots.sort_unstable_by(|a, b| self.compare(by, *a, *b));
            *order = Order::from_sorted(&slots);
        }
        self.orders = orders;
    }

    /// How many hosts there are, culled ones too.
    pub(crate) fn len(&self) -> u64 {
        self.alive.len()
    }

    /// The row of the log that it is right at.
    pub(crate) fn head(&self) -> LogHead {
        self.head
    }

    /// Takes in what has become of some hosts up to a row of the log. `false` when it does not fit what is known: the
    /// index is good for nothing any more.
    pub(crate) fn apply(&mut self, updates: &[HostUpdate], head: LogHead) -> bool {
        let retagged = updates.iter().filter_map(|update| match update {
            HostUpdate::Heard(host) if host.tags.is_some() => self.slot(host.id),
            HostUpdate::Heard(_) => None,
            HostUpdate::Gone(id) => self.slot(*id),
        });
        let retagged: RoaringBitmap = retagged.collect();
        if !retagged.is_empty() {
            self.tags.clear(&retagged);
        }
        for update in updates {
            let fits = match update {
                HostUpdate::Gone(id) => self.remove(*id),
                HostUpdate::Heard(host) => self.hear(host),
            };
            if !fits {
                return false;
            }
        }
        self.head = head;
        true
    }

    fn hear(&mut self, host: &Heard) -> bool {
        let slot = match self.slot(host.id) {
            Some(slot) => {
                if !self.unlink(slot) {
                    return false;
                }
                slot
            }
            None if host.state.is_some() => self.add(host.id),
            None => return false,
        };
        self.put(slot, host);
        for tag in host.tags.iter().flatten() {
            self.tags.add(tag.clone(), [slot]);
        }
        self.link(slot);
        true
    }

    fn remove(&mut self, id: HostId) -> bool {
        let Some(slot) = self.slots.get(&id).copied() else { return true };
        if !self.unlink(slot) {
            return false;
        }
        self.slots.remove(&id);
        self.alive.remove(slot);
        self.with_insights_id.remove(slot);
        self.fqdn_is_name.remove(slot);
        for texts in [&mut self.names, &mut self.written_names, &mut self.fqdns] {
            texts.set(slot, None);
        }
        self.systems.set(slot, None);
        self.groups.set(slot, None);
        for column in [&mut self.types, &mut self.providers, &mut self.reporters] {
            column.set(slot, None);
        }
        self.heard.set(slot, [].into_iter());
        self.free.push(slot);
        true
    }

    /// A slot for a new host.
    fn add(&mut self, id: HostId) -> u32 {
        let slot = self.free.pop().unwrap_or(self.ids.len() as u32);
        let place = slot as usize;
        if place == self.ids.len() {
            self.ids.push(id);
            self.versions.push(0);
            self.updated.push(0);
            self.last_check_in.push(0);
        }
        self.ids[place] = id;
        self.slots.insert(id, slot);
        self.alive.insert(slot);
        slot
    }

    /// Writes a host into the columns; its tags and orders apart.
    fn put(&mut self, slot: u32, host: &Heard) {
        let place = slot as usize;
        self.versions[place] = host.version;
        self.updated[place] = host.times.updated.micros();
        self.last_check_in[place] = host.times.last_check_in.micros();
        self.reporters.set(slot, Some(&host.times.reporter));
        self.heard.set(slot, host.times.reporters.iter().map(|(name, at)| (name.as_str(), at.micros())));
        let Some(state) = &host.state else { return };
        let folded = fold(&state.display_name);
        let same = state.fqdn.as_deref() == Some(folded.as_str());
        self.fqdns.set(slot, state.fqdn.as_deref().filter(|_| !same));
        set_bit(&mut self.fqdn_is_name, slot, same);
        self.written_names
            .set(slot, Some(state.display_name.as_str()).filter(|name| *name != folded.as_str()));
        self.names.set(slot, Some(&folded));
        set_bit(&mut self.with_insights_id, slot, state.has_insights_id);
        self.systems.set(slot, Some(&state.system));
        self.groups.set(slot, state.group.as_ref());
        self.types.set(slot, Some(&state.host_type));
        self.providers.set(slot, state.provider_type.as_ref());
    }

    /// The slot of a host.
    pub(super) fn slot(&self, id: HostId) -> Option<u32> {
        self.slots.get(&id).copied()
    }

    pub(super) fn order(&self, by: OrderBy) -> &Order {
        &self.orders[place(by)]
    }

    fn link(&mut self, slot: u32) {
        let mut orders = std::mem::take(&mut self.orders);
        for (order, by) in orders.iter_mut().zip(ORDERS) {
            order.insert(slot, |other| self.compare(by, other, slot).is_lt());
        }
        self.orders = orders;
    }

    /// Takes a slot out of all orders: before its keys change.
    fn unlink(&mut self, slot: u32) -> bool {
        let mut orders = std::mem::take(&mut self.orders);
        let found = orders
            .iter_mut()
            .zip(ORDERS)
            .all(|(order, by)| order.remove(slot, |other| self.compare(by, other, slot).is_lt()));
        self.orders = orders;
        found
    }

    /// The order of two hosts, both keys and ties ascending.
    pub(super) fn compare(&self, by: OrderBy, a: u32, b: u32) -> Ordering {
        self.compare_keys(by, a, b)
            .then_with(|| self.updated[a as usize].cmp(&self.updated[b as usize]))
            .then_with(|| self.ids[a as usize].cmp(&self.ids[b as usize]))
    }

    /// The order of the keys of two hosts.
    pub(super) fn compare_keys(&self, by: OrderBy, a: u32, b: u32) -> Ordering {
        match by {
            OrderBy::Updated => self.updated[a as usize].cmp(&self.updated[b as usize]),
            OrderBy::LastCheckIn => self.last_check_in[a as usize].cmp(&self.last_check_in[b as usize]),
            OrderBy::DisplayName => self.written_name(a).cmp(&self.written_name(b)),
            OrderBy::OperatingSystem if self.systems.same(a, b) => Ordering::Equal,
            OrderBy::OperatingSystem => {
                let os = |slot| self.systems.get(slot).map(|system| system.os.as_str());
                os(a).cmp(&os(b))
            }
            OrderBy::GroupName if self.groups.same(a, b) => Ordering::Equal,
            OrderBy::GroupName => {
                // A host without a group counts as one in the group of those, before all names.
                let group = |slot| self.groups.get(slot).map(|group| (!group.ungrouped, group.name.as_str()));
                group(a).unwrap_or((false, "")).cmp(&group(b).unwrap_or((false, "")))
            }
            // What applications say is not here: the database orders by it.
            OrderBy::AppData(_) => Ordering::Equal,
        }
    }

    fn written_name(&self, slot: u32) -> Option<&[u8]> {
        self.written_names.get(slot).or_else(|| self.names.get(slot))
    }

    /// About how many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        let name = |name: &String| 24 + name.len();
        let columns = self.ids.capacity() * (16 + 3 * 8);
        let slots = self.slots.capacity() * 24 + self.free.capacity() * 4;
        let bitmaps = [&self.alive, &self.with_insights_id, &self.fqdn_is_name];
        let texts = [&self.names, &self.written_names, &self.fqdns];
        let names = [&self.types, &self.providers, &self.reporters];
        columns
            + slots
            + bitmaps.iter().map(|bitmap| bitmap.serialized_size()).sum::<usize>()
            + texts.iter().map(|texts| texts.bytes()).sum::<usize>()
            + names.iter().map(|names| names.bytes(name)).sum::<usize>()
            + self.systems.bytes(|system| 48 + system.os.len())
            + self.groups.bytes(|group| 48 + group.name.len())
            + self.heard.bytes()
            + self.tags.bytes()
            + self.orders.iter().map(Order::bytes).sum::<usize>()
    }
}

fn place(by: OrderBy) -> usize {
    match by {
        OrderBy::Updated | OrderBy::AppData(_) => 0,
        OrderBy::DisplayName => 1,
        OrderBy::LastCheckIn => 2,
        OrderBy::OperatingSystem => 3,
        OrderBy::GroupName => 4,
    }
}

fn set_bit(bits: &mut RoaringBitmap, slot: u32, is_set: bool) {
    if is_set {
        bits.insert(slot)
    } else {
        bits.remove(slot)
    };
}
