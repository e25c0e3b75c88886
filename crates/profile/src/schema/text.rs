//! What makes a text acceptable.

use std::net::{Ipv4Addr, Ipv6Addr};

use regex::Regex;

/// The limits of a text field.
#[derive(Debug)]
pub struct Text {
    /// The fewest characters allowed.
    pub min: usize,
    /// The most characters allowed.
    pub max: Option<usize>,
    /// The only texts allowed; empty when any will do.
    pub values: Vec<String>,
    /// What the text must look like.
    pub form: Form,
}

/// What a text must look like, as a whole: a match within a longer text is none.
#[derive(Debug)]
pub enum Form {
    /// Like anything.
    Any,
    /// Like a lower-case, hyphenated UUID.
    Uuid,
    /// Like an IPv4 address.
    Ipv4,
    /// Like an IPv6 address without a zone.
    Ipv6,
    /// Like this expression, which has no anchors of its own.
    Pattern {
        /// The expression as it stands in the table.
        source: String,
        /// The same with anchors, compiled.
        regex: Regex,
    },
}

impl Text {
    /// Checks one text; the error says what is wrong with it, value included.
    pub fn check(&self, text: &str) -> Result<(), String> {
        // A text has no more characters than bytes: most need no counting.
        if let Some(max) = self.max
            && text.len() > max
            && text.chars().count() > max
        {
            return Err(format!("{} is too long, at most {max} characters", quoted(text)));
        }
        if self.min > 0 && text.chars().take(self.min).count() < self.min {
            return Err(format!("{} is too short, at least {} characters", quoted(text), self.min));
        }
        if !self.values.is_empty() && !self.values.iter().any(|value| value == text) {
            return Err(format!("{} is not one of '{}'", quoted(text), self.values.join("', '")));
        }
        match &self.form {
            Form::Any => Ok(()),
            Form::Uuid if is_uuid(text) => Ok(()),
            Form::Uuid => Err(format!("{} is not a lower-case, hyphenated UUID", quoted(text))),
            Form::Ipv4 if text.parse::<Ipv4Addr>().is_ok() => Ok(()),
            Form::Ipv4 => Err(format!("{} is not an IPv4 address", quoted(text))),
            Form::Ipv6 if text.parse::<Ipv6Addr>().is_ok() => Ok(()),
            Form::Ipv6 => Err(format!("{} is not an IPv6 address without a zone", quoted(text))),
            Form::Pattern { regex, .. } if regex.is_match(text) => Ok(()),
            Form::Pattern { source, .. } => Err(format!("{} does not match '{source}'", quoted(text))),
        }
    }
}

/// A text in quotes for a message, cut where it would fill the screen.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("'{}…'", &text[..end]),
        None => format!("'{text}'"),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn text(form: Form) -> Text {
        Text { min: 0, max: None, values: Vec::new(), form }
    }

    #[test]
    fn length_counts_characters_and_not_bytes() {
        let limited = Text { min: 1, max: Some(3), ..text(Form::Any) };
        assert!(limited.check("äöü").is_ok());
        assert_eq!(limited.check("äöüa").unwrap_err(), "'äöüa' is too long, at most 3 characters");
        assert_eq!(limited.check("").unwrap_err(), "'' is too short, at least 1 characters");
    }

    #[test]
    fn a_uuid_is_lower_case_and_hyphenated() {
        let uuid = text(Form::Uuid);
        assert!(uuid.check("22cd8e39-13bb-4d02-8316-84b850dc5136").is_ok());
        for bad in [
            "22CD8E39-13bb-4d02-8316-84b850dc5136",
            "22cd8e39013bb-4d02-8316-84b850dc5136",
            "22cd8e39-13bb-4d02-8316-84b850dc5136\n",
            "22cd8e3913bb4d02831684b850dc5136",
        ] {
            assert!(uuid.check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_ipv6_address_has_no_zone() {
        assert!(text(Form::Ipv6).check("fe80::1").is_ok());
        assert!(text(Form::Ipv6).check("fe80::1%eth0").is_err());
        assert!(text(Form::Ipv4).check("10.0.0.01").is_err());
    }

    #[test]
    fn a_long_value_is_cut_in_the_message() {
        assert_eq!(quoted(&"ü".repeat(61)), format!("'{}…'", "ü".repeat(60)));
    }
}
