//! The value of one fact.

use std::fmt;

/// The value of one fact: a text, or several values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// One value. An empty one is a missing one.
    Text(String),
    /// Several values, in their order.
    List(Vec<String>),
}

impl Fact {
    /// The text that says that there is none, for people.
    pub const NOT_AVAILABLE: &str = "N/A";

    /// Whether it says nothing: an empty text, or one that says so.
    pub fn is_missing(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty() || text == Self::NOT_AVAILABLE,
            Self::List(values) => values.is_empty(),
        }
    }
}

impl Default for Fact {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::List(values) => f.write_str(&values.join(", ")),
        }
    }
}
