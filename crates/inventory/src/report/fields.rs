//! Reading the members of a document one by one, noting what is wrong with each.

use legacy::Json;
use std::{ops::RangeInclusive, sync::Arc};

use ground::Timestamp;

use super::{
    document::HostDocument,
    problem::{PathSegment, Problem, Problems},
};

pub(crate) const MISSING: &str = "Missing data for required field.";
pub(crate) const NULL: &str = "Field may not be null.";
pub(crate) const NO_TEXT: &str = "Not a valid string.";
pub(crate) const NO_LIST: &str = "Not a valid list.";
pub(crate) const NO_OBJECT: &str = "Not a valid mapping type.";
pub(crate) const BAD_VALUE: &str = "Invalid value.";
pub(crate) const BAD_INPUT: &str = "Invalid input type.";

/// Whether a member may be given as null, which then means the same as leaving it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Null {
    Allowed,
    Refused,
}

/// The members of one document, and what was found wrong with them so far.
pub(super) struct Fields<'a> {
    pub(super) document: &'a HostDocument,
    pub(super) problems: Problems,
}

impl<'a> Fields<'a> {
    pub(super) fn of(document: &'a HostDocument) -> Self {
        Self { document, problems: Problems::default() }
    }

    /// The member, unless it is absent or null.
    pub(super) fn given(&mut self, name: &str, null: Null) -> Option<&'a Json> {
        match self.document.get(name)? {
            Json::Null => {
                if null == Null::Refused {
                    self.problems.refuse(name, NULL);
                }
                None
            }
            member => Some(member),
        }
    }

    /// Notes that a member is missing; null counts as given here and is refused where it is read.
    pub(super) fn require(&mut self, name: &str) {
        if self.document.get(name).is_none() {
            self.problems.refuse(name, MISSING);
        }
    }

    /// A text with a length in `length`, counted in characters.
    pub(super) fn text(&mut self, name: &str, length: RangeInclusive<usize>, null: Null) -> Option<&'a str> {
        match self.given(name, null)? {
            Json::Text(text) if length.contains(&text.chars().count()) => Some(text),
            Json::Text(_) => {
                self.problems.refuse(name, wrong_length(&length));
                None
            }
            _ => {
                self.problems.refuse(name, NO_TEXT);
                None
            }
        }
    }

    /// A text, or nothing, that `form` makes something of.
    pub(super) fn formed<T>(&mut self, name: &str, form: impl Fn(&'a str) -> Option<T>) -> Option<T> {
        let problem = match self.given(name, Null::Allowed)? {
            Json::Text(text) => match form(text) {
                Some(value) => return Some(value),
                None => BAD_VALUE,
            },
            _ => NO_TEXT,
        };
        self.problems.refuse(name, problem);
        None
    }

    /// A list of texts, each of which passes `is_good`. With problems the list is empty.
    pub(super) fn texts(&mut self, name: &str, is_good: impl Fn(&str) -> bool) -> Option<Vec<&'a str>> {
        let Json::List(items) = self.given(name, Null::Allowed)? else {
            self.problems.refuse(name, NO_LIST);
            return None;
        };
        let mut texts = Vec::with_capacity(items.len());
        let mut wrong = Vec::new();
        for (at, item) in items.iter().enumerate() {
            let problem = match item {
                Json::Text(text) if is_good(text) => {
                    texts.push(text.as_str());
                    continue;
                }
                Json::Text(_) => BAD_VALUE,
                Json::Null => NULL,
                _ => NO_TEXT,
            };
            wrong.push((PathSegment::Item(at), Problem::from(problem)));
        }
        if wrong.is_empty() {
            return Some(texts);
        }
        self.problems.refuse(name, Problem::Inside(wrong));
        None
    }

    /// A boolean, or one of the words and numbers that stand for it.
    pub(super) fn truth(&mut self, name: &str) -> Option<bool> {
        let truth = match self.given(name, Null::Refused)? {
            Json::Bool(truth) => Some(*truth),
            Json::Number(number) => [(0.0, false), (1.0, true)]
                .into_iter()
                .find_map(|(value, truth)| (number.as_f64() == Some(value)).then_some(truth)),
            Json::Text(text) => match text.as_str() {
                "1" | "t" | "T" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "y" | "Y" | "yes"
                | "Yes" | "YES" => Some(true),
                "0" | "f" | "F" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "n" | "N" | "no"
                | "No" | "NO" => Some(false),
                _ => None,
            },
            _ => None,
        };
        if truth.is_none() {
            self.problems.refuse(name, "Not a valid boolean.");
        }
        truth
    }

    /// An integer in `range`: numbers lose their fraction, texts of digits are read.
    pub(super) fn integer(&mut self, name: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let number = match self.given(name, Null::Refused)? {
            Json::Number(number) => {
                number.as_i64().or_else(|| number.as_f64().map(|number| number.trunc() as i64))
            }
            Json::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if range.contains(&number) => Some(number),
            Some(_) => {
                let (least, most) = range.into_inner();
                let bounds =
                    format!("Must be greater than or equal to {least} and less than or equal to {most}.");
                self.problems.refuse(name, bounds);
                None
            }
            None => {
                self.problems.refuse(name, "Not a valid integer.");
                None
            }
        }
    }

    /// A list of objects whose content does not matter.
    pub(super) fn ignored_objects(&mut self, name: &str) {
        match self.given(name, Null::Refused) {
            None => {}
            Some(Json::List(items)) => {
                let wrong: Vec<_> = items
                    .iter()
                    .enumerate()
                    .filter(|(_, item)| !matches!(item, Json::Object(_)))
                    .map(|(at, _)| (PathSegment::Item(at), Problem::from(NO_OBJECT)))
                    .collect();
                if !wrong.is_empty() {
                    self.problems.refuse(name, Problem::Inside(wrong));
                }
            }
            Some(_) => self.problems.refuse(name, NO_LIST),
        }
    }

    /// A time with a zone; which one does not matter.
    pub(super) fn zoned_time(&mut self, name: &str) {
        let problem = match self.given(name, Null::Refused) {
            None => return,
            Some(Json::Text(text)) => match Timestamp::parse(text) {
                Ok(_) if has_zone(text) => return,
                Ok(_) => "Timestamp must contain timezone info",
                Err(_) => "Not a valid datetime.",
            },
            Some(_) => "Not a valid datetime.",
        };
        self.problems.refuse(name, problem);
    }

    /// The profile as it was sent, unless it is absent or empty, which mean the same.
    pub(super) fn profile(&mut self) -> Option<&'a Arc<str>> {
        const NAME: &str = "system_profile";
        let text = self.document.profile()?;
        match text.as_bytes().first() {
            Some(b'{') => {}
            Some(b'n') => self.problems.refuse(NAME, NULL),
            _ => self.problems.refuse(NAME, NO_OBJECT),
        }
        let inside = text.strip_prefix('{')?.strip_suffix('}')?;
        (!inside.trim_ascii().is_empty()).then_some(text)
    }
}

fn has_zone(time: &str) -> bool {
    time.get(10..).is_some_and(|clock| clock.contains(['+', '-', 'Z', 'z']))
}

/// The sentence about a text that is too short or too long.
pub(super) fn wrong_length(length: &RangeInclusive<usize>) -> String {
    format!("Length must be between {} and {}.", length.start(), length.end())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn problems(document: &Value, read: impl Fn(&mut Fields<'_>)) -> String {
        let document = HostDocument::from_value(document).unwrap();
        let mut fields = Fields::of(&document);
        read(&mut fields);
        fields.problems.to_string()
    }

    #[test]
    fn a_text_is_counted_in_characters() {
        let read = |fields: &mut Fields<'_>| {
            let _ = fields.text("a", 1..=3, Null::Refused);
        };
        assert_eq!(problems(&json!({"a": "äöü"}), read), "{}");
        assert_eq!(problems(&json!({}), read), "{}");
        assert_eq!(problems(&json!({"a": ""}), read), "{'a': ['Length must be between 1 and 3.']}");
        assert_eq!(problems(&json!({"a": "long"}), read), "{'a': ['Length must be between 1 and 3.']}");
        assert_eq!(problems(&json!({"a": 1}), read), "{'a': ['Not a valid string.']}");
        assert_eq!(problems(&json!({"a": null}), read), "{'a': ['Field may not be null.']}");
    }

    #[test]
    fn every_bad_item_of_a_list_is_named_by_its_place() {
        let read = |fields: &mut Fields<'_>| drop(fields.texts("a", |text| text == "good"));
        assert_eq!(
            problems(&json!({"a": ["good", "bad", 1, null]}), read),
            "{'a': {1: ['Invalid value.'], 2: ['Not a valid string.'], 3: ['Field may not be null.']}}"
        );
        assert_eq!(problems(&json!({"a": "good"}), read), "{'a': ['Not a valid list.']}");
        assert_eq!(problems(&json!({"a": null}), read), "{}");
    }

    #[test]
    fn a_boolean_may_be_a_word_or_a_digit() {
        for (given, truth) in
            [(json!(true), true), (json!("false"), false), (json!(1), true), (json!("No"), false)]
        {
            let document = HostDocument::from_value(&json!({"a": given})).unwrap();
            assert_eq!(Fields::of(&document).truth("a"), Some(truth));
        }
        for given in [json!("maybe"), json!(2), json!([])] {
            let read = |fields: &mut Fields<'_>| assert_eq!(fields.truth("a"), None);
            assert_eq!(problems(&json!({"a": given}), read), "{'a': ['Not a valid boolean.']}");
        }
    }

    #[test]
    fn an_integer_may_be_text_and_loses_its_fraction() {
        for given in [json!(1), json!("1"), json!(1.9)] {
            let document = HostDocument::from_value(&json!({"a": given})).unwrap();
            assert_eq!(Fields::of(&document).integer("a", 0..=1), Some(1));
        }
        let read = |fields: &mut Fields<'_>| assert_eq!(fields.integer("a", 0..=1), None);
        assert_eq!(problems(&json!({"a": true}), read), "{'a': ['Not a valid integer.']}");
        assert_eq!(
            problems(&json!({"a": 2}), read),
            "{'a': ['Must be greater than or equal to 0 and less than or equal to 1.']}"
        );
    }

    #[test]
    fn an_empty_profile_is_none() {
        for empty in ["{}", " { \n } "] {
            let text = format!(r#"{{"system_profile":{empty}}}"#);
            let document: HostDocument = serde_json::from_str(&text).unwrap();
            assert_eq!(Fields::of(&document).profile(), None);
        }
        let read = |fields: &mut Fields<'_>| assert_eq!(fields.profile(), None);
        assert_eq!(
            problems(&json!({"system_profile": null}), read),
            "{'system_profile': ['Field may not be null.']}"
        );
        assert_eq!(
            problems(&json!({"system_profile": 1}), read),
            "{'system_profile': ['Not a valid mapping type.']}"
        );
    }
}
