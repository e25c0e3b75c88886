//! Points in time as people say them.

use std::time::Duration;

use ground::Timestamp;

use crate::{
    failure::{Failure, Result},
    style::second,
};

const FORMS: &str = "give a time in ISO 8601 (2026-11-27T20:15:03Z, UTC unless a zone is given), a clock time in UTC \
                     (20:15), how long ago (90s, 5m, 2h, 3d, 1w), now or yesterday";

/// The point in time that a text names: ISO 8601; `now`; `yesterday`, which is a day ago; `20:15`, which is the last time
/// that clocks in UTC showed that; `2h`, which is so long ago.
pub fn read(option: &str, text: &str, now: Timestamp) -> Result<Timestamp> {
    let text = text.trim();
    let moment = match text {
        "now" => Some(now),
        "yesterday" => Some(now.plus_seconds(-DAY)),
        _ => ago(text, now).or_else(|| clock_time(text, now)).or_else(|| Timestamp::parse(text).ok()),
    };
    moment.ok_or_else(|| Failure::Usage(format!("{option}: `{text}` is no point in time; {FORMS}")))
}

/// The period that `--since` and `--until` name; up to now without the second.
pub fn period(since: &str, until: Option<&str>, now: Timestamp) -> Result<(Timestamp, Timestamp)> {
    let to = until.map_or(Ok(now), |text| read("--until", text, now))?;
    let from = read("--since", since, now)?;
    if from >= to {
        return Err(Failure::Usage(format!("--since {} is not before --until {}", second(from), second(to))));
    }
    Ok((from, to))
}

/// How long a text says: `90s`, `15m`, `2h`, `3d`, `1w`.
pub fn duration(option: &str, text: &str) -> Result<Duration> {
    let seconds = seconds(text.trim()).and_then(|seconds| u64::try_from(seconds).ok());
    let bad = || {
        Failure::Usage(format!("{option}: `{text}` is no length of time; give one as 90s, 15m, 2h, 3d or 1w"))
    };
    seconds.map(Duration::from_secs).ok_or_else(bad)
}

const DAY: i64 = 86_400;

/// `2h`, also `2h ago`.
fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.strip_suffix("ago").unwrap_or(text).trim_end();
    Some(now.plus_seconds(-seconds(text)?))
}

fn seconds(text: &str) -> Option<i64> {
    let unit = text.chars().next_back()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => DAY,
        'w' => 7 * DAY,
        _ => return None,
    };
    let count: u32 = text[..text.len() - 1].trim_end().parse().ok()?;
    Some(i64::from(count) * seconds)
}

/// `20:15` or `20:15:03`.
fn clock_time(text: &str, now: Timestamp) -> Option<Timestamp> {
    if !matches!(text.len(), 5 | 8) || text.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    let today = now.to_string();
    let at = Timestamp::parse(&format!("{}T{text}Z", today.get(..10)?)).ok()?;
    Some(if at > now { at.plus_seconds(-DAY) } else { at })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let now = Timestamp::parse("2026-11-27T20:15:03Z").unwrap();
        read("--at", text, now).map_or_else(|failure| failure.to_string(), |at| at.to_string())
    }

    #[test]
    fn times_are_read_as_people_say_them() {
        for (text, at) in [
            ("now", "2026-11-27T20:15:03+00:00"),
            ("yesterday", "2026-11-26T20:15:03+00:00"),
            ("2h", "2026-11-27T18:15:03+00:00"),
            ("90 s ago", "2026-11-27T20:13:33+00:00"),
            ("1w", "2026-11-20T20:15:03+00:00"),
            ("20:15", "2026-11-27T20:15:00+00:00"),
            ("20:46", "2026-11-26T20:46:00+00:00"),
            ("08:00:30", "2026-11-27T08:00:30+00:00"),
            ("2026-11-27", "2026-11-27T00:00:00+00:00"),
        ] {
            assert_eq!(shown(text), at, "{text}");
        }
    }

    #[test]
    fn others_are_refused_with_the_forms() {
        for text in ["", "soon", "25:00", "2x", "h", "ü", "99999999999h"] {
            let refused = shown(text);
            assert!(refused.contains("is no point in time") && refused.contains("yesterday"), "{refused}");
        }
    }
}
