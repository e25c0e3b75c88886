//! pacman: sections of its configuration, with servers or a file of mirrors.

use super::Repository;
use crate::{Root, collected::Collected, ini};

pub(super) fn read(root: &Root, found: &mut Collected) -> Vec<Repository> {
    let Some(text) = found.read(root, "/etc/pacman.conf", "yum_repos") else { return Vec::new() };
    let sections = ini::read_flat(&text);
    let checks = |section: &ini::Section| {
        let level = section.get("SigLevel")?;
        Some(!level.split_ascii_whitespace().any(|word| matches!(word, "Never" | "PackageNever")))
    };
    let by_default = sections.iter().find(|section| section.name == "options").and_then(checks);
    sections
        .iter()
        .filter(|section| !matches!(section.name.as_str(), "" | "options"))
        .map(|section| Repository {
            id: section.name.clone(),
            name: section.name.clone(),
            enabled: Some(true),
            gpgcheck: checks(section).or(by_default),
            base_url: section.get("Server").map(str::to_owned),
            mirrorlist: section.get("Include").map(str::to_owned),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::collect;
    use crate::testing::tree;

    #[test]
    fn sections_are_repositories() {
        // After pacman.conf(5).
        let text = "\
[options]
HoldPkg     = pacman glibc
CheckSpace
SigLevel    = Required DatabaseOptional

#[core-testing]
#Include = /etc/pacman.d/mirrorlist

[core]
Include = /etc/pacman.d/mirrorlist

[custom]
SigLevel = Optional TrustAll
Server = https://me:hush@repo.example.com/$repo/$arch

[local]
SigLevel = Never
Server = file:///srv/local
";
        let found = tree(&[("/etc/pacman.conf", text)]).collect(collect);
        assert_eq!(
            found.profile()["yum_repos"],
            json!([
                {"id": "core", "name": "core", "enabled": true, "gpgcheck": true, "mirrorlist": "/etc/pacman.d/mirrorlist"},
                {"id": "custom", "name": "custom", "enabled": true, "gpgcheck": true,
                    "base_url": "https://repo.example.com/$repo/$arch"},
                {"id": "local", "name": "local", "enabled": true, "gpgcheck": false, "base_url": "file:///srv/local"},
            ])
        );
    }
}
