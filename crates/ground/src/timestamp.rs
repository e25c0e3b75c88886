//! A point in time, to the microsecond.

use std::{fmt, ops};

use jiff::{SignedDuration, Timestamp as Instant, civil};
use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00 UTC: what both databases store (as a 64-bit integer) and every rule
/// compares. Shown as ISO 8601 in UTC with `+00:00`, six digits of fraction or none
/// (contract inventory-http §2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// The text is no point in time that this program can hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date and time in ISO 8601")]
pub struct BadTimestamp(pub String);

/// Seconds from the epoch to 2000-01-01T00:00:00 UTC.
const MILLENNIUM: i64 = 946_684_800;

impl Timestamp {
    /// The end of the year 9999, the last that can be written.
    pub const LAST: Self = Self(253_402_300_799_999_999);

    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment and `seconds` more (or fewer); stops at the ends of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Reads what Python's `isoformat` and RFC 3339 write: a date, `T` or a blank, a time, an optional fraction
    /// (cut after the microseconds) and an optional zone; without a zone the time is UTC.
    pub fn parse(text: &str) -> Result<Self, BadTimestamp> {
        if let Ok(instant) = text.parse::<Instant>() {
            return Ok(Self(instant.as_microsecond()));
        }
        Self::parse_parts(text).ok_or_else(|| BadTimestamp(text.to_owned()))
    }

    /// Reads a time without a zone, and those of the last day of the year 9999, which the library has no instants for.
    fn parse_parts(text: &str) -> Option<Self> {
        // A date-time parser may skip a zone that it does not understand: such text is refused, not read as UTC.
        let zone = text.get(10..).and_then(|time| time.find(['+', '-', 'Z', 'z', '[']));
        let (local, zone) = text.split_at(zone.map_or(text.len(), |at| at + 10));
        let offset = match zone {
            "" => 0,
            zone => (format!("2000-01-01T00:00:00{zone}").parse::<Instant>().ok()?.as_second()) - MILLENNIUM,
        };
        let local = Self::from_civil(local.parse().ok()?);
        Some(local.plus_seconds(offset)).filter(|at| *at <= Self::LAST)
    }

    /// The moment at which clocks in UTC show this.
    pub fn from_civil(utc: civil::DateTime) -> Self {
        let since = utc.duration_since(civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0));
        // The years of such a time are far fewer than 64 bits of microseconds hold.
        Self(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let epoch = civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
        let Ok(at) = epoch.checked_add(SignedDuration::from_micros(self.0)) else {
            return write!(f, "{}us", self.0);
        };
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            at.year(),
            at.month(),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )?;
        match at.subsec_nanosecond() / 1_000 {
            0 => {}
            micros => write!(f, ".{micros:06}")?,
        }
        f.write_str("+00:00")
    }
}

impl ops::Sub for Timestamp {
    type Output = std::time::Duration;
    /// How much later `self` is; zero when it is earlier.
    fn sub(self, earlier: Self) -> std::time::Duration {
        std::time::Duration::from_micros(self.0.saturating_sub(earlier.0).max(0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        Timestamp::parse(text).unwrap().to_string()
    }

    #[test]
    fn a_fraction_is_shown_with_six_digits_or_not_at_all() {
        assert_eq!(shown("2026-01-31T08:07:03.354307Z"), "2026-01-31T08:07:03.354307+00:00");
        assert_eq!(shown("2026-01-31T08:07:03.5Z"), "2026-01-31T08:07:03.500000+00:00");
        assert_eq!(shown("2026-01-31T08:07:03Z"), "2026-01-31T08:07:03+00:00");
    }

    #[test]
    fn a_zone_is_converted_and_its_absence_means_utc() {
        assert_eq!(shown("2026-01-31T08:07:03+02:00"), "2026-01-31T06:07:03+00:00");
        assert_eq!(shown("2026-01-31T08:07:03"), "2026-01-31T08:07:03+00:00");
        assert_eq!(shown("2026-01-31 08:07:03"), "2026-01-31T08:07:03+00:00");
        assert_eq!(shown("2026-01-31"), "2026-01-31T00:00:00+00:00");
    }

    #[test]
    fn the_last_day_that_can_be_written_is_read() {
        for text in [
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59",
            "9999-12-31T23:59:59+00:00",
            "9999-12-31 23:59:59z",
        ] {
            assert_eq!(shown(text), "9999-12-31T23:59:59+00:00", "{text}");
        }
        assert_eq!(shown("9999-12-31"), "9999-12-31T00:00:00+00:00");
        assert_eq!(shown("9999-12-30T23:59:59Z"), "9999-12-30T23:59:59+00:00");
        assert_eq!(shown("9999-12-31T23:59:59+02:00"), "9999-12-31T21:59:59+00:00");
        assert!(Timestamp::parse("9999-12-31T23:59:59-02:00").is_err());
    }

    #[test]
    fn text_that_is_no_time_is_refused_with_the_text() {
        for text in ["", "yesterday", "2026-13-01", "2026-01-31T25:00:00Z", "2026-01-31T00:00:00Z+00:00"] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(micros in -62_135_596_800_000_000i64..253_402_300_800_000_000) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(Timestamp::parse(&at.to_string()), Ok(at));
        }
    }
}
