//! Tags, in the two shapes that reporters send (contract inventory-events §3.4).

use std::collections::{HashMap, HashSet};

use fleet::{NO_NAMESPACE, Tags};
use legacy::{Json, Members};

use super::{
    fields::{BAD_INPUT, MISSING, NO_TEXT, NULL, wrong_length},
    problem::{PathSegment, Problem},
};

/// The most tags of one host: every value is one, every key without values, every namespace without keys.
pub const MOST_TAGS: usize = Tags::MAX;

const SHAPE: &str = "Tags must be either an object or an array, and cannot be null.";

/// The tags of a host. A namespace that was named without keys is kept, empty: it asks for deletion.
pub(super) fn read(given: &Json) -> Result<Tags, Problem> {
    let mut reader = Reader::default();
    match given {
        Json::Null => return Err(NULL.into()),
        Json::Object(namespaces) => reader.nested(namespaces)?,
        Json::List(entries) => reader.structured(entries)?,
        _ => return Err(SHAPE.into()),
    }
    if reader.wrong.is_empty() { Ok(reader.into_tags()) } else { Err(Problem::Inside(reader.wrong)) }
}

/// One tag as sent: namespace, key, value.
type TagParts<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

#[derive(Default)]
struct Reader<'a> {
    entries: Vec<TagParts<'a>>,
    wrong: Vec<(PathSegment, Problem)>,
}

impl<'a> Reader<'a> {
    /// Takes one tag. Those that were refused count too, so that a list of nothing but bad ones ends as well.
    fn take(&mut self, entry: TagParts<'a>) -> Result<(), Problem> {
        if self.entries.len() == MOST_TAGS {
            return Err(format!("A host has at most {MOST_TAGS} tags, send fewer.").into());
        }
        self.entries.push(entry);
        Ok(())
    }

    fn nested(&mut self, namespaces: &'a Members) -> Result<(), Problem> {
        for (namespace, keys) in namespaces {
            self.measure("namespace", namespace, 0);
            let namespace = named(Some(namespace));
            let keys = match keys {
                Json::Object(keys) if !keys.is_empty() => keys,
                Json::Null | Json::Object(_) => {
                    self.take((namespace, None, None))?;
                    continue;
                }
                _ => return Err("Tags in a namespace must be an object or null.".into()),
            };
            for (key, values) in keys {
                self.measure("key", key, 1);
                let values = match values {
                    Json::Null => &[],
                    Json::List(values) => values.as_slice(),
                    _ => return Err("Tag values must be an array or null.".into()),
                };
                self.take((namespace, Some(key), None))?;
                for value in values {
                    match value {
                        Json::Null => {}
                        Json::Text(value) => {
                            self.measure("value", value, 0);
                            self.take((namespace, Some(key), Some(value)))?;
                        }
                        _ => return Err("Tag value must be a string or null.".into()),
                    }
                }
            }
        }
        Ok(())
    }

    fn structured(&mut self, entries: &'a [Json]) -> Result<(), Problem> {
        if entries.iter().any(|entry| matches!(entry, Json::List(_))) {
            return Err(SHAPE.into());
        }
        for entry in entries {
            let Json::Object(_) = entry else {
                self.refuse(Problem::of_member(super::problem::WHOLE, BAD_INPUT));
                self.take((NO_NAMESPACE, None, None))?;
                continue;
            };
            let namespace = named(self.member(entry, "namespace", 0));
            let key = self.member(entry, "key", 1);
            let absent = match entry.get("key") {
                None => Some(MISSING),
                Some(Json::Null) => Some(NULL),
                Some(_) => None,
            };
            if let Some(problem) = absent {
                self.refuse(Problem::of_member("key", problem));
            }
            let value = self.member(entry, "value", 0);
            self.take((namespace, key, value))?;
        }
        Ok(())
    }

    fn member(&mut self, entry: &'a Json, name: &str, least: usize) -> Option<&'a str> {
        match entry.get(name)? {
            Json::Null => None,
            Json::Text(text) => {
                self.measure(name, text, least);
                Some(text)
            }
            _ => {
                self.refuse(Problem::of_member(name, NO_TEXT));
                None
            }
        }
    }

    fn measure(&mut self, name: &str, text: &str, least: usize) {
        match text.chars().count() {
            length if length > 255 && least == 0 => {
                self.refuse(Problem::of_member(name, "Longer than maximum length 255."));
            }
            length if !(least..=255).contains(&length) => {
                self.refuse(Problem::of_member(name, wrong_length(&(least..=255))));
            }
            _ => {}
        }
    }

    /// Notes a problem of the entry that is being read.
    fn refuse(&mut self, problem: Problem) {
        let place = PathSegment::Item(self.entries.len());
        match (self.wrong.last_mut(), problem) {
            (Some((last, Problem::Inside(members))), Problem::Inside(more)) if *last == place => {
                members.extend(more);
            }
            (_, problem) => self.wrong.push((place, problem)),
        }
    }

    /// Groups the entries, in the order they came. What is found again is found by hash: [`Tags::add`] looks through
    /// the keys, which is too slow for ten thousand of them.
    fn into_tags(self) -> Tags {
        let mut tags = Tags::new();
        let mut places: HashMap<(&str, &str), usize> = HashMap::new();
        let mut known: HashSet<(&str, &str, &str)> = HashSet::new();
        for (namespace, key, value) in self.entries {
            let keys = tags.namespace(namespace);
            let Some(key) = key else { continue };
            let place = *places.entry((namespace, key)).or_insert_with(|| {
                keys.push((key.to_owned(), Vec::new()));
                keys.len() - 1
            });
            if let Some(value) = value.filter(|value| !value.is_empty())
                && known.insert((namespace, key, value))
            {
                keys[place].1.push(value.to_owned());
            }
        }
        tags
    }
}

/// The stored name of a namespace: the absent, the empty and `null` are one.
fn named(namespace: Option<&str>) -> &str {
    namespace.filter(|namespace| !namespace.is_empty()).unwrap_or(NO_NAMESPACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(json: &str) -> Result<Tags, String> {
        read(&serde_json::from_str(json).unwrap()).map_err(|problem| problem.to_string())
    }

    fn shown(json: &str) -> Vec<String> {
        let tags = tags(json).unwrap();
        tags.iter().map(|tag| format!("{:?}/{}={:?}", tag.namespace, tag.key, tag.value)).collect()
    }

    #[test]
    fn both_shapes_give_the_same_tags() {
        let nested = tags(r#"{"ns": {"env": ["prod", "stage"], "flag": []}, "null": {"k": ["v"]}}"#).unwrap();
        let list = r#"[{"namespace": "ns", "key": "env", "value": "prod"}, {"namespace": "ns", "key": "env", "value": "stage"},
            {"namespace": "ns", "key": "flag"}, {"namespace": null, "key": "k", "value": "v", "other": 1}]"#;
        assert_eq!(tags(list).unwrap(), nested);
    }

    #[test]
    fn null_empty_and_absent_namespaces_are_one() {
        let list = r#"[{"key": "a"}, {"namespace": "", "key": "b"}, {"namespace": "null", "key": "c"}]"#;
        assert_eq!(shown(list), ["None/a=None", "None/b=None", "None/c=None"]);
        assert_eq!(shown(r#"{"": {"a": null}, "null": {"b": []}}"#), ["None/a=None", "None/b=None"]);
    }

    #[test]
    fn repeated_and_empty_values_are_dropped_and_the_order_stays() {
        let values = shown(r#"{"z": {"k": ["b", "a", "b", "", null]}, "a": {"k": [""]}}"#);
        assert_eq!(values, [r#"Some("z")/k=Some("b")"#, r#"Some("z")/k=Some("a")"#, r#"Some("a")/k=None"#]);
    }

    #[test]
    fn a_namespace_without_keys_is_kept_to_be_deleted() {
        let tags = tags(r#"{"gone": null, "too": {}}"#).unwrap();
        assert_eq!(
            tags.namespaces().map(|(name, keys)| (name, keys.len())).collect::<Vec<_>>(),
            [("gone", 0), ("too", 0)]
        );
        assert!(self::tags("{}").unwrap().is_empty());
        assert!(self::tags("[]").unwrap().is_empty());
    }

    #[test]
    fn other_shapes_are_refused_with_their_sentence() {
        for (json, problem) in [
            ("null", "['Field may not be null.']"),
            ("\"a\"", "['Tags must be either an object or an array, and cannot be null.']"),
            ("[[]]", "['Tags must be either an object or an array, and cannot be null.']"),
            (r#"{"ns": []}"#, "['Tags in a namespace must be an object or null.']"),
            (r#"{"ns": {"k": "v"}}"#, "['Tag values must be an array or null.']"),
            (r#"{"ns": {"k": [1]}}"#, "['Tag value must be a string or null.']"),
            (r#"[{"value": "v"}]"#, "{0: {'key': ['Missing data for required field.']}}"),
            (r#"[{"key": "k"}, {"key": null}]"#, "{1: {'key': ['Field may not be null.']}}"),
            (
                r#"[{"key": "", "value": 1}]"#,
                "{0: {'key': ['Length must be between 1 and 255.'], 'value': ['Not a valid string.']}}",
            ),
            ("[1]", "{0: {'_schema': ['Invalid input type.']}}"),
        ] {
            assert_eq!(tags(json).unwrap_err(), problem, "{json}");
        }
    }

    #[test]
    fn names_and_values_have_at_most_255_characters() {
        let long = "ä".repeat(256);
        for json in [
            format!(r#"{{"{long}": {{"k": []}}}}"#),
            format!(r#"{{"ns": {{"{long}": []}}}}"#),
            format!(r#"{{"ns": {{"k": ["{long}"]}}}}"#),
            format!(r#"[{{"key": "k", "value": "{long}"}}]"#),
        ] {
            assert!(tags(&json).unwrap_err().contains("255"), "{json}");
            assert!(tags(&json.replace("ää", "ä")).is_ok());
        }
    }

    #[test]
    fn a_host_has_at_most_ten_thousand_tags() {
        let many = |count: usize| {
            let entries: Vec<_> =
                (0..count).map(|n| format!(r#"{{"namespace":"n{n}","key":"k{n}"}}"#)).collect();
            format!("[{}]", entries.join(","))
        };
        assert!(tags(&many(100)).is_ok());
        assert_eq!(tags(&many(MOST_TAGS + 1)).unwrap_err(), "['A host has at most 10000 tags, send fewer.']");
    }
}
