//! What is wrong with a question.

use std::fmt;

/// Why a text is no question, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where in the text, in characters from 1; one more than there are for its end.
    pub position: usize,
    /// The word that stands there; empty at the end.
    pub word: String,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl Mistake {
    /// About the part of the text between two places in bytes.
    pub(super) fn new(text: &str, from: usize, to: usize, problem: impl Into<String>) -> Self {
        Self {
            position: text[..from].chars().count() + 1,
            word: text[from..to].chars().take(100).collect(),
            problem: problem.into(),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.word.as_str() {
            "" => write!(f, "at the end: {}", self.problem),
            word => write!(f, "character {}, `{word}`: {}", self.position, self.problem),
        }
    }
}

impl std::error::Error for Mistake {}

/// The name among these that is most like one that there is not; of names with dots the last member may be.
pub(super) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        // A whole name comes before a member that is as like.
        [(name, 1.0), (last, 0.95)]
            .map(|(name, weight)| weight * strsim::normalized_damerau_levenshtein(name, wanted))
            .into_iter()
            .fold(0.0, f64::max)
    };
    let rated = names.into_iter().map(|name| (likeness(name), name));
    let best = rated.max_by(|one, two| one.0.total_cmp(&two.0));
    best.filter(|(likeness, _)| *likeness >= 0.5).map(|(_, name)| name)
}
