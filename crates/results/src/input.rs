//! The text of a file, whatever wrote it.

use serde_json::Value;

use crate::Refused;

/// No file is larger, in bytes.
pub const LARGEST: usize = 100 << 20;

/// A file.
#[derive(Debug)]
pub struct Input<'a> {
    /// Its path.
    pub name: &'a str,
    /// Its text: no byte order mark, no colours, `\n` at the end of lines.
    pub text: String,
    /// The first object or list of JSON in it, also behind and before other text.
    pub json: Option<Value>,
}

impl<'a> Input<'a> {
    /// Reads UTF-8, or UTF-16 with a byte order mark.
    pub fn new(bytes: &[u8], name: &'a str) -> Result<Self, Refused> {
        if bytes.len() > LARGEST {
            return Err(Refused("larger than 100 MB: give it in parts".to_owned()));
        }
        let text = plain(&decoded(bytes)?);
        let json = json(&text);
        Ok(Self { name, text, json })
    }
}

fn decoded(bytes: &[u8]) -> Result<String, Refused> {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| Refused("is no UTF-16 text".to_owned()))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = before.matches('\n').count() + 1;
        Refused(format!("line {line} is no UTF-8 text"))
    })?;
    Ok(text.to_owned())
}

/// Without colours, and with one kind of line end.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\u{1b}', '\r']) {
        out.push_str(&rest[..at]);
        let code = &rest[at..];
        rest = if let Some(sequence) = code.strip_prefix("\u{1b}[") {
            let end = sequence.find(|c: char| ('@'..='~').contains(&c)).map_or(sequence.len(), |end| end + 1);
            // The sequence ends with one byte.
            sequence.get(end..).unwrap_or_default()
        } else {
            // A progress line that is written over is a line.
            if code.starts_with('\r') && !code.starts_with("\r\n") {
                out.push('\n');
            }
            &code[1..]
        };
    }
    out.push_str(rest);
    out
}

/// The first object or list. `NaN` and `Infinity`, which JSON has not, become texts: no number is made of them.
fn json(text: &str) -> Option<Value> {
    const TRIES: usize = 100;
    let start = text.trim_start().starts_with(['{', '[']);
    let places = text
        .match_indices(['{', '['])
        .map(|(at, _)| at)
        // Within other text, JSON begins a line, or stands behind `=` as in a script.
        .filter(|at| {
            let before = text[..*at].trim_end_matches([' ', '\t']);
            before.is_empty() || before.ends_with('\n') || before.ends_with('=')
        })
        .take(if start { 1 } else { TRIES });
    for at in places {
        let read = |text: &str| {
            serde_json::Deserializer::from_str(text).into_iter::<Value>().next().and_then(Result::ok)
        };
        let found = read(&text[at..]).or_else(|| quoted(&text[at..]).and_then(|text| read(&text)));
        if let Some(found) = found.filter(|found| found.is_object() || found.is_array()) {
            return Some(found);
        }
    }
    None
}

/// The text with what is no JSON number in quotation marks; none when there is nothing of the kind.
fn quoted(text: &str) -> Option<String> {
    const WORDS: [&str; 7] = ["-Infinity", "Infinity", "-inf", "-nan", "NaN", "nan", "inf"];
    let mut out = String::with_capacity(text.len() + 64);
    let (mut rest, mut within, mut changed) = (text, false, false);
    while let Some(c) = rest.chars().next() {
        if !within && let Some(word) = WORDS.iter().find(|word| rest.starts_with(**word)) {
            out.extend(["\"", word, "\""]);
            (rest, changed) = (&rest[word.len()..], true);
            continue;
        }
        let mut length = c.len_utf8();
        match c {
            '\\' if within => length += rest[1..].chars().next().map_or(0, char::len_utf8),
            '"' => within = !within,
            _ => {}
        }
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    changed.then_some(out)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(bytes: &[u8]) -> Option<Value> {
        Input::new(bytes, "").unwrap().json
    }

    #[test]
    fn json_is_found_within_text() {
        assert_eq!(value(b"fio-3.42\nStarting 1 process\n{\"a\": 1}\nbye"), Some(json!({"a": 1})));
        assert_eq!(value(b"window.BENCHMARK_DATA = {\"a\": [1]}"), Some(json!({"a": [1]})));
        assert_eq!(value("\u{feff}[1]".as_bytes()), Some(json!([1])));
        assert_eq!(value(b"no json [at all]"), None);
    }

    #[test]
    fn what_powershell_writes_is_read() {
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("{\"a\":1}\r\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(value(&wide), Some(json!({"a": 1})));
        assert!(Input::new(b"ok\n\xff", "").unwrap_err().0.contains("line 2"));
    }

    #[test]
    fn no_number_is_made_of_what_is_none() {
        assert_eq!(
            value(br#"{"a": NaN, "NaN\"": -Infinity}"#),
            Some(json!({"a": "NaN", "NaN\"": "-Infinity"}))
        );
    }

    #[test]
    fn colours_and_progress_lines_are_taken_away() {
        assert_eq!(plain("\u{1b}[1;32mok\u{1b}[0m\r\n1%\r2%\n"), "ok\n1%\n2%\n");
        assert_eq!(plain("\u{1b}[\u{e9}x\u{1b}"), "");
    }

    #[test]
    fn ten_thousand_lists_in_one_another_are_refused() {
        assert_eq!(value("[".repeat(10_000).as_bytes()), None);
    }
}
