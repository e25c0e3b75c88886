//! Values as Python's `repr` writes them: many messages of the contracts quote their input in this notation (inventory-events
//! §3.7, drift §2.6, benchmarks §3.1).

use std::fmt::Write;

use serde_json::{Number, Value};

use crate::Json;

/// A value that [`literal`] can write.
pub trait Literal {
    /// Adds the value in Python's notation.
    fn write(&self, out: &mut String);
}

/// `value` in Python's notation: `{'a': [1.0, None, True]}`.
pub fn literal(value: &impl Literal) -> String {
    let mut out = String::new();
    value.write(&mut out);
    out
}

impl Literal for Json {
    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("None"),
            Self::Bool(truth) => out.push_str(boolean(*truth)),
            Self::Number(number) => out.push_str(&literal_number(number)),
            Self::Text(text) => out.push_str(&repr(text)),
            Self::List(items) => list(out, items),
            Self::Object(members) => object(out, members.iter().map(|(name, member)| (name, member))),
        }
    }
}

impl Literal for Value {
    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("None"),
            Self::Bool(truth) => out.push_str(boolean(*truth)),
            Self::Number(number) => out.push_str(&literal_number(number)),
            Self::String(text) => out.push_str(&repr(text)),
            Self::Array(items) => list(out, items),
            Self::Object(members) => object(out, members),
        }
    }
}

const fn boolean(truth: bool) -> &'static str {
    if truth { "True" } else { "False" }
}

fn list(out: &mut String, items: &[impl Literal]) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        item.write(out);
    }
    out.push(']');
}

fn object<'a, V: Literal + 'a>(out: &mut String, members: impl IntoIterator<Item = (&'a String, &'a V)>) {
    out.push('{');
    for (at, (name, member)) in members.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        out.push_str(&repr(name));
        out.push_str(": ");
        member.write(out);
    }
    out.push('}');
}

/// A number as Python prints it: whole ones as they are, others with the fewest digits that read back the same,
/// `1e+16` and beyond and below `0.0001` with an exponent of two digits at least.
pub fn literal_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => literal_float(float),
        _ => number.to_string(),
    }
}

fn literal_float(float: f64) -> String {
    let scientific = format!("{float:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) || float == 0.0 {
        let plain = float.to_string();
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// The text in quotes: single ones, or double ones when it holds single ones only; control characters escaped.
pub fn repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                // Control characters lie below U+00A0; writing to a string does not fail.
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_chosen_as_python_does() {
        assert_eq!(repr("x"), "'x'");
        assert_eq!(repr("it's"), "\"it's\"");
        assert_eq!(repr("it's \"so\""), "'it\\'s \"so\"'");
        assert_eq!(repr("a\\b\n\u{1}"), "'a\\\\b\\n\\x01'");
        assert_eq!(repr("ä"), "'ä'");
    }

    #[test]
    fn values_are_printed_as_python_prints_them() {
        for (json, expected) in [
            ("1", "1"),
            ("11.0", "11.0"),
            ("1e15", "1000000000000000.0"),
            ("1e16", "1e+16"),
            ("0.0001", "0.0001"),
            ("0.00001", "1e-05"),
            ("1.5e-7", "1.5e-07"),
            ("-0.0", "-0.0"),
            ("123456789012345678", "123456789012345678"),
            (r#"{"a": [true, null, 1.5], "b": "it's"}"#, r#"{'a': [True, None, 1.5], 'b': "it's"}"#),
        ] {
            assert_eq!(literal(&serde_json::from_str::<Json>(json).unwrap()), expected, "{json}");
            assert_eq!(literal(&serde_json::from_str::<Value>(json).unwrap()), expected, "{json}");
        }
    }
}
