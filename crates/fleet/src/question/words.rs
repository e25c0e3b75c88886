//! A question cut into words.

use std::ops::Range;

use super::mistake::Mistake;
use crate::Comparison;

/// How a field is compared with a value, as it is written; the longer of two that begin alike comes first.
pub const OPERATORS: [(&str, Comparison); 7] = [
    ("!=", Comparison::NotEqual),
    ("<=", Comparison::LessOrEqual),
    (">=", Comparison::GreaterOrEqual),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    (":", Comparison::Equal),
    ("=", Comparison::Equal),
];

/// A text as it was written: cut where a `*` stands for any characters, without quotes and backslashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// What stands between the stars.
    pub pieces: Vec<String>,
    /// Whether it has a quote that nothing closes.
    pub is_open: bool,
}

impl Text {
    /// The text with its stars.
    pub fn joined(&self) -> String {
        self.pieces.join("*")
    }

    /// The text when no star is in it.
    pub fn plain(&self) -> Option<&str> {
        match &*self.pieces {
            [text] => Some(text),
            _ => None,
        }
    }

    /// What stands between the stars.
    pub fn pieces(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().map(String::as_str)
    }

    /// The beginning that is meant, where the only star is at the end.
    pub fn beginning(&self) -> Option<&str> {
        match &*self.pieces {
            [beginning, end] if end.is_empty() => Some(beginning),
            _ => None,
        }
    }

    /// What stands before and behind the first place between stars that is found, and what was found there.
    pub fn split<T>(&self, find: impl Fn(&str) -> Option<(Range<usize>, T)>) -> Option<(Self, T, Self)> {
        let (at, (place, found)) =
            self.pieces().enumerate().find_map(|(at, piece)| Some((at, find(piece)?)))?;
        let (mut before, mut behind) = (self.pieces[..=at].to_vec(), self.pieces[at..].to_vec());
        before[at].truncate(place.start);
        behind[0].drain(..place.end);
        let part = |pieces| Self { pieces, is_open: self.is_open };
        Some((part(before), found, part(behind)))
    }

    /// What stands before and behind the first `separator`.
    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let find = |piece: &str| piece.find(separator).map(|at| (at..at + separator.len_utf8(), ()));
        self.split(find).map(|(before, (), behind)| (before, behind))
    }

    /// Whether any text is meant.
    pub fn is_any(&self) -> bool {
        self.pieces.len() > 1 && self.pieces.iter().all(String::is_empty)
    }
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordKind {
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `,` between values.
    Comma,
    /// Between a field and its value.
    Operator(Comparison),
    /// What is no value; the second says whether it is quoted.
    Word(Text, bool),
    /// What stands behind an operator.
    Value(Text),
}

/// A word, and from where to where it stands, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub kind: WordKind,
    pub from: usize,
    pub to: usize,
}

impl Word {
    /// Whether it is this one of those that join others: in small letters or in capitals, without quotes.
    pub fn is_keyword(&self, keyword: &str) -> bool {
        matches!(&self.kind, WordKind::Word(text, false)
            if text.plain().is_some_and(|text| text == keyword || text == keyword.to_uppercase()))
    }
}

/// Where the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LexerState {
    Between,
    BehindOperator,
    InList,
}

/// The words of a text.
pub fn words(text: &str) -> Result<Vec<Word>, Mistake> {
    let mut words = Vec::new();
    let (mut at, mut place) = (0, LexerState::Between);
    while let Some(character) = text[at..].chars().next() {
        if character.is_whitespace() {
            at += character.len_utf8();
            continue;
        }
        let operator = OPERATORS.iter().find(|(written, _)| text[at..].starts_with(written));
        let (kind, length) = match (character, place) {
            ('(', LexerState::BehindOperator) => {
                place = LexerState::InList;
                (WordKind::Open, 1)
            }
            ('(', LexerState::Between) => (WordKind::Open, 1),
            (')', LexerState::Between | LexerState::InList) => {
                place = LexerState::Between;
                (WordKind::Close, 1)
            }
            (',', LexerState::InList) => (WordKind::Comma, 1),
            ('(' | ')' | ',', _) => {
                return Err(Mistake::new(text, at, at + 1, "nothing is expected here but a value"));
            }
            (_, LexerState::Between) => match operator {
                Some((written, operator)) => {
                    place = LexerState::BehindOperator;
                    (WordKind::Operator(*operator), written.len())
                }
                None if character == '!' => {
                    let problem = "`!` stands only in `!=`; `not` is written before what is not wanted";
                    return Err(Mistake::new(text, at, at + 1, problem));
                }
                None => {
                    let (word, length) = read(&text[at..], |other| {
                        matches!(other, '(' | ')' | ',' | ':' | '=' | '!' | '<' | '>')
                    });
                    (WordKind::Word(word, character == '"'), length)
                }
            },
            (_, LexerState::BehindOperator | LexerState::InList) => {
                let (value, length) = read(&text[at..], |other| matches!(other, '(' | ')' | ','));
                if place == LexerState::BehindOperator {
                    place = LexerState::Between;
                }
                (WordKind::Value(value), length)
            }
        };
        words.push(Word { kind, from: at, to: at + length });
        at += length;
    }
    Ok(words)
}

/// Reads up to a blank or what ends a text, which stands outside of quotes; gives how many bytes that were.
fn read(text: &str, ends: impl Fn(char) -> bool) -> (Text, usize) {
    let (mut pieces, mut is_open) = (vec![String::new()], false);
    let mut characters = text.char_indices();
    let mut length = text.len();
    while let Some((at, character)) = characters.next() {
        let written = match character {
            '"' => {
                is_open = !is_open;
                continue;
            }
            '\\' => characters.next().map_or('\\', |(_, next)| next),
            '*' => {
                pieces.push(String::new());
                continue;
            }
            other if !is_open && (other.is_whitespace() || ends(other)) => {
                length = at;
                break;
            }
            other => other,
        };
        if let Some(piece) = pieces.last_mut() {
            piece.push(written);
        }
    }
    (Text { pieces, is_open }, length)
}

/// What means something else in a value.
const LITERAL: &[char] = &['"', '\\', '*'];

/// A value as it has to be written: in quotes where it has blanks or brackets, with backslashes before what means something else.
pub fn quoted(value: &str) -> String {
    let needs_quotes = |character: char| character.is_whitespace() || matches!(character, '(' | ')' | ',');
    if value.is_empty() || value.contains(needs_quotes) {
        quoted_text(value)
    } else {
        escaped(value, LITERAL)
    }
}

/// A text in quotes that stands for itself: as a question, hosts whose names have it in them.
pub fn quoted_text(text: &str) -> String {
    format!("\"{}\"", escaped(text, LITERAL))
}

/// The same in quotes, of a value in which `*` stands for any characters.
pub fn quoted_pattern(pattern: &str) -> String {
    format!("\"{}\"", escaped(pattern, &['"', '\\']))
}

fn escaped(value: &str, escapes: &[char]) -> String {
    let mut written = String::new();
    for character in value.chars() {
        if escapes.contains(&character) {
            written.push('\\');
        }
        written.push(character);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        words(text)
            .unwrap()
            .into_iter()
            .map(|word| match word.kind {
                WordKind::Open => "(".to_owned(),
                WordKind::Close => ")".to_owned(),
                WordKind::Comma => ",".to_owned(),
                WordKind::Operator(operator) => format!("{operator:?}"),
                WordKind::Word(text, _) => text.joined(),
                WordKind::Value(text) => format!("<{}>", text.pieces.join("|")),
            })
            .collect()
    }

    #[test]
    fn behind_an_operator_stands_a_value_up_to_a_blank() {
        assert_eq!(shown("tag:a/env=prod web"), ["tag", "Equal", "<a/env=prod>", "web"]);
        assert_eq!(shown("cpus >= 4)"), ["cpus", "GreaterOrEqual", "<4>", ")"]);
        assert_eq!(
            shown(r#"os:("RHEL 9", x*)and(b)"#),
            ["os", "Equal", "(", "<RHEL 9>", ",", "<x|>", ")", "and", "(", "b", ")"]
        );
    }

    #[test]
    fn what_means_something_stands_for_itself_behind_a_backslash() {
        assert_eq!(shown(r#"a:\*b*\"c\\ "#), ["a", "Equal", r#"<*b|"c\>"#]);
        for value in ["", "a b", "a*b", r#"say "hi""#, r"c:\", "(x)"] {
            let words = words(&format!("f:{}", quoted(value))).unwrap();
            let WordKind::Value(read) = &words[2].kind else { panic!("no value") };
            assert_eq!(read.plain(), Some(value));
        }
    }
}
