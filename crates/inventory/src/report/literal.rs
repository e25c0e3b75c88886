//! Values as Python writes them: error texts that clients have read for years quote their input in this notation
//! (contract inventory-events §3.7).

use std::fmt::{self, Write};

use super::Json;

/// The longest quotation of one value, in characters: a refused profile would fill the message otherwise.
const LONGEST: usize = 2_000;

/// `value` in Python's notation, cut after 2,000 characters (then it ends with `…`).
pub fn literal(value: &Json) -> String {
    let mut out = String::new();
    // Writing into a text never fails.
    let _ = write(&mut out, value);
    match out.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &out[..end]),
        None => out,
    }
}

/// `text` as a Python string: in single quotes, or in double ones when it holds single ones alone.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let _ = quote(&mut out, text);
    out
}

fn write(out: &mut impl Write, value: &Json) -> fmt::Result {
    match value {
        Json::Null => out.write_str("None"),
        Json::Bool(true) => out.write_str("True"),
        Json::Bool(false) => out.write_str("False"),
        Json::Number(number) => write!(out, "{number}"),
        Json::Text(text) => quote(out, text),
        Json::List(items) => {
            out.write_char('[')?;
            for (index, item) in items.iter().enumerate() {
                separate(out, index)?;
                write(out, item)?;
            }
            out.write_char(']')
        }
        Json::Object(members) => {
            out.write_char('{')?;
            for (index, (name, member)) in members.iter().enumerate() {
                separate(out, index)?;
                quote(out, name)?;
                out.write_str(": ")?;
                write(out, member)?;
            }
            out.write_char('}')
        }
    }
}

/// Puts `, ` before every item but the first.
pub(super) fn separate(out: &mut impl Write, index: usize) -> fmt::Result {
    if index == 0 { Ok(()) } else { out.write_str(", ") }
}

fn quote(out: &mut impl Write, text: &str) -> fmt::Result {
    let mark = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.write_char(mark)?;
    for char in text.chars() {
        match char {
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            char if char == mark => write!(out, "\\{char}")?,
            char if char.is_control() => write!(out, "\\x{:02x}", u32::from(char))?,
            char => out.write_char(char)?,
        }
    }
    out.write_char(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: &str) -> String {
        literal(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn values_are_written_as_python_writes_them() {
        assert_eq!(shown("[null, true, false, 1, -2.5]"), "[None, True, False, 1, -2.5]");
        assert_eq!(shown(r#"{"b": [], "a": {"c": "d"}}"#), "{'b': [], 'a': {'c': 'd'}}");
    }

    #[test]
    fn texts_choose_the_mark_that_they_do_not_hold() {
        assert_eq!(quoted("it's"), "\"it's\"");
        assert_eq!(quoted("say \"hi\""), "'say \"hi\"'");
        assert_eq!(quoted("it's \"both\""), "'it\\'s \"both\"'");
    }

    #[test]
    fn what_cannot_be_seen_is_escaped() {
        assert_eq!(quoted("a\\b\nc\td\u{1}\u{85}é"), "'a\\\\b\\nc\\td\\x01\\x85é'");
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let long = literal(&Json::Text("ä".repeat(5_000)));
        assert_eq!(long.chars().count(), LONGEST + 1);
        assert!(long.ends_with('…'));
    }
}
