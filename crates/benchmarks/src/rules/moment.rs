//! Dates and times as the original reads and writes them (contract benchmarks §3.2).

use ground::Timestamp;
use jiff::civil;

/// A time with its distance from UTC in seconds, when it was given one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeWithOffset {
    /// The time on the clock, as if it were UTC.
    pub clock: Timestamp,
    /// Seconds east of UTC.
    pub offset: Option<i64>,
}

/// `YYYY-M-D`: its midnight.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let mut reader = Reader(text.strip_suffix('\n').unwrap_or(text));
    let day = reader.date()?;
    reader.0.is_empty().then(|| moment(day.at(0, 0, 0, 0)))?
}

/// `YYYY-M-D`, `T` or a blank, `H:M[:S[.f…]]`, and `Z`, `±HH`, `±HH:MM` or `±HHMM`. A plus that became a blank on its way
/// through the query string is read as one.
pub fn parse_time(text: &str) -> Option<TimeWithOffset> {
    let mut reader = Reader(text.strip_suffix('\n').unwrap_or(text));
    let day = reader.date()?;
    reader.one_of(&['T', ' '])?;
    let hour = reader.number(1, 2)?;
    reader.one_of(&[':'])?;
    let minute = reader.number(1, 2)?;
    let (mut second, mut nanos) = (0, 0);
    if reader.one_of(&[':']).is_some() {
        second = reader.number(1, 2)?;
        if reader.one_of(&['.']).is_some() {
            nanos = reader.fraction()?;
        }
    }
    let offset = if reader.0.is_empty() { None } else { Some(reader.offset()?) };
    let at = civil::DateTime::new(
        day.year(),
        day.month(),
        day.day(),
        hour as i8,
        minute as i8,
        second as i8,
        nanos,
    );
    Some(TimeWithOffset { clock: moment(at.ok()?)?, offset })
}

fn moment(at: civil::DateTime) -> Option<Timestamp> {
    let zoned = at.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Timestamp::from_micros(zoned.timestamp().as_microsecond()))
}

/// As answers show it: `YYYY-MM-DDTHH:MM:SS[.ffffff]`, without a zone.
pub fn show(at: Timestamp) -> String {
    let text = at.to_string();
    text.strip_suffix("+00:00").unwrap_or(&text).to_owned()
}

struct Reader<'t>(&'t str);

impl Reader<'_> {
    fn number(&mut self, least: usize, most: usize) -> Option<i64> {
        let digits = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.0.split_at(digits);
        self.0 = rest;
        if digits < least { None } else { number.parse().ok() }
    }

    fn one_of(&mut self, wanted: &[char]) -> Option<char> {
        let found = self.0.chars().next().filter(|c| wanted.contains(c))?;
        self.0 = &self.0[found.len_utf8()..];
        Some(found)
    }

    fn date(&mut self) -> Option<civil::Date> {
        let year = self.number(4, 4)?;
        self.one_of(&['-'])?;
        let month = self.number(1, 2)?;
        self.one_of(&['-'])?;
        civil::Date::new(year as i16, month as i8, self.number(1, 2)? as i8).ok().filter(|day| day.year() > 0)
    }

    /// One to twelve digits, of which six count; in nanoseconds.
    fn fraction(&mut self) -> Option<i32> {
        let digits = self.0.bytes().take(12).take_while(u8::is_ascii_digit).count();
        let (fraction, rest) = self.0.split_at(digits);
        self.0 = rest;
        let micros: i32 =
            format!("{:0<6}", &fraction[..digits.min(6)]).parse().ok().filter(|_| digits > 0)?;
        Some(micros * 1_000)
    }

    /// A zone, which is all that is left.
    fn offset(&mut self) -> Option<i64> {
        if self.0 == "Z" {
            return Some(0);
        }
        let sign = if self.one_of(&['+', '-', ' '])? == '-' { -1 } else { 1 };
        let hours = self.number(2, 2)?;
        let colon = self.one_of(&[':']);
        let minutes = if colon.is_some() || !self.0.is_empty() { self.number(2, 2)? } else { 0 };
        let fits = self.0.is_empty() && minutes < 60 && hours < 24;
        fits.then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn utc(text: &str) -> Option<String> {
        let given = parse_time(text)?;
        Some(show(given.clock.plus_seconds(-given.offset?)))
    }

    #[test]
    fn a_date_has_no_time() {
        assert_eq!(parse_date("2026-3-5").map(show).as_deref(), Some("2026-03-05T00:00:00"));
        for bad in ["bad", "", "2026-03-05T10:00:00Z", "2026-13-01", "26-01-01", "2026-02-30", "0000-01-01"] {
            assert_eq!(parse_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_zone_is_converted() {
        for (text, expected) in [
            ("2020-05-21T10:31:00.000+03:00", "2020-05-21T07:31:00"),
            ("2020-05-21T10:31+0300", "2020-05-21T07:31:00"),
            ("2020-05-21T10:31-03", "2020-05-21T13:31:00"),
            ("2020-5-1 1:2Z", "2020-05-01T01:02:00"),
            ("2020-05-21T10:31:00 03:00", "2020-05-21T07:31:00"),
            ("2020-05-21T10:31:00.1234567Z", "2020-05-21T10:31:00.123456"),
        ] {
            assert_eq!(utc(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_time_without_a_zone_says_so() {
        assert_eq!(parse_time("2020-05-21T10:31:00").unwrap().offset, None);
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for bad in [
            "x",
            "2020-05-21",
            "2020-05-21T10",
            "2020-05-21T25:00Z",
            "2020-05-21T10:31:00.Z",
            "2020-05-21T10:31Zx",
        ] {
            assert_eq!(parse_time(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9TZ:. +-]{0,30}|.*") {
            let _ = (parse_time(&text), parse_date(&text));
        }
    }
}
