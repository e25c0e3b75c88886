//! JSON as the original writes it (contract benchmarks §3.1), and values as Python prints them in its messages.

use std::{fmt, fmt::Write as _};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Number, Value};

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

/// A JSON value that remembers the order of its members, as Python does.
#[derive(Debug, Clone, PartialEq)]
pub enum Ordered {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Ordered>),
    /// An object; of a name that stands there twice the last value counts, at the first place.
    Object(Vec<(String, Ordered)>),
}

impl Ordered {
    /// What stands at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        pointer.split('/').skip(1).try_fold(self, |value, part| match value {
            Self::List(items) => items.get(part.parse::<usize>().ok()?),
            Self::Object(_) => value.member(&part.replace("~1", "/").replace("~0", "~")),
            _ => None,
        })
    }

    /// The member of an object.
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value as Python's `repr` prints it: `{'a': [1.0, None, True]}`.
    pub fn repr(&self) -> String {
        let list = |items: &[Self]| items.iter().map(Self::repr).collect::<Vec<_>>().join(", ");
        match self {
            Self::Null => "None".to_owned(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Number(number) => repr_number(number),
            Self::Text(text) => web::repr(text),
            Self::List(items) => format!("[{}]", list(items)),
            Self::Object(members) => {
                let member =
                    |(name, value): &(String, Self)| format!("{}: {}", web::repr(name), value.repr());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// A number as Python prints it: whole ones as they are, others with the fewest digits that read back the same,
/// `1e+16` and beyond and below `0.0001` with an exponent of two digits at least.
pub fn repr_number(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => repr_float(float),
        _ => number.to_string(),
    }
}

fn repr_float(float: f64) -> String {
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

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Ordered;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Ordered, E> {
        Ok(Ordered::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Ordered, E> {
        Ok(Ordered::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Ordered, E> {
        Ok(Ordered::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Ordered, E> {
        Ok(Ordered::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Ordered, E> {
        Ok(Number::from_f64(value).map_or(Ordered::Null, Ordered::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Ordered, E> {
        Ok(Ordered::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Ordered, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Ordered::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Ordered, A::Error> {
        let mut object: Vec<(String, Ordered)> = Vec::new();
        let mut places = std::collections::HashMap::new();
        while let Some((name, value)) = members.next_entry::<String, Ordered>()? {
            if let Some(place) = places.get(&name) {
                let known: &mut (String, Ordered) = &mut object[*place];
                known.1 = value;
            } else {
                places.insert(name.clone(), object.len());
                object.push((name, value));
            }
        }
        Ok(Ordered::Object(object))
    }
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
            (r#"{"b": [true, null], "a": "it's"}"#, r#"{'b': [True, None], 'a': "it's"}"#),
        ] {
            assert_eq!(serde_json::from_str::<Ordered>(json).unwrap().repr(), expected, "{json}");
        }
    }

    #[test]
    fn the_last_of_two_members_counts_at_the_first_place() {
        let value: Ordered = serde_json::from_str(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        assert_eq!(value.repr(), "{'a': 3, 'b': 2}");
        assert_eq!(value.at("/b"), Some(&Ordered::Number(2.into())));
        assert_eq!(value.at("/c"), None);
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
