//! Filters over documents: `PATH OP VALUE` (contract benchmarks §11.1).
//!
//! The original takes exactly three parts with one blank between them. Where a part holds a blank or a key holds a dot,
//! it is written in double quotes, with `\"` and `\\` inside: `cpu."base.clock" >= 2.4`, `cpu.brand == "EPYC 7302"`.
//! Only texts that the original refuses are read so: `brand == "AMD"` still means the value with its quotes.

use crate::rules::values;

/// A condition on what stands at one place of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// The place, as a JSON pointer.
    pub pointer: String,
    /// How it is compared.
    pub operator: Operator,
    /// With what.
    pub wanted: Wanted,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Equal,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    GreaterOrEqual,
    /// `<=`
    LessOrEqual,
}

/// What a value is compared with; what cannot be read as such a kind does not match.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// A number, by [`values::ordered`]; texts that are numbers count too.
    Number(i64),
    /// A truth value.
    Truth(bool),
    /// Text, by code point.
    Text(String),
}

/// Why a filter is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It has not three parts, or its path cannot be read; the reason in words.
    Parts(String),
    /// The operator is none.
    Operator(String),
}

impl Operator {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "==" => Self::Equal,
            ">" => Self::Greater,
            "<" => Self::Less,
            ">=" => Self::GreaterOrEqual,
            "<=" => Self::LessOrEqual,
            _ => return None,
        })
    }

    /// As SQL has it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::GreaterOrEqual => ">=",
            Self::LessOrEqual => "<=",
        }
    }
}

impl Filter {
    /// Reads a filter.
    pub fn parse(text: &str) -> Result<Self, Unreadable> {
        let parts: Vec<&str> = text.split(' ').collect();
        let (path, operator, wanted) = match parts[..] {
            [path, operator, value] => (path, operator, Wanted::parse(value)),
            _ => quoted(text).ok_or_else(|| Unreadable::Parts(unpack(parts.len())))?,
        };
        let operator = Operator::parse(operator).ok_or_else(|| Unreadable::Operator(operator.to_owned()))?;
        let keys = keys(path).ok_or_else(|| {
            Unreadable::Parts(format!(
                "a part of the path {} is empty or its quotes do not close",
                legacy::repr(path)
            ))
        })?;
        if let Wanted::Text(text) = &wanted
            && text.len() >= values::TEXT_BYTES
        {
            let most = values::TEXT_BYTES - 1;
            return Err(Unreadable::Parts(format!("the value is longer than {most} bytes")));
        }
        Ok(Self { pointer: values::pointer(keys.iter().map(String::as_str)), operator, wanted })
    }
}

impl Wanted {
    fn parse(text: &str) -> Self {
        match text {
            "true" | "True" | "TRUE" => Self::Truth(true),
            "false" | "False" | "FALSE" => Self::Truth(false),
            _ => python_float(text)
                .map_or_else(|| Self::Text(text.to_owned()), |x| Self::Number(values::ordered(x))),
        }
    }
}

/// The words of Python for a tuple of the wrong length.
fn unpack(parts: usize) -> String {
    if parts < 3 {
        format!("not enough values to unpack (expected 3, got {parts})")
    } else {
        "too many values to unpack (expected 3)".to_owned()
    }
}

/// `float()` of Python: blanks around it, underscores between digits, `inf` and `nan` in any case.
fn python_float(text: &str) -> Option<f64> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let underscores_fit = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'_')
        .all(|(at, _)| digit(at.checked_sub(1)) && digit(Some(at + 1)));
    if underscores_fit { text.replace('_', "").parse().ok() } else { None }
}

/// The added form: a path that may have parts in quotes, an operator, and a value that may stand in quotes as a whole.
fn quoted(text: &str) -> Option<(&str, &str, Wanted)> {
    let mut inside = false;
    let mut escaped = false;
    let end = text.char_indices().find_map(|(at, c)| {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            ' ' if !inside => return Some(at),
            _ => {}
        }
        None
    })?;
    let (path, rest) = (&text[..end], &text[end + 1..]);
    let (operator, value) = rest.split_once(' ')?;
    let wanted = if value.contains(' ') {
        Wanted::Text(serde_json::from_str::<String>(value).ok()?)
    } else if path.contains(' ') {
        Wanted::parse(value)
    } else {
        return None;
    };
    Some((path, operator, wanted))
}

/// The keys of a path; none may be empty unless it is in quotes.
pub fn keys(path: &str) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let mut rest = path;
    loop {
        let (key, after) = if rest.starts_with('"') {
            let mut quoted = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            let key = quoted.next()?.ok()?;
            (key, &rest[quoted.byte_offset()..])
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            (rest[..end].to_owned(), &rest[end..])
        };
        if key.is_empty() && !rest.starts_with('"') {
            return None;
        }
        keys.push(key);
        match after.strip_prefix('.') {
            Some(more) => rest = more,
            None if after.is_empty() => return Some(keys),
            None => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Filter {
        Filter::parse(text).unwrap()
    }

    fn reason(text: &str) -> String {
        match Filter::parse(text).unwrap_err() {
            Unreadable::Parts(reason) => reason,
            Unreadable::Operator(operator) => format!("operator {operator}"),
        }
    }

    #[test]
    fn the_value_says_how_it_is_compared() {
        for number in ["5", "-1.5", "1e3", "1_000", "inf", "NaN", "+2", ".5"] {
            assert!(matches!(read(&format!("a > {number}")).wanted, Wanted::Number(_)), "{number}");
        }
        for text in ["AMD", "", "tRue", "1__0", "_1", "0x10", "null", "\"AMD\""] {
            assert_eq!(read(&format!("a == {text}")).wanted, Wanted::Text(text.to_owned()));
        }
        assert_eq!(read("a == TRUE").wanted, Wanted::Truth(true));
        assert_eq!(read("a.b.0 <= 1").pointer, "/a/b/0");
        assert_eq!(read("a.b.0 <= 1").operator, Operator::LessOrEqual);
    }

    #[test]
    fn another_number_of_parts_is_told_in_words_of_python() {
        assert_eq!(reason(""), "not enough values to unpack (expected 3, got 1)");
        assert_eq!(reason("score =="), "not enough values to unpack (expected 3, got 2)");
        for many in ["score == 3 4", "score  == 3", "brand == EPYC 7302", "brand == \"EPYC 7302"] {
            assert_eq!(reason(many), "too many values to unpack (expected 3)", "{many}");
        }
        assert_eq!(reason("a ~ 3"), "operator ~");
    }

    #[test]
    fn blanks_and_dots_are_written_in_quotes() {
        assert_eq!(read(r#"brand == "EPYC 7302""#).wanted, Wanted::Text("EPYC 7302".to_owned()));
        assert_eq!(read(r#""base.clock".x > 2"#).pointer, "/base.clock/x");
        assert_eq!(read(r#"cpu."my \"key\"" == 2"#).pointer, "/cpu/my \"key\"");
        assert!(matches!(read(r#""my key" == 2"#).wanted, Wanted::Number(_)));
        assert_eq!(read("a'b == 1").pointer, "/a'b");
    }

    #[test]
    fn a_path_with_an_empty_part_is_refused() {
        for bad in [". == 1", "a..b == 1", " == 1", "a. == 1", "\"a == 1"] {
            assert!(reason(bad).contains("path"), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z.\"\\\\ =<>0-9]{0,20}|.*") {
            let _ = Filter::parse(&text);
        }

        #[test]
        fn any_key_can_be_named(key in ".+") {
            let quoted = serde_json::Value::from(key.clone()).to_string();
            prop_assert_eq!(keys(&quoted), Some(vec![key]));
        }
    }
}
