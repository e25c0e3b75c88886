//! What can go wrong.

/// The text is no expression, or one whose parts do not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parse error: {problem}")]
pub struct ParseError {
    /// Where (bytes).
    pub pos: usize,
    /// What is wrong.
    pub problem: String,
}

impl ParseError {
    pub(crate) fn at(pos: usize, problem: impl Into<String>) -> Self {
        Self { pos, problem: problem.into() }
    }

    /// The error with line and column: `1:5: parse error: …`.
    pub fn in_text(&self, text: &str) -> String {
        format!("{}: {self}", place(text, self.pos))
    }
}

/// Line and column of a position, counted from 1.
pub(crate) fn place(text: &str, pos: usize) -> String {
    let before = &text.as_bytes()[..pos.min(text.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rposition(|byte| *byte == b'\n').map_or(pos + 1, |newline| pos - newline);
    format!("{line}:{column}")
}

/// An expression that was read cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvalError {
    /// Its series or values do not fit.
    #[error("{0}")]
    Execution(String),
    /// It takes more samples at once than are allowed.
    #[error("query processing would load too many samples into memory in query execution")]
    TooManySamples,
    /// It took longer than allowed, or nobody waits for it any more.
    #[error("query timed out in expression evaluation")]
    Stopped,
}

impl EvalError {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self::Execution(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_from_one() {
        assert_eq!([place("a\nbc", 0), place("a\nbc", 2), place("a\nbc", 3)], ["1:1", "2:1", "2:2"]);
        assert_eq!(ParseError::at(2, "no").in_text("up["), "1:3: parse error: no");
    }
}
