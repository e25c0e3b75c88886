//! Makes a value conform to its node of the schema, or refuses it.

use std::collections::{BTreeMap, HashSet};

use serde_json::{Map, Value};

use crate::{
    Invalid, coerce, moment,
    path::Path,
    schema::{Array, Node, NodeKind, quoted},
};

/// Whether values may be taken for what they were meant to be: objects hand it down, lists do not
/// (contract system-profile §3.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coercion {
    On,
    Off,
}

/// Coerces, validates and prunes `value` in place (contract system-profile §3 to §5); the first violation found is
/// the answer. Unknown members go unseen.
pub(crate) fn conform(
    node: &Node,
    value: &mut Value,
    coercion: Coercion,
    at: Path<'_>,
) -> Result<(), Invalid> {
    if coercion == Coercion::On {
        let meant = match &node.kind {
            NodeKind::Integer { .. } => coerce::integer(value).map(Value::Number),
            NodeKind::Boolean => coerce::boolean(value).map(Value::Bool),
            _ => None,
        };
        if let Some(meant) = meant {
            *value = meant;
        }
    }
    match (&node.kind, &mut *value) {
        (NodeKind::Object(members), Value::Object(given)) => object(members, given, coercion, at),
        (NodeKind::FreeForm, Value::Object(given)) => free_form(given, at),
        (NodeKind::Array(array), Value::Array(items)) => list(array, items, at),
        (NodeKind::String(text), Value::String(given)) => {
            text.check(given).map_err(|problem| at.refuse(problem))
        }
        (NodeKind::DateTime { max }, Value::String(given)) => {
            let moment = if given.chars().count() > *max { None } else { moment::parse(given) };
            let moment = moment
                .ok_or_else(|| at.refuse(format!("{} is not a date and time in ISO 8601", quoted(given))))?;
            *given = moment.to_string();
            Ok(())
        }
        (NodeKind::Integer { min, max }, Value::Number(number)) if !number.is_f64() => {
            let exact = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
            match (*min, *max, exact) {
                (Some(min), _, Some(exact)) if exact < i128::from(min) => {
                    Err(at.refuse(format!("{exact} is less than the minimum of {min}")))
                }
                (_, Some(max), Some(exact)) if exact > i128::from(max) => {
                    Err(at.refuse(format!("{exact} is greater than the maximum of {max}")))
                }
                _ => Ok(()),
            }
        }
        (NodeKind::Boolean, Value::Bool(_)) => Ok(()),
        (kind, value) => Err(at.refuse(format!("{} is not of type '{}'", shown(value), kind.json_type()))),
    }
}

fn object(
    members: &BTreeMap<String, Node>,
    given: &mut Map<String, Value>,
    coercion: Coercion,
    at: Path<'_>,
) -> Result<(), Invalid> {
    for (name, member) in members {
        if member.required && !given.contains_key(name) {
            return Err(at.refuse(format!("'{name}' is a required property")));
        }
    }
    given.retain(|name, _| members.contains_key(name));
    for (name, value) in given {
        if let Some(member) = members.get(name) {
            conform(member, value, coercion, Path::Member(&at, name))?;
        }
    }
    Ok(())
}

fn list(array: &Array, items: &mut [Value], at: Path<'_>) -> Result<(), Invalid> {
    for (index, item) in items.iter_mut().enumerate() {
        conform(&array.item, item, Coercion::Off, Path::Item(&at, index))?;
    }
    if array.unique {
        let mut before = HashSet::new();
        if let Some(twice) = items.iter().find(|item| !before.insert(item.to_string())) {
            return Err(at.refuse(format!("{} is given twice", shown(twice))));
        }
    }
    Ok(())
}

/// Mount options: any values, but no empty keys, and no numbers that would be kept as something else.
fn free_form(given: &Map<String, Value>, at: Path<'_>) -> Result<(), Invalid> {
    for (name, value) in given {
        if name.is_empty() {
            return Err(at.refuse("Key may not be empty."));
        }
        free_value(value, Path::Member(&at, name))?;
    }
    Ok(())
}

fn free_value(value: &Value, at: Path<'_>) -> Result<(), Invalid> {
    match value {
        Value::Object(inner) => free_form(inner, at),
        Value::Array(items) => {
            items.iter().enumerate().try_for_each(|(index, item)| free_value(item, Path::Item(&at, index)))
        }
        // The JSON reader turns whole numbers past 64 bits into floats, and they lose their digits.
        Value::Number(number)
            if number.as_f64().is_some_and(|float| number.is_f64() && float.abs() >= TWO_TO_63) =>
        {
            Err(at.refuse(format!("{number} is past 64 bits, send it as text")))
        }
        _ => Ok(()),
    }
}

/// 2^63: no float from here on was sent as a whole number of 64 bits.
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;

/// A value for a message: short texts and scalars as they are, the rest by its kind.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Schema;

    fn conformed(name: &str, mut value: Value) -> Result<Value, String> {
        let node = Schema::get().member(name).unwrap();
        match conform(node, &mut value, Coercion::On, Path::Top(name)) {
            Ok(()) => Ok(value),
            Err(Invalid::Nonconforming { path, problem }) => Err(format!("{path}: {problem}")),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn members_of_objects_are_coerced_and_items_of_lists_are_not() {
        assert_eq!(
            conformed("operating_system", json!({"name": "RHEL", "major": "8", "minor": 10.9})),
            Ok(json!({"name": "RHEL", "major": 8, "minor": 10}))
        );
        assert_eq!(
            conformed("network_interfaces", json!([{"mtu": "1500"}])),
            Err("network_interfaces[0].mtu: '1500' is not of type 'integer'".to_owned())
        );
        assert_eq!(
            conformed("network_interfaces", json!([{"mtu": 1500.0}])),
            Err("network_interfaces[0].mtu: 1500.0 is not of type 'integer'".to_owned())
        );
    }

    #[test]
    fn unknown_members_are_removed_unseen_at_every_level() {
        assert_eq!(
            conformed("yum_repos", json!([{"id": "a", "baseurl": "x".repeat(5000)}])),
            Ok(json!([{"id": "a"}]))
        );
        assert_eq!(
            conformed("workloads", json!({"sap": {"sids": [], "x": null}, "tetris": 1})),
            Ok(json!({"sap": {"sids": []}}))
        );
    }

    #[test]
    fn an_object_where_a_scalar_or_a_list_belongs_is_an_ordinary_violation() {
        assert_eq!(
            conformed("cpu_model", json!({"a": 1})),
            Err("cpu_model: an object is not of type 'string'".into())
        );
        assert_eq!(
            conformed("disk_devices", json!({"a": 1})),
            Err("disk_devices: an object is not of type 'array'".into())
        );
        assert_eq!(
            conformed("captured_date", json!(2021)),
            Err("captured_date: 2021 is not of type 'string'".into())
        );
        assert_eq!(
            conformed("systemd", json!([["state", "running"]])),
            Err("systemd: a list is not of type 'object'".into())
        );
    }

    #[test]
    fn date_times_are_kept_in_utc() {
        assert_eq!(
            conformed("captured_date", json!("2021-05-11T21:46+02")),
            Ok(json!("2021-05-11T19:46:00+00:00"))
        );
        let long = "2021-05-11T19:46:56.".to_owned() + &"1".repeat(40);
        assert!(conformed("captured_date", json!(long)).is_err());
    }

    #[test]
    fn mount_options_may_hold_anything_but_empty_keys_and_numbers_past_64_bits() {
        let options = |value: Value| conformed("disk_devices", json!([{"options": value}]));
        let fine = json!({"uid": 0, "deep": [{"a": null, "b": [1.5, u64::MAX]}]});
        assert_eq!(options(fine.clone()), Ok(json!([{"options": fine}])));
        assert_eq!(options(json!({"": 1})), Err("disk_devices[0].options: Key may not be empty.".into()));
        assert_eq!(
            options(json!({"a": [0, {"": 1}]})),
            Err("disk_devices[0].options.a[1]: Key may not be empty.".into())
        );
        let huge: Value = serde_json::from_str("18446744073709551616").unwrap();
        assert_eq!(
            options(json!({"a": huge})),
            Err("disk_devices[0].options.a: 1.8446744073709552e+19 is past 64 bits, send it as text".into())
        );
    }

    #[test]
    fn numbers_past_64_bits_are_refused_where_a_number_belongs() {
        let huge: Value = serde_json::from_str("18446744073709551616").unwrap();
        let refusal =
            conformed("systemd", json!({"state": "running", "failed": 0, "jobs_queued": huge})).unwrap_err();
        assert!(refusal.starts_with("systemd.jobs_queued: "), "{refusal}");
    }
}
