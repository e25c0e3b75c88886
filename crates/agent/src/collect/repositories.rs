//! Where packages come from, of every package manager, in the field that the schema has for yum's.

mod apk;
mod apt;
mod pacman;
mod yum;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{Root, found::Found};

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

pub(super) fn collect(root: &Root, found: &mut Found) {
    let mut all = BTreeMap::new();
    for read in [apt::read, yum::read, apk::read, pacman::read] {
        for repository in read(root, found) {
            all.insert(repository.id.clone(), repository.json());
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

/// An address without the name and password that may stand in it.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..host].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_reported_without_its_password() {
        for (url, kept) in [
            ("https://me:secret@repo.example.com/x", "https://repo.example.com/x"),
            ("https://token@repo.example.com", "https://repo.example.com"),
            ("https://repo.example.com/a@b", "https://repo.example.com/a@b"),
            ("https://a:b@c@repo.example.com/", "https://repo.example.com/"),
            ("cdrom:[Debian]/", "cdrom:[Debian]/"),
        ] {
            assert_eq!(without_password(url), kept);
        }
    }
}
