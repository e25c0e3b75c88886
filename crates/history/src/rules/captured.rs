//! When a profile was captured (contract history §2.2).

use ground::Timestamp;
use jiff::{
    Zoned,
    civil::DateTime,
    fmt::{rfc2822, temporal::Pieces},
    tz::{Offset, TimeZone},
};
use serde_json::{Map, Value};

/// When a profile was captured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// The instant: what is compared.
    pub at: Timestamp,
    /// The same as answers show it: ISO 8601 with the offset that it came with.
    pub text: String,
    /// Whether the profile says so itself; the time of its arrival otherwise.
    pub dated: bool,
}

/// When a profile was captured: its `captured_date`, which is UTC without a zone, else when it arrived. A date that
/// cannot be read is none.
pub fn captured(profile: &Map<String, Value>, arrived: Timestamp) -> Captured {
    let said = profile.get("captured_date").and_then(Value::as_str).filter(|text| !text.is_empty());
    match said.and_then(read) {
        Some((at, text)) => Captured { at, text, dated: true },
        None => Captured { at: arrived, text: arrived.to_string(), dated: false },
    }
}

/// The instant in a text, and the text as it is shown.
fn read(text: &str) -> Option<(Timestamp, String)> {
    let text = text.trim();
    let zoned = of_pieces(text).or_else(|| rfc2822::DateTimeParser::new().parse_zoned(text).ok());
    let Some(zoned) = zoned else {
        // Forms that only the inventory knows, without an offset of their own.
        let at = profile::moment(text)?;
        return Some((at, at.to_string()));
    };
    let at = Timestamp::from_micros(zoned.timestamp().as_microsecond());
    let year = zoned.year();
    ((1..=9_999).contains(&year)).then(|| (at, shown(zoned.datetime(), zoned.offset())))
}

fn of_pieces(text: &str) -> Option<Zoned> {
    let pieces = Pieces::parse(text).ok()?;
    if pieces.time_zone_annotation().is_some() {
        return None;
    }
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    let local = pieces.date().to_datetime(pieces.time().unwrap_or_default());
    local.to_zoned(TimeZone::fixed(offset)).ok()
}

/// As Python's `isoformat` writes it.
fn shown(local: DateTime, offset: Offset) -> String {
    let fraction = match local.subsec_nanosecond() / 1_000 {
        0 => String::new(),
        micros => format!(".{micros:06}"),
    };
    let (sign, seconds) =
        if offset.seconds() < 0 { ('-', -offset.seconds()) } else { ('+', offset.seconds()) };
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
    let (year, month, day) = (local.year(), local.month(), local.day());
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{sign}{hours:02}:{minutes:02}"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const ARRIVED: Timestamp = Timestamp::from_micros(1_709_280_000_000_000);

    fn of(date: &Value) -> Captured {
        let profile = json!({"captured_date": date});
        captured(profile.as_object().unwrap(), ARRIVED)
    }

    #[test]
    fn a_date_is_shown_with_its_own_offset_and_compared_as_an_instant() {
        for (date, text) in [
            ("2024-03-01T08:00:00+00:00", "2024-03-01T08:00:00+00:00"),
            ("2024-03-01T08:00:00Z", "2024-03-01T08:00:00+00:00"),
            ("2024-03-01T08:00:00", "2024-03-01T08:00:00+00:00"),
            ("2024-03-01 08:00:00", "2024-03-01T08:00:00+00:00"),
            ("2024-03-01T10:00:00+02:00", "2024-03-01T10:00:00+02:00"),
            ("2024-03-01T02:30:00-05:30", "2024-03-01T02:30:00-05:30"),
            ("Fri, 1 Mar 2024 08:00:00 +0000", "2024-03-01T08:00:00+00:00"),
            ("20240301T080000", "2024-03-01T08:00:00+00:00"),
        ] {
            let captured = of(&json!(date));
            assert_eq!(
                (captured.at, captured.text.as_str(), captured.dated),
                (ARRIVED, text, true),
                "{date}"
            );
        }
        assert_eq!(of(&json!("2024-03-01T08:00:00.5Z")).text, "2024-03-01T08:00:00.500000+00:00");
        assert_eq!(of(&json!("2024-03-01")).text, "2024-03-01T00:00:00+00:00");
    }

    #[test]
    fn without_a_date_the_arrival_counts() {
        for date in [json!(null), json!(""), json!(5), json!("yesterday"), json!("99999-01-01")] {
            let captured = of(&date);
            assert_eq!((captured.at, captured.dated), (ARRIVED, false), "{date}");
            assert_eq!(captured.text, "2024-03-01T08:00:00+00:00");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[0-9TWZ:+. a-z,\\[\\]-]{0,32}") {
            let _ = of(&json!(text));
        }
    }
}
