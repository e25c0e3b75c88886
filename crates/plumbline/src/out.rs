//! What is written for people and programs, and that no foreign text acts on the terminal that it is read on.
//!
//! Names, tags and reporters are what any reporter chose. Whatever is printed passes through here, where characters
//! that would do something (clear the screen, set a title, begin a line, turn the order of letters around) are written
//! as escapes instead. Colours are this program's own, and stand beside the text in a [`Span`].

use std::{
    borrow::Cow,
    fmt::{Display, Write as _},
    io::{ErrorKind, IsTerminal},
};

use serde::Serialize;

use crate::{
    failure::{Failure, Result},
    pager,
};

/// A text in one colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The code of the colour, as terminals want it; none for a text as it is.
    pub code: Option<&'static str>,
    /// The text, of any origin.
    pub text: String,
}

impl<T: Into<String>> From<T> for Span {
    fn from(text: T) -> Self {
        Self { code: None, text: text.into() }
    }
}

/// Whether a character does something where it is shown: control characters, and those that turn around or hide what
/// stands beside them.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A text that shows what would act: `\u{1b}`, `\n`.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

/// Writes a line of text of any origin.
pub fn line(text: impl Display) -> Result<()> {
    write(&escaped(&text.to_string()))
}

/// Writes a line of texts in their colours.
pub fn spans(spans: &[Span]) -> Result<()> {
    write(rendered(spans).trim_end())
}

fn rendered(spans: &[Span]) -> String {
    let mut line = String::new();
    for Span { code, text } in spans {
        let text = escaped(text);
        match code {
            Some(code) if !text.is_empty() => line.extend(["\x1b[", code, "m", &text, "\x1b[0m"]),
            _ => line.push_str(&text),
        }
    }
    line
}

/// Writes a value as JSON on one line.
pub fn json(value: &impl Serialize) -> Result<()> {
    document(&serde_json::to_string(value).map_err(|error| Failure::Runtime(error.to_string()))?)
}

/// Writes a document of several lines: JSON, TOML, Markdown. What acts can stand only in the texts of JSON here, and JSON
/// has an escape for it.
pub fn document(text: &str) -> Result<()> {
    let acting = |c: char| acts(c) && c != '\n';
    if !text.contains(acting) {
        return write(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acting(c) {
            // Writing to a text does not fail.
            let _ = write!(shown, "\\u{:04x}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
    write(&shown)
}

/// Empties a terminal; what is no terminal stays as it is.
pub fn clear() -> Result<()> {
    if std::io::stdout().is_terminal() { write("\u{1b}[H\u{1b}[2J\u{1b}[3J") } else { Ok(()) }
}

/// Writes a message to the error stream, on one line or more.
pub fn message(text: impl Display) {
    let text = text.to_string();
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(escaped).collect();
    eprintln!("{}", lines.join("\n"));
}

/// A reader who has gone away (`plumbline hosts | head`) ends the command without a word.
fn write(text: &str) -> Result<()> {
    pager::write_line(text).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::Unread,
        _ => Failure::Runtime(format!("cannot write to the standard output: {error}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_on_a_terminal_is_shown() {
        assert_eq!(
            escaped("evil\x1b]0;title\x07\x1b[2J\nrow\r"),
            "evil\\u{1b}]0;title\\u{7}\\u{1b}[2J\\nrow\\r"
        );
        assert_eq!(
            escaped("\u{9b}31m \u{7f} a\u{202e}b\u{2066}\t"),
            "\\u{9b}31m \\u{7f} a\\u{202e}b\\u{2066}\\t"
        );
        assert!(matches!(escaped("ünïcode 服务器 ✓"), Cow::Borrowed(_)));
    }

    #[test]
    fn colours_are_the_programs_own() {
        let red = Span { code: Some("31"), text: "a\x1b[0mb".to_owned() };
        let none = Span { code: Some("2"), text: String::new() };
        assert_eq!(
            rendered(&[red, " ".into(), none, "c\x1b[31m".into()]),
            "\x1b[31ma\\u{1b}[0mb\x1b[0m c\\u{1b}[31m"
        );
    }
}
