//! Packages, by name.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{Difference, Sides, items::text, without_common};

/// A package `NAME-EPOCH:VERSION.ARCH`, or without the epoch `NAME-VERSION-RELEASE.ARCH`, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package<'t> {
    /// Its name; the whole text when it has no version.
    pub name: &'t str,
    /// Epoch, version and release as they stand there; may be empty.
    pub version: &'t str,
    /// The architecture; empty when none is told.
    pub arch: &'t str,
}

/// What may stand behind the last dot and is no part of a version.
const ARCHES: [&str; 22] = [
    "x86_64",
    "noarch",
    "i386",
    "i486",
    "i586",
    "i686",
    "aarch64",
    "armv7hl",
    "armv7",
    "ppc64",
    "ppc64le",
    "s390x",
    "riscv64",
    "src",
    "all",
    "any",
    "amd64",
    "arm64",
    "armhf",
    "armel",
    "ppc64el",
    "loongarch64",
];

impl<'t> Package<'t> {
    /// Takes a text apart.
    pub fn parse(text: &'t str) -> Self {
        let (rest, arch) = match text.rsplit_once('.') {
            Some((rest, arch)) if ARCHES.contains(&arch) => (rest, arch),
            _ => (text, ""),
        };
        let (name, version) = split(rest).unwrap_or((rest, ""));
        Self { name, version, arch }
    }
}

/// Name and version: before the last `-DIGITS:`, else before the last two hyphens, else before the last one; a version
/// begins with a digit.
fn split(text: &str) -> Option<(&str, &str)> {
    let hyphens = || text.rmatch_indices('-').map(|(at, _)| at).filter(|at| *at > 0);
    let parts = |at: usize| (&text[..at], &text[at + 1..]);
    let has_epoch = |at: &usize| {
        let epoch = text[at + 1..].split_once(':').map_or("", |(epoch, _)| epoch);
        !epoch.is_empty() && epoch.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_version = |at: &usize| text[at + 1..].starts_with(|first: char| first.is_ascii_digit());
    hyphens()
        .find(has_epoch)
        .or_else(|| hyphens().nth(1).filter(is_version))
        .or_else(|| hyphens().next().filter(is_version))
        .map(parts)
}

/// What differs between two lists of packages, by name; by name and architecture where a package is there for several.
/// Of a package that is there in several versions those that are on both sides are left out.
pub(crate) fn diff(before: &[Value], after: &[Value]) -> Vec<Difference> {
    let texts: Vec<String> = before.iter().chain(after).map(text).collect();
    let packages: Vec<Package<'_>> = texts.iter().map(|text| Package::parse(text)).collect();
    let mut arches: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in &packages {
        arches.entry(package.name).or_default().insert(package.arch);
    }
    let key = |package: &Package<'_>| {
        let several = arches.get(package.name).is_some_and(|arches| arches.len() > 1);
        if several && !package.arch.is_empty() {
            format!("{}.{}", package.name, package.arch)
        } else {
            package.name.to_owned()
        }
    };
    let mut sides = Sides::new();
    let (old, new) = packages.split_at(before.len());
    for (item, package) in before.iter().zip(old) {
        sides.entry(key(package)).or_default().0.push(item);
    }
    for (item, package) in after.iter().zip(new) {
        sides.entry(key(package)).or_default().1.push(item);
    }
    sides
        .into_iter()
        .filter_map(|(key, (before, after))| {
            let (went, came) = without_common(&before, &after);
            Difference::new(vec![key], went, came)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_taken_apart_whatever_its_system() {
        for (text, name, version, arch) in [
            ("bash-0:5.1.8-6.el9.x86_64", "bash", "0:5.1.8-6.el9", "x86_64"),
            ("bash-5.1.8-6.el9.x86_64", "bash", "5.1.8-6.el9", "x86_64"),
            (
                "debian-archive-keyring-0:2023.3+deb12u2.all",
                "debian-archive-keyring",
                "0:2023.3+deb12u2",
                "all",
            ),
            ("libstdc++-12-dev-0:12.2.0-14.amd64", "libstdc++-12-dev", "0:12.2.0-14", "amd64"),
            ("vim-2:9.0.1378-2.amd64", "vim", "2:9.0.1378-2", "amd64"),
            ("debian-archive-keyring-2023.3", "debian-archive-keyring", "2023.3", ""),
            ("x-0:1", "x", "0:1", ""),
            ("kernel", "kernel", "", ""),
            ("-1", "-1", "", ""),
            ("", "", "", ""),
        ] {
            assert_eq!(Package::parse(text), Package { name, version, arch }, "{text}");
        }
    }
}
