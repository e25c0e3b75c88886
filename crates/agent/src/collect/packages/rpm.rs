//! Fedora, RHEL, SUSE and their kin.

use super::Packages;
use crate::{Root, collected::Collected};

/// Where the database may be: the old place, and the one of today.
const FOLDERS: [&str; 2] = ["/var/lib/rpm", "/usr/lib/sysimage/rpm"];
const FORMAT: &str = "%{NAME}-%|EPOCH?{%{EPOCH}}:{0}|:%{VERSION}-%{RELEASE}.%{ARCH}\\n";

pub(super) fn read(root: &Root, found: &mut Collected, all: &mut Packages) {
    if has_database(root)
        && let Some(text) = found.run(root, &["rpm", "-qa", "--qf", FORMAT], "installed_packages")
    {
        take(&text, all);
        found.set("system_update_method", update_method(root));
    }
}

/// The folder may be there without one, as where rpm is only a tool.
fn has_database(root: &Root) -> bool {
    let mut names = FOLDERS.iter().flat_map(|folder| root.names(folder));
    names.any(|name| name.starts_with("rpmdb.") || name.starts_with("Packages"))
}

fn update_method(root: &Root) -> &'static str {
    if root.has("/run/ostree-booted") {
        if root.has("/usr/bin/bootc") { "bootc" } else { "rpm-ostree" }
    } else if root.has("/usr/bin/dnf") {
        "dnf"
    } else if root.has("/usr/bin/yum") {
        "yum"
    } else {
        ""
    }
}

fn take(text: &str, all: &mut Packages) {
    for line in text.lines().filter(|line| !line.is_empty()) {
        // Keys stand among the packages; their version and release are their name.
        match line.strip_prefix("gpg-pubkey-") {
            Some(rest) => {
                let version = rest.split_once(':').map_or(rest, |(_, version)| version);
                all.keys.push(format!("gpg-pubkey-{}", version.trim_end_matches(".(none)")));
            }
            None => all.packages.push(line.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::tree;

    /// What rpm writes in that format, after rpm(8).
    const OUTPUT: &str = "\
bash-0:5.1.8-9.el9.x86_64
perl-4:5.32.1-481.el9.x86_64
gpg-pubkey-0:fd431d51-4ae0493b.(none)
tzdata-0:2024a-1.el9.noarch
";

    #[test]
    fn packages_and_keys_are_told_apart() {
        let mut all = Packages::default();
        take(OUTPUT, &mut all);
        assert_eq!(
            all.packages,
            ["bash-0:5.1.8-9.el9.x86_64", "perl-4:5.32.1-481.el9.x86_64", "tzdata-0:2024a-1.el9.noarch"]
        );
        assert_eq!(all.keys, ["gpg-pubkey-fd431d51-4ae0493b"]);
    }

    #[test]
    fn rpm_is_asked_only_where_it_has_a_database() {
        let asked = |files: &[(&str, &str)]| has_database(&tree(files).root);
        assert!(asked(&[("/var/lib/rpm/Packages", "")]) && asked(&[("/usr/lib/sysimage/rpm/rpmdb.x", "")]));
        assert!(!asked(&[("/var/lib/rpm/.rpm.lock", "")]) && !asked(&[]));
    }

    #[test]
    fn the_way_of_updating_is_told_by_what_is_there() {
        let method = |files: &[(&str, &str)]| update_method(&tree(files).root);
        assert_eq!(method(&[("/usr/bin/dnf", ""), ("/usr/bin/yum", "")]), "dnf");
        assert_eq!(method(&[("/usr/bin/yum", "")]), "yum");
        assert_eq!(method(&[("/run/ostree-booted", ""), ("/usr/bin/dnf", "")]), "rpm-ostree");
        assert_eq!(method(&[("/run/ostree-booted", ""), ("/usr/bin/bootc", "")]), "bootc");
    }
}
