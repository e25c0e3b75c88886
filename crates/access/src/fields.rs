//! Reads the members of an object and collects what is wrong with them, in the words of the contract.

use std::fmt;

use serde_json::{Map, Value};

/// What is wrong with one member, or with the members of the object that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Complaint {
    Text(String),
    Nested(Complaints),
}

/// What is wrong with an object, member by member. Shown as the original shows it:
/// `{'org_id': ['Missing data for required field.']}`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Complaints(Vec<(&'static str, Complaint)>);

impl fmt::Display for Complaints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (i, (name, complaint)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            match complaint {
                Complaint::Text(text) => write!(f, "{comma}'{name}': ['{text}']")?,
                Complaint::Nested(inner) => write!(f, "{comma}'{name}': {inner}")?,
            }
        }
        f.write_str("}")
    }
}

const MISSING: &str = "Missing data for required field.";
const NULL: &str = "Field may not be null.";

/// Whether a member must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
    /// Optional, and null is as good as absent.
    Nullable,
}

/// A reader of one object.
pub(crate) struct Fields<'a> {
    of: &'a Map<String, Value>,
    complaints: Complaints,
}

impl<'a> Fields<'a> {
    pub fn new(of: &'a Map<String, Value>) -> Self {
        Self { of, complaints: Complaints::default() }
    }

    /// Ends the reading: the complaints, if there are any.
    pub fn finish(self) -> Result<(), Complaints> {
        if self.complaints.0.is_empty() { Ok(()) } else { Err(self.complaints) }
    }

    fn complain(&mut self, name: &'static str, text: impl Into<String>) {
        self.complaints.0.push((name, Complaint::Text(text.into())));
    }

    fn member(&mut self, name: &'static str, need: Need) -> Option<&'a Value> {
        match self.of.get(name) {
            Some(Value::Null) => {
                if need != Need::Nullable {
                    self.complain(name, NULL);
                }
                None
            }
            Some(value) => Some(value),
            None => {
                if need == Need::Required {
                    self.complain(name, MISSING);
                }
                None
            }
        }
    }

    /// A text of `least` to `most` characters.
    pub fn text(&mut self, name: &'static str, need: Need, least: usize, most: usize) -> Option<&'a str> {
        let Some(text) = self.member(name, need)?.as_str() else {
            self.complain(name, "Not a valid string.");
            return None;
        };
        let length = text.chars().count();
        if (least..=most).contains(&length) {
            return Some(text);
        }
        self.complain(
            name,
            match (least, most) {
                (_, usize::MAX) => format!("Shorter than minimum length {least}."),
                (0, _) => format!("Longer than maximum length {most}."),
                _ => format!("Length must be between {least} and {most}."),
            },
        );
        None
    }

    /// A word that `read` knows; `words` are what it could have been.
    pub fn word<T>(
        &mut self,
        name: &'static str,
        words: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(name, Need::Required, 0, usize::MAX)?;
        let word = read(text);
        if word.is_none() {
            self.complain(name, format!("Must be one of: {}.", words.join(", ")));
        }
        word
    }

    /// True or false, or one of the words and numbers that stand for them.
    pub fn boolean(&mut self, name: &'static str) -> Option<bool> {
        let value = self.member(name, Need::Optional)?;
        let read = match value {
            Value::Bool(yes) => Some(*yes),
            Value::Number(number) => match number.as_f64() {
                Some(1.0) => Some(true),
                Some(0.0) => Some(false),
                _ => None,
            },
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
                "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if read.is_none() {
            self.complain(name, "Not a valid boolean.");
        }
        read
    }

    /// A text that `is_valid` accepts.
    pub fn checked_text(
        &mut self,
        name: &'static str,
        is_valid: impl Fn(&str) -> bool,
        otherwise: &str,
    ) -> Option<&'a str> {
        let text = self.text(name, Need::Optional, 0, usize::MAX)?;
        if !is_valid(text) {
            self.complain(name, otherwise);
            return None;
        }
        Some(text)
    }

    /// An object, read by `read`; its complaints become those of the member.
    pub fn object<T>(
        &mut self,
        name: &'static str,
        need: Need,
        read: impl Fn(&mut Fields<'a>) -> Option<T>,
    ) -> Option<T> {
        let nested =
            |text: &str| Complaint::Nested(Complaints(vec![("_schema", Complaint::Text(text.to_owned()))]));
        let Some(inner) = self.member(name, need)?.as_object() else {
            self.complaints.0.push((name, nested("Invalid input type.")));
            return None;
        };
        let mut fields = Fields::new(inner);
        let value = read(&mut fields);
        match fields.finish() {
            Ok(()) => value,
            Err(complaints) => {
                self.complaints.0.push((name, Complaint::Nested(complaints)));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaint(value: &Value, read: impl Fn(&mut Fields<'_>)) -> String {
        let mut fields = Fields::new(value.as_object().unwrap());
        read(&mut fields);
        fields.finish().map_or_else(|complaints| complaints.to_string(), |()| String::new())
    }

    #[test]
    fn texts_are_measured_in_characters() {
        let check = |text: &str| {
            complaint(&json!({"a": text}), |f| {
                f.text("a", Need::Required, 1, 3);
            })
        };
        assert_eq!(check("äöü"), "");
        assert_eq!(check("äöüß"), "{'a': ['Length must be between 1 and 3.']}");
    }

    #[test]
    fn absent_null_and_other_types_have_their_own_words() {
        let check = |value: Value| {
            complaint(&value, |f| {
                f.text("a", Need::Required, 1, usize::MAX);
            })
        };
        assert_eq!(check(json!({})), "{'a': ['Missing data for required field.']}");
        assert_eq!(check(json!({"a": null})), "{'a': ['Field may not be null.']}");
        assert_eq!(check(json!({"a": 5})), "{'a': ['Not a valid string.']}");
        assert_eq!(check(json!({"a": ""})), "{'a': ['Shorter than minimum length 1.']}");
    }

    #[test]
    fn complaints_of_an_object_stand_under_its_name() {
        let check = |value: Value| {
            complaint(&value, |f| {
                f.object("o", Need::Required, |inner| inner.boolean("b"));
            })
        };
        assert_eq!(check(json!({"o": {"b": "maybe"}})), "{'o': {'b': ['Not a valid boolean.']}}");
        assert_eq!(check(json!({"o": []})), "{'o': {'_schema': ['Invalid input type.']}}");
        assert_eq!(check(json!({"o": {"b": 1}})), "");
    }
}
