//! Alpine and its kin.

use super::{Packages, package};
use crate::{Root, collected::Collected};

pub(super) fn read(root: &Root, found: &mut Collected, all: &mut Packages) {
    // The second is the place since version 3.
    for path in ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"] {
        if let Some(text) = found.read(root, path, "installed_packages") {
            all.packages.extend(text.split("\n\n").filter_map(one));
        }
    }
}

fn one(stanza: &str) -> Option<String> {
    let field = |letter: char| stanza.lines().find_map(|line| line.strip_prefix(letter)?.strip_prefix(':'));
    Some(package(field('P')?, field('V')?, field('A').unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use crate::testing::tree;

    /// After the format of the database of apk.
    const INSTALLED: &str = "\
C:Q1p78yvTLG094tHE1+dToJGbmYzQE=
P:alpine-baselayout
V:3.6.5-r0
A:x86_64
S:8515
I:315392
T:Alpine base dir structure and init scripts
U:https://git.alpinelinux.org/cgit/aports/tree/main/alpine-baselayout
F:dev
F:etc
R:motd

C:Q1NmhzaqnGFBpGlA1XWKRpSmKRs6k=
P:musl
V:1.2.5-r0
A:x86_64

";

    #[test]
    fn packages_have_version_and_architecture() {
        let found = tree(&[("/lib/apk/db/installed", INSTALLED)]).collect(super::super::collect);
        assert_eq!(
            found.profile["installed_packages"],
            serde_json::json!(["alpine-baselayout-0:3.6.5-r0.x86_64", "musl-0:1.2.5-r0.x86_64"])
        );
    }
}
