//! Which packages were on which hosts at a moment.
//!
//! Lists of packages are known by what they say: those of the past are learned by the index of the present, which has most of them.

use ground::{HostId, Timestamp};
use profile::{Digest, Section};
use serde_json::Value;

use super::{HostsThen, NotThen};
use crate::{
    Change, Fleet, PackageName, PackageVersion, Scope,
    index::packages::{PackageIndex, Reached},
};

/// A host that was there, with the row of its state and its list of packages.
struct HostThen {
    name: String,
    id: HostId,
    seq: i64,
    list: Digest,
}

impl Fleet {
    /// The packages that there were at a moment on hosts for which a question was true then, as [`Fleet::packages`] gives those of
    /// now.
    pub async fn packages_as_of(
        &self,
        (scope, question, at): (&Scope, Option<&str>, Timestamp),
        search: &str,
        offset: usize,
        limit: usize,
    ) -> Result<(usize, Vec<PackageName>), NotThen> {
        let answer = |index: &PackageIndex, hosts: &[HostThen]| {
            index.named(&reached(index, hosts), search, offset, limit)
        };
        self.with_packages_as_of(scope, question, at, answer).await
    }

    /// The versions of a package that there were at a moment, as [`Fleet::package_versions`] gives those of now.
    pub async fn package_versions_as_of(
        &self,
        (scope, question, at): (&Scope, Option<&str>, Timestamp),
        name: &str,
    ) -> Result<Vec<PackageVersion>, NotThen> {
        let answer = |index: &PackageIndex, hosts: &[HostThen]| index.versions(&reached(index, hosts), name);
        self.with_packages_as_of(scope, question, at, answer).await
    }

    /// The hosts that had a package at a moment, or a version of it; by name, those from `offset` on.
    pub async fn package_hosts_as_of(
        &self,
        (scope, question, at): (&Scope, Option<&str>, Timestamp),
        (name, version): (&str, Option<&str>),
        offset: usize,
        limit: usize,
    ) -> Result<HostsThen, NotThen> {
        let answer = |index: &PackageIndex, hosts: &[HostThen]| {
            let accepts = |known: &str| version.is_none_or(|version| version == known);
            let having = index.lists_having(|known| known == name, accepts);
            let has = |host: &&HostThen| index.list(&host.list).is_some_and(|list| having.contains(*list));
            hosts.iter().filter(has).map(|host| (host.name.clone(), host.id, host.seq)).collect::<Vec<_>>()
        };
        let found = self.with_packages_as_of(scope, question, at, answer).await?;
        self.page_as_of(scope, found, offset, limit).await
    }

    async fn with_packages_as_of<T>(
        &self,
        scope: &Scope,
        question: Option<&str>,
        at: Timestamp,
        answer: impl FnOnce(&PackageIndex, &[HostThen]) -> T,
    ) -> Result<T, NotThen> {
        let mut hosts: Vec<HostThen> = Vec::new();
        let keep = |change: Change, _: Value| {
            let list = change.sections.get(&Section::InstalledPackages).map(|section| section.content);
            let (name, id, seq) = (change.host.display_name.clone(), change.host.id, change.seq);
            hosts.extend(list.map(|list| HostThen { name, id, seq, list }));
        };
        self.each_as_of(scope, question, at, false, keep).await?;
        let lists = hosts.iter().map(|host| &host.list);
        Ok(self.with_package_lists(scope.org(), lists, |index| answer(index, &hosts)).await?)
    }
}

fn reached(index: &PackageIndex, hosts: &[HostThen]) -> Reached {
    index.reached(hosts.iter().filter_map(|host| index.list(&host.list)))
}
