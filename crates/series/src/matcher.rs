//! What chooses series by one of their labels.

use std::fmt;

use crate::Labels;

/// The most bytes that a compiled expression may take.
const REGEX_BYTES: usize = 1 << 20;

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MatchOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`: the whole value matches the expression.
    Regex,
    /// `!~`
    NotRegex,
}

/// A condition on one label. A label that is absent has the empty value.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// The name of the label.
    pub name: Box<str>,
    /// How its value is compared.
    pub op: MatchOp,
    /// With what.
    pub value: Box<str>,
    regex: Option<regex::Regex>,
}

/// The expression of a matcher cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {0}")]
pub struct BadMatcher(pub String);

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.op == other.op && self.value == other.value
    }
}

impl Eq for Matcher {}

impl Matcher {
    /// A condition; an expression that cannot be read is refused.
    pub fn new(name: &str, op: MatchOp, value: &str) -> Result<Self, BadMatcher> {
        let regex = match op {
            MatchOp::Equal | MatchOp::NotEqual => None,
            MatchOp::Regex | MatchOp::NotRegex => Some(
                regex::RegexBuilder::new(&format!("^(?s:{value})$"))
                    .size_limit(REGEX_BYTES)
                    .build()
                    .map_err(|problem| BadMatcher(problem.to_string()))?,
            ),
        };
        Ok(Self { name: name.into(), op, value: value.into(), regex })
    }

    /// The condition that a label has a value.
    pub fn equal(name: &str, value: &str) -> Self {
        Self { name: name.into(), op: MatchOp::Equal, value: value.into(), regex: None }
    }

    /// Whether a value meets the condition.
    pub fn matches(&self, value: &str) -> bool {
        let found = self.regex.as_ref().is_some_and(|regex| regex.is_match(value));
        match self.op {
            MatchOp::Equal => *self.value == *value,
            MatchOp::NotEqual => *self.value != *value,
            MatchOp::Regex => found,
            MatchOp::NotRegex => !found,
        }
    }

    /// Whether the labels of a series meet all conditions.
    pub fn all(matchers: &[Self], labels: &Labels) -> bool {
        matchers.iter().all(|matcher| matcher.matches(labels.get(&matcher.name)))
    }

    /// Whether a value of one label meets all conditions on it.
    pub fn all_of(matchers: &[Self], label: &str, value: &str) -> bool {
        matchers.iter().filter(|matcher| *matcher.name == *label).all(|matcher| matcher.matches(value))
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let op = match self.op {
            MatchOp::Equal => "=",
            MatchOp::NotEqual => "!=",
            MatchOp::Regex => "=~",
            MatchOp::NotRegex => "!~",
        };
        write!(out, "{}{op}{:?}", self.name, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_matches_the_whole_value() {
        let matcher = Matcher::new("job", MatchOp::Regex, "api|web").unwrap();
        assert!(matcher.matches("api") && matcher.matches("web"));
        assert!(!matcher.matches("api-2") && !matcher.matches(""));
        assert!(Matcher::new("job", MatchOp::NotRegex, "a.*").unwrap().matches("web"));
        assert!(Matcher::new("job", MatchOp::Regex, ".*").unwrap().matches("two\nlines"));
    }

    #[test]
    fn a_label_that_is_absent_has_the_empty_value() {
        let labels = Labels::new([("job", "api")]);
        assert!(Matcher::all(&[Matcher::equal("zone", ""), Matcher::equal("job", "api")], &labels));
        assert!(!Matcher::new("zone", MatchOp::NotEqual, "").unwrap().matches(labels.get("zone")));
        let both = [Matcher::equal("zone", "a"), Matcher::new("job", MatchOp::NotEqual, "x").unwrap()];
        assert!(Matcher::all_of(&both, "job", "api") && !Matcher::all_of(&both, "job", "x"));
        assert!(Matcher::all_of(&both, "host", ""));
    }

    #[test]
    fn an_expression_that_cannot_be_read_is_refused() {
        assert!(Matcher::new("job", MatchOp::Regex, "(").is_err());
        assert!(Matcher::new("job", MatchOp::Regex, "a{1000}{1000}{1000}").is_err());
    }
}
