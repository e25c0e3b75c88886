//! The documents that operations on groups take (contract inventory-http §14.3).
//!
//! They are looked at twice: first whether they have the declared form, before anything is asked of the caller's
//! permissions; then whether what they say keeps the rules.

use std::collections::HashSet;

use ground::HostId;
use legacy::{parse_path_ids, repr, words};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::report::literal::not_of_type;

/// The most characters of a name.
const LONGEST_NAME: usize = 255;

/// A document of the declared form: `name` is a text, `host_ids` a list of ids or null, others are anything.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Declared {
    name: Option<String>,
    host_ids: Members,
    others: Vec<String>,
}

/// What a document says of the members.
#[derive(Debug, Default, PartialEq, Eq)]
enum Members {
    #[default]
    Absent,
    Null,
    These(Vec<Uuid>),
}

/// What a document that keeps the rules asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct GroupDocument {
    /// The name, trimmed.
    pub name: Option<String>,
    /// The members.
    pub hosts: Option<Vec<HostId>>,
}

impl GroupDocument {
    /// Whether it asks for nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Declared {
    /// Reads a body; the error text ends with where in the body it is wrong.
    pub fn read(body: &Value) -> Result<Self, String> {
        let Value::Object(members) = body else {
            return Err(not_of_type(body, "object"));
        };
        Ok(Self {
            name: name(members).map_err(|problem| format!("{problem} - 'name'"))?,
            host_ids: match members.get("host_ids") {
                None => Members::Absent,
                Some(Value::Null) => Members::Null,
                Some(list) => Members::These(ids(list, "host_ids")?),
            },
            others: members
                .keys()
                .filter(|name| !matches!(name.as_str(), "name" | "host_ids"))
                .cloned()
                .collect(),
        })
    }

    /// Holds it to the rules; the error is the map from members to what is wrong with them.
    pub fn check(self) -> Result<GroupDocument, String> {
        let mut problems = Vec::new();
        let name = self.name.map(|name| name.trim().to_owned());
        if let Some(name) = &name {
            let complaints = complaints_about(name);
            if !complaints.is_empty() {
                problems.push(format!("'name': [{}]", complaints.join(", ")));
            }
        }
        match &self.host_ids {
            Members::Null => problems.push("'host_ids': ['Field may not be null.']".to_owned()),
            Members::These(ids) if has_twins(ids) => problems.push(NOT_UNIQUE.to_owned()),
            _ => {}
        }
        problems.extend(self.others.iter().map(|name| format!("{}: ['Unknown field.']", repr(name))));
        if !problems.is_empty() {
            return Err(format!("{{{}}}", problems.join(", ")));
        }
        let hosts = match self.host_ids {
            Members::These(ids) => Some(as_hosts(ids)),
            Members::Absent | Members::Null => None,
        };
        Ok(GroupDocument { name, hosts })
    }
}

/// Reads a body that is a list of host ids.
pub fn declared_hosts(body: &Value) -> Result<Vec<Uuid>, String> {
    ids(body, "")
}

/// Holds a list of host ids to the rules.
pub fn checked_hosts(ids: Vec<Uuid>) -> Result<Vec<HostId>, String> {
    if ids.is_empty() {
        return Err("{'host_ids': ['Body content must be an array with system UUIDs, not an empty array']}"
            .to_owned());
    }
    if has_twins(&ids) {
        return Err(format!("{{{NOT_UNIQUE}}}"));
    }
    Ok(as_hosts(ids))
}

/// The set of ids as an answer names hosts that are not there: `{'a', 'b'}`.
pub fn shown_as_set(ids: &[HostId]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    format!("{{{}}}", ids.join(", "))
}

const NOT_UNIQUE: &str = "'host_ids': ['Host IDs must be unique.']";

fn name(members: &Map<String, Value>) -> Result<Option<String>, String> {
    match members.get("name") {
        None => Ok(None),
        Some(Value::String(name)) => Ok(Some(name.clone())),
        Some(other) => Err(not_of_type(other, "string")),
    }
}

fn ids(list: &Value, place: &str) -> Result<Vec<Uuid>, String> {
    let at = |problem: String, place: &str| {
        if place.is_empty() { problem } else { format!("{problem} - '{place}'") }
    };
    let Value::Array(items) = list else {
        return Err(at(not_of_type(list, "array"), place));
    };
    let read = |(index, item): (usize, &Value)| {
        let id = match item {
            Value::String(text) => id(text),
            other => Err(not_of_type(other, "string")),
        };
        let place = if place.is_empty() { index.to_string() } else { format!("{place}.{index}") };
        id.map_err(|problem| at(problem, &place))
    };
    items.iter().enumerate().map(read).collect()
}

fn id(text: &str) -> Result<Uuid, String> {
    let ids = parse_path_ids(text).map_err(|problem| problem.detail().to_owned())?;
    match ids.as_slice() {
        [id] => Ok(*id),
        // Several with commas between them: fine in a path, no id in a document.
        _ => Err(words::not_a(text, "uuid").detail().to_owned()),
    }
}

fn complaints_about(name: &str) -> Vec<&'static str> {
    let mut complaints = Vec::new();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        complaints.push("'Length must be between 1 and 255.'");
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, ' ' | '-' | '_');
    if name.is_empty() || !name.chars().all(allowed) {
        complaints.push("'Group name must contain only letters, numbers, spaces, hyphens, and underscores.'");
    }
    complaints
}

fn has_twins(ids: &[Uuid]) -> bool {
    let mut seen = HashSet::new();
    !ids.iter().all(|id| seen.insert(id))
}

fn as_hosts(ids: Vec<Uuid>) -> Vec<HostId> {
    ids.into_iter().map(HostId).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const A: &str = "5f0e0000-0000-0000-0000-00000000000a";

    fn declared(body: &Value) -> String {
        Declared::read(body).unwrap_err()
    }

    fn checked(body: &Value) -> Result<GroupDocument, String> {
        Declared::read(body).unwrap().check()
    }

    #[test]
    fn a_body_of_another_form_is_refused_with_its_place() {
        assert_eq!(declared(&json!([])), "[] is not of type 'object'");
        assert_eq!(declared(&json!({"name": null})), "None is not of type 'string' - 'name'");
        assert_eq!(declared(&json!({"host_ids": "x"})), "'x' is not of type 'array' - 'host_ids'");
        assert_eq!(declared(&json!({"host_ids": [A, 5]})), "5 is not of type 'string' - 'host_ids.1'");
        let bad = declared(&json!({"host_ids": ["bad"]}));
        assert!(
            bad.starts_with("'bad' does not match '^[0-9a-fA-F]{8}") && bad.ends_with(" - 'host_ids.0'"),
            "{bad}"
        );
        let bare = A.replace('-', "");
        assert_eq!(
            declared(&json!({"host_ids": [bare]})),
            format!("'{bare}' is not a 'uuid' - 'host_ids.0'")
        );
        assert_eq!(declared_hosts(&json!({})).unwrap_err(), "{} is not of type 'array'");
        assert_eq!(declared_hosts(&json!([null])).unwrap_err(), "None is not of type 'string' - '0'");
    }

    #[test]
    fn a_name_is_trimmed_and_then_has_1_to_255_plain_characters() {
        assert_eq!(checked(&json!({"name": "  a-B_3 c "})).unwrap().name.as_deref(), Some("a-B_3 c"));
        assert!(checked(&json!({"name": "n".repeat(255)})).is_ok());
        assert_eq!(
            checked(&json!({"name": "n".repeat(256)})),
            Err("{'name': ['Length must be between 1 and 255.']}".to_owned())
        );
        let characters = "'Group name must contain only letters, numbers, spaces, hyphens, and underscores.'";
        for bad in ["a!", "ä", "a\u{0}b", "a\nb", "a/b"] {
            assert_eq!(checked(&json!({"name": bad})), Err(format!("{{'name': [{characters}]}}")), "{bad:?}");
        }
        for empty in ["", " \t\n"] {
            assert_eq!(
                checked(&json!({"name": empty})),
                Err(format!("{{'name': ['Length must be between 1 and 255.', {characters}]}}"))
            );
        }
    }

    #[test]
    fn ids_are_unique_whatever_their_case_and_not_null() {
        let twins = json!([A, A.to_uppercase()]);
        let unique = "{'host_ids': ['Host IDs must be unique.']}";
        assert_eq!(checked(&json!({ "host_ids": twins })), Err(unique.to_owned()));
        assert_eq!(checked_hosts(declared_hosts(&twins).unwrap()), Err(unique.to_owned()));
        assert_eq!(
            checked(&json!({"host_ids": null})),
            Err("{'host_ids': ['Field may not be null.']}".to_owned())
        );
        assert_eq!(checked(&json!({"host_ids": []})).unwrap().hosts, Some(vec![]));
        assert!(checked_hosts(vec![]).unwrap_err().contains("not an empty array"));
    }

    #[test]
    fn members_that_no_group_has_are_named() {
        assert_eq!(checked(&json!({"it's": 1})), Err("{\"it's\": ['Unknown field.']}".to_owned()));
        assert!(checked(&json!({})).unwrap().is_empty());
    }

    #[test]
    fn hosts_that_are_not_there_are_shown_as_a_set() {
        let id = HostId(Uuid::parse_str(A).unwrap());
        assert_eq!(shown_as_set(&[id, id]), format!("{{'{A}', '{A}'}}"));
    }

    proptest! {
        #[test]
        fn a_name_that_is_accepted_is_accepted_again(name in "[ a-c!é_-]{0,8}") {
            if let Ok(document) = checked(&json!({"name": name})) {
                let name = document.name.clone().unwrap();
                prop_assert_eq!(checked(&json!({"name": name})), Ok(document));
            }
        }
    }
}
