//! Makes every value one that the schema takes: a report with one bad value would be refused as a whole.

use ground::Timestamp;
use profile::{
    Schema,
    schema::{Form, Node, NodeKind, Text},
};
use serde_json::{Map, Value};

use crate::collected::Gap;

const REMEDY: &str = "nothing to do: the profile has no place for this value";
/// The years 1 to 9999, in microseconds.
const YEARS: std::ops::Range<i64> = -62_135_596_800_000_000..253_402_300_800_000_000;

/// Cuts texts that are too long, and removes what the schema refuses or does not know; each is noted.
pub(crate) fn fit(profile: &mut Map<String, Value>, gaps: &mut Vec<Gap>) {
    profile.retain(|name, value| match Schema::get().member(name) {
        Some(node) => keep(node, value, name, gaps),
        None => drop_it(name, "the schema does not know it".to_owned(), gaps),
    });
}

fn keep(node: &Node, value: &mut Value, at: &str, gaps: &mut Vec<Gap>) -> bool {
    match (&node.kind, value) {
        (NodeKind::Object(members), Value::Object(given)) => {
            given.retain(|name, value| {
                members.get(name).is_some_and(|member| keep(member, value, &format!("{at}.{name}"), gaps))
            });
            let missing = members.iter().find(|(name, member)| member.required && !given.contains_key(*name));
            match missing {
                Some((name, _)) => drop_it(at, format!("'{name}' is missing in it"), gaps),
                None => true,
            }
        }
        (NodeKind::FreeForm, Value::Object(given)) => {
            given.retain(|name, value| !name.is_empty() && (value.is_string() || value.is_boolean()));
            true
        }
        (NodeKind::Array(array), Value::Array(items)) => {
            let at = format!("{at}[]");
            items.retain_mut(|item| keep(&array.item, item, &at, gaps));
            if array.unique {
                let mut before = std::collections::HashSet::new();
                items.retain(|item| before.insert(item.to_string()));
            }
            true
        }
        (NodeKind::String(text), Value::String(given)) => keep_text(text, given, at, gaps),
        (NodeKind::DateTime { max }, Value::String(given)) => match Timestamp::parse(given) {
            Ok(time) if YEARS.contains(&time.micros()) => {
                *given = time.to_string();
                given.len() <= *max || drop_it(at, "it is too long".to_owned(), gaps)
            }
            _ => drop_it(at, format!("'{}' is no date and time", short(given)), gaps),
        },
        (NodeKind::Integer { min, max }, Value::Number(number)) => match number.as_i64() {
            Some(number) if min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max) => {
                true
            }
            _ => drop_it(at, format!("{number} is out of range"), gaps),
        },
        (NodeKind::Boolean, Value::Bool(_)) => true,
        (kind, _) => drop_it(at, format!("it is no {}", kind.json_type()), gaps),
    }
}

fn keep_text(text: &Text, given: &mut String, at: &str, gaps: &mut Vec<Gap>) -> bool {
    let Err(problem) = text.check(given) else { return true };
    // A text that means something only as a whole is not cut.
    if matches!(text.form, Form::Any)
        && let Some(max) = text.max
        && let Some((end, _)) = given.char_indices().nth(max)
    {
        given.truncate(end);
        if text.check(given).is_ok() {
            note(at, format!("cut: {problem}"), gaps);
            return true;
        }
    }
    drop_it(at, problem, gaps)
}

fn drop_it(at: &str, why: String, gaps: &mut Vec<Gap>) -> bool {
    note(at, why, gaps);
    false
}

fn note(at: &str, why: String, gaps: &mut Vec<Gap>) {
    // Of a list with many such items one example says enough.
    if gaps.iter().all(|gap| gap.what != at) {
        gaps.push(Gap { what: at.to_owned(), why, remedy: REMEDY.to_owned() });
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use profile::Profile;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn fitted(mut profile: Value) -> (Value, Vec<String>) {
        let mut gaps = Vec::new();
        fit(profile.as_object_mut().unwrap(), &mut gaps);
        (profile, gaps.into_iter().map(|gap| format!("{}: {}", gap.what, gap.why)).collect())
    }

    #[test]
    fn a_long_text_is_cut_and_a_wrong_one_left_out() {
        let (profile, gaps) = fitted(json!({
            "cpu_model": "ü".repeat(101),
            "os_kernel_version": "6.1-rc1",
            "cpu_flags": ["fpu", "x".repeat(31), "y".repeat(31)],
            "network_interfaces": [{"name": "eth0", "mac_address": "none", "mtu": -1}, {"name": ""}],
            "unheard_of": 1,
        }));
        assert_eq!(
            profile,
            json!({"cpu_model": "ü".repeat(100), "cpu_flags": ["fpu", "x".repeat(30), "y".repeat(30)],
                "network_interfaces": [{"name": "eth0"}, {}]})
        );
        let what: Vec<&str> = gaps.iter().map(|gap| gap.split(':').next().unwrap()).collect();
        assert_eq!(
            what,
            [
                "cpu_flags[]",
                "cpu_model",
                "network_interfaces[].mac_address",
                "network_interfaces[].mtu",
                "network_interfaces[].name",
                "os_kernel_version",
                "unheard_of"
            ]
        );
    }

    #[test]
    fn an_object_without_a_required_member_is_left_out() {
        let (profile, gaps) = fitted(json!({"systemd": {"state": "running", "failed": 0}}));
        assert_eq!(profile, json!({}));
        assert_eq!(gaps, ["systemd: 'jobs_queued' is missing in it"]);
        let (profile, _) = fitted(json!({"operating_system": {"name": "Debian", "major": 12, "minor": 1}}));
        assert_eq!(profile, json!({}));
    }

    /// Members with known names and values of every kind, some of them right.
    fn any_found() -> impl Strategy<Value = Value> {
        let names: Vec<String> = Schema::get().members().keys().cloned().collect();
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[a-z0-9.:+TZ-]{0,20}".prop_map(Value::from),
            "\\PC{0,300}".prop_map(Value::from),
            Just(Value::from("2021-05-11T19:46:56z")),
            Just(Value::from("52:54:00:00:00:01")),
        ];
        let inner = prop_oneof![
            Just("name"),
            Just("mac_address"),
            Just("options"),
            Just("state"),
            Just("major"),
            Just("sids"),
            Just("sap"),
            Just("")
        ];
        let value = leaf.prop_recursive(4, 24, 4, move |value| {
            prop_oneof![
                prop::collection::vec(value.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map(inner.clone().prop_map(str::to_owned), value, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        });
        prop::collection::btree_map(prop::sample::select(names), value, 0..6)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    }

    proptest! {
        #[test]
        fn whatever_was_found_is_never_refused(found in any_found()) {
            let (profile, _) = fitted(found);
            prop_assert_eq!(Profile::parse(&profile.to_string()).err(), None);
        }

        #[test]
        fn what_is_valid_stays_as_it_is(found in testkit::any_profile()) {
            let mut expected = found.clone();
            let (profile, _) = fitted(found);
            // Mount options of kinds that no collector makes.
            for disk in expected.get_mut("disk_devices").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(options) = disk.get_mut("options").and_then(Value::as_object_mut) {
                    options.retain(|_, value| value.is_string() || value.is_boolean());
                }
            }
            prop_assert_eq!(profile, expected);
        }
    }
}
