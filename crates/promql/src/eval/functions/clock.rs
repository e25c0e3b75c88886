//! Parts of dates, in UTC.

/// Year, month and day of a number of days since 1970, after Howard Hinnant's `civil_from_days`: any year, not only those
/// that a calendar type has.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The part that a function with this name gives of a time in seconds since 1970.
pub(super) fn part(name: &str) -> Option<fn(i64) -> f64> {
    const DAY: i64 = 86_400;
    Some(match name {
        "year" => |at| civil(at.div_euclid(DAY)).0 as f64,
        "month" => |at| civil(at.div_euclid(DAY)).1 as f64,
        "day_of_month" => |at| civil(at.div_euclid(DAY)).2 as f64,
        "day_of_week" => |at| (at.div_euclid(DAY) + 4).rem_euclid(7) as f64,
        "day_of_year" => |at| {
            let (year, month, day) = civil(at.div_euclid(DAY));
            ((1..month).map(|month| days_in(year, month)).sum::<i64>() + day) as f64
        },
        "days_in_month" => |at| {
            let (year, month, _) = civil(at.div_euclid(DAY));
            days_in(year, month) as f64
        },
        "hour" => |at| (at.rem_euclid(DAY) / 3600) as f64,
        "minute" => |at| (at.rem_euclid(3600) / 60) as f64,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_leap_day() {
        // 2024-02-29T13:45:00Z, a Thursday.
        let at = 1_709_214_300;
        let parts = [
            "year",
            "month",
            "day_of_month",
            "day_of_week",
            "day_of_year",
            "days_in_month",
            "hour",
            "minute",
        ];
        let values: Vec<f64> = parts.iter().map(|name| part(name).unwrap()(at)).collect();
        assert_eq!(values, [2024.0, 2.0, 29.0, 4.0, 60.0, 29.0, 13.0, 45.0]);
    }

    #[test]
    fn times_before_1970_and_far_away_have_dates() {
        assert_eq!(part("year").unwrap()(-1), 1969.0);
        assert_eq!(part("day_of_week").unwrap()(-1), 3.0);
        assert!(part("year").unwrap()(i64::MAX) > 1e9);
        assert!(part("year").unwrap()(i64::MIN) < -1e9);
    }
}
