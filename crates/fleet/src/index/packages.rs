//! Which packages are on which hosts, answered from memory that follows the log.
//!
//! Machines share lists of packages: an organisation has far fewer lists than hosts, and each is read once. A package knows
//! the lists that it is in, a list its hosts; no question looks at hosts one by one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ::store::{Rows, Sql, Tx};
use compare::{Ecosystem, Package};
use foldhash::fast::RandomState;
use ground::{HostId, OrgId};
use profile::{Digest, Section};
use roaring::RoaringBitmap;
use uuid::Uuid;

use super::{
    log_position::{LogPosition, Since},
    org_cache::{Measured, OrgCache},
    read::next_page,
};
use crate::{
    Comparison, Condition, Fleet, HostQuery, Pattern, Result, db::statements as statement, fold,
    model::section_map::unpack_sections, sections,
};

/// Hosts read in one statement, and lists.
const HOSTS_PER_STATEMENT: i64 = 5_000;
const LISTS_PER_READ: usize = 256;

/// The packages of organisations.
pub(crate) type PackageIndexes = OrgCache<PackageIndex>;

/// A package by its name, and how far it is spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageName {
    /// Its name.
    pub name: String,
    /// How many versions of it there are.
    pub versions: usize,
    /// On how many hosts any of them is.
    pub hosts: usize,
}

/// A version of a package, and on how many hosts it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageVersion {
    /// Epoch, version and release.
    pub version: String,
    /// The architectures that it is there for.
    pub arches: Vec<String>,
    /// On how many hosts.
    pub hosts: usize,
}

/// The versions of a package: each with its architectures and their numbers.
type Versions = BTreeMap<Box<str>, Vec<(Box<str>, u32)>>;

/// The packages of one organisation.
#[derive(Default)]
pub(crate) struct PackageIndex {
    /// Where in the log it is right; nowhere until everything is read.
    position: Option<LogPosition>,
    /// Which list a host has.
    list_of: HashMap<HostId, u32, RandomState>,
    lists: Vec<List>,
    numbers: HashMap<Digest, u32, RandomState>,
    /// Packages by their text; each with the lists that it is in.
    known: HashMap<Box<str>, u32, RandomState>,
    packages: Vec<RoaringBitmap>,
    names: BTreeMap<Box<str>, Versions>,
    bytes: usize,
}

#[derive(Default)]
struct List {
    hosts: HashSet<HostId, RandomState>,
}

impl Measured for PackageIndex {
    fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Fleet {
    /// The packages on hosts that match whose name contains `search`, in any case: those that begin with it first, then by
    /// name. Gives how many there are, and those from place `offset` on, at most `limit`.
    pub async fn packages(
        &self,
        query: &HostQuery,
        search: &str,
        offset: usize,
        limit: usize,
    ) -> Result<(usize, Vec<PackageName>)> {
        self.with_packages(query, |index, lists| index.named(lists, search, offset, limit)).await
    }

    /// The versions of a package on hosts that match, those on most hosts first.
    pub async fn package_versions(&self, query: &HostQuery, name: &str) -> Result<Vec<PackageVersion>> {
        self.with_packages(query, |index, lists| index.versions(lists, name)).await
    }

    /// Of hosts with a package those that have this version of it, or any, as a condition of a question.
    pub async fn with_package(&self, org: &OrgId, name: &str, version: Option<&str>) -> Result<Condition> {
        let accepts = |known: &str| version.is_none_or(|version| version == known);
        self.having_packages(org, |known| known == name, accepts).await
    }

    /// Of hosts with a package of such a name those that have such a version of it, or any. Where the version that is asked for has
    /// no epoch or no release, those of packages do not count.
    pub(crate) async fn with_packages_like(
        &self,
        org: &OrgId,
        name: &Pattern,
        version: Option<(Comparison, &str)>,
    ) -> Result<Condition> {
        let accepts = |known: &str| {
            version.is_none_or(|(comparison, wanted)| {
                let known = match known.split_once(':') {
                    Some((_, version)) if !wanted.contains(':') => version,
                    _ => known,
                };
                let known = match known.split_once('-') {
                    Some((version, _)) if !wanted.contains('-') => version,
                    _ => known,
                };
                comparison.holds(Ecosystem::Rpm.order(known, wanted))
            })
        };
        self.having_packages(org, |known| name.matches(&fold(known)), accepts).await
    }

    async fn having_packages(
        &self,
        org: &OrgId,
        is_named: impl Fn(&str) -> bool,
        accepts: impl Fn(&str) -> bool,
    ) -> Result<Condition> {
        let index = self.package_indexes().of(org);
        let mut index = index.lock().await;
        self.bring_packages(org, &mut index).await?;
        let lists = index.lists_having(is_named, accepts);
        let hosts: BTreeSet<HostId> =
            lists.iter().flat_map(|list| &index.lists[list as usize].hosts).copied().collect();
        Ok(Condition::Ids(hosts.into_iter().collect()))
    }

    /// Asks the index of an organisation, brought up to date, about the hosts that match.
    async fn with_packages<T>(
        &self,
        query: &HostQuery,
        answer: impl FnOnce(&PackageIndex, &Reached) -> T,
    ) -> Result<T> {
        let everything = HostQuery { offset: 0, limit: i64::MAX, ..query.clone() };
        let hosts = self.refs(&everything).await?.hosts;
        let org = query.scope.org();
        let index = self.package_indexes().of(org);
        let mut index = index.lock().await;
        self.bring_packages(org, &mut index).await?;
        let lists = index.reached(hosts.iter().filter_map(|host| index.list_of.get(&host.id)));
        Ok(answer(&index, &lists))
    }

    /// Asks the index of an organisation about lists that it knows or reads for it.
    pub(crate) async fn with_package_lists<T>(
        &self,
        org: &OrgId,
        lists: impl Iterator<Item = &Digest>,
        answer: impl FnOnce(&PackageIndex) -> T,
    ) -> Result<T> {
        let index = self.package_indexes().of(org);
        let mut index = index.lock().await;
        self.bring_packages(org, &mut index).await?;
        let mut tx = self.db().snapshot().await?;
        self.read_lists(&mut tx, org, &mut index, lists).await?;
        self.package_indexes().make_room(org, index.bytes);
        Ok(answer(&index))
    }

    /// Brings an index to the newest number of the log.
    async fn bring_packages(&self, org: &OrgId, index: &mut PackageIndex) -> Result<()> {
        // One state of the database for hosts and lists: a list may be collected once its host has moved on.
        let mut tx = self.db().snapshot().await?;
        let (since, newest) = LogPosition::since(&mut tx, org, index.position).await?;
        if matches!(since, Since::Nothing) {
            return Ok(());
        }
        // Should reading fail, everything is read anew.
        index.position = None;
        if let Since::Hosts(changed) = since {
            for changed in changed.chunks(HOSTS_PER_STATEMENT as usize) {
                let ids = Rows::new().column(changed.iter().copied());
                let rows = tx.fetch_all(Sql::new(statement::SECTIONS_BY_ID).bind(org).rows(ids)).await?;
                let found: HashMap<HostId, Option<Digest>> =
                    rows.iter().map(host_and_list).collect::<Result<_>>()?;
                self.read_lists(&mut tx, org, index, found.values().flatten()).await?;
                for host in changed {
                    index.put(*host, found.get(host).copied().flatten());
                }
            }
            if !index.is_wasteful() {
                index.position = Some(newest);
                return Ok(());
            }
            *index = PackageIndex::default();
        }
        // Lists that are known stay: who gives up waiting leaves less to read for the next.
        index.forget_hosts();
        let mut from = Some(Uuid::nil());
        while let Some(first) = from {
            let sql = Sql::new(statement::SECTIONS_OF_HOSTS).bind(org).bind(first).bind(HOSTS_PER_STATEMENT);
            let rows = tx.fetch_all(sql).await?;
            let found = rows.iter().map(host_and_list).collect::<Result<Vec<_>>>()?;
            self.read_lists(&mut tx, org, index, found.iter().filter_map(|(_, list)| list.as_ref())).await?;
            for (host, list) in &found {
                index.put(*host, *list);
            }
            from = next_page(&rows, HOSTS_PER_STATEMENT)?;
        }
        index.position = Some(newest);
        self.package_indexes().make_room(org, index.bytes);
        Ok(())
    }

    /// Reads the lists that the index does not know yet.
    async fn read_lists(
        &self,
        tx: &mut Tx,
        org: &OrgId,
        index: &mut PackageIndex,
        lists: impl Iterator<Item = &Digest>,
    ) -> Result<()> {
        let unknown: BTreeSet<Digest> =
            lists.filter(|list| !index.numbers.contains_key(*list)).copied().collect();
        for some in unknown.into_iter().collect::<Vec<_>>().chunks(LISTS_PER_READ) {
            let texts = sections::load(tx, self.base_cache(), org, some.to_vec()).await?;
            for digest in some {
                let packages: Vec<String> = match texts.get(digest) {
                    Some(text) => serde_json::from_str(text)?,
                    None => Vec::new(),
                };
                index.learn(*digest, &packages);
            }
            tokio::task::yield_now().await;
        }
        Ok(())
    }
}

/// Reads `id, sections`.
fn host_and_list(row: &::store::Row) -> Result<(HostId, Option<Digest>)> {
    let sections = unpack_sections(&row.get::<Vec<u8>>(1)?)?;
    let list = sections.get(&Section::InstalledPackages).map(|section| section.content);
    Ok((HostId(row.get(0)?), list))
}

/// The hosts that a question is about, by their lists.
pub(crate) struct Reached {
    /// How many of them have each list.
    counts: Vec<u32>,
    /// The lists that any of them has.
    there: RoaringBitmap,
}

impl Reached {
    /// How many hosts have one of these lists; a host has one list.
    fn hosts(&self, lists: &RoaringBitmap) -> usize {
        lists.iter().map(|list| self.counts[list as usize] as usize).sum()
    }
}

impl PackageIndex {
    /// The packages in these lists whose name contains `search`, as [`Fleet::packages`] gives them.
    pub(crate) fn named(
        &self,
        lists: &Reached,
        search: &str,
        offset: usize,
        limit: usize,
    ) -> (usize, Vec<PackageName>) {
        let wanted = search.to_lowercase();
        let is_there =
            |(_, number): &(Box<str>, u32)| !self.packages[*number as usize].is_disjoint(&lists.there);
        let mut found: Vec<(bool, &str, &Versions)> = Vec::new();
        for (name, versions) in &self.names {
            let folded = name.to_lowercase();
            if folded.contains(&wanted) && versions.values().flatten().any(is_there) {
                found.push((!folded.starts_with(&wanted), name, versions));
            }
        }
        found.sort_by_key(|(later, name, _)| (*later, *name));
        let total = found.len();
        // Only what is shown is counted.
        let names = found.into_iter().skip(offset).take(limit).map(|(_, name, versions)| {
            let here = versions.values().map(|numbers| self.lists_with(numbers) & &lists.there);
            let by_version: Vec<RoaringBitmap> = here.filter(|lists| !lists.is_empty()).collect();
            let all = by_version.iter().fold(RoaringBitmap::new(), |all, one| all | one);
            PackageName { name: name.to_owned(), versions: by_version.len(), hosts: lists.hosts(&all) }
        });
        (total, names.collect())
    }

    /// The versions of a package in these lists, those on most hosts first.
    pub(crate) fn versions(&self, lists: &Reached, name: &str) -> Vec<PackageVersion> {
        let none = Versions::new();
        let versions = self.names.get(name).unwrap_or(&none);
        let mut found: Vec<PackageVersion> = versions
            .iter()
            .map(|(version, numbers)| {
                let there = |number: u32| !self.packages[number as usize].is_disjoint(&lists.there);
                let arches = numbers.iter().filter(|(arch, number)| !arch.is_empty() && there(*number));
                PackageVersion {
                    version: version.to_string(),
                    arches: arches.map(|(arch, _)| arch.to_string()).collect(),
                    hosts: lists.hosts(&(self.lists_with(numbers) & &lists.there)),
                }
            })
            .filter(|version| version.hosts > 0)
            .collect();
        found.sort_by_key(|version| std::cmp::Reverse(version.hosts));
        found
    }

    /// The lists that have an accepted version of a package with an accepted name.
    pub(crate) fn lists_having(
        &self,
        is_named: impl Fn(&str) -> bool,
        accepts: impl Fn(&str) -> bool,
    ) -> RoaringBitmap {
        let versions =
            self.names.iter().filter(|(name, _)| is_named(name)).flat_map(|(_, versions)| versions);
        let wanted = versions.filter(|(version, _)| accepts(version));
        wanted.fold(RoaringBitmap::new(), |all, (_, numbers)| all | self.lists_with(numbers))
    }

    /// Hosts by their lists: the number of the list of each.
    pub(crate) fn reached<'a>(&self, lists: impl Iterator<Item = &'a u32>) -> Reached {
        let mut reached = Reached { counts: vec![0; self.lists.len()], there: RoaringBitmap::new() };
        for list in lists {
            reached.counts[*list as usize] += 1;
            reached.there.insert(*list);
        }
        reached
    }

    /// The number of a list that was read.
    pub(crate) fn list(&self, digest: &Digest) -> Option<&u32> {
        self.numbers.get(digest)
    }

    /// The lists in which any of these packages is.
    fn lists_with(&self, packages: &[(Box<str>, u32)]) -> RoaringBitmap {
        match packages {
            [(_, one)] => self.packages[*one as usize].clone(),
            several => several
                .iter()
                .fold(RoaringBitmap::new(), |all, (_, package)| all | &self.packages[*package as usize]),
        }
    }

    /// Takes in a list that was not known.
    fn learn(&mut self, digest: Digest, packages: &[String]) {
        let list = self.lists.len() as u32;
        self.lists.push(List::default());
        self.numbers.insert(digest, list);
        self.bytes += 160;
        for text in packages {
            let number = if let Some(number) = self.known.get(text.as_str()) {
                *number
            } else {
                let number = self.packages.len() as u32;
                self.packages.push(RoaringBitmap::new());
                self.known.insert(text.as_str().into(), number);
                self.bytes += 3 * text.len() + 220;
                let package = Package::named(text);
                let versions = self.names.entry(package.name.into()).or_default();
                versions
                    .entry(package.full_version().into())
                    .or_default()
                    .push((package.arch.into(), number));
                number
            };
            self.packages[number as usize].insert(list);
            self.bytes += 2;
        }
    }

    /// Says which list a host has now.
    fn put(&mut self, host: HostId, digest: Option<Digest>) {
        let list = digest.and_then(|digest| self.numbers.get(&digest)).copied();
        let before = match list {
            Some(list) => self.list_of.insert(host, list),
            None => self.list_of.remove(&host),
        };
        if let Some(before) = before {
            self.lists[before as usize].hosts.remove(&host);
        }
        if let Some(list) = list {
            self.lists[list as usize].hosts.insert(host);
        }
    }

    fn forget_hosts(&mut self) {
        self.list_of.clear();
        for list in &mut self.lists {
            list.hosts.clear();
        }
    }

    /// Lists that no host has any more stay until they are the most.
    fn is_wasteful(&self) -> bool {
        let used = self.lists.iter().filter(|list| !list.hosts.is_empty()).count();
        self.lists.len() > 2 * used + 1_000
    }
}
