//! Numbers as tools write them.

use serde_json::{Number, Value};

/// The number of a JSON value; none for `null`, for texts such as `"NaN"`, and for what is not finite.
pub fn of(value: &Value) -> Option<Number> {
    value.as_number().cloned()
}

/// A number with a point and no thousands: `1234.5`, `1e3`.
pub fn plain(text: &str) -> Option<Number> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        || text.contains(['n', 'N', 'i', 'I'])
    {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

/// A number of which the tool says that its comma is the decimal sign, as its point is.
pub fn decimal(text: &str) -> Option<Number> {
    if text.matches([',', '.']).count() > 1 { None } else { plain(&text.replace(',', ".")) }
}

/// A number of which the tool says that its comma stands between thousands: `1,234`, `12,345.6`.
pub fn thousands(text: &str) -> Option<Number> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.split(',');
    let first = groups.next()?.trim_start_matches('-');
    let wrong =
        groups.any(|group| group.len() != 3) || (whole.contains(',') && !(1..=3).contains(&first.len()));
    if wrong || fraction.is_some_and(|fraction| fraction.contains(',')) {
        return None;
    }
    plain(&text.replace(',', ""))
}

/// A number of unknown origin: where it may mean two things, none. `1,234.5` and `1.234,5` mean one, `1,234` two.
pub fn unknown(text: &str) -> Option<Number> {
    let text = text.trim();
    match (text.rfind(','), text.rfind('.')) {
        (None, _) => plain(text),
        (Some(comma), Some(point)) if comma < point => thousands(text),
        (Some(_), Some(_)) => thousands(&text.replace('.', "\0").replace(',', ".").replace('\0', ",")),
        (Some(comma), None) if text.matches(',').count() == 1 && text.len() - comma != 4 => decimal(text),
        (Some(_), None) if text.matches(',').count() > 1 => thousands(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(read: fn(&str) -> Option<Number>, text: &str) -> Option<String> {
        read(text).map(|number| number.to_string())
    }

    #[test]
    fn a_comma_means_what_the_format_says_or_nothing() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(shown(thousands, "1,234,567.25"), some("1234567.25"));
        assert_eq!(shown(thousands, "1,23"), None);
        assert_eq!(shown(decimal, "232292,123"), some("232292.123"));
        assert_eq!(shown(unknown, "1,234.5"), some("1234.5"));
        assert_eq!(shown(unknown, "1.234,5"), some("1234.5"));
        assert_eq!(shown(unknown, "1,5"), some("1.5"));
        assert_eq!(shown(unknown, "1,234"), None);
        assert_eq!(shown(unknown, "1,234,567"), some("1234567"));
    }

    #[test]
    fn no_other_text_is_a_number() {
        for text in ["", "NaN", "nan", "inf", "-Infinity", "1e999", "0x10", "ten", "-"] {
            assert_eq!(plain(text), None, "{text}");
        }
        assert_eq!(shown(plain, "1.71587e+03").as_deref(), Some("1715.87"));
        assert_eq!(shown(plain, "6614.073099").as_deref(), Some("6614.073099"));
    }
}
