//! Facts of lists of texts: flags, processes, packages, tags.

use std::collections::BTreeMap;

use compare::{Fact, Package};
use serde_json::Value;

use super::{Named, items, text};

/// Each item is a fact with the same value.
pub(super) fn present(part: &str, value: Option<&Value>, word: &str) -> Vec<Named> {
    let fact = |item: &Value| (format!("{part}.{}", text(item)), Fact::Text(word.to_owned()));
    items(value).iter().map(fact).collect()
}

/// Each name is a fact, and how often it is there its value.
pub(super) fn counted(part: &str, value: Option<&Value>) -> Vec<Named> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for item in items(value) {
        *counts.entry(text(item)).or_default() += 1;
    }
    let fact = |(name, count): (String, usize)| (format!("{part}.{name}"), Fact::Text(count.to_string()));
    counts.into_iter().map(fact).collect()
}

/// Packages by name. Of several of a name the last one counts; what is no package is left out, as are public keys.
pub fn packages(value: Option<&Value>) -> BTreeMap<String, Fact> {
    let mut facts = BTreeMap::new();
    for item in items(value) {
        if let Some((name, version)) = package(item) {
            facts.insert(name, Fact::Text(version));
        }
    }
    facts
}

/// The same with what a delta adds: a second version of a name makes it a fact of several values, sorted.
pub fn packages_with_delta(value: Option<&Value>, delta: Option<&Value>) -> Vec<Named> {
    let mut facts = packages(value);
    for item in items(delta) {
        let Some((name, version)) = package(item) else { continue };
        let Some(known) = facts.get_mut(&name) else {
            facts.insert(name, Fact::Text(version));
            continue;
        };
        let mut versions = match std::mem::take(known) {
            Fact::Text(one) => vec![one],
            Fact::List(several) => several,
        };
        versions.push(version);
        versions.sort();
        *known = Fact::List(versions);
    }
    facts.into_iter().collect()
}

fn package(item: &Value) -> Option<(String, String)> {
    let text = item.as_str()?;
    let Some(package) = Package::parse(text) else {
        tracing::warn!("unable to parse {text} into nevra");
        return None;
    };
    (package.name != "gpg-pubkey")
        .then(|| (format!("installed_packages.{}", package.name), package.to_string()))
}

/// Tags: one value is that value, several of one key are several, in their order.
pub fn tags(list: &[Value]) -> Vec<Named> {
    let mut facts: BTreeMap<String, Fact> = BTreeMap::new();
    for tag in list {
        let word = |member: &str| tag.get(member).map_or_else(|| "None".to_owned(), text);
        let value = tag.get("value").and_then(Value::as_str).filter(|value| !value.is_empty());
        let value = value.unwrap_or("(no value)").to_owned();
        let name = format!("tags.{}.{}", word("namespace"), word("key"));
        match facts.get_mut(&name) {
            None => drop(facts.insert(name, Fact::Text(value))),
            Some(Fact::List(values)) => values.push(value),
            Some(Fact::Text(first)) => {
                let values = vec![std::mem::take(first), value];
                facts.insert(name, Fact::List(values));
            }
        }
    }
    facts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(name: &str, value: &str) -> Named {
        (name.to_owned(), Fact::Text(value.to_owned()))
    }

    #[test]
    fn processes_are_counted_also_with_dots_in_their_names() {
        let facts = counted("running_processes", Some(&json!(["doom.exe", "bash", "doom.exe"])));
        assert_eq!(facts, [one("running_processes.bash", "1"), one("running_processes.doom.exe", "2")]);
    }

    #[test]
    fn a_delta_adds_versions_and_names() {
        let list = json!([
            "bash-0:4.4-4.el8.x86_64",
            "kernel-0:4.18.0-372.el8.x86_64",
            "gpg-pubkey-0:1-2",
            "no package"
        ]);
        let delta = json!([
            "kernel-0:4.18.0-373.el8.x86_64",
            "kernel-0:4.18.0-371.el8.x86_64",
            "vim-2:8.0-1.el8.x86_64"
        ]);
        let kernels = ["4.18.0-371.el8.x86_64", "4.18.0-372.el8.x86_64", "4.18.0-373.el8.x86_64"];
        assert_eq!(
            packages_with_delta(Some(&list), Some(&delta)),
            [
                one("installed_packages.bash", "4.4-4.el8.x86_64"),
                ("installed_packages.kernel".to_owned(), Fact::List(kernels.map(str::to_owned).into())),
                one("installed_packages.vim", "8.0-1.el8.x86_64"),
            ]
        );
    }

    #[test]
    fn several_values_of_a_tag_are_kept_in_order() {
        let tag = |namespace: Value, key: &str, value: Value| json!({"namespace": namespace, "key": key, "value": value});
        let list = [
            tag(json!("n"), "k", Value::Null),
            tag(json!("n"), "k", json!("")),
            tag(json!("n"), "k2", json!("z")),
            tag(json!("n"), "k2", json!("a")),
            tag(Value::Null, "kn", json!("v")),
        ];
        let several = |values: [&str; 2]| Fact::List(values.map(str::to_owned).into());
        assert_eq!(
            tags(&list),
            [
                one("tags.None.kn", "v"),
                ("tags.n.k".to_owned(), several(["(no value)", "(no value)"])),
                ("tags.n.k2".to_owned(), several(["z", "a"])),
            ]
        );
    }
}
