//! Conditions on what stands in the profiles of hosts.

use std::cmp::Ordering;

use ground::Timestamp;
use serde_json::Value;

use crate::fold;

/// What must be true of a profile. As in SQL, where nothing stands no comparison holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileCondition {
    /// Each of these.
    All(Vec<Self>),
    /// At least one of these.
    Any(Vec<Self>),
    /// Not this one.
    Not(Box<Self>),
    /// What stands at a place passes a test.
    Value {
        /// Names of members, outermost first. A list ends it.
        path: Vec<String>,
        /// The test.
        test: ValueTest,
    },
}

/// What must be true of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueTest {
    /// It is there, and not null.
    Present,
    /// It compares to a text so, by code point.
    Text(Comparison, String),
    /// It is a text that is, or is not, this one, in any case.
    AnyCase(bool, String),
    /// It is a text that these pieces make up, in any case, with any run of characters between two of them.
    Pieces(Vec<String>),
    /// It is a number, or the digits of one, that compares to this one so.
    Number(Comparison, i128),
    /// It is, or is not, this.
    Truth(bool, bool),
    /// It is a point in time that compares to this one so.
    Moment(Comparison, Timestamp),
    /// It is a list with such an element: the text itself, or an object that has it at this place.
    Element {
        /// Names of members of the element, outermost first.
        member: Vec<String>,
        /// The text.
        text: String,
    },
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Not the same.
    NotEqual,
    /// Smaller.
    Less,
    /// Smaller or the same.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or the same.
    GreaterOrEqual,
}

impl Comparison {
    /// Between two expressions.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Equal => " = ",
            Self::NotEqual => " <> ",
            Self::Less => " < ",
            Self::LessOrEqual => " <= ",
            Self::Greater => " > ",
            Self::GreaterOrEqual => " >= ",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

impl ProfileCondition {
    /// A condition on the value at a place.
    pub fn value<'a>(path: impl IntoIterator<Item = &'a str>, test: ValueTest) -> Self {
        Self::Value { path: path.into_iter().map(str::to_owned).collect(), test }
    }

    /// That nothing stands at a place.
    pub fn absent<'a>(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Not(Box::new(Self::value(path, ValueTest::Present)))
    }

    /// The places that it looks at.
    pub(crate) fn paths(&self) -> Vec<&[String]> {
        match self {
            Self::All(all) | Self::Any(all) => all.iter().flat_map(Self::paths).collect(),
            Self::Not(condition) => condition.paths(),
            Self::Value { path, .. } => vec![path],
        }
    }
}

impl ValueTest {
    /// Whether a value that is there, and not null, passes.
    pub(crate) fn passes(&self, value: &Value) -> bool {
        match self {
            Self::Present => true,
            Self::Text(comparison, text) => match value {
                Value::String(known) => comparison.holds(known.as_str().cmp(text)),
                Value::Number(_) | Value::Bool(_) => comparison.holds(value.to_string().as_str().cmp(text)),
                _ => false,
            },
            Self::AnyCase(is, text) => value.as_str().is_some_and(|known| (fold(known) == fold(text)) == *is),
            Self::Pieces(pieces) => value.as_str().is_some_and(|text| is_made_of(&fold(text), pieces)),
            Self::Number(comparison, number) => {
                let known = match value {
                    Value::Number(known) => known.to_string().parse::<i128>().ok(),
                    Value::String(digits) => digits.parse().ok(),
                    _ => None,
                };
                known.is_some_and(|known| comparison.holds(known.cmp(number)))
            }
            Self::Truth(is, truth) => value.as_bool().is_some_and(|known| (known == *truth) == *is),
            Self::Moment(comparison, at) => {
                let known = value.as_str().and_then(profile::moment);
                known.is_some_and(|known| comparison.holds(known.cmp(at)))
            }
            Self::Element { member, text } => value
                .as_array()
                .is_some_and(|list| list.iter().any(|element| has_text(element, member, text))),
        }
    }
}

/// Whether a folded text begins with the first piece, ends with the last, and has the others between, in order.
fn is_made_of(text: &str, pieces: &[String]) -> bool {
    let [first, rest @ ..] = pieces else { return text.is_empty() };
    let Some(mut text) = text.strip_prefix(first.as_str()) else { return false };
    let [between @ .., last] = rest else { return text.is_empty() };
    for piece in between {
        let Some(at) = text.find(piece.as_str()) else { return false };
        text = &text[at + piece.len()..];
    }
    text.ends_with(last.as_str())
}

fn has_text(element: &Value, member: &[String], text: &str) -> bool {
    if let Value::Array(list) = element {
        return list.iter().any(|element| has_text(element, member, text));
    }
    match member {
        [] => match element {
            Value::String(known) => known == text,
            Value::Number(number) => number.to_string().as_str() == text,
            Value::Bool(truth) => (if *truth { "true" } else { "false" }) == text,
            _ => false,
        },
        [first, rest @ ..] => element.get(first).is_some_and(|inner| has_text(inner, rest, text)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pieces_make_up_the_whole_text() {
        let is = |text: &str, pattern: &str| {
            is_made_of(text, &pattern.split('*').map(str::to_owned).collect::<Vec<_>>())
        };
        for (text, pattern) in [("3.1.7", "3.1*"), ("3.1.7", "*7"), ("3.1.7", "3*1*7"), ("", "*"), ("a", "a")]
        {
            assert!(is(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("3.1.7", "3.1"), ("a", "aa*"), ("aba", "ab*ba"), ("x", "")] {
            assert!(!is(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn numbers_may_be_digits_and_moments_may_have_zones() {
        let four = ValueTest::Number(Comparison::LessOrEqual, 4);
        assert!(four.passes(&json!(4)) && four.passes(&json!("3")) && !four.passes(&json!("x")));
        let at = profile::moment("2026-01-01T12:00:00+00:00").unwrap();
        let equal = ValueTest::Moment(Comparison::Equal, at);
        assert!(equal.passes(&json!("2026-01-01T13:00:00+01:00")));
    }

    #[test]
    fn elements_are_looked_for_in_lists_of_texts_and_of_objects() {
        let list = json!([{"name": "eth0", "ipv4": ["10.0.0.1"]}, "ABC"]);
        let element = |member: &[&str], text: &str| {
            let member = member.iter().map(|&name| name.to_owned()).collect();
            ValueTest::Element { member, text: text.to_owned() }.passes(&list)
        };
        assert!(element(&["name"], "eth0") && element(&["ipv4"], "10.0.0.1") && element(&[], "ABC"));
        assert!(!element(&[], "AB") && !element(&["name"], "eth"));
    }
}
