//! JSON written in one way only, so that equal contents have equal texts.

use std::{borrow::Cow, fmt::Write as _};

use serde_json::{Map, Value};

use crate::schema::{Node, NodeKind};

/// Compact JSON with the keys of every object sorted and lists in the order they have.
pub(crate) fn as_sent(value: &Value) -> String {
    text_of(value, None)
}

/// Compact JSON with keys sorted and, where `node` says that order means nothing, items sorted too (by their
/// canonical text; the same item twice stays twice).
pub(crate) fn sorted(node: &Node, value: &Value) -> String {
    text_of(value, Some(node))
}

fn text_of(value: &Value, node: Option<&Node>) -> String {
    let mut out = String::new();
    write(value, node, &mut out);
    out
}

/// A list of texts as compact JSON.
pub(crate) fn strings(items: &[Cow<'_, str>], room: usize) -> String {
    let mut out = String::with_capacity(room);
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(item, &mut out);
    }
    out.push(']');
    out
}

/// A text as JSON.
pub(crate) fn string(text: &str, out: &mut String) {
    if text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        display(&Value::from(text), out);
    }
}

/// Compact JSON with keys sorted, in the order that lists have, added to `out`.
pub(crate) fn write_as_sent(value: &Value, out: &mut String) {
    write(value, None, out);
}

fn write(value: &Value, node: Option<&Node>, out: &mut String) {
    match value {
        Value::Object(members) => object(members, node, out),
        Value::Array(items) => {
            let array = match node.map(|node| &node.kind) {
                Some(NodeKind::Array(array)) => Some(array),
                _ => None,
            };
            let item_node = array.map(|array| &*array.item);
            out.push('[');
            if array.is_some_and(|array| array.set) {
                let mut texts: Vec<String> = items.iter().map(|item| text_of(item, item_node)).collect();
                texts.sort_unstable();
                out.push_str(&texts.join(","));
            } else {
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write(item, item_node, out);
                }
            }
            out.push(']');
        }
        Value::String(text) => string(text, out),
        scalar => display(scalar, out),
    }
}

/// Keys are sorted here and not left to the map: which order that has is decided by features of other crates.
fn object(members: &Map<String, Value>, node: Option<&Node>, out: &mut String) {
    let mut members: Vec<(&String, &Value)> = members.iter().collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    out.push('{');
    for (index, (name, value)) in members.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(name, out);
        out.push(':');
        let node = match node.map(|node| &node.kind) {
            Some(NodeKind::Object(nodes)) => nodes.get(name),
            _ => None,
        };
        write(value, node, out);
    }
    out.push('}');
}

fn display(value: &Value, out: &mut String) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::Schema;

    #[test]
    fn keys_are_sorted_and_lists_stay_as_sent() {
        assert_eq!(
            as_sent(&json!({"b": [2, 1], "a": {"d": null, "c": 1.5}})),
            r#"{"a":{"c":1.5,"d":null},"b":[2,1]}"#
        );
    }

    #[test]
    fn sets_are_sorted_inside_out_and_keep_duplicates() {
        let node = Schema::get().member("network_interfaces").unwrap();
        let value = json!([{"name": "b"}, {"name": "a", "ipv4_addresses": ["2", "1"]}, {"name": "b"}]);
        assert_eq!(
            sorted(node, &value),
            r#"[{"ipv4_addresses":["1","2"],"name":"a"},{"name":"b"},{"name":"b"}]"#
        );
    }

    #[test]
    fn deployments_stay_in_boot_order() {
        let node = Schema::get().member("rpm_ostree_deployments").unwrap();
        assert_eq!(sorted(node, &json!([{"id": "b"}, {"id": "a"}])), r#"[{"id":"b"},{"id":"a"}]"#);
    }

    proptest! {
        #[test]
        fn texts_are_written_as_json_writes_them(texts in prop::collection::vec(any::<String>(), 0..5)) {
            let items: Vec<Cow<'_, str>> = texts.iter().map(Cow::from).collect();
            prop_assert_eq!(strings(&items, 0), serde_json::to_string(&texts).unwrap());
        }
    }
}
