//! The date-time forms that profiles may use.

use ground::Timestamp;
use jiff::civil::{Date, ISOWeekDate, Time, Weekday};

/// The beginning of the year 1.
const FIRST: Timestamp = Timestamp::from_micros(-62_135_596_800_000_000);

/// Reads the forms of contract system-profile §4.5: a date (calendar or week, with or without hyphens), then
/// perhaps `T` or a blank and a time (hours, minutes, seconds, a fraction after `.` or `,`, cut after the
/// microseconds), then perhaps `Z` or an offset; without one the time is UTC. [`Timestamp::parse`] does not know
/// the short and basic forms.
pub fn parse(text: &str) -> Option<Timestamp> {
    let (day, clock, offset) = match text.find(['T', ' ']) {
        Some(at) => {
            let time = &text[at + 1..];
            let end = time.find(['Z', '+', '-']).unwrap_or(time.len());
            (&text[..at], Some(&time[..end]), &time[end..])
        }
        None => (text, None, ""),
    };
    let time = clock.map_or(Some(Time::midnight()), time_of_day)?;
    let local = Timestamp::from_civil(date(day)?.to_datetime(time));
    // An offset may move the time out of the years 1 to 9999.
    Some(local.plus_seconds(-seconds_east(offset)?)).filter(|at| (FIRST..=Timestamp::LAST).contains(at))
}

/// `2021-05-11`, `20210511`, `2021-W10-3`, `2021W103`, `2021-W10`, `2021W10`.
fn date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_at_checked(4)?;
    let year = number(year)?;
    let (hyphen, rest) = match rest.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", rest),
    };
    let Some(rest) = rest.strip_prefix('W') else {
        let (month, day) = rest.split_at_checked(2)?;
        let day = day.strip_prefix(hyphen).filter(|day| day.len() == 2)?;
        return Date::new(year, number(month)? as i8, number(day)? as i8).ok().filter(|_| year > 0);
    };
    let (week, day) = rest.split_at_checked(2)?;
    let day = if day.is_empty() { "1" } else { day.strip_prefix(hyphen).filter(|day| day.len() == 1)? };
    let day = Weekday::from_monday_one_offset(number(day)? as i8).ok()?;
    Some(ISOWeekDate::new(year, number(week)? as i8, day).ok()?.date()).filter(|_| year > 0)
}

/// `19`, `19:46`, `1946`, `19:46:56`, `194656`, the last two also with a fraction.
fn time_of_day(text: &str) -> Option<Time> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let (hour, rest) = whole.split_at_checked(2)?;
    let colon = if rest.starts_with(':') { ":" } else { "" };
    let mut parts = [0, 0];
    let mut rest = rest;
    let mut given = 0;
    while !rest.is_empty() {
        let (part, after) = rest.strip_prefix(colon)?.split_at_checked(2)?;
        *parts.get_mut(given)? = number(part)?;
        (given, rest) = (given + 1, after);
    }
    let micros = match fraction {
        Some(digits)
            if given == 2 && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            digits
                .bytes()
                .chain(std::iter::repeat(b'0'))
                .take(6)
                .fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'))
        }
        Some(_) => return None,
        None => 0,
    };
    Time::new(number(hour)? as i8, parts[0] as i8, parts[1] as i8, micros * 1_000).ok()
}

/// Nothing, `Z`, `+02`, `+0200` or `-02:00`, in seconds.
fn seconds_east(text: &str) -> Option<i64> {
    if text.is_empty() || text == "Z" {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = rest.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let minutes = match minutes.len() {
        0 if rest.len() == 2 => 0,
        2 => number(minutes)?,
        _ => return None,
    };
    let hours = number(hours)?;
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 3_600 + i64::from(minutes) * 60))
}

/// A number of one to four ASCII digits.
fn number(digits: &str) -> Option<i16> {
    let fine = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fine.then(|| digits.bytes().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        parse(text).map_or_else(|| format!("refused {text}"), |at| at.to_string())
    }

    #[test]
    fn every_form_of_the_contract_is_read() {
        for text in [
            "2021-05-11T19:46:56Z",
            "2021-05-11T19:46:56+00:00",
            "2021-05-11T19:46:56",
            "2021-05-11 19:46:56",
            "20210511T194656Z",
            "2021-05-11T19:46:56+00",
            "2021-05-11T19:46:56+0000",
            "2021-05-11T21:46:56+02:00",
            "2021-05-11T14:16:56-0530",
            "2021-W19-2T19:46:56Z",
            "2021W192T194656",
        ] {
            assert_eq!(shown(text), "2021-05-11T19:46:56+00:00", "{text}");
        }
        assert_eq!(shown("2021-05-11"), "2021-05-11T00:00:00+00:00");
        assert_eq!(shown("20210511"), "2021-05-11T00:00:00+00:00");
        assert_eq!(shown("2021-W10-3"), "2021-03-10T00:00:00+00:00");
        assert_eq!(shown("2021-W10"), "2021-03-08T00:00:00+00:00");
        assert_eq!(shown("2021-05-11T19"), "2021-05-11T19:00:00+00:00");
        assert_eq!(shown("2021-05-11T19:46"), "2021-05-11T19:46:00+00:00");
    }

    #[test]
    fn the_last_day_that_can_be_written_is_read() {
        assert_eq!(shown("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59+00:00");
        assert_eq!(shown("9999-12-31"), "9999-12-31T00:00:00+00:00");
        assert_eq!(parse("9999-12-31T23:59:59-01:00"), None);
    }

    #[test]
    fn a_fraction_is_cut_after_the_microseconds() {
        assert_eq!(shown("2021-05-11T19:46:56.951Z"), "2021-05-11T19:46:56.951000+00:00");
        assert_eq!(shown("2021-05-11T19:46:56,951Z"), "2021-05-11T19:46:56.951000+00:00");
        assert_eq!(shown("2021-05-11T19:46:56.1234569Z"), "2021-05-11T19:46:56.123456+00:00");
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "yesterday",
            "2021",
            "2021-05",
            "2021-131",
            "2021-05-11T24:00",
            "2021-05-11T19:46:56z",
            "2021-05-11T19:46:56Z+00:00",
            "2021-05-11T19:46:56+00:00Z",
            "2021-05-11-12T19:46",
            "2021-05T19:46.951",
            "2021-05-11T19:46.5",
            "2021-05-11T",
            "2021-05-11T19:46:56+",
            "2021-05-11T19:46:56+24:00",
            "2021-05-11T19:46:56+00:",
            "2021-02-29",
            "0000-01-01",
            "0001-01-01T00:00:00+01:00",
            "2021-05-11T19:4656",
            "2021-0511",
            "202105-11",
            "２021-05-11",
            "2021-05-11T19:46:56.",
            "2021-05-11T1946:56",
            "9999-12-31T23:59:59Z ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_a_timestamp_shows_is_read_back(micros in -62_135_596_800_000_000i64..253_402_300_800_000_000) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(parse(&at.to_string()), Some(at));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9TWZ:+. äz-]{0,30}") {
            parse(&text);
        }
    }
}
