//! Valid profiles for property tests, drawn from the schema itself.

use std::collections::BTreeSet;

use ground::Timestamp;
use profile::{
    Schema,
    schema::{Form, Node, NodeKind, Storage, Text},
};
use proptest::{prelude::*, string::string_regex};
use serde_json::{Map, Value};

/// Any valid profile, in the form in which it is kept: no legacy fields, nothing to coerce, date-times in UTC. About
/// half of the members that may be absent are.
pub fn any_profile() -> BoxedStrategy<Value> {
    let members = Schema::get().members().iter().filter(|(_, node)| node.storage != Storage::Legacy);
    object(members)
        .prop_map(|mut members| {
            // Without any type it would be removed.
            if members.get("workloads").and_then(Value::as_object).is_some_and(Map::is_empty) {
                members.remove("workloads");
            }
            Value::Object(members)
        })
        .boxed()
}

fn object<'a>(members: impl Iterator<Item = (&'a String, &'a Node)>) -> BoxedStrategy<Map<String, Value>> {
    let members: Vec<_> = members
        .map(|(name, node)| {
            let value = any_value(node);
            let value =
                if node.required { value.prop_map(Some).boxed() } else { prop::option::of(value).boxed() };
            (Just(name.clone()), value)
        })
        .collect();
    members
        .prop_map(|members| {
            members.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
        })
        .boxed()
}

fn any_value(node: &Node) -> BoxedStrategy<Value> {
    match &node.kind {
        NodeKind::Object(members) => object(members.iter()).prop_map(Value::Object).boxed(),
        NodeKind::FreeForm => any_options(),
        NodeKind::Array(array) => {
            let unique = array.unique;
            prop::collection::vec(any_value(&array.item), 0..4)
                .prop_map(move |mut items| {
                    let mut before = BTreeSet::new();
                    items.retain(|item| before.insert(item.to_string()) || !unique);
                    Value::Array(items)
                })
                .boxed()
        }
        NodeKind::String(text) => any_text(text).prop_map(Value::String).boxed(),
        NodeKind::DateTime { .. } => (0..4_000_000_000_000_000_i64)
            .prop_map(|micros| Value::String(Timestamp::from_micros(micros).to_string()))
            .boxed(),
        NodeKind::Integer { min, max } => {
            (min.unwrap_or(i64::MIN)..=max.unwrap_or(i64::MAX)).prop_map(Value::from).boxed()
        }
        NodeKind::Boolean => any::<bool>().prop_map(Value::Bool).boxed(),
    }
}

#[expect(
    clippy::expect_used,
    reason = "the expressions stand in the table, and tests draw from each of them"
)]
fn any_text(text: &Text) -> BoxedStrategy<String> {
    if !text.values.is_empty() {
        return prop::sample::select(text.values.clone()).boxed();
    }
    match &text.form {
        Form::Any => {
            let most = text.max.unwrap_or(64).min(12);
            prop::collection::vec(any::<char>(), text.min..=most)
                .prop_map(|characters| characters.into_iter().collect())
                .boxed()
        }
        Form::Uuid => any::<u128>()
            .prop_map(|bits| {
                let hex = format!("{bits:032x}");
                [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
            })
            .boxed(),
        Form::Ipv4 => any::<std::net::Ipv4Addr>().prop_map(|address| address.to_string()).boxed(),
        Form::Ipv6 => any::<std::net::Ipv6Addr>().prop_map(|address| address.to_string()).boxed(),
        Form::Pattern { source, .. } => {
            // Open repetitions would seldom draw a text within the limits.
            let bounded = source.replace('+', "{1,2}").replace('*', "{0,8}");
            let most = text.max.unwrap_or(usize::MAX);
            string_regex(&bounded)
                .expect("an expression of the table")
                .prop_filter("too long", move |drawn| drawn.chars().count() <= most)
                .boxed()
        }
    }
}

/// Mount options: scalars, and one level of objects and lists.
fn any_options() -> BoxedStrategy<Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        ".{0,6}".prop_map(Value::from),
    ];
    let members = |value: BoxedStrategy<Value>| {
        prop::collection::btree_map(".{1,6}", value, 0..3)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
    };
    let value = prop_oneof![
        4 => scalar.clone(),
        1 => members(scalar.clone().boxed()),
        1 => prop::collection::vec(scalar, 0..3).prop_map(Value::Array),
    ];
    members(value.boxed()).boxed()
}

#[cfg(test)]
mod tests {
    use profile::Profile;

    use super::*;

    proptest! {
        #[test]
        fn every_drawn_profile_is_valid(drawn in any_profile()) {
            prop_assert_eq!(Profile::parse(&drawn.to_string()).err(), None);
        }
    }
}
