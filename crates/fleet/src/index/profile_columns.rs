//! What stands at places of profiles, a column a place: each distinct value once, and for each host which one it has.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use ground::HostId;
use profile::{Digest, Section};
use roaring::RoaringBitmap;
use serde_json::{Map, Value};

use super::{log_position::LogPosition, org_cache::Measured};
use crate::{ProfileCondition, ProfileTest, Result, SectionMap, ValueTest};

/// A place in a profile: names of members, outermost first.
pub(super) type Path = Vec<String>;

/// The code of a host that has nothing at the place.
const ABSENT: u32 = 0;

/// What stands somewhere in a profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum ColumnValue {
    /// JSON text.
    Json(Box<str>),
    /// A list that is stored apart.
    List(Digest),
}

/// The profiles of an organisation as far as somebody has asked for them.
#[derive(Default)]
pub(crate) struct ProfileColumns {
    /// Where in the log they are right; nowhere until everything is read.
    pub(super) position: Option<LogPosition>,
    slots: HashMap<HostId, u32, RandomState>,
    hosts: Vec<Option<HostId>>,
    free: Vec<u32>,
    columns: HashMap<Path, Column>,
    uses: u64,
}

#[derive(Default)]
struct Column {
    codes: Vec<u32>,
    known: HashMap<ColumnValue, u32, RandomState>,
    values: Vec<ColumnValue>,
    /// When it was last asked for.
    used: u64,
}

impl Column {
    fn set(&mut self, slot: u32, found: Option<ColumnValue>) {
        let code = found.map_or(ABSENT, |found| {
            *self.known.entry(found).or_insert_with_key(|found| {
                self.values.push(found.clone());
                self.values.len() as u32
            })
        });
        let place = slot as usize;
        if self.codes.len() <= place {
            self.codes.resize(place + 1, ABSENT);
        }
        self.codes[place] = code;
    }

    fn bytes(&self) -> usize {
        let text = |found: &ColumnValue| match found {
            ColumnValue::Json(text) => text.len(),
            ColumnValue::List(_) => 0,
        };
        self.codes.capacity() * 4 + self.values.iter().map(|found| 2 * text(found) + 80).sum::<usize>()
    }
}

/// Which list stands apart at a place, if one does.
pub(super) fn list_at(path: &[String]) -> Option<Section> {
    let first = path.first()?;
    Section::ALL.into_iter().find(|section| *section != Section::Facts && section.name() == first)
}

/// What stands at a place of a profile.
fn find(path: &[String], facts: &Map<String, Value>, lists: &SectionMap) -> Option<ColumnValue> {
    if let Some(section) = list_at(path) {
        return lists.get(&section).map(|list| ColumnValue::List(list.content));
    }
    let (first, rest) = path.split_first()?;
    let value = rest.iter().try_fold(facts.get(first)?, |value, name| value.get(name))?;
    (!value.is_null()).then(|| ColumnValue::Json(value.to_string().into()))
}

impl Measured for ProfileColumns {
    fn bytes(&self) -> usize {
        self.slots.capacity() * 24
            + self.hosts.capacity() * 17
            + self.columns.values().map(Column::bytes).sum::<usize>()
    }
}

impl ProfileColumns {
    pub(super) fn has(&self, path: &[String]) -> bool {
        self.columns.contains_key(path)
    }

    /// Begins anew, with empty columns of these places beside those that there are.
    pub(super) fn begin(&mut self, paths: &[&[String]]) {
        self.slots.clear();
        self.hosts.clear();
        self.free.clear();
        for column in self.columns.values_mut() {
            *column = Column { used: column.used, ..Column::default() };
        }
        for path in paths {
            self.columns.entry(path.to_vec()).or_default();
        }
    }

    /// Notes what a host has at the places of all columns.
    pub(super) fn put(&mut self, host: HostId, facts: &Map<String, Value>, lists: &SectionMap) {
        let slot = *self.slots.entry(host).or_insert_with(|| {
            let slot = self.free.pop().unwrap_or(self.hosts.len() as u32);
            if slot as usize == self.hosts.len() {
                self.hosts.push(None);
            }
            slot
        });
        self.hosts[slot as usize] = Some(host);
        for (path, column) in &mut self.columns {
            column.set(slot, find(path, facts, lists));
        }
    }

    /// A host is gone.
    pub(super) fn remove(&mut self, host: HostId) {
        if let Some(slot) = self.slots.remove(&host) {
            self.hosts[slot as usize] = None;
            self.free.push(slot);
        }
    }

    /// The lists that must be read before a condition can be looked at.
    pub(super) fn lists_of(&self, condition: &ProfileCondition) -> Vec<Digest> {
        let compared = condition.leaves().into_iter().filter(|leaf| leaf.test != ValueTest::Present);
        let values =
            compared.flat_map(|leaf| self.columns.get(&leaf.path).map_or(&[][..], |column| &column.values));
        let list = |found: &ColumnValue| match found {
            ColumnValue::List(digest) => Some(*digest),
            ColumnValue::Json(_) => None,
        };
        values.filter_map(list).collect()
    }

    /// The hosts for which a condition is true.
    pub(super) fn matching(
        &mut self,
        condition: &ProfileCondition,
        list: &impl Fn(Digest) -> Result<Value>,
    ) -> Result<Vec<HostId>> {
        let alive = self.alive();
        let slots = condition.hosts(&alive, &mut |leaf| self.passing(leaf, list))?;
        Ok(slots.iter().filter_map(|slot| self.hosts.get(slot as usize).copied().flatten()).collect())
    }

    fn passing(
        &mut self,
        ProfileTest { path, test }: &ProfileTest,
        list: &impl Fn(Digest) -> Result<Value>,
    ) -> Result<RoaringBitmap> {
        self.uses += 1;
        let Some(column) = self.columns.get_mut(path) else { return Ok(RoaringBitmap::new()) };
        column.used = self.uses;
        let mut passes = vec![false];
        for found in &column.values {
            passes.push(match (test, found) {
                (ValueTest::Present, _) => true,
                (test, ColumnValue::Json(text)) => test.passes(&serde_json::from_str(text)?),
                (test, ColumnValue::List(digest)) => test.passes(&list(*digest)?),
            });
        }
        let codes = column.codes.iter().zip(&self.hosts).enumerate();
        let passed = codes.filter(|(_, (code, host))| host.is_some() && passes[**code as usize]);
        Ok(passed.map(|(slot, _)| slot as u32).collect())
    }

    fn alive(&self) -> RoaringBitmap {
        let slots = self.hosts.iter().enumerate();
        slots.filter(|(_, host)| host.is_some()).map(|(slot, _)| slot as u32).collect()
    }

    /// How many of these hosts have each value at a place of the facts; those without one are not counted.
    pub(super) fn count(&self, path: &[String], hosts: &[HostId]) -> Result<Vec<(Value, i64)>> {
        let Some(column) = self.columns.get(path) else { return Ok(Vec::new()) };
        let mut counts = vec![0; column.values.len() + 1];
        for host in hosts {
            if let Some(slot) = self.slots.get(host) {
                counts[column.codes.get(*slot as usize).copied().unwrap_or(ABSENT) as usize] += 1;
            }
        }
        let values = column.values.iter().zip(&counts[1..]).filter(|(_, count)| **count > 0);
        values
            .filter_map(|(found, count)| match found {
                ColumnValue::Json(text) => Some((text, *count)),
                ColumnValue::List(_) => None,
            })
            .map(|(text, count)| Ok((serde_json::from_str(text)?, count)))
            .collect()
    }

    /// Drops the columns that were asked for the longest ago until it is within a limit; so many may stay.
    pub(super) fn shrink(&mut self, bytes: usize, columns: usize) {
        while self.columns.len() > columns || (self.bytes() > bytes && !self.columns.is_empty()) {
            let oldest =
                self.columns.iter().min_by_key(|(_, column)| column.used).map(|(path, _)| path.clone());
            if let Some(oldest) = oldest {
                self.columns.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::Comparison;

    fn put(columns: &mut ProfileColumns, host: u128, facts: &Value) {
        columns.put(HostId(Uuid::from_u128(host)), facts.as_object().unwrap(), &SectionMap::new());
    }

    fn hosts(columns: &mut ProfileColumns, condition: &ProfileCondition) -> Vec<u128> {
        let mut found = columns.matching(condition, &|_| Ok(Value::Null)).unwrap();
        found.sort();
        found.iter().map(|host| host.0.as_u128()).collect()
    }

    #[test]
    fn hosts_are_found_by_what_they_have_now() {
        let (arch, cpus) = (["arch".to_owned()], ["number_of_cpus".to_owned()]);
        let mut columns = ProfileColumns::default();
        columns.begin(&[&arch, &cpus]);
        put(&mut columns, 1, &json!({"arch": "x86_64", "number_of_cpus": 4}));
        put(&mut columns, 2, &json!({"arch": "aarch64"}));
        put(&mut columns, 3, &json!({"arch": null, "number_of_cpus": 8}));
        let x86 = ProfileCondition::value(["arch"], ValueTest::Text(Comparison::Equal, "x86_64".to_owned()));
        let other =
            ProfileCondition::value(["arch"], ValueTest::Text(Comparison::NotEqual, "x86_64".to_owned()));
        let many = ProfileCondition::value(["number_of_cpus"], ValueTest::Number(Comparison::Greater, 3));
        assert_eq!(hosts(&mut columns, &x86), [1]);
        assert_eq!(hosts(&mut columns, &other), [2]);
        assert_eq!(hosts(&mut columns, &ProfileCondition::absent(["arch"])), [3]);
        assert_eq!(hosts(&mut columns, &ProfileCondition::All(vec![x86.clone(), many.clone()])), [1]);
        assert_eq!(hosts(&mut columns, &ProfileCondition::Any(vec![x86.clone(), many])), [1, 3]);
        put(&mut columns, 1, &json!({"arch": "ppc64le"}));
        columns.remove(HostId(Uuid::from_u128(2)));
        assert_eq!(hosts(&mut columns, &x86), [0_u128; 0]);
        assert_eq!(hosts(&mut columns, &other), [1]);
        put(&mut columns, 4, &json!({}));
        assert_eq!(hosts(&mut columns, &ProfileCondition::absent(["arch"])), [3, 4]);
    }

    #[test]
    fn columns_that_nobody_asks_for_go_first() {
        let (arch, cpus) = (["arch".to_owned()], ["number_of_cpus".to_owned()]);
        let mut columns = ProfileColumns::default();
        columns.begin(&[&arch, &cpus]);
        hosts(&mut columns, &ProfileCondition::absent(["number_of_cpus"]));
        columns.shrink(usize::MAX, 1);
        assert!(columns.has(&cpus) && !columns.has(&arch));
    }
}
