//! Fields of a JSON body, read as the original's libraries do (contract benchmarks §3.4, §3.5).

use legacy::Json;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::rules::query;

/// Texts that are looked up by an index are at most so long.
const INDEXED_BYTES: usize = 2_000;

/// Fields of a body; a field that cannot be read does not stop the reading of the others.
#[derive(Debug)]
pub struct Fields {
    members: Map<String, Value>,
    errors: Map<String, Value>,
}

/// A value of the body as it was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// As answers show it.
    pub value: Value,
    /// As it was sent: the order of its members says which of several errors is told.
    pub given: String,
}

impl Fields {
    /// The fields of an object. What is no object has one error: `Invalid input type.`
    pub fn new(body: Value) -> Result<Self, Map<String, Value>> {
        match body {
            Value::Object(members) => Ok(Self { members, errors: Map::new() }),
            _ => Err(invalid_type()),
        }
    }

    fn wrong(&mut self, name: &str, message: &str) {
        self.errors.insert(name.to_owned(), json!([message]));
    }

    fn take(&mut self, name: &str, required: bool) -> Option<Value> {
        let value = self.members.remove(name);
        match value {
            None if required => self.wrong(name, "Missing data for required field."),
            Some(Value::Null) => self.wrong(name, "Field may not be null."),
            _ => {}
        }
        value.filter(|value| !value.is_null())
    }

    /// A text that has to be there.
    pub fn text(&mut self, name: &str) -> String {
        self.read_text(name, true).unwrap_or_default()
    }

    /// A text that has to be there and that others are looked up by.
    pub fn indexed(&mut self, name: &str) -> String {
        let text = self.text(name);
        if text.len() > INDEXED_BYTES {
            self.wrong(name, &format!("Longer than maximum length {INDEXED_BYTES}."));
        }
        text
    }

    /// A text that may be absent, but not null.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        self.read_text(name, false)
    }

    fn read_text(&mut self, name: &str, required: bool) -> Option<String> {
        match self.take(name, required)? {
            Value::String(text) if text.contains('\0') => {
                self.wrong(name, "Null characters are not allowed.");
            }
            Value::String(text) => return Some(text),
            _ => self.wrong(name, "Not a valid string."),
        }
        None
    }

    /// An object that has to be there; `body` is the whole body as it was sent.
    pub fn object(&mut self, name: &str, body: &str) -> Object {
        let empty = || Object { value: json!({}), given: "{}".to_owned() };
        let Some(value) = self.take(name, true) else { return empty() };
        if !value.is_object() {
            self.wrong(name, "Not a valid mapping type.");
            return empty();
        }
        if has_nul(&value) {
            self.wrong(name, "Null characters are not allowed.");
        }
        let given = member_text(body, name).unwrap_or_else(|| value.to_string());
        Object { value, given }
    }

    /// A list of UUIDs, or nothing.
    pub fn uuids(&mut self, name: &str) -> Option<Vec<Uuid>> {
        let Value::Array(items) = self.take(name, false)? else {
            self.wrong(name, "Not a valid list.");
            return None;
        };
        let (good, bad) = query::uuids(items.iter().map(Value::as_str));
        if !bad.is_empty() {
            self.errors.insert(name.to_owned(), Value::Object(bad));
        }
        Some(good)
    }

    /// Fields that may be there and mean nothing.
    pub fn ignore(&mut self, names: &[&str]) {
        for name in names {
            self.members.remove(*name);
        }
    }

    /// What was wrong, also fields that nobody asked for.
    pub fn finish(mut self) -> Result<(), Map<String, Value>> {
        for name in self.members.keys() {
            self.errors.insert(name.clone(), json!(["Unknown field."]));
        }
        if self.errors.is_empty() { Ok(()) } else { Err(self.errors) }
    }
}

/// What is wrong with a body that is no object.
pub fn invalid_type() -> Map<String, Value> {
    Map::from_iter([("_schema".to_owned(), json!(["Invalid input type."]))])
}

/// Whether a text or name holds the character NUL, which no database stores.
pub fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The text of a member of an object as it was sent, of the last one of that name.
fn member_text(body: &str, name: &str) -> Option<String> {
    use std::collections::HashMap;

    use serde_json::value::RawValue;
    let members: HashMap<String, &RawValue> = serde_json::from_str(body).ok()?;
    // A text that cannot be read in order is of no use later.
    let text = members.get(name)?.get();
    serde_json::from_str::<Json>(text).ok().map(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(body: Value) -> Fields {
        Fields::new(body).unwrap()
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mut fields = fields(
            json!({"name": 1, "description": null, "extra": 1, "json_schema": [], "long": "x".repeat(2_001)}),
        );
        fields.text("name");
        fields.optional("description");
        fields.text("address");
        fields.object("json_schema", "{}");
        fields.indexed("long");
        assert_eq!(
            Value::Object(fields.finish().unwrap_err()),
            json!({
                "name": ["Not a valid string."],
                "description": ["Field may not be null."],
                "address": ["Missing data for required field."],
                "json_schema": ["Not a valid mapping type."],
                "long": ["Longer than maximum length 2000."],
                "extra": ["Unknown field."],
            })
        );
    }

    #[test]
    fn lists_of_ids_may_be_absent() {
        assert_eq!(fields(json!({})).uuids("tags_ids"), None);
        assert_eq!(fields(json!({"tags_ids": []})).uuids("tags_ids"), Some(Vec::new()));
        for (value, expected) in [
            (json!(null), json!({"tags_ids": ["Field may not be null."]})),
            (json!("x"), json!({"tags_ids": ["Not a valid list."]})),
            (json!(["x", 1]), json!({"tags_ids": {"0": ["Not a valid UUID."], "1": ["Not a valid UUID."]}})),
        ] {
            let mut fields = fields(json!({"tags_ids": value}));
            fields.uuids("tags_ids");
            assert_eq!(Value::Object(fields.finish().unwrap_err()), expected);
        }
    }

    #[test]
    fn what_is_no_object_is_refused_as_a_whole() {
        assert_eq!(
            Value::Object(Fields::new(json!([])).unwrap_err()),
            json!({"_schema": ["Invalid input type."]})
        );
    }

    #[test]
    fn an_object_is_kept_as_it_was_sent() {
        let body = r#"{"json_schema": {"b": 1, "a": 2}, "x": 1}"#;
        let object = fields(serde_json::from_str(body).unwrap()).object("json_schema", body);
        assert_eq!(object.given, r#"{"b": 1, "a": 2}"#);
    }

    #[test]
    fn the_character_nul_is_refused_wherever_it_is() {
        assert!(has_nul(&json!({"a": [{"\0": 1}]})));
        let mut fields = fields(json!({"name": "a\0"}));
        fields.text("name");
        assert!(fields.finish().is_err());
    }
}
