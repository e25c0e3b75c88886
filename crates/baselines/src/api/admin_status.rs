//! `GET /admin/status`: numbers over all organisations, for operators (contract baselines §8).

use axum::{extract::State, response::Response};
use drift_common::{Failure, IdentityType, Query};
use ground::Timestamp;
use http::{HeaderMap, Uri};
use serde_json::{Map, Value, json};

use super::{App, failure};

const BUCKETS: [&str; 6] = ["1", "2", "3", "4", "5-10", "10+"];
const DAY: i64 = 24 * 60 * 60;

/// Tells the numbers.
pub async fn handle(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Result<Response, Failure> {
    Query::read(uri.query(), &[])?;
    let caller = app.admit(&headers).await?;
    if caller.identity.kind != IdentityType::Associate && !caller.internal {
        return Err(Failure::forbidden("Access Denied."));
    }
    let told = app.baselines.statistics().await?;
    let [today, week, month] = spans(app.baselines.clock().now());
    let created = async |(from, until)| app.baselines.created_between(from, until).await;
    let by_org = told.by_org.iter().map(|many| (*many, 1));
    failure::json(&json!({
        "system_baseline_version": "1.1.0",
        "totalBaselinesCount": told.by_org.iter().sum::<i64>(),
        "customerIdsCount": told.by_org.len(),
        "BaselinesBuckets": buckets(by_org),
        "createdBaselinesToday": created(today).await?,
        "createdBaselinesWeek": created(week).await?,
        "createdBaselinesMonth": created(month).await?,
        "totalBaselinesWithAssociationsCount": told.by_systems.iter().map(|(_, many)| many).sum::<i64>(),
        "BaselinesAssociationsBuckets": buckets(told.by_systems.iter().copied()),
    }))
}

/// Counts by size: `(size, how many of that size)`.
fn buckets(counts: impl Iterator<Item = (i64, i64)>) -> Map<String, Value> {
    let mut totals = [0; BUCKETS.len()];
    for (size, many) in counts {
        let at = match size {
            ..=1 => 0,
            2..=4 => size as usize - 1,
            5..=10 => 4,
            _ => 5,
        };
        totals[at] += many;
    }
    BUCKETS.iter().zip(totals).map(|(name, total)| ((*name).to_owned(), total.into())).collect()
}

/// Today, this week from Monday on, and this month, in UTC.
fn spans(now: Timestamp) -> [(Timestamp, Timestamp); 3] {
    let days = now.micros().div_euclid(DAY * 1_000_000);
    let day = |number: i64| Timestamp::from_micros(number * DAY * 1_000_000);
    // 1970 began on a Thursday.
    let monday = days - (days + 3).rem_euclid(7);
    let (day_of_month, length) = month(days);
    let first = days - day_of_month;
    [(day(days), day(days + 1)), (day(monday), day(monday + 7)), (day(first), day(first + length))]
}

/// Which day of its month a day is, from 0, and how many days that month has.
fn month(days: i64) -> (i64, i64) {
    let (mut year, mut left) = (1970, days);
    let is_leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        (year, left) = (year + 1, left - length);
    }
    let february = if is_leap(year) { 29 } else { 28 };
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if left < length {
            return (left, length);
        }
        left -= length;
    }
    (left, 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_of_whole_days_in_utc() {
        let at = |text: &str| Timestamp::parse(text).unwrap();
        for (now, month) in [
            ("2026-11-29T23:59:59Z", ("2026-11-01", "2026-12-01")),
            ("2024-02-29T00:00:00Z", ("2024-02-01", "2024-03-01")),
            ("2026-12-31T12:00:00Z", ("2026-12-01", "2027-01-01")),
        ] {
            assert_eq!(spans(at(now))[2], (at(month.0), at(month.1)), "{now}");
        }
        let [today, week, _] = spans(at("2026-11-29T23:59:59Z"));
        assert_eq!(today, (at("2026-11-29"), at("2026-11-30")));
        assert_eq!(week, (at("2026-11-23"), at("2026-11-30")), "that day is a Sunday");
    }

    #[test]
    fn sizes_fall_into_one_bucket_each() {
        let counted = buckets([(1, 2), (4, 1), (5, 1), (10, 1), (11, 3)].into_iter());
        assert_eq!(Value::from(counted), json!({"1": 2, "2": 0, "3": 0, "4": 1, "5-10": 2, "10+": 3}));
    }
}
