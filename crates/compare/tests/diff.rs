//! What is said to differ, and what that is good for.
#![expect(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "helpers of tests, given what is written there"
)]

use std::collections::BTreeMap;

use compare::{Became, Difference, Keys, diff};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn shown(before: Value, after: Value, section: &str) -> Value {
    json!(diff(Some(&before), Some(&after), Keys::of(section)))
}

fn change(key: &str, before: Value, after: Value) -> Value {
    json!({"key": key, "before": before, "after": after})
}

#[test]
fn packages_are_known_by_their_names() {
    let before = json!(["bash-0:5.1.8-6.el9.x86_64", "gone-0:1-1.noarch", "same-0:1-1.noarch"]);
    let after = json!(["same-0:1-1.noarch", "bash-0:5.1.8-9.el9.x86_64", "new-0:1-1.noarch"]);
    assert_eq!(
        shown(before, after, "installed_packages"),
        json!([
            change("bash", json!("bash-0:5.1.8-6.el9.x86_64"), json!("bash-0:5.1.8-9.el9.x86_64")),
            change("gone", json!("gone-0:1-1.noarch"), Value::Null),
            change("new", Value::Null, json!("new-0:1-1.noarch")),
        ])
    );
}

#[test]
fn of_several_versions_those_that_stay_are_left_out() {
    let kernel = |versions: &[u8]| {
        json!(versions.iter().map(|n| format!("kernel-0:5.14-{n}.el9.x86_64")).collect::<Vec<_>>())
    };
    assert_eq!(
        shown(kernel(&[1, 2]), kernel(&[2, 3]), "installed_packages"),
        json!([change("kernel", json!("kernel-0:5.14-1.el9.x86_64"), json!("kernel-0:5.14-3.el9.x86_64"))])
    );
    assert_eq!(
        shown(kernel(&[1, 2, 3]), kernel(&[3, 4]), "installed_packages"),
        json!([change("kernel", kernel(&[1, 2]), json!("kernel-0:5.14-4.el9.x86_64"))])
    );
}

#[test]
fn a_package_of_several_architectures_is_several() {
    let glibc = |n: u8| json!([format!("glibc-0:2-{n}.x86_64"), format!("glibc-0:2-{n}.i686")]);
    assert_eq!(
        shown(glibc(1), glibc(2), "installed_packages"),
        json!([
            change("glibc.i686", json!("glibc-0:2-1.i686"), json!("glibc-0:2-2.i686")),
            change("glibc.x86_64", json!("glibc-0:2-1.x86_64"), json!("glibc-0:2-2.x86_64")),
        ])
    );
}

#[test]
fn an_object_of_a_list_is_known_by_its_key_and_compared_member_by_member() {
    let before = json!([{"name": "eth0", "mtu": 1500, "state": "UP"}, {"name": "lo", "mtu": 65536}]);
    let after = json!([{"name": "eth1", "mtu": 1500}, {"name": "eth0", "mtu": 9000, "type": "ether"}]);
    assert_eq!(
        shown(before, after, "network_interfaces"),
        json!([
            change("eth0.mtu", json!(1500), json!(9000)),
            change("eth0.state", json!("UP"), Value::Null),
            change("eth0.type", Value::Null, json!("ether")),
            change("eth1", Value::Null, json!({"name": "eth1", "mtu": 1500})),
            change("lo", json!({"name": "lo", "mtu": 65536}), Value::Null),
        ])
    );
}

#[test]
fn texts_are_a_set() {
    assert_eq!(
        shown(json!(["a", "b"]), json!(["c", "b"]), "kernel_modules"),
        json!([change("a", json!("a"), Value::Null), change("c", Value::Null, json!("c"))])
    );
}

#[test]
fn facts_are_compared_by_their_path() {
    let before = json!({"arch": "x86_64", "os": {"name": "RHEL", "minor": 4}, "tuned": "a", "empty": {}});
    let after =
        json!({"arch": "x86_64", "os": {"name": "RHEL", "minor": 5}, "rhsm": {"version": "9"}, "empty": {}});
    assert_eq!(
        shown(before, after, "facts"),
        json!([
            change("os.minor", json!(4), json!(5)),
            change("rhsm.version", Value::Null, json!("9")),
            change("tuned", json!("a"), Value::Null),
        ])
    );
}

#[test]
fn a_section_that_came_or_went_is_all_of_its_items() {
    let list = json!(["a", "b"]);
    for (before, after, became) in [(None, Some(&list), Became::Added), (Some(&list), None, Became::Removed)]
    {
        let differences = diff(before, after, Keys::Texts);
        assert_eq!(differences.len(), 2);
        assert!(differences.iter().all(|difference| difference.became() == became));
    }
    assert!(diff(None, None, Keys::Packages).is_empty());
}

/// Values such as sections have, and sometimes others.
fn any_section() -> impl Strategy<Value = (Keys, Value, Value)> {
    let package = ("[ab]{1,2}", 0..3u8, prop::sample::select(vec!["x86_64", "i686", "noarch"]))
        .prop_map(|(name, version, arch)| json!(format!("{name}-0:{version}-1.{arch}")));
    let text = "[a-c]{0,2}".prop_map(Value::from);
    let object = prop::collection::btree_map("[a-c]|name", any_leaf(), 0..4).prop_map(|map| json!(map));
    let list = |item: BoxedStrategy<Value>| prop::collection::vec(item, 0..6).prop_map(Value::from);
    let two = |list: BoxedStrategy<Value>| (list.clone(), list);
    prop_oneof![
        two(list(package.boxed()).boxed()).prop_map(|(a, b)| (Keys::Packages, a, b)),
        two(list(text.boxed()).boxed()).prop_map(|(a, b)| (Keys::Texts, a, b)),
        two(list(object.boxed()).boxed()).prop_map(|(a, b)| (Keys::Members(&["name"]), a, b)),
        two(any_facts().boxed()).prop_map(|(a, b)| (Keys::Paths, a, b)),
        two(any_facts().boxed()).prop_map(|(a, b)| (Keys::Members(&["name"]), a, b)),
    ]
}

fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3).prop_map(Value::from),
        "[a-b]{0,1}".prop_map(Value::from)
    ]
}

fn any_facts() -> impl Strategy<Value = Value> {
    any_leaf().prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c]", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

/// A value without the order of its items, in a form to which differences can be applied.
fn keyed(value: &Value, keys: Keys) -> BTreeMap<Vec<String>, Vec<String>> {
    // Against nothing, everything of a value differs.
    let mut all = BTreeMap::new();
    let empty = if value.is_array() { json!([]) } else { json!({}) };
    for difference in diff(Some(&empty), Some(value), keys) {
        let items: Vec<String> = difference.after.iter().map(ToString::to_string).collect();
        all.insert(difference.path, items);
    }
    all
}

/// Applies differences to a value: items of lists go and come, leaves of facts are taken off and put on.
fn apply(value: &Value, differences: &[Difference], keys: Keys) -> Value {
    let mut value = value.clone();
    for removing in [true, false] {
        for Difference { path, before, after } in differences {
            let items = if removing { before } else { after };
            match (&mut value, keys) {
                (Value::Array(list), Keys::Packages | Keys::Texts) => change_list(list, items, removing),
                (Value::Array(list), Keys::Members(members)) if path.len() == 1 => {
                    let _ = members;
                    change_list(list, items, removing);
                }
                (Value::Array(list), Keys::Members(_)) => {
                    let named = |item: &&mut Value| key_of(item) == path[0];
                    let item = list.iter_mut().find(named).unwrap();
                    change_leaf(item, &path[1..], items, removing);
                }
                (whole, _) => change_leaf(whole, path, items, removing),
            }
        }
    }
    value
}

fn key_of(item: &Value) -> String {
    let member = item.get("name").unwrap_or(item);
    member.as_str().map_or_else(|| member.to_string(), str::to_owned)
}

fn change_list(list: &mut Vec<Value>, items: &[Value], removing: bool) {
    for item in items {
        if removing {
            let at = list.iter().position(|other| other == item).unwrap();
            list.remove(at);
        } else {
            list.push(item.clone());
        }
    }
}

fn change_leaf(value: &mut Value, path: &[String], items: &[Value], removing: bool) {
    let Some(item) = items.first() else { return };
    let Some((first, rest)) = path.split_first() else {
        *value = if removing { json!({}) } else { item.clone() };
        return;
    };
    if !value.is_object() {
        *value = json!({});
    }
    let members: &mut Map<String, Value> = value.as_object_mut().unwrap();
    if removing && rest.is_empty() {
        members.remove(first);
        return;
    }
    change_leaf(members.entry(first.clone()).or_insert_with(|| json!({})), rest, items, removing);
    if removing && members[first] == json!({}) {
        members.remove(first);
    }
}

proptest! {
    #[test]
    fn a_value_does_not_differ_from_itself((keys, value, _) in any_section()) {
        prop_assert_eq!(diff(Some(&value), Some(&value), keys), []);
        if let Value::Array(mut items) = value.clone()
            && keys != Keys::Paths
        {
            items.reverse();
            prop_assert_eq!(diff(Some(&value), Some(&Value::Array(items)), keys), []);
        }
    }

    #[test]
    fn there_and_back_are_the_same_with_sides_changed((keys, before, after) in any_section()) {
        let there = diff(Some(&before), Some(&after), keys);
        let back = diff(Some(&after), Some(&before), keys);
        let swapped: Vec<_> = there
            .into_iter()
            .map(|Difference { path, before, after }| Difference { path, before: after, after: before })
            .collect();
        prop_assert_eq!(swapped, back);
    }

    #[test]
    fn who_applies_the_differences_has_the_other_value((keys, before, after) in any_section()) {
        // A list on one side and something else on the other are leaves.
        prop_assume!(before.is_array() == after.is_array());
        let differences = diff(Some(&before), Some(&after), keys);
        let applied = apply(&before, &differences, keys);
        prop_assert_eq!(keyed(&applied, keys), keyed(&after, keys), "{:?}", differences);
    }

    #[test]
    fn every_difference_is_one((keys, before, after) in any_section()) {
        let differences = diff(Some(&before), Some(&after), keys);
        for difference in &differences {
            prop_assert_ne!(&difference.before, &difference.after);
        }
        let mut paths: Vec<_> = differences.iter().map(|difference| &difference.path).collect();
        paths.dedup();
        prop_assert_eq!(paths.len(), differences.len(), "keys stand there once");
    }
}
