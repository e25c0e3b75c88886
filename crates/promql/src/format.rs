//! Numbers as text, the way Prometheus writes them.

use std::fmt::Write as _;

/// Like Go's `%g`: an exponent for large and small numbers.
pub fn exponent(value: f64) -> String {
    let mut out = String::new();
    push_exponent(&mut out, value);
    out
}

/// The same behind a text.
pub fn push_exponent(out: &mut String, value: f64) {
    let plain = (1e-4..1e21).contains(&value.abs()) || value == 0.0;
    if plain {
        // Writing to a String cannot fail.
        let _ = write!(out, "{value}");
    } else {
        out.push_str(&with_exponent(value, 21).unwrap_or_else(|| shortest(value)));
    }
}

/// Like Go's `%g` in messages, where numbers of more than six digits before the point get an exponent.
pub(crate) fn message(value: f64) -> String {
    with_exponent(value, 6).unwrap_or_else(|| shortest(value))
}

fn with_exponent(value: f64, most: i32) -> Option<String> {
    if !value.is_finite() || value == 0.0 {
        return None;
    }
    let text = format!("{value:e}");
    let (digits, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if (-4..most).contains(&exponent) {
        return None;
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Some(format!("{digits}e{sign}{:02}", exponent.abs()))
}

/// The shortest text without an exponent; `+Inf`, `-Inf`, `NaN`.
pub fn shortest(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_look_as_prometheus_writes_them() {
        let cases = [
            (1.0, "1"),
            (0.1, "0.1"),
            (1e21, "1e+21"),
            (1e-7, "1e-07"),
            (1e-4, "0.0001"),
            (9.999_999_999_999_999e-5, "9.999999999999999e-05"),
            (999_999_999_999_999_900_000.0, "999999999999999900000"),
            (-2e-5, "-2e-05"),
            (123_456.5, "123456.5"),
            (-0.0, "-0"),
        ];
        for (value, text) in cases {
            assert_eq!(exponent(value), text);
        }
        assert_eq!([f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(exponent), ["NaN", "+Inf", "-Inf"]);
        assert_eq!(shortest(1e21), "1000000000000000000000");
        assert_eq!([message(1e6), message(1.1), message(123_456.0)], ["1e+06", "1.1", "123456"]);
    }
}
