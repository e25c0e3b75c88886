//! JSON as the original writes it (contract benchmarks §3.1).

use std::fmt::Write as _;

use serde_json::Value;

/// Answers: no blanks, keys sorted at every depth, everything beyond ASCII escaped. Ends without a line break.
pub fn wire(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write_wire(&mut out, value);
    out
}

/// [`wire`], behind what `out` holds.
pub fn write_wire(out: &mut String, value: &Value) {
    match value {
        Value::Object(members) => {
            out.push('{');
            for (n, (name, member)) in members.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_text(out, name);
                out.push(':');
                write_wire(out, member);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_wire(out, item);
            }
            out.push(']');
        }
        Value::String(text) => write_text(out, text),
        // Writing to a String cannot fail.
        other => drop(write!(out, "{other}")),
    }
}

/// A text in quotes, as [`wire`] has it.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_compact_sorted_and_ascii() {
        let value = json!({"b": [1, 2.0, null], "a": "é\u{1F600}\n\"\u{7f}", "Z": {}});
        assert_eq!(wire(&value), r#"{"Z":{},"a":"\u00e9\ud83d\ude00\n\"\u007f","b":[1,2.0,null]}"#);
    }

    proptest! {
        #[test]
        fn any_text_is_read_back(text in ".*") {
            let mut out = String::new();
            write_text(&mut out, &text);
            prop_assert!(out.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
