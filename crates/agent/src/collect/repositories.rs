//! Where packages come from, of every package manager, in the field that the schema has for yum's.

mod apk;
mod apt;
mod pacman;
mod yum;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{Root, address::without_secrets, collected::Collected};

/// A repository. What the package manager does not say is absent.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Repository {
    /// What the package manager calls it, or a line that tells it from others.
    id: String,
    name: String,
    enabled: Option<bool>,
    gpgcheck: Option<bool>,
    base_url: Option<String>,
    mirrorlist: Option<String>,
}

pub(super) fn collect(root: &Root, found: &mut Collected) {
    let mut all = BTreeMap::new();
    for read in [apt::read, yum::read, apk::read, pacman::read] {
        for repository in read(root, found) {
            all.insert(without_secrets(&repository.id), repository.json());
        }
    }
    if !all.is_empty() {
        found.set("yum_repos", all.into_values().collect::<Vec<_>>());
    }
}

impl Repository {
    fn json(self) -> Value {
        let mut json = Map::new();
        json.insert("id".to_owned(), self.id.into());
        json.insert("name".to_owned(), self.name.into());
        json.extend(self.enabled.map(|yes| ("enabled".to_owned(), yes.into())));
        json.extend(self.gpgcheck.map(|yes| ("gpgcheck".to_owned(), yes.into())));
        json.extend(self.base_url.map(|url| ("base_url".to_owned(), url.into())));
        json.extend(self.mirrorlist.map(|url| ("mirrorlist".to_owned(), url.into())));
        Value::Object(json)
    }
}

/// The first of a list of addresses, which are parted by blanks, commas or both.
fn first_address(list: &str) -> Option<&str> {
    list.split([' ', '\t', ',']).find(|address| !address.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::tree;

    const SECRET: &str = "hush4zQ";

    /// An address that holds the secret as its user, its password or a token.
    fn address() -> impl Strategy<Value = String> {
        let scheme = prop_oneof![Just("https"), Just("http"), Just("ftp"), Just("mirror+https")];
        let user = prop_oneof![
            Just(String::new()),
            Just(format!("{SECRET}@")),
            Just(format!("me:{SECRET}@")),
            Just(format!("me:p/{SECRET}@")),
            Just(format!("a:b@{SECRET}@")),
        ];
        let end = prop_oneof![
            Just(String::new()),
            Just(format!("?{SECRET}")),
            Just(format!("?a=b&{SECRET}")),
            Just(format!("?access_token={SECRET}")),
            Just(format!("?{SECRET}=")),
            Just(format!("#{SECRET}")),
        ];
        (scheme, user, "[a-z]{1,8}(\\.example\\.com)?(:8443)?", "(/[a-z$]{1,5}){0,3}/?", end)
            .prop_map(|(scheme, user, host, path, end)| format!("{scheme}://{user}{host}{path}{end}"))
    }

    proptest! {
        #[test]
        fn no_secret_of_an_address_is_reported(
            urls in prop::collection::vec(address(), 1..4),
            between in prop_oneof![Just(" "), Just(","), Just(", "), Just("\n  "), Just("\n\t")],
        ) {
            let (list, all) = (urls.join(between), urls.join(" "));
            let words = urls.join("\n");
            let yum = format!("[a]\nname={all}\nbaseurl={list}\n[b]\nbaseurl=\n  {list}\n[c]\nmirrorlist={list}\n[d]\nmetalink={}", urls[0]);
            let lines: Vec<String> = urls.iter().map(|url| format!("deb [trusted=yes] {url} suite main {url}")).collect();
            let deb822 = format!("Types: deb\nURIs: {}\nSuites: a\nComponents: {all}\n", urls.join("\n "));
            let pacman = format!("[a]\nServer = {}\nInclude = {}\n", urls.join("\nServer = "), urls[0]);
            let apk = format!("{words}\nset m={}\nv3 ${{m}} main {}\n@x {}\nndx @y {}\n", urls[0], urls[0], urls[0], urls[0]);
            let mounts: Vec<String> = urls.iter().map(|url| format!("{url} /mnt/{url} fuse.rclone rw,url={url} 0 0")).collect();
            let tree = tree(&[
                ("/etc/yum.repos.d/a.repo", &yum),
                ("/etc/apt/sources.list", &lines.join("\n")),
                ("/etc/apt/sources.list.d/a.sources", &deb822),
                ("/etc/pacman.conf", &pacman),
                ("/etc/apk/repositories", &apk),
                ("/proc/mounts", &mounts.join("\n")),
                ("/etc/tuned/active_profile", &urls[0]),
                ("/etc/timezone", &urls[0]),
                ("/etc/os-release", &format!("PRETTY_NAME=\"{}\"", urls[0])),
            ]);
            let found = crate::collect::everything(&tree.root);
            let text = format!("{:?}{:?}", found.profile, found.facts);
            prop_assert!(found.profile["yum_repos"].as_array().unwrap().len() >= 6);
            prop_assert!(!text.contains(SECRET), "{text}");
        }
    }

    #[test]
    fn of_a_list_of_addresses_the_first_counts() {
        for (list, first) in
            [("http://a http://b", "http://a"), (" ,http://a,http://b", "http://a"), ("http://a", "http://a")]
        {
            assert_eq!(first_address(list), Some(first));
        }
        assert_eq!(first_address(" , "), None);
    }
}
