//! Arch and its kin.

use super::{Packages, package};
use crate::{Root, collected::Collected};

const FOLDER: &str = "/var/lib/pacman/local";

pub(super) fn read(root: &Root, found: &mut Collected, all: &mut Packages) {
    for name in root.names(FOLDER) {
        // A file with the version of the database stands among the folders.
        if let Some(text) = found.read(root, &format!("{FOLDER}/{name}/desc"), "installed_packages") {
            all.packages.extend(one(&text));
        }
    }
}

/// A description is lines of a name between percent signs and its values.
fn one(text: &str) -> Option<String> {
    let field =
        |name: &str| text.lines().skip_while(|line| *line != name).nth(1).filter(|value| !value.is_empty());
    Some(package(field("%NAME%")?, field("%VERSION%")?, field("%ARCH%").unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use crate::testing::tree;

    /// After the format of the local database of pacman.
    const DESC: &str = "\
%NAME%
iproute2

%VERSION%
1:6.9.0-1

%BASE%
iproute2

%DESC%
IP Routing Utilities

%ARCH%
x86_64

%LICENSE%
GPL-2.0-or-later
";

    #[test]
    fn packages_have_version_and_architecture() {
        let found = tree(&[
            ("/var/lib/pacman/local/ALPM_DB_VERSION", "9\n"),
            ("/var/lib/pacman/local/iproute2-1:6.9.0-1/desc", DESC),
            ("/var/lib/pacman/local/xz-5.6.2-1/desc", "%NAME%\nxz\n\n%VERSION%\n5.6.2-1\n\n%ARCH%\nx86_64\n"),
        ])
        .collect(super::super::collect);
        assert_eq!(
            found.profile["installed_packages"],
            serde_json::json!(["iproute2-1:6.9.0-1.x86_64", "xz-0:5.6.2-1.x86_64"])
        );
        assert_eq!(found.gaps, []);
    }
}
