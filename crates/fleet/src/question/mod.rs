//! Questions about hosts as people write them: `os:"RHEL 9" and (tag:env=prod or group:web*) and not state:stale`.
//!
//! ```text
//! question = all { "or" all }
//! all      = part { [ "and" ] part }
//! part     = "not" part | "(" question ")" | field operator value | word
//! operator = ":" | "=" | "!=" | "<" | "<=" | ">" | ">="
//! value    = word | "(" word { "," word } ")"
//! ```
//!
//! A word ends at a blank, a bracket or, where no value is expected, an operator; in quotes it ends nowhere. In values `*` stands
//! for any characters; what stands behind a `\` stands for itself. A word alone is looked for in names. The names of fields are
//! those of hosts ([`fields::HostField`]) and of the facts of profiles, with dots between members.
//!
//! A question is read ([`Question::parse`]) into a [`Tree`] of what is asked of hosts, profiles, packages and addresses; what the
//! indexes of memory answer becomes hosts ([`Fleet::find`](crate::Fleet::find)), and the whole one [`Condition`].
//!
//! # To add a field
//! A variant of [`fields::HostField`] with its line in `ALL`, and its meaning in [`values`].

mod completion;
mod fields;
mod find;
mod mistake;
mod parser;
mod past;
mod values;
mod words;

pub use completion::{Completion, Expected};
pub use find::Unanswered;
use ground::Timestamp;
pub use mistake::Mistake;
pub use past::Untold;
pub use words::{quoted, quoted_pattern, quoted_text};

use crate::{Comparison, Condition, Pattern, ProfileTest, Tree};

/// Bytes of a question.
pub const MAX_BYTES: usize = 4_096;
/// Conditions in a question.
const MAX_TERMS: usize = 64;
/// Brackets, and `not`s, around a condition.
const MAX_DEPTH: usize = 16;

/// A question about hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question(Tree<Term>);

/// One condition of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Host(Condition),
    Profile(ProfileTest),
    Package { name: Pattern, version: Option<(Comparison, String)> },
    Address { text: String, is_beginning: bool },
}

impl Question {
    /// Reads a text. Times as `now-2d` are those before `now`.
    pub fn parse(text: &str, now: Timestamp) -> Result<Self, Mistake> {
        parser::parse(text, now).map(Self)
    }
}
