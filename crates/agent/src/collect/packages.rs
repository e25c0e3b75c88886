//! Installed packages, of every package manager that the machine has.
//!
//! All are written `NAME-EPOCH:VERSION.ARCH`, with the version as the package manager writes it and epoch 0 where
//! there is none (docs/adr/0017): what stands before the last `-DIGITS:` is the name.

mod apk;
mod dpkg;
mod pacman;
mod rpm;

use crate::{Root, collected::Collected};

/// Packages, and the keys that rpm keeps among them.
#[derive(Debug, Default)]
struct Packages {
    packages: Vec<String>,
    keys: Vec<String>,
}

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let mut all = Packages::default();
    for read in [dpkg::read, rpm::read, apk::read, pacman::read] {
        read(root, found, &mut all);
    }
    found.set_all("installed_packages", all.packages);
    found.set_all("gpg_pubkeys", all.keys);
}

/// A package as the profile has it.
fn package(name: &str, version: &str, architecture: &str) -> String {
    let has_epoch =
        version.split_once(':').is_some_and(|(epoch, _)| epoch.bytes().all(|b| b.is_ascii_digit()));
    let epoch = if has_epoch { "" } else { "0:" };
    let mut text = format!("{name}-{epoch}{version}");
    if !architecture.is_empty() {
        text.extend([".", architecture]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_is_always_written() {
        assert_eq!(package("bash", "5.2.15-2+b7", "amd64"), "bash-0:5.2.15-2+b7.amd64");
        assert_eq!(package("vim", "2:9.0.1378-2", "amd64"), "vim-2:9.0.1378-2.amd64");
        assert_eq!(package("adduser", "3.134", "all"), "adduser-0:3.134.all");
        assert_eq!(package("x", "1", ""), "x-0:1");
    }
}
