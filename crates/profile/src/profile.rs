//! A profile taken apart.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{
    Invalid, List, ListCache, Schema, Section,
    conform::{Coercion, conform},
    path::Path,
    raw::{self, Members},
    workloads,
};

/// A valid system profile in its sections.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Every member that is not a list section: coerced, pruned, date-times in UTC, no legacy names.
    pub facts: Map<String, Value>,
    /// The lists that were sent, empty ones included.
    pub lists: BTreeMap<Section, List>,
}

impl Profile {
    /// Reads a profile: coercion, validation, removal of unknown keys, migration of legacy fields (contract
    /// system-profile §2, steps 1 to 6). Members unknown to the schema are not even read.
    pub fn parse(json: &str) -> Result<Self, Invalid> {
        Self::read(json, None)
    }

    /// The same with the same result, sooner: lists that `seen` remembers are not checked again, and those that pass
    /// are remembered.
    pub fn parse_with(json: &str, seen: &ListCache) -> Result<Self, Invalid> {
        Self::read(json, Some(seen))
    }

    fn read(json: &str, seen: Option<&ListCache>) -> Result<Self, Invalid> {
        let mut profile = Self::default();
        for (name, raw) in Members::read(json)?.iter() {
            let Some(node) = Schema::get().member(name) else { continue };
            if let Some(section) = Section::from_name(name) {
                profile.lists.insert(section, List::parse(section, node, raw, seen)?);
            } else {
                let mut value = raw::value(raw, Path::Top(name))?;
                conform(node, &mut value, Coercion::On, Path::Top(name))?;
                profile.facts.insert(name.to_owned(), value);
            }
        }
        workloads::migrate(&mut profile.facts);
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use proptest::prelude::*;
    use serde_json::json;
    use testkit::any_profile;

    use super::*;
    use crate::{
        Digest, facts_digest,
        schema::{Node, NodeKind},
    };

    /// Everything that can be seen of the lists.
    fn all(profile: &Profile) -> Vec<(Section, Digest, Digest, String)> {
        let lists = profile.lists.iter();
        lists
            .map(|(section, list)| (*section, list.canonical, list.content, list.json().into_owned()))
            .collect()
    }

    /// Turns around the keys of objects and the items of sets, and writes JSON with blanks.
    fn turned(node: Option<&Node>, value: &Value, out: &mut String) {
        match (node.map(|node| &node.kind), value) {
            (kind, Value::Object(members)) => {
                let members: Vec<String> = members
                    .iter()
                    .rev()
                    .map(|(name, value)| {
                        let node = match kind {
                            Some(NodeKind::Object(nodes)) => nodes.get(name),
                            _ => None,
                        };
                        let mut text = format!("{} : ", Value::from(name.as_str()));
                        turned(node, value, &mut text);
                        text
                    })
                    .collect();
                out.extend(["{ ", &members.join(" , "), " }"]);
            }
            (Some(NodeKind::Array(array)), Value::Array(items)) => {
                let mut items: Vec<String> = items
                    .iter()
                    .map(|item| {
                        let mut text = String::new();
                        turned(Some(&array.item), item, &mut text);
                        text
                    })
                    .collect();
                if array.set {
                    items.reverse();
                }
                out.extend(["[ ", &items.join(" , "), " ]"]);
            }
            (_, value) => *out += &value.to_string(),
        }
    }

    fn turned_profile(profile: &Value) -> String {
        let members = profile.as_object().unwrap().iter().rev().map(|(name, value)| {
            let mut text = format!("\"{name}\": ");
            turned(Schema::get().member(name), value, &mut text);
            text
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
    }

    #[test]
    fn lists_become_sections_and_the_rest_facts() {
        let profile = Profile::parse(r#"{"arch": "x86_64", "cpu_flags": [], "systemd": {"state": "running", "failed": 0, "jobs_queued": "0"}, "number_of_gpus": 1}"#).unwrap();
        assert_eq!(profile.lists.keys().collect::<Vec<_>>(), [&Section::CpuFlags]);
        assert_eq!(
            Value::Object(profile.facts),
            json!({"arch": "x86_64", "systemd": {"state": "running", "failed": 0, "jobs_queued": 0}})
        );
    }

    #[test]
    fn a_member_called_facts_is_unknown_like_any_other() {
        let profile = Profile::parse(r#"{"facts": {"a": 1}}"#).unwrap();
        assert!(profile.facts.is_empty() && profile.lists.is_empty());
    }

    #[test]
    fn an_unknown_member_may_be_as_deep_as_it_likes() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(Profile::parse(&format!(r#"{{"unknown": {deep}}}"#)).is_ok());
        for known in ["arch", "cpu_flags", "workloads", "disk_devices"] {
            assert!(Profile::parse(&format!(r#"{{"{known}": {deep}}}"#)).is_err(), "{known}");
        }
    }

    proptest! {
        #[test]
        fn no_json_makes_it_panic(json in any_json()) {
            let _ = Profile::parse(&json);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = Profile::parse(&text);
        }

        #[test]
        fn order_changes_no_canon(sent in any_profile()) {
            let one = Profile::parse(&sent.to_string()).unwrap();
            let other = Profile::parse(&turned_profile(&sent)).unwrap();
            prop_assert_eq!(facts_digest(&one.facts), facts_digest(&other.facts));
            prop_assert_eq!(one.lists.len(), other.lists.len());
            for (section, list) in &one.lists {
                prop_assert_eq!(list.canonical, other.lists[section].canonical, "{:?}", section);
            }
        }

        #[test]
        fn a_profile_seen_before_is_the_same(profiles in prop::collection::vec(any_profile(), 1..4)) {
            let seen = ListCache::new(NonZeroUsize::new(8).unwrap());
            for _ in 0..2 {
                for sent in &profiles {
                    let texts = [sent.to_string(), serde_json::to_string_pretty(sent).unwrap(), turned_profile(sent)];
                    for text in texts {
                        let plain = Profile::parse(&text).unwrap();
                        let known = Profile::parse_with(&text, &seen).unwrap();
                        prop_assert_eq!(&plain.facts, &known.facts);
                        prop_assert_eq!(all(&plain), all(&known));
                    }
                }
            }
        }

        #[test]
        fn a_list_digest_names_its_content(sent in any_profile()) {
            for (section, list) in Profile::parse(&sent.to_string()).unwrap().lists {
                prop_assert_eq!(list.content, Digest::of(section, &list.json()));
            }
        }
    }

    /// Profiles whose members have known names and any values.
    fn any_json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,6}".prop_map(Value::from),
        ];
        let names: Vec<String> = Schema::get().members().keys().cloned().collect();
        let value = leaf.prop_recursive(4, 24, 4, |inner| {
            let names = prop_oneof![
                Just("options"),
                Just("name"),
                Just("sap"),
                Just("sids"),
                Just("booted"),
                Just("major"),
                Just("")
            ];
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(names.prop_map(str::to_owned), inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        });
        prop::collection::btree_map(prop::sample::select(names), value, 0..3)
            .prop_map(|members| Value::Object(members.into_iter().collect()).to_string())
    }
}
