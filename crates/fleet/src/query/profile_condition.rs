//! Conditions on what stands in the profiles of hosts.

use std::cmp::Ordering;

use compare::Ecosystem;
use ground::Timestamp;
use serde_json::Value;

use super::{Pattern, Tree};
use crate::fold;

/// What must be true of a profile. Where nothing stands no comparison holds.
pub type ProfileCondition = Tree<ProfileTest>;

/// What must be true at one place of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileTest {
    /// Names of members, outermost first. A list ends it.
    pub path: Vec<String>,
    /// What stands there passes this test.
    pub test: ValueTest,
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
    /// It is a text of this pattern, in any case.
    Like(Pattern),
    /// It is a number, or the digits of one, that compares to this one so.
    Number(Comparison, i128),
    /// It is, or is not, this.
    Truth(bool, bool),
    /// It is a point in time that compares to this one so.
    Moment(Comparison, Timestamp),
    /// It is a text that compares so to this version, as package managers order versions.
    Version(Comparison, String),
    /// It is a list with an element that passes: itself, or what stands at this place of it.
    Element {
        /// Names of members of the element, outermost first.
        member: Vec<String>,
        /// What it passes.
        test: Box<Self>,
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

    pub(crate) fn holds(self, order: Ordering) -> bool {
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
        Self::Is(ProfileTest { path: path.into_iter().map(str::to_owned).collect(), test })
    }

    /// That nothing stands at a place.
    pub fn absent<'a>(path: impl IntoIterator<Item = &'a str>) -> Self {
        Self::value(path, ValueTest::Present).negated()
    }

    /// The places that it looks at.
    pub(crate) fn paths(&self) -> Vec<&[String]> {
        self.leaves().into_iter().map(|leaf| &*leaf.path).collect()
    }
}

impl ProfileTest {
    /// Whether it is true of facts of a profile.
    pub(crate) fn is_true_of(&self, facts: &Value) -> bool {
        has_passing(facts, &self.path, &self.test)
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
            Self::Like(pattern) => value.as_str().is_some_and(|text| pattern.matches(&fold(text))),
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
            Self::Version(comparison, version) => {
                value.as_str().is_some_and(|known| comparison.holds(Ecosystem::Rpm.order(known, version)))
            }
            Self::Element { member, test } => value
                .as_array()
                .is_some_and(|list| list.iter().any(|element| has_passing(element, member, test))),
        }
    }
}

fn has_passing(element: &Value, member: &[String], test: &ValueTest) -> bool {
    if let Value::Array(list) = element {
        return list.iter().any(|element| has_passing(element, member, test));
    }
    match member {
        [] => !element.is_null() && test.passes(element),
        [first, rest @ ..] => element.get(first).is_some_and(|inner| has_passing(inner, rest, test)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_may_be_digits_and_moments_may_have_zones() {
        let four = ValueTest::Number(Comparison::LessOrEqual, 4);
        assert!(four.passes(&json!(4)) && four.passes(&json!("3")) && !four.passes(&json!("x")));
        let at = profile::moment("2026-01-01T12:00:00+00:00").unwrap();
        let equal = ValueTest::Moment(Comparison::Equal, at);
        assert!(equal.passes(&json!("2026-01-01T13:00:00+01:00")));
    }

    #[test]
    fn versions_are_ordered_as_package_managers_do() {
        let newer = ValueTest::Version(Comparison::Greater, "8.9".to_owned());
        assert!(newer.passes(&json!("8.10")) && !newer.passes(&json!("8.9")) && !newer.passes(&json!(9)));
    }

    #[test]
    fn elements_are_looked_for_in_lists_of_texts_and_of_objects() {
        let list = json!([{"name": "eth0", "ipv4": ["10.0.0.1"]}, "ABC"]);
        let element = |member: &[&str], text: &str| {
            let member = member.iter().map(|&name| name.to_owned()).collect();
            let test = Box::new(ValueTest::Text(Comparison::Equal, text.to_owned()));
            ValueTest::Element { member, test }.passes(&list)
        };
        assert!(element(&["name"], "eth0") && element(&["ipv4"], "10.0.0.1") && element(&[], "ABC"));
        assert!(!element(&[], "AB") && !element(&["name"], "eth"));
    }
}
