//! Patterns over folded text.

use crate::fold;

/// A pattern over folded text: its pieces stand in the text one after another, with any characters between two of them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    pieces: Vec<String>,
    /// Whether the text begins with the first piece and ends with the last.
    whole: bool,
}

impl Pattern {
    /// Any text that contains `text`, letters folded; `*` stands for any run of characters, all else for itself.
    pub fn containing(text: &str) -> Self {
        Self::holding(text.split('*'))
    }

    /// Any text that has these pieces in it one after another, letters folded.
    pub fn holding<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        Self { pieces: pieces.into_iter().map(fold).collect(), whole: false }
    }

    /// Texts that these pieces make up, letters folded, with any run of characters between two of them.
    pub fn made_of<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Self {
        Self { pieces: pieces.into_iter().map(fold).collect(), whole: true }
    }

    pub(crate) fn pieces(&self) -> &[String] {
        &self.pieces
    }

    /// Whether it is about whole texts.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether a folded text is so.
    pub(crate) fn matches(&self, folded: &str) -> bool {
        if self.whole {
            return is_made_of(folded, &self.pieces);
        }
        let mut rest = folded;
        self.pieces.iter().all(|piece| match rest.find(piece.as_str()) {
            Some(at) => {
                rest = &rest[at + piece.len()..];
                true
            }
            None => false,
        })
    }

    /// For `LIKE … ESCAPE '\\'`.
    pub(crate) fn like(&self) -> String {
        let mut pattern = String::new();
        for (n, piece) in self.pieces.iter().enumerate() {
            if n > 0 || !self.whole {
                pattern.push('%');
            }
            for character in piece.chars() {
                if matches!(character, '%' | '_' | '\\') {
                    pattern.push('\\');
                }
                pattern.push(character);
            }
        }
        if !self.whole {
            pattern.push('%');
        }
        pattern
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_up_the_whole_text() {
        let is = |text: &str, pattern: &str| Pattern::made_of(pattern.split('*')).matches(text);
        for (text, pattern) in [("3.1.7", "3.1*"), ("3.1.7", "*7"), ("3.1.7", "3*1*7"), ("", "*"), ("a", "A")]
        {
            assert!(is(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [("3.1.7", "3.1"), ("a", "aa*"), ("aba", "ab*ba"), ("x", "")] {
            assert!(!is(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn a_part_of_a_text_is_enough_where_the_pattern_is_not_about_the_whole() {
        let pattern = Pattern::containing("B*_d");
        assert!(pattern.matches("abc_de") && !pattern.matches("a_db"));
        assert_eq!(pattern.like(), r"%b%\_d%");
        assert_eq!(Pattern::made_of(["we%b", ""]).like(), r"we\%b%");
    }
}
