//! Times that a server sets.

use ground::Timestamp;
use serde_json::{Map, Value};

/// Members whose value is the time of day of the run.
const SET_BY_SERVER: [&str; 10] = [
    "created",
    "culled_timestamp",
    "last_check_in",
    "registration_datetime",
    "stale_timestamp",
    "stale_warning_timestamp",
    "system_check_in",
    "timestamp",
    "updated",
    "upload_datetime",
];

/// Members that lie a fixed time after the `last_check_in` beside them.
const AFTER_CHECK_IN: [&str; 3] = ["stale_timestamp", "stale_warning_timestamp", "culled_timestamp"];

/// Whether a member is a time that the server set, and not the same text in both.
pub(super) fn set_by_server(member: &str, value: &Value) -> bool {
    SET_BY_SERVER.contains(&member) && value.as_str().is_some_and(|text| Timestamp::parse(text).is_ok())
}

/// Whether two times are written in one format and lie equally far from the check-in in the same object.
pub(super) fn alike(member: &str, expected: &Map<String, Value>, actual: &Map<String, Value>) -> bool {
    let (Some(Value::String(one)), Some(Value::String(other))) = (expected.get(member), actual.get(member))
    else {
        return false;
    };
    format(one) == format(other)
        && (!AFTER_CHECK_IN.contains(&member)
            || after_check_in(member, expected) == after_check_in(member, actual))
}

/// Digits as zeros; a fraction of six digits is left out, for a whole second is written without one.
fn format(time: &str) -> String {
    let zeros: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    zeros.replacen(".000000", "", 1)
}

/// Microseconds; absent when there is no check-in beside it.
fn after_check_in(member: &str, of: &Map<String, Value>) -> Option<i64> {
    let micros = |member: &str| Some(Timestamp::parse(of.get(member)?.as_str()?).ok()?.micros());
    Some(micros(member)? - micros("last_check_in")?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn alike_in(member: &str, expected: &Value, actual: &Value) -> bool {
        alike(member, expected.as_object().unwrap(), actual.as_object().unwrap())
    }

    #[test]
    fn the_format_of_a_time_counts_and_its_value_does_not() {
        let at = |text: &str| json!({ "created": text });
        let recorded = at("2026-11-21T19:31:32.322901+00:00");
        assert!(alike_in("created", &recorded, &at("2030-01-01T00:00:00.000001+00:00")));
        assert!(alike_in("created", &recorded, &at("2030-01-01T00:00:00+00:00")));
        assert!(!alike_in("created", &recorded, &at("2030-01-01T00:00:00.000001Z")));
        assert!(!alike_in("created", &recorded, &at("2030-01-01T00:00:00.001+00:00")));
    }

    #[test]
    fn staleness_lies_equally_far_from_the_check_in() {
        let host =
            |check_in: &str, stale: &str| json!({ "last_check_in": check_in, "stale_timestamp": stale });
        let recorded = host("2026-11-21T19:00:00.5+00:00", "2026-11-23T00:00:00.5+00:00");
        assert!(alike_in(
            "stale_timestamp",
            &recorded,
            &host("2030-01-01T01:00:00.0+00:00", "2030-01-02T06:00:00.0+00:00")
        ));
        assert!(!alike_in(
            "stale_timestamp",
            &recorded,
            &host("2030-01-01T01:00:00.0+00:00", "2030-01-02T06:00:01.0+00:00")
        ));
    }
}
