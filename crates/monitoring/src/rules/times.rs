//! Times as clients of the metrics UI server write them (contract metrics §8.3).

use jiff::civil::Date;

const DAY: i64 = 86_400_000;

/// Milliseconds since 1970; `None` when the text is no time. Without an offset it is UTC; a space in front of one is a plus sign that
/// was not escaped.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.is_ascii() {
        return None;
    }
    let (date, rest) = date(text)?;
    let days = i64::from(date.since(Date::new(1970, 1, 1).ok()?).ok()?.get_days());
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return rest.is_empty().then_some(days * DAY);
    };
    let (time, offset) = match rest.find(['Z', 'z', '+', '-', ' ']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    Some(days * DAY + clock(time)? - zone(offset)?)
}

fn digits(text: &str, count: usize) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_digit());
    if all { Some((digits.parse().ok()?, rest)) } else { None }
}

/// `2017-02-16` or `20170216` in front of a text.
fn date(text: &str) -> Option<(Date, &str)> {
    let (year, rest) = digits(text, 4)?;
    let hyphen = rest.starts_with('-');
    let (month, rest) = digits(rest.strip_prefix('-').unwrap_or(rest), 2)?;
    let rest = if hyphen { rest.strip_prefix('-')? } else { rest };
    let (day, rest) = digits(rest, 2)?;
    let date =
        Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some((date, rest))
}

/// `04:31:23.123`, `043123`, `04:31`, in milliseconds of the day.
fn clock(text: &str) -> Option<i64> {
    let (text, fraction) = text.split_once('.').map_or((text, ""), |(text, fraction)| (text, fraction));
    let colon = text.contains(':');
    let (hour, rest) = digits(text, 2)?;
    let part = |rest: &'_ str| -> Option<(i64, String)> {
        let rest = if colon { rest.strip_prefix(':')? } else { rest };
        digits(rest, 2).map(|(value, rest)| (value, rest.to_owned()))
    };
    let (minute, rest) = part(rest)?;
    let (second, rest) = if rest.is_empty() { (0, rest) } else { part(&rest)? };
    if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) || fraction.len() > 9 {
        return None;
    }
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(((hour * 60 + minute) * 60 + second) * 1000 + millis)
}

/// `Z`, `+05:30`, `-0530`, ` 05:30`, in milliseconds east.
fn zone(text: &str) -> Option<i64> {
    let (sign, rest) = match text.chars().next() {
        None => return Some(0),
        Some('Z' | 'z') => return (text.len() == 1).then_some(0),
        Some('-') => (-1, &text[1..]),
        Some('+' | ' ') => (1, &text[1..]),
        Some(_) => return None,
    };
    let (hours, rest) = digits(rest, 2)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = if rest.is_empty() { 0 } else { digits(rest, 2).filter(|(_, rest)| rest.is_empty())?.0 };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_the_contract_are_read() {
        let at = 1_487_219_483_000;
        for text in [
            "2017-02-16T04:31:23Z",
            "2017-02-16T04:31:23",
            "2017-02-16 04:31:23",
            "2017-02-16T06:31:23+02:00",
            "2017-02-16T06:31:23+0200",
            "2017-02-16T06:31:23 02:00",
            "20170216T043123Z",
        ] {
            assert_eq!(parse(text), Some(at), "{text}");
        }
        assert_eq!(parse("2017-02-16T04:31:23.1239999Z"), Some(at + 123));
        assert_eq!(parse("2017-02-16T04:31"), Some(at - 23_000));
        assert_eq!(parse("2017-02-16"), Some(1_487_203_200_000));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "yesterday",
            "2017-13-01",
            "2017-02-30",
            "2017-02-16T25:00",
            "1487219483",
            "1487219483000",
            "2017-02-16T04:31:23+99:00",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
