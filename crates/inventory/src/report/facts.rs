//! Namespaced facts (contract inventory-events §3.5).

use std::collections::HashMap;

use legacy::{Json, Members};
use serde_json::Value;

use super::{
    fields::{BAD_INPUT, NO_LIST, NO_OBJECT, NO_TEXT, NULL},
    invalid::Invalid,
    problem::{PathSegment, Problem, WHOLE},
};

/// How deep objects and lists may stand in one another in the facts of a namespace. Stored states are read again
/// by a parser that follows 128 levels.
const MAX_DEPTH: usize = 64;
/// Most entries of a document: each namespace of a host is looked up and stored.
const MOST_ENTRIES: usize = 1_000;

/// The facts of a document, entry by entry; either half may be missing.
pub(super) type Entries<'a> = Vec<(Option<&'a str>, Option<&'a Members>)>;

/// Takes the list apart. Unknown members are refused, missing ones are not (see [`merged`]).
pub(super) fn read(given: &Json) -> Result<Entries<'_>, Problem> {
    let Json::List(items) = given else { return Err(NO_LIST.into()) };
    if items.len() > MOST_ENTRIES {
        return Err(format!("Longer than maximum length {MOST_ENTRIES}.").into());
    }
    let mut entries = Entries::with_capacity(items.len());
    let mut wrong = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match entry(item) {
            Ok(entry) => entries.push(entry),
            Err(problem) => wrong.push((PathSegment::Item(at), problem)),
        }
    }
    if wrong.is_empty() { Ok(entries) } else { Err(Problem::Inside(wrong)) }
}

fn entry(item: &Json) -> Result<(Option<&str>, Option<&Members>), Problem> {
    let Json::Object(members) = item else { return Err(Problem::of_member(WHOLE, BAD_INPUT)) };
    let (mut namespace, mut facts) = (None, None);
    let mut wrong = Vec::new();
    for (name, member) in members {
        let problem = match (name.as_str(), member) {
            ("namespace" | "facts", Json::Null) => NULL.into(),
            ("namespace", Json::Text(text)) => {
                namespace = Some(text.as_str());
                continue;
            }
            ("namespace", _) => NO_TEXT.into(),
            ("facts", Json::Object(_)) if has_empty_key(member) => "Key may not be empty.".to_owned(),
            ("facts", Json::Object(_)) if member.depth() > MAX_DEPTH => {
                format!("Nested deeper than {MAX_DEPTH} levels, flatten it.")
            }
            ("facts", Json::Object(object)) => {
                facts = Some(object);
                continue;
            }
            ("facts", _) => NO_OBJECT.into(),
            _ => "Unknown field.".into(),
        };
        wrong.push((PathSegment::Member(name.clone()), Problem::from(problem)));
    }
    if wrong.is_empty() { Ok((namespace, facts)) } else { Err(Problem::Inside(wrong)) }
}

fn has_empty_key(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            members.iter().any(|(name, member)| name.is_empty() || has_empty_key(member))
        }
        Json::List(items) => items.iter().any(has_empty_key),
        _ => false,
    }
}

/// The facts by namespace, in the order in which namespaces first came. A repeated namespace is merged, later keys
/// win.
pub(super) fn merged(entries: Entries<'_>) -> Result<Vec<(String, Value)>, Invalid> {
    let mut merged: Vec<(String, serde_json::Map<String, Value>)> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for entry in entries {
        let (Some(namespace), Some(facts)) = entry else {
            return Err(Invalid::request(
                "Bad Request",
                "Invalid format of Fact object.  Fact must contain 'namespace' and 'facts' keys.",
            ));
        };
        let facts = facts.iter().map(|(name, fact)| (name.clone(), fact.to_value()));
        let place = *places.entry(namespace).or_insert_with(|| {
            merged.push((namespace.to_owned(), serde_json::Map::new()));
            merged.len() - 1
        });
        merged[place].1.extend(facts);
    }
    Ok(merged.into_iter().map(|(namespace, facts)| (namespace, Value::Object(facts))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(given: &Value) -> Result<Vec<(String, Value)>, String> {
        let given = Json::from(given);
        let entries = read(&given).map_err(|problem| problem.to_string())?;
        merged(entries).map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn a_repeated_namespace_is_merged_and_later_keys_win() {
        let given = json!([
            {"namespace": "b", "facts": {"x": 1, "y": 1}},
            {"namespace": "a", "facts": {}},
            {"namespace": "b", "facts": {"y": 2}},
        ]);
        assert_eq!(facts(&given).unwrap(), [("b".into(), json!({"x": 1, "y": 2})), ("a".into(), json!({}))]);
    }

    #[test]
    fn a_half_entry_is_a_bad_request() {
        for half in [json!([{"namespace": "a"}]), json!([{"facts": {}}]), json!([{}])] {
            assert_eq!(
                facts(&half).unwrap_err(),
                "Invalid format of Fact object.  Fact must contain 'namespace' and 'facts' keys."
            );
        }
    }

    #[test]
    fn other_shapes_are_refused_with_their_sentence() {
        for (given, problem) in [
            (json!({}), "['Not a valid list.']"),
            (json!([1]), "{0: {'_schema': ['Invalid input type.']}}"),
            (
                json!([{"namespace": 1, "facts": []}]),
                "{0: {'facts': ['Not a valid mapping type.'], 'namespace': ['Not a valid string.']}}",
            ),
            (json!([{"namespace": null, "facts": {}}]), "{0: {'namespace': ['Field may not be null.']}}"),
            (json!([{"namespace": "a", "facts": {}, "x": 1}]), "{0: {'x': ['Unknown field.']}}"),
            (
                json!([{"namespace": "a", "facts": {"b": [{"": 1}]}}]),
                "{0: {'facts': ['Key may not be empty.']}}",
            ),
        ] {
            assert_eq!(facts(&given).unwrap_err(), problem, "{given}");
        }
    }

    #[test]
    fn entries_are_bounded_in_number() {
        let given = |count: usize| Value::from(vec![json!({"namespace": "a", "facts": {}}); count]);
        assert!(facts(&given(MOST_ENTRIES)).is_ok());
        assert_eq!(facts(&given(MOST_ENTRIES + 1)).unwrap_err(), "['Longer than maximum length 1000.']");
    }

    #[test]
    fn facts_that_stand_too_deep_are_refused() {
        let deep = |levels: usize| (0..levels).fold(json!(1), |inside, _| json!({"a": inside}));
        assert!(facts(&json!([{"namespace": "a", "facts": deep(MAX_DEPTH)}])).is_ok());
        assert!(
            facts(&json!([{"namespace": "a", "facts": deep(MAX_DEPTH + 1)}]))
                .unwrap_err()
                .contains("64 levels")
        );
    }
}
