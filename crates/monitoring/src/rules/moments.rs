//! Times as the metrics UI server writes them (contract metrics §5.6).

use jiff::Timestamp;

/// ISO 8601 in UTC with `+00:00`, and six digits where there are milliseconds.
pub fn iso(millis: i64) -> String {
    let Ok(at) = Timestamp::from_millisecond(millis) else { return millis.to_string() };
    let format =
        if millis.rem_euclid(1000) == 0 { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%dT%H:%M:%S.%6f+00:00" };
    at.strftime(format).to_string()
}

/// The date of an HTTP header.
pub fn http_date(millis: i64) -> String {
    let Ok(at) = Timestamp::from_millisecond(millis) else { return millis.to_string() };
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_shown_where_there_is_one() {
        assert_eq!(iso(1_487_219_483_000), "2017-02-16T04:31:23+00:00");
        assert_eq!(iso(1_487_219_502_500), "2017-02-16T04:31:42.500000+00:00");
        assert_eq!(http_date(1_487_219_483_999), "Thu, 16 Feb 2017 04:31:23 GMT");
    }
}
