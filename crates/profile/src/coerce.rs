//! Values taken for what they were meant to be (contract system-profile §3).

use serde_json::{Number, Value};

/// The whole number that a text, a fractional number or a boolean stands for. Fractions are cut, as in the
/// original; what stands for no 64-bit number gives nothing and is left to validation.
pub(crate) fn integer(value: &Value) -> Option<Number> {
    match value {
        Value::Bool(flag) => Some(Number::from(u8::from(*flag))),
        Value::String(text) => integer_text(text),
        Value::Number(number) if number.is_f64() => {
            // The greatest power of two that a 64-bit integer cannot hold.
            let fits = |float: &f64| float.abs() < 9_223_372_036_854_775_808.0;
            number.as_f64().filter(fits).map(|float| Number::from(float.trunc() as i64))
        }
        _ => None,
    }
}

/// A number in the original's notation: blanks around, a sign, `_` between digits.
fn integer_text(text: &str) -> Option<Number> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let well_formed =
        digits.split('_').all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    well_formed.then(|| text.replace('_', "").parse::<i64>().ok().map(Number::from))?
}

/// The boolean that a text stands for, in any letter case.
pub(crate) fn boolean(value: &Value) -> Option<bool> {
    let text = value.as_str()?;
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else {
        text.eq_ignore_ascii_case("false").then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numeric_text_fractions_and_booleans_become_whole_numbers() {
        for (sent, meant) in [
            (json!("1"), 1),
            (json!(" +1_000 "), 1000),
            (json!("-7"), -7),
            (json!("007"), 7),
            (json!(1.7), 1),
            (json!(-1.7), -1),
            (json!(true), 1),
            (json!(false), 0),
        ] {
            assert_eq!(integer(&sent), Some(meant.into()), "{sent}");
        }
    }

    #[test]
    fn other_values_are_left_alone() {
        for sent in [
            json!("1.0"),
            json!("foo"),
            json!(""),
            json!("_1"),
            json!("1_"),
            json!("1__0"),
            json!("+-1"),
            json!("1 0"),
            json!("99999999999999999999"),
            json!(1e30),
            json!(null),
            json!([1]),
            json!({}),
        ] {
            assert_eq!(integer(&sent), None, "{sent}");
        }
    }

    #[test]
    fn true_and_false_are_read_in_any_letter_case() {
        assert_eq!(boolean(&json!("True")), Some(true));
        assert_eq!(boolean(&json!("fALSE")), Some(false));
        for sent in [json!("yes"), json!(1), json!(""), json!(" true")] {
            assert_eq!(boolean(&sent), None, "{sent}");
        }
    }
}
