//! Days of a named time zone: where each begins, however long it is.

use jiff::{Timestamp, ToSpan as _, tz::TimeZone};

/// The most days of one answer.
const MOST: usize = 40_000;

/// The days cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDays {
    /// No zone has this name.
    #[error("`{0}` is no time zone: give a name of the IANA data base such as Europe/Athens")]
    Zone(String),
    /// The range is not one of days between the years −9999 and 9999, or too long.
    #[error("the range from {0} to {1} ms is too long to be cut into days")]
    Range(i64, i64),
}

/// Where the days of the zone begin that touch the range `start ..= end`, and where the day after the last begins; all in
/// milliseconds since 1970.
pub fn days(zone: &str, start: i64, end: i64) -> Result<Vec<i64>, BadDays> {
    let zone = TimeZone::get(zone).map_err(|_| BadDays::Zone(zone.to_owned()))?;
    let range = |_| BadDays::Range(start, end);
    let at = |time| Timestamp::from_millisecond(time).map(|time| time.to_zoned(zone.clone()));
    let mut day = at(start).and_then(|time| time.start_of_day()).map_err(range)?;
    let mut begins = vec![day.timestamp().as_millisecond()];
    while begins.last().is_some_and(|begin| *begin <= end) {
        if begins.len() > MOST {
            return Err(BadDays::Range(start, end));
        }
        day = day.checked_add(1.day()).and_then(|next| next.start_of_day()).map_err(range)?;
        begins.push(day.timestamp().as_millisecond());
    }
    Ok(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(zone: &str, day: &str) -> i64 {
        let noon = format!("{day}T12:00:00Z").parse::<Timestamp>().unwrap().as_millisecond();
        let days = days(zone, noon, noon).unwrap();
        assert_eq!(days.len(), 2);
        (days[1] - days[0]) / 60_000
    }

    #[test]
    fn a_day_is_as_long_as_its_zone_makes_it() {
        assert_eq!(minutes("Europe/Athens", "2022-10-30"), 1500);
        assert_eq!(minutes("Europe/Athens", "2022-03-27"), 1380);
        assert_eq!(minutes("UTC", "2022-10-30"), 1440);
    }

    #[test]
    fn every_day_of_a_range_is_named() {
        let start = "2022-10-29T23:30:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(days("Europe/Athens", start, start + 3 * 86_400_000).unwrap().len(), 5);
    }

    #[test]
    fn an_unknown_zone_and_an_endless_range_are_refused() {
        assert!(matches!(days("Europe/Atlantis", 0, 0), Err(BadDays::Zone(_))));
        assert!(matches!(days("UTC", 0, i64::MAX), Err(BadDays::Range(..))));
    }
}
