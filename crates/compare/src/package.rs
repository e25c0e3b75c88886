//! Packages, by name.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde_json::Value;

use crate::{Difference, Ecosystem, items::text, without_common};

/// A package, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Package<'t> {
    /// Its name; never empty.
    pub name: &'t str,
    /// Digits; empty when none is told, or when it is 0, which is the same.
    pub epoch: &'t str,
    /// Version and release as they stand there, without the epoch; never empty.
    pub version: Cow<'t, str>,
    /// The architecture; empty when none is told.
    pub arch: &'t str,
}

/// Architectures of RPM (contract drift §4.2): after a dot, or after a hyphen behind which there is no dot.
const RPM_ARCHES: &str = " x86_64 i386 i486 i586 i686 src ia64 ppc ppc64 s390 s390x amd64 (none) noarch alpha alphaev4 \
    alphaev45 alphaev5 alphaev56 alphaev6 alphaev67 alphaev68 alphaev7 alphapca56 arm64 armv5tejl armv5tel armv6l armv7hl \
    armv7hnl armv7l athlon armhfp geode ia32e nosrc ppc64iseries ppc64le ppc64p7 ppc64pseries sh3 sh4 sh4a sparc sparc64 \
    sparc64v sparcv8 sparcv9 sparcv9v aarch64 ";

/// Those of dpkg, apk and pacman, and newer ones of RPM: after a dot only.
const OTHER_ARCHES: &str = " all any armel armhf armv6h armv7 armv7h arm hppa hurd-amd64 hurd-i386 kfreebsd-amd64 \
    kfreebsd-i386 loong64 loongarch64 m68k mips mips64 mips64el mips64r6el mipsel pentium4 powerpc ppc64el riscv riscv64 x32 \
    x86 x86_64_v2 x86_64_v3 x86_64_v4 znver4 pentium3 armv8l armv4tl armv5tl mips64r6 mipsr6 ";

/// Architectures that only dpkg names so.
const DEB_ARCHES: &str = " all amd64 arm64 armel armhf hurd-amd64 hurd-i386 kfreebsd-amd64 kfreebsd-i386 mips64el mipsel \
    powerpc ppc64el ";

impl<'t> Package<'t> {
    /// Takes a text apart: `NAME-EPOCH:VERSION.ARCH`, and only where there is no `-DIGITS:`
    /// `EPOCH:NAME-VERSION-RELEASE.ARCH` or the same without the epoch. Nothing when it is none of them.
    ///
    /// ```
    /// use compare::Package;
    /// let adduser = Package::parse("adduser-0:3.134.all").unwrap();
    /// assert_eq!((adduser.name, adduser.to_string().as_str()), ("adduser", "3.134.all"));
    /// let squid = Package::parse("7:squid-3.5.20-12.el7_6.1").unwrap();
    /// assert_eq!((squid.name, squid.epoch, &*squid.version), ("squid", "7", "3.5.20-12.el7_6.1"));
    /// ```
    pub fn parse(text: &'t str) -> Option<Self> {
        let (before, rest) = leading_epoch(text);
        let (name, epoch, version, arch) = if let Some((name, epoch, tail)) = hyphen_with_epoch(rest) {
            let (version, arch) = without_arch(tail);
            (name, epoch, version, arch)
        } else {
            let (rest, arch) = without_arch(rest);
            let (front, release) = rest.rsplit_once('-')?;
            let (name, told) = front.rsplit_once('-')?;
            // What has no digit is a part of a name: `debian-archive-keyring-2023.3` has no release.
            if release.is_empty() || !told.bytes().any(|byte| byte.is_ascii_digit()) {
                return None;
            }
            let odd_epoch = told.find(':').map_or(0, |at| at + 1);
            (name, before, &rest[name.len() + 1 + odd_epoch..], arch)
        };
        if name.is_empty() || version.is_empty() {
            return None;
        }
        let epoch = epoch.trim_start_matches('0');
        // The modules of one storage vendor have the kernel in their name.
        if name.starts_with("oracleasm")
            && name.strip_suffix(".el5").is_some()
            && let Some((short, kernel)) = name.split_once('-')
        {
            return Some(Self { name: short, epoch, version: format!("{kernel}-{version}").into(), arch });
        }
        Some(Self { name, epoch, version: version.into(), arch })
    }

    /// The same, of any text: what stands before a last hyphen with a digit behind it is the name, else the whole is.
    pub fn named(text: &'t str) -> Self {
        Self::parse(text).unwrap_or_else(|| {
            let (rest, arch) = without_arch(text);
            let is_version = |version: &str| version.starts_with(|first: char| first.is_ascii_digit());
            match rest.rsplit_once('-') {
                Some((name, version)) if !name.is_empty() && is_version(version) => {
                    Self { name, epoch: "", version: version.into(), arch }
                }
                _ => Self { name: rest, epoch: "", version: "".into(), arch },
            }
        })
    }

    /// Which package manager it is of; nothing where neither the package nor the name of the operating system tells.
    pub fn ecosystem(&self, system: &str) -> Option<Ecosystem> {
        let is_of = |list: &str| list.contains(&format!(" {} ", self.arch));
        let system = system.to_ascii_lowercase();
        let runs = |names: &[&str]| names.iter().any(|name| system.contains(name));
        if is_of(DEB_ARCHES) || runs(&["debian", "ubuntu", "mint", "raspbian"]) {
            Some(Ecosystem::Deb)
        } else if self.arch == "any" || runs(&["arch linux", "manjaro", "cachyos", "endeavouros"]) {
            Some(Ecosystem::Alpm)
        } else if runs(&["alpine", "postmarketos"]) {
            Some(Ecosystem::Apk)
        } else {
            let tags = [".el", ".fc", ".amzn", ".suse", ".oe", ".azl", ".cm"];
            let tagged = tags.iter().any(|tag| {
                let after = self.version.rfind(tag).map_or("", |at| &self.version[at + tag.len()..]);
                after.starts_with(|c: char| c.is_ascii_digit())
            });
            let known = ["rhel", "red hat", "centos", "fedora", "alma", "rocky", "suse", "oracle", "amazon"];
            (tagged || runs(&known)).then_some(Ecosystem::Rpm)
        }
    }

    /// Epoch and version, as they are ordered.
    pub fn full_version(&self) -> Cow<'_, str> {
        if self.epoch.is_empty() {
            Cow::Borrowed(&self.version)
        } else {
            format!("{}:{}", self.epoch, self.version).into()
        }
    }
}

impl fmt::Display for Package<'_> {
    /// Version, release and architecture (contract drift §4.2).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.version)?;
        if self.arch.is_empty() { Ok(()) } else { write!(f, ".{}", self.arch) }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits before the first colon, and the rest.
fn leading_epoch(text: &str) -> (&str, &str) {
    text.split_once(':').filter(|(epoch, _)| is_number(epoch)).unwrap_or(("", text))
}

/// Name, epoch and rest around the last `-DIGITS:`.
fn hyphen_with_epoch(text: &str) -> Option<(&str, &str, &str)> {
    text.rmatch_indices('-').filter(|(at, _)| *at > 0).find_map(|(at, _)| {
        let (epoch, rest) = text[at + 1..].split_once(':').filter(|(epoch, _)| is_number(epoch))?;
        Some((&text[..at], epoch, rest))
    })
}

/// The text without its architecture, and that.
fn without_arch(text: &str) -> (&str, &str) {
    let knows = |list: &str, arch: &str| list.contains(&format!(" {arch} "));
    let known = |arch: &str| !arch.contains(' ') && (knows(RPM_ARCHES, arch) || knows(OTHER_ARCHES, arch));
    if let Some((rest, arch)) = text.rsplit_once('.')
        && known(arch)
    {
        return (rest, arch);
    }
    match text.rsplit_once('-') {
        Some((rest, arch)) if !arch.contains(['.', ' ']) && knows(RPM_ARCHES, arch) => (rest, arch),
        _ => (text, ""),
    }
}

/// What differs between two lists of packages, by name; by name and architecture where a package is there for several.
/// Of a package that is there in several versions those that are on both sides are left out. An epoch that is not told
/// is 0.
pub(crate) fn diff(before: &[Value], after: &[Value]) -> Vec<Difference> {
    let texts: Vec<String> = before.iter().chain(after).map(text).collect();
    let packages: Vec<Package<'_>> = texts.iter().map(|text| Package::named(text)).collect();
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
    let mut sides: BTreeMap<String, (Vec<Item<'_>>, Vec<Item<'_>>)> = BTreeMap::new();
    let (old, new) = packages.split_at(before.len());
    for (item, package) in before.iter().zip(old) {
        sides.entry(key(package)).or_default().0.push((item, package));
    }
    for (item, package) in after.iter().zip(new) {
        sides.entry(key(package)).or_default().1.push((item, package));
    }
    sides
        .into_iter()
        .filter_map(|(key, (before, after))| {
            let (before, after) = without_same(&before, after);
            let (went, came) = without_common(&before, &after);
            Difference::new(vec![key], went, came)
        })
        .collect()
}

/// A package as it was told, and taken apart.
type Item<'v> = (&'v Value, &'v Package<'v>);

/// Without what two texts tell alike.
fn without_same<'v>(before: &[Item<'v>], mut after: Vec<Item<'v>>) -> (Vec<&'v Value>, Vec<&'v Value>) {
    let mut went = Vec::new();
    for (item, package) in before {
        match after.iter().position(|(_, other)| other == package) {
            Some(at) => drop(after.remove(at)),
            None => went.push(*item),
        }
    }
    (went, after.into_iter().map(|(item, _)| item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_taken_apart_whatever_its_system() {
        for (text, name, epoch, version, arch) in [
            ("bash-0:5.1.8-6.el9.x86_64", "bash", "", "5.1.8-6.el9", "x86_64"),
            ("bash-5.1.8-6.el9.x86_64", "bash", "", "5.1.8-6.el9", "x86_64"),
            ("adduser-0:3.134.all", "adduser", "", "3.134", "all"),
            (
                "debian-archive-keyring-0:2023.3+deb12u2.all",
                "debian-archive-keyring",
                "",
                "2023.3+deb12u2",
                "all",
            ),
            ("libstdc++-12-dev-0:12.2.0-14.amd64", "libstdc++-12-dev", "", "12.2.0-14", "amd64"),
            ("vim-2:9.0.1378-2.amd64", "vim", "2", "9.0.1378-2", "amd64"),
            ("0:bluejeans-1.37.22-1", "bluejeans", "", "1.37.22-1", ""),
            ("7:squid-3.5.20-12.el7_6.1", "squid", "7", "3.5.20-12.el7_6.1", ""),
            ("2:gedit-3.32.0-1.fc30", "gedit", "2", "3.32.0-1.fc30", ""),
            ("squid-7:3.5.20-12.el7_6.1", "squid", "7", "3.5.20-12.el7_6.1", ""),
            ("epel-release-0:7-11", "epel-release", "", "7-11", ""),
            ("no_epoch-1.0-1.fc99.8088", "no_epoch", "", "1.0-1.fc99.8088", ""),
            ("texlive-soul-svn15878.2.4-32.el7.noarch", "texlive-soul", "", "svn15878.2.4-32.el7", "noarch"),
            ("gpg-pubkey-fd431d51-4ae0493b.(none)", "gpg-pubkey", "", "fd431d51-4ae0493b", "(none)"),
            ("busybox-0:1.36.1-r15.x86", "busybox", "", "1.36.1-r15", "x86"),
            ("glibc-0:2.39-1.x86_64_v3", "glibc", "", "2.39-1", "x86_64_v3"),
            ("hurd-0:1-2.hurd-i386", "hurd", "", "1-2", "hurd-i386"),
            ("foo-1.0-1-x86_64", "foo", "", "1.0-1", "x86_64"),
            (
                "oracleasm-2.6.18-164.el5-0:2.0.5-1.el5.x86_64",
                "oracleasm",
                "",
                "2.6.18-164.el5-2.0.5-1.el5",
                "x86_64",
            ),
            ("x-0:1", "x", "", "1", ""),
        ] {
            let expected = Package { name, epoch, version: version.into(), arch };
            assert_eq!(Package::parse(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_package_is_none() {
        for text in [
            "this-will_not_parse",
            "this isn't parsable",
            "a-1-2-",
            "kernel",
            "-1",
            "",
            "-0:1",
            "x-0:",
            "bash-5.1",
        ] {
            assert_eq!(Package::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_ecosystem_is_told_by_architecture_release_or_system_or_not_at_all() {
        let of = |text: &str, system: &str| Package::parse(text).unwrap().ecosystem(system);
        assert_eq!(of("vim-2:9.0.1378-2.amd64", ""), Some(Ecosystem::Deb));
        assert_eq!(of("bash-0:5.1.8-6.el9.x86_64", ""), Some(Ecosystem::Rpm));
        assert_eq!(of("bash-0:5.2-1.x86_64", "Arch Linux"), Some(Ecosystem::Alpm));
        assert_eq!(of("bash-0:5.2-r1.x86_64", "Alpine"), Some(Ecosystem::Apk));
        assert_eq!(of("bash-0:5.2-1.x86_64", ""), None);
    }
}
