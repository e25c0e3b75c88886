//! How text looks on a terminal.

use std::io::IsTerminal as _;

use ground::Timestamp;

use crate::out::Span;

/// Whether colours are used: on a terminal, unless `NO_COLOR` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether the standard output is a terminal.
    pub terminal: bool,
    colours: bool,
}

impl Style {
    /// That of the standard output.
    pub fn of_stdout() -> Self {
        Self::new(std::io::stdout().is_terminal(), |name| std::env::var(name).ok())
    }

    fn new(terminal: bool, env: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| env(name).is_some_and(|value| !value.is_empty());
        let dumb = env("TERM").is_some_and(|term| term == "dumb");
        Self { terminal, colours: terminal && !is_set("NO_COLOR") && !dumb }
    }

    fn paint(self, code: &'static str, text: impl Into<String>) -> Span {
        Span { code: self.colours.then_some(code), text: text.into() }
    }

    /// What stands out.
    pub fn bold(self, text: impl Into<String>) -> Span {
        self.paint("1", text)
    }

    /// What stands back.
    pub fn dim(self, text: impl Into<String>) -> Span {
        self.paint("2", text)
    }

    /// What is well, or new.
    pub fn green(self, text: impl Into<String>) -> Span {
        self.paint("32", text)
    }

    /// What wants attention, or changed.
    pub fn yellow(self, text: impl Into<String>) -> Span {
        self.paint("33", text)
    }

    /// What is wrong, or gone.
    pub fn red(self, text: impl Into<String>) -> Span {
        self.paint("31", text)
    }

    /// The name of something.
    pub fn label(self, text: impl Into<String>) -> Span {
        self.paint("36", text)
    }

    /// The word for an age, in its colour.
    pub fn age(self, word: &str) -> Span {
        match word.trim_end() {
            "fresh" => self.green(word),
            "stale" => self.yellow(word),
            _ => self.red(word),
        }
    }
}

/// A point in time to the second, in UTC: `2026-11-27 20:15:03`.
pub fn second(at: Timestamp) -> String {
    at.to_string().chars().take(19).map(|c| if c == 'T' { ' ' } else { c }).collect()
}

/// How long ago something was: `3 min ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = (now - at).as_secs();
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", seconds / 86_400),
    }
}

/// A number with its thousands apart: `1,234`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The text, filled with blanks to so many characters.
pub fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styled(terminal: bool, vars: &'static [(&str, &str)]) -> bool {
        let env = move |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Style::new(terminal, env).green("x").code.is_some()
    }

    #[test]
    fn colours_are_for_terminals_unless_somebody_minds() {
        assert!(styled(true, &[]) && styled(true, &[("NO_COLOR", ""), ("TERM", "xterm")]));
        assert!(!styled(false, &[]));
        assert!(!styled(true, &[("NO_COLOR", "1")]) && !styled(true, &[("TERM", "dumb")]));
    }

    #[test]
    fn times_and_numbers_are_short() {
        let at = Timestamp::parse("2026-11-27T20:15:03.5Z").unwrap();
        assert_eq!(second(at), "2026-11-27 20:15:03");
        for (seconds, text) in [
            (-5, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (7_200, "2 h ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(at, at.plus_seconds(seconds)), text);
        }
        assert_eq!(
            [count(0), count(999), count(1_000), count(1_234_567)],
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(pad("ä", 3), "ä  ");
    }
}
