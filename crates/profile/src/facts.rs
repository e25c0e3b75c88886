//! The facts: what stays of a profile when its lists are taken out.

use serde_json::{Map, Value};

use crate::{Digest, Section, canonical};

/// The facts as compact JSON, keys sorted at every level, lists in the order sent.
pub fn facts_json(facts: &Map<String, Value>) -> String {
    let mut out = String::from("{");
    members(facts.iter(), &mut out);
    out.push('}');
    out
}

/// The digest of [`facts_json`]. Lists inside facts are compared as sent: they are short, and of some (the
/// environments of `rhsm`) the order means something.
pub fn facts_digest(facts: &Map<String, Value>) -> Digest {
    Digest::of(Section::Facts, &facts_json(facts))
}

/// Newer facts over older ones (contract system-profile §9): a member is replaced whole, but a non-empty `rhsm` or
/// `workloads` replaces only the members it has. An empty `rhsm` replaces, an empty `workloads` changes nothing.
#[must_use]
pub fn merge_facts(old: &Map<String, Value>, new: &Map<String, Value>) -> Map<String, Value> {
    let mut merged = old.clone();
    for (name, value) in new {
        match (name.as_str(), value, merged.get_mut(name)) {
            ("workloads", Value::Object(newer), _) if newer.is_empty() => {}
            ("rhsm" | "workloads", Value::Object(newer), Some(Value::Object(older))) if !newer.is_empty() => {
                older.extend(newer.clone());
            }
            _ => {
                merged.insert(name.clone(), value.clone());
            }
        }
    }
    merged
}

/// Adds members to the inside of a JSON object, sorted by name.
pub(crate) fn members<'a>(facts: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut String) {
    let mut facts: Vec<_> = facts.collect();
    facts.sort_unstable_by_key(|(name, _)| *name);
    for (name, value) in facts {
        if !out.ends_with('{') {
            out.push(',');
        }
        canonical::string(name, out);
        out.push(':');
        canonical::write_as_sent(value, out);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use testkit::any_profile;

    use crate::Profile;

    fn merged(old: &Value, new: &Value) -> Value {
        Value::Object(merge_facts(old.as_object().unwrap(), new.as_object().unwrap()))
    }

    #[test]
    fn members_are_replaced_whole_and_others_stay() {
        assert_eq!(
            merged(
                &json!({"arch": "x86_64", "systemd": {"failed": 1, "state": "degraded"}, "tuned_profile": "a"}),
                &json!({"systemd": {"failed": 0}, "tuned_profile": "", "number_of_cpus": 0}),
            ),
            json!({"arch": "x86_64", "systemd": {"failed": 0}, "tuned_profile": "", "number_of_cpus": 0})
        );
    }

    #[test]
    fn rhsm_and_workloads_are_merged_one_level_deep() {
        assert_eq!(
            merged(
                &json!({"rhsm": {"environment_ids": ["e"]}, "workloads": {"rhel_ai": {}, "crowdstrike": {"falcon_aid": "a", "falcon_backend": "b"}}}),
                &json!({"rhsm": {"version": "9"}, "workloads": {"crowdstrike": {"falcon_aid": "c"}}}),
            ),
            json!({"rhsm": {"environment_ids": ["e"], "version": "9"}, "workloads": {"rhel_ai": {}, "crowdstrike": {"falcon_aid": "c"}}})
        );
    }

    #[test]
    fn an_empty_rhsm_replaces_and_empty_workloads_change_nothing() {
        let old = json!({"rhsm": {"version": "9"}, "workloads": {"sap": {}}});
        assert_eq!(
            merged(&old, &json!({"rhsm": {}, "workloads": {}})),
            json!({"rhsm": {}, "workloads": {"sap": {}}})
        );
    }

    #[test]
    fn facts_are_written_with_sorted_keys() {
        let facts = json!({"b": 1, "a": {"d": "\"", "c": [2, 1]}});
        assert_eq!(facts_json(facts.as_object().unwrap()), r#"{"a":{"c":[2,1],"d":"\""},"b":1}"#);
        assert_eq!(facts_json(&Map::new()), "{}");
    }

    proptest! {
        #[test]
        fn merging_twice_is_merging_once(old in any_profile(), new in any_profile()) {
            let [old, new] = [old, new].map(|profile| Profile::parse(&profile.to_string()).unwrap().facts);
            let once = merge_facts(&old, &new);
            prop_assert_eq!(merge_facts(&once, &new), once.clone());
            prop_assert_eq!(merge_facts(&once, &once), once.clone());
            prop_assert_eq!(merge_facts(&Map::new(), &new), new);
        }
    }
}
