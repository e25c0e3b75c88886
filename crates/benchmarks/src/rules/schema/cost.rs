//! How much work a schema makes.
//!
//! A schema of a kilobyte can apply its parts 2^22 times to one value, through `anyOf` and `$ref`. How often is counted
//! here without doing it: what a part costs on a value is worked out once and added up.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// So many applications of subschemas are taken from any schema and document …
pub(super) const MOST: u64 = 100_000;

/// … and so many more for each value of the document.
pub(super) const MOST_A_NODE: u64 = 20;

/// So many pairs of subschema and value are looked at before the rest is taken for too much.
const MOST_PAIRS: usize = 2_000_000;

/// So deep subschemas may lie in one another, references followed.
const MOST_DEPTH: usize = 1_000;

/// A text of this many bytes costs a pattern as much as one application.
const PATTERN_BYTES: u64 = 64;

/// How often subschemas are applied to a value of which nothing is known but that every property is there once.
pub(super) fn of_schema(schema: &Value) -> u64 {
    Counter::new(schema).cost(schema, None)
}

/// How often subschemas are applied to this document.
pub(super) fn of_document(schema: &Value, document: &Value) -> u64 {
    Counter::new(schema).cost(schema, Some(document))
}

/// How many values a document holds.
pub(super) fn nodes(document: &Value) -> u64 {
    1 + match document {
        Value::Array(items) => items.iter().map(nodes).sum(),
        Value::Object(members) => members.values().map(nodes).sum(),
        _ => 0,
    }
}

struct Counter<'s> {
    root: &'s Value,
    /// Subschemas by their names and anchors.
    named: HashMap<&'s str, &'s Value>,
    /// What a pair of subschema and value costs; being worked out: nothing.
    known: HashMap<(*const Value, *const Value), u64>,
    depth: usize,
}

impl<'s> Counter<'s> {
    fn new(root: &'s Value) -> Self {
        let mut named = HashMap::new();
        collect_names(root, &mut named, 0);
        Self { root, named, known: HashMap::new(), depth: 0 }
    }

    fn cost(&mut self, schema: &'s Value, instance: Option<&Value>) -> u64 {
        let Value::Object(keywords) = schema else { return 1 };
        let place = (std::ptr::from_ref(schema), instance.map_or(std::ptr::null(), std::ptr::from_ref));
        if let Some(cost) = self.known.get(&place) {
            return *cost;
        }
        if self.known.len() >= MOST_PAIRS || self.depth >= MOST_DEPTH {
            return u64::MAX;
        }
        self.known.insert(place, 0);
        self.depth += 1;
        let here = self.in_place(keywords, instance);
        // What nothing else has looked at is found by going through the others again.
        let again =
            keywords.contains_key("unevaluatedProperties") || keywords.contains_key("unevaluatedItems");
        let here = if again { here.saturating_mul(2) } else { here };
        let below = match instance {
            Some(Value::Object(members)) => self.members(keywords, members),
            Some(Value::Array(items)) => self.items(keywords, items),
            Some(Value::String(text)) if keywords.contains_key("pattern") => {
                text.len() as u64 / PATTERN_BYTES
            }
            Some(_) => 0,
            None => self.once_each(keywords),
        };
        self.depth -= 1;
        let cost = here.saturating_add(below).saturating_add(1);
        self.known.insert(place, cost);
        cost
    }

    fn sum<'a>(&mut self, schemas: impl Iterator<Item = &'s Value>, instance: Option<&'a Value>) -> u64 {
        schemas.fold(0, |sum, schema| sum.saturating_add(self.cost(schema, instance)))
    }

    /// What applies to the same value.
    fn in_place(&mut self, keywords: &'s Map<String, Value>, instance: Option<&Value>) -> u64 {
        let lists = ["allOf", "anyOf", "oneOf"]
            .into_iter()
            .filter_map(|name| keywords.get(name)?.as_array())
            .flatten();
        let single = ["not", "if", "then", "else"].into_iter().filter_map(|name| keywords.get(name));
        let dependent = ["dependentSchemas", "dependencies"];
        let dependent =
            dependent.into_iter().filter_map(|name| keywords.get(name)?.as_object()).flat_map(Map::values);
        let references = ["$ref", "$dynamicRef", "$recursiveRef"];
        let references: Vec<&str> =
            references.into_iter().filter_map(|name| keywords.get(name)?.as_str()).collect();
        let referred: Vec<&'s Value> = references.into_iter().filter_map(|to| self.follow(to)).collect();
        let all = lists.chain(single).chain(dependent.filter(|schema| !schema.is_array())).chain(referred);
        self.sum(all, instance)
    }

    fn follow(&self, to: &str) -> Option<&'s Value> {
        let fragment = to.rsplit_once('#').map(|(_, fragment)| fragment);
        match fragment {
            Some("") => Some(self.root),
            Some(pointer) if pointer.starts_with('/') => {
                let pointer = percent_decoded(pointer);
                self.root.pointer(&pointer)
            }
            Some(anchor) => self.named.get(anchor).copied(),
            None => self.named.get(to).copied(),
        }
    }

    fn members(&mut self, keywords: &'s Map<String, Value>, members: &Map<String, Value>) -> u64 {
        let mut sum: u64 = 0;
        let properties = keywords.get("properties").and_then(Value::as_object);
        let patterns = keywords.get("patternProperties").and_then(Value::as_object);
        for (name, value) in members {
            // Whether a pattern matches is not looked at here: at the most it does.
            let named = properties.and_then(|properties| properties.get(name)).into_iter();
            let matched = patterns.into_iter().flat_map(Map::values);
            let others = ["additionalProperties", "unevaluatedProperties"]
                .into_iter()
                .filter_map(|name| keywords.get(name));
            sum = sum.saturating_add(self.sum(named.chain(matched).chain(others), Some(value)));
            sum = sum.saturating_add(self.sum(keywords.get("propertyNames").into_iter(), None));
            let patterns = patterns.map_or(0, Map::len) as u64;
            sum = sum.saturating_add(patterns * (1 + name.len() as u64 / PATTERN_BYTES));
        }
        sum
    }

    fn items(&mut self, keywords: &'s Map<String, Value>, items: &[Value]) -> u64 {
        let mut sum: u64 = 0;
        let by_position =
            ["items", "prefixItems"].into_iter().find_map(|name| keywords.get(name)?.as_array());
        for (position, item) in items.iter().enumerate() {
            let own = by_position.and_then(|schemas| schemas.get(position)).into_iter();
            let others = ["items", "additionalItems", "contains", "unevaluatedItems"].into_iter();
            let others = others.filter_map(|name| keywords.get(name)).filter(|schema| !schema.is_array());
            sum = sum.saturating_add(self.sum(own.chain(others), Some(item)));
        }
        sum
    }

    /// Every subschema for members and elements, once.
    fn once_each(&mut self, keywords: &'s Map<String, Value>) -> u64 {
        let objects = ["properties", "patternProperties"].into_iter();
        let objects = objects.filter_map(|name| keywords.get(name)?.as_object()).flat_map(Map::values);
        let lists =
            ["items", "prefixItems"].into_iter().filter_map(|name| keywords.get(name)?.as_array()).flatten();
        let single = [
            "additionalProperties",
            "propertyNames",
            "items",
            "additionalItems",
            "contains",
            "unevaluatedItems",
            "unevaluatedProperties",
        ];
        let single =
            single.into_iter().filter_map(|name| keywords.get(name)).filter(|schema| !schema.is_array());
        self.sum(objects.chain(lists).chain(single), None)
    }
}

fn collect_names<'s>(schema: &'s Value, named: &mut HashMap<&'s str, &'s Value>, depth: usize) {
    if depth > MOST_DEPTH {
        return;
    }
    match schema {
        Value::Object(members) => {
            for name in ["$id", "id", "$anchor", "$dynamicAnchor"] {
                if let Some(name) = members.get(name).and_then(Value::as_str) {
                    named.entry(name.trim_start_matches('#')).or_insert(schema);
                }
            }
            members.values().for_each(|value| collect_names(value, named, depth + 1));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_names(value, named, depth + 1)),
        _ => {}
    }
}

fn percent_decoded(text: &str) -> String {
    form_urlencoded::parse(text.replace('+', "%2B").as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}
