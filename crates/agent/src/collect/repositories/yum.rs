//! yum and dnf: repositories, and the streams of modules.

use serde_json::json;

use super::{Repository, first_address};
use crate::{Root, collected::Collected, ini};

const FOLDERS: [&str; 4] =
    ["/etc/yum.repos.d", "/etc/distro.repos.d", "/usr/share/dnf5/repos.d", "/etc/zypp/repos.d"];
const MODULES: &str = "/etc/dnf/modules.d";

pub(super) fn read(root: &Root, found: &mut Collected) -> Vec<Repository> {
    modules(root, found);
    let mut all = Vec::new();
    for folder in FOLDERS {
        for path in root.files(folder, "repo") {
            let text = found.read(root, &path, "yum_repos");
            let sections = ini::read(&text.unwrap_or_default());
            let named = sections.into_iter().filter(|section| !matches!(section.name.as_str(), "" | "main"));
            all.extend(named.map(|section| repository(&section)));
        }
    }
    all
}

fn repository(section: &ini::Section) -> Repository {
    let url = |key: &str| section.last(key).and_then(first_address).map(str::to_owned);
    Repository {
        id: section.name.clone(),
        name: section.last("name").filter(|name| !name.is_empty()).unwrap_or(&section.name).to_owned(),
        enabled: Some(section.truth("enabled").unwrap_or(true)),
        gpgcheck: section.truth("gpgcheck"),
        base_url: url("baseurl"),
        mirrorlist: url("mirrorlist").or_else(|| url("metalink")),
    }
}

/// Module streams that were chosen.
fn modules(root: &Root, found: &mut Collected) {
    let mut modules = Vec::new();
    for path in root.files(MODULES, "module") {
        let text = found.read(root, &path, "dnf_modules");
        for section in ini::read(&text.unwrap_or_default()) {
            if section.get("state") == Some("enabled") {
                let stream = section.get("stream").unwrap_or_default();
                modules.push(json!({"name": section.name, "stream": stream, "status": ["enabled"]}));
            }
        }
    }
    if !modules.is_empty() {
        found.set("dnf_modules", modules);
    }
}

#[cfg(test)]
mod tests {
    use super::{super::collect, *};
    use crate::testing::tree;

    /// After dnf.conf(5).
    const REPO: &str = "\
[baseos]
name=CentOS Stream $releasever - BaseOS
metalink=https://mirrors.centos.org/metalink?repo=centos-baseos-$stream&arch=$basearch
gpgcheck=1
enabled=1

[mine]
name = Mine
baseurl = https://me:hush@repo.example.com/el9/
enabled = 0
gpgcheck = 0

[bare]
";

    #[test]
    fn sections_are_repositories() {
        let found =
            tree(&[("/etc/yum.repos.d/a.repo", REPO), ("/etc/yum.repos.d/a.repo.rpmsave", "[old]\n")]);
        assert_eq!(
            found.collect(collect).profile()["yum_repos"],
            json!([
                {"id": "bare", "name": "bare", "enabled": true},
                {"id": "baseos", "name": "CentOS Stream $releasever - BaseOS", "enabled": true, "gpgcheck": true,
                    "mirrorlist": "https://mirrors.centos.org/metalink?repo=centos-baseos-$stream&arch=$basearch"},
                {"id": "mine", "name": "Mine", "enabled": false, "gpgcheck": false,
                    "base_url": "https://repo.example.com/el9/"},
            ])
        );
    }

    #[test]
    fn lists_of_addresses_may_go_on_over_lines() {
        let text = "[a]\nname=A\nbaseurl=\n    https://one.example.com/?a=b\n    https://two.example.com/\nenabled=1\nenabled=0\n";
        let found = tree(&[("/etc/yum.repos.d/a.repo", text)]).collect(collect);
        assert_eq!(
            found.profile()["yum_repos"],
            json!([{"id": "a", "name": "A", "enabled": false, "base_url": "https://one.example.com/?a=b"}])
        );
    }

    #[test]
    fn chosen_streams_of_modules_are_reported() {
        let found = tree(&[
            (
                "/etc/dnf/modules.d/nodejs.module",
                "[nodejs]\nname=nodejs\nstream=20\nprofiles=common\nstate=enabled\n",
            ),
            ("/etc/dnf/modules.d/php.module", "[php]\nname=php\nstream=\nstate=disabled\n"),
        ])
        .collect(collect);
        assert_eq!(
            found.profile(),
            json!({"dnf_modules": [{"name": "nodejs", "stream": "20", "status": ["enabled"]}]})
        );
    }
}
