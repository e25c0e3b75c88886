//! Debian and its kin.

use super::{Packages, package};
use crate::{Root, collected::Collected, deb822};

const FIELDS: [&str; 4] = ["Package", "Status", "Version", "Architecture"];
/// Of the eight states of a package those in which none of its files are there: a removed one keeps its stanza for
/// its configuration.
const WITHOUT_FILES: [&str; 2] = ["config-files", "not-installed"];
/// Where images without a package manager keep one file for each package.
const PARTS: &str = "/var/lib/dpkg/status.d";

pub(super) fn read(root: &Root, found: &mut Collected, all: &mut Packages) {
    let whole = found.read(root, "/var/lib/dpkg/status", "installed_packages");
    let parts =
        root.names(PARTS).into_iter().filter(|name| !matches!(name.rsplit_once('.'), Some((_, "md5sums"))));
    let parts = parts.filter_map(|name| found.read(root, &format!("{PARTS}/{name}"), "installed_packages"));
    for text in whole.into_iter().chain(parts.collect::<Vec<_>>()) {
        all.packages.extend(packages(&text));
    }
}

fn packages(text: &str) -> Vec<String> {
    deb822::read(text, &FIELDS)
        .filter_map(|stanza| {
            // Those in parts have no status.
            let state = stanza.words("Status").last();
            if state.is_some_and(|state| WITHOUT_FILES.contains(&state)) {
                return None;
            }
            let architecture = stanza.get("Architecture").unwrap_or_default();
            Some(package(stanza.get("Package")?, stanza.get("Version")?, architecture))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::tree;

    /// Recorded on Debian 12, shortened.
    const STATUS: &str = "\
Package: adduser
Status: install ok installed
Priority: important
Section: admin
Installed-Size: 686
Maintainer: Debian Adduser Developers <adduser@packages.debian.org>
Architecture: all
Multi-Arch: foreign
Version: 3.134
Depends: passwd
Conffiles:
 /etc/adduser.conf 4dd4b8b1b4a2cd2b5a7b2b1d0f0a7f0b
Description: add and remove users and groups
 This package includes the 'adduser' and 'deluser' commands.
 .
 Package: this line belongs to the text above

Package: libstdc++-12-dev
Status: install ok installed
Architecture: amd64
Version: 12.2.0-14+deb12u1

Package: linux-image-6.1.0-9-amd64
Status: deinstall ok config-files
Architecture: amd64
Version: 6.1.27-1

Package: vim-common
Status: hold ok installed
Architecture: all
Version: 2:9.0.1378-2+deb12u2

Package: half
Status: install reinstreq half-installed
Architecture: all
Version: 1.0-1

Package: waiting
Status: install ok triggers-awaited
Architecture: all
Version: 1.0-1

Package: never
Status: unknown ok not-installed
Architecture: all
Version: 1.0-1
";

    #[test]
    fn packages_whose_files_are_there_have_version_and_architecture() {
        let found = tree(&[("/var/lib/dpkg/status", STATUS)]).collect(super::super::collect);
        assert_eq!(
            found.profile["installed_packages"],
            serde_json::json!([
                "adduser-0:3.134.all",
                "half-0:1.0-1.all",
                "libstdc++-12-dev-0:12.2.0-14+deb12u1.amd64",
                "vim-common-2:9.0.1378-2+deb12u2.all",
                "waiting-0:1.0-1.all"
            ])
        );
    }

    #[test]
    fn images_without_a_package_manager_have_a_file_for_each() {
        let found = tree(&[
            (
                "/var/lib/dpkg/status.d/tzdata",
                "Package: tzdata\nVersion: 2025b-0+deb12u1\nArchitecture: all\n",
            ),
            ("/var/lib/dpkg/status.d/tzdata.md5sums", "d41d8cd9  usr/share/zoneinfo/UTC\n"),
        ])
        .collect(super::super::collect);
        assert_eq!(found.profile["installed_packages"], serde_json::json!(["tzdata-0:2025b-0+deb12u1.all"]));
    }
}
