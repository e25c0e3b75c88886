//! The shapes of bodies, and how the original's validator complains of another one (contract drift §2.6).

use legacy::literal;
use serde_json::{Map, Value};

/// A body has another shape than it must have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}{}", self.place())]
pub struct BadShape {
    problem: String,
    /// Where, with dots; empty for the body itself.
    path: String,
}

impl BadShape {
    pub(super) fn new(problem: String, path: impl Into<String>) -> Self {
        Self { problem, path: path.into() }
    }

    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!(" - '{}'", self.path) }
    }
}

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub enum MemberType {
    /// A text of any length.
    Text,
    /// A text of so many characters, from and to.
    Sized(usize, usize),
    /// Truth.
    Boolean,
    /// A list of objects.
    Objects,
    /// A list of texts of so many characters, from and to.
    Texts(usize, usize),
    /// The facts of a baseline.
    Facts,
    /// A list of inventory groups.
    Groups,
}

/// A member of a body: its name, what it must be, whether it must be there.
pub type Member = (&'static str, MemberType, bool);

/// Whether a body may have members that nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are ignored.
    Ignored,
    /// They are refused.
    Refused,
}

/// Reads a body that is an object of these members.
pub fn object<'b>(
    body: &'b Value,
    members: &[Member],
    others: Others,
) -> Result<&'b Map<String, Value>, BadShape> {
    object_at(body, members, others, "")
}

/// The texts of a list in a body that was read.
pub fn texts<'b>(body: &'b Map<String, Value>, name: &str) -> impl Iterator<Item = &'b str> {
    body.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The list of facts under `baseline_facts`.
pub(super) fn facts(list: &Value) -> Result<(), BadShape> {
    check(list, MemberType::Facts, "baseline_facts")
}

fn object_at<'b>(
    value: &'b Value,
    members: &[Member],
    others: Others,
    path: &str,
) -> Result<&'b Map<String, Value>, BadShape> {
    let Some(object) = value.as_object() else { return Err(not_a(value, "object", path)) };
    for (name, _, needed) in members {
        if *needed && !object.contains_key(*name) {
            return Err(BadShape::new(format!("'{name}' is a required property"), path));
        }
    }
    let unknown: Vec<String> = match others {
        Others::Ignored => Vec::new(),
        Others::Refused => {
            let known = |name: &str| members.iter().any(|(member, ..)| *member == name);
            object.keys().filter(|name| !known(name)).map(|name| legacy::repr(name)).collect()
        }
    };
    if !unknown.is_empty() {
        let verb = if unknown.len() == 1 { "was" } else { "were" };
        let problem =
            format!("Additional properties are not allowed ({} {verb} unexpected)", unknown.join(", "));
        return Err(BadShape::new(problem, path));
    }
    for (name, kind, _) in members {
        if let Some(member) = object.get(*name) {
            check(member, *kind, &below(path, name))?;
        }
    }
    Ok(object)
}

fn check(value: &Value, kind: MemberType, path: &str) -> Result<(), BadShape> {
    match kind {
        MemberType::Text => text(value, path).map(drop),
        MemberType::Sized(least, most) => sized(value, least, most, path),
        MemberType::Boolean if value.is_boolean() => Ok(()),
        MemberType::Boolean => Err(not_a(value, "boolean", path)),
        MemberType::Objects => {
            items(value, path, |item, at| object_at(item, &[], Others::Ignored, at).map(drop))
        }
        MemberType::Texts(least, most) => items(value, path, |item, at| sized(item, least, most, at)),
        MemberType::Groups => items(value, path, |item, at| {
            let members = [("id", MemberType::Text, true), ("name", MemberType::Text, true)];
            object_at(item, &members, Others::Ignored, at).map(drop)
        }),
        MemberType::Facts => items(value, path, |item, at| {
            let object = object_at(item, &[("name", MemberType::Text, true)], Others::Ignored, at)?;
            let known = object.keys().find(|key| !["name", "value", "values"].contains(&key.as_str()));
            if let Some(name) = known {
                let problem =
                    format!("Additional properties are not allowed ({} was unexpected)", legacy::repr(name));
                return Err(BadShape::new(problem, at));
            }
            if let Some(value) = object.get("value") {
                fact_value(value, &below(at, "value"))?;
            }
            object.get("values").map_or(Ok(()), |values| items(values, &below(at, "values"), nested_fact))
        }),
    }
}

fn nested_fact(value: &Value, path: &str) -> Result<(), BadShape> {
    let object = object_at(value, &[("name", MemberType::Text, true)], Others::Ignored, path)?;
    let Some(value) = object.get("value") else {
        return Err(BadShape::new("'value' is a required property".to_owned(), path));
    };
    fact_value(value, &below(path, "value"))
}

fn fact_value(value: &Value, path: &str) -> Result<(), BadShape> {
    let is_texts = value.as_array().is_some_and(|items| items.iter().all(Value::is_string));
    if value.is_string() || is_texts {
        return Ok(());
    }
    Err(BadShape::new(format!("{} is not valid under any of the given schemas", literal(value)), path))
}

fn items(
    value: &Value,
    path: &str,
    mut item: impl FnMut(&Value, &str) -> Result<(), BadShape>,
) -> Result<(), BadShape> {
    let Some(list) = value.as_array() else { return Err(not_a(value, "array", path)) };
    list.iter().enumerate().try_for_each(|(n, value)| item(value, &below(path, &n.to_string())))
}

fn text<'v>(value: &'v Value, path: &str) -> Result<&'v str, BadShape> {
    value.as_str().ok_or_else(|| not_a(value, "string", path))
}

fn sized(value: &Value, least: usize, most: usize, path: &str) -> Result<(), BadShape> {
    let length = text(value, path)?.chars().count();
    let problem = match length {
        0 if least == 1 => "should be non-empty",
        _ if length < least => "is too short",
        _ if length > most => "is too long",
        _ => return Ok(()),
    };
    Err(BadShape::new(format!("{} {problem}", literal(value)), path))
}

fn not_a(value: &Value, kind: &str, path: &str) -> BadShape {
    BadShape::new(format!("{} is not of type '{kind}'", literal(value)), path)
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const CREATE: [Member; 2] =
        [("display_name", MemberType::Sized(1, 200), true), ("baseline_facts", MemberType::Facts, false)];

    fn problem(body: &Value) -> String {
        object(body, &CREATE, Others::Refused).unwrap_err().to_string()
    }

    #[test]
    fn a_body_is_refused_in_the_words_of_the_validator() {
        assert_eq!(problem(&json!([])), "[] is not of type 'object'");
        assert_eq!(problem(&json!({})), "'display_name' is a required property");
        assert_eq!(problem(&json!({"display_name": null})), "None is not of type 'string' - 'display_name'");
        assert_eq!(problem(&json!({"display_name": ""})), "'' should be non-empty - 'display_name'");
        let long = "x".repeat(201);
        assert_eq!(problem(&json!({"display_name": long})), format!("'{long}' is too long - 'display_name'"));
        assert_eq!(
            problem(&json!({"display_name": "x", "bogus": 1})),
            "Additional properties are not allowed ('bogus' was unexpected)"
        );
        assert_eq!(
            problem(&json!({"display_name": "x", "a": 1, "b": 1})),
            "Additional properties are not allowed ('a', 'b' were unexpected)"
        );
    }

    #[test]
    fn a_fact_is_refused_with_its_place() {
        let of = |facts: Value| problem(&json!({"display_name": "x", "baseline_facts": facts}));
        assert_eq!(of(json!("x")), "'x' is not of type 'array' - 'baseline_facts'");
        assert_eq!(of(json!([{"value": "1"}])), "'name' is a required property - 'baseline_facts.0'");
        assert_eq!(
            of(json!([{"name": "a", "value": 1}])),
            "1 is not valid under any of the given schemas - 'baseline_facts.0.value'"
        );
        assert_eq!(
            of(json!([{"name": "a", "x": 1}])),
            "Additional properties are not allowed ('x' was unexpected) - 'baseline_facts.0'"
        );
        assert_eq!(
            of(json!([{"name": "g", "values": [{"name": "z"}]}])),
            "'value' is a required property - 'baseline_facts.0.values.0'"
        );
        let nested = json!({"display_name": "x", "baseline_facts": [{"name": "g", "values": [{"name": "z", "value": "1", "x": 5}]}]});
        assert!(object(&nested, &CREATE, Others::Refused).is_ok());
    }

    #[test]
    fn texts_of_a_list_have_a_length() {
        let members = [("baseline_ids", MemberType::Texts(32, 36), true)];
        let refused = object(&json!({"baseline_ids": ["x"]}), &members, Others::Refused).unwrap_err();
        assert_eq!(refused.to_string(), "'x' is too short - 'baseline_ids.0'");
    }
}
