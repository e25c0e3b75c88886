//! Why a parameter cannot be used.

use std::fmt;

use super::ParameterPlace;

/// Most characters of a value that a refusal repeats.
const MOST_SHOWN: usize = 200;

/// A parameter that cannot be used. Shown in plain words; the wire of an older service says it in its own
/// ([`Api::bad_parameter`](crate::Api::bad_parameter)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadParameter {
    /// Where it stands.
    pub place: ParameterPlace,
    /// Its name.
    pub name: &'static str,
    /// What was given; its first 200 characters. Empty when nothing was.
    pub value: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It must be given.
    Missing,
    /// It is no whole number.
    NotWhole {
        /// The least number allowed.
        least: i64,
        /// The greatest.
        most: i64,
    },
    /// It is a whole number below the least one allowed.
    Below(i64),
    /// It is a whole number above the greatest one allowed.
    Above(i64),
    /// It is none of the words.
    NotOneOf(&'static [&'static str]),
    /// It has not the form: `uuid`, `date-time`, `boolean`, `cursor`.
    Not(&'static str),
    /// Another rule, in words that follow "must": `have at most 255 characters`.
    Other(String),
}

impl BadParameter {
    pub(crate) fn new(place: ParameterPlace, name: &'static str, value: &str, reason: Reason) -> Self {
        Self { place, name, value: value.chars().take(MOST_SHOWN).collect(), reason }
    }
}

impl fmt::Display for BadParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match &self.reason {
            Reason::Missing => return write!(f, "the parameter `{name}` is missing"),
            Reason::NotWhole { least, most: i64::MAX } => {
                write!(f, "the parameter `{name}` must be a whole number from {least}")
            }
            Reason::NotWhole { least, most } => {
                write!(f, "the parameter `{name}` must be a whole number from {least} to {most}")
            }
            Reason::Below(least) => write!(f, "the parameter `{name}` must be at least {least}"),
            Reason::Above(most) => write!(f, "the parameter `{name}` must be at most {most}"),
            Reason::NotOneOf(words) => {
                write!(f, "the parameter `{name}` must be one of {}", words.join(", "))
            }
            Reason::Not("boolean") => write!(f, "the parameter `{name}` must be true or false"),
            Reason::Not("date-time") => {
                write!(
                    f,
                    "the parameter `{name}` must be a date and time in ISO 8601 with `+` written as `%2B`"
                )
            }
            Reason::Not("uuid") => write!(f, "the parameter `{name}` must be a UUID"),
            Reason::Not(form) => write!(f, "the parameter `{name}` must be a {form}"),
            Reason::Other(rule) => write!(f, "the parameter `{name}` must {rule}"),
        }?;
        write!(f, ", not `{}`", self.value)
    }
}

impl std::error::Error for BadParameter {}
