//! Rows of the metrics UI server's tables as JSON, as `SELECT JSON *` of Cassandra prints them, each with a member `table`.

use serde_json::{Map, Value};

use crate::{
    legacy::{Dashboard, Key, MetricRow, Units},
    rules::{
        columns::{MEASURES, Table},
        plain_json::plain_json,
        times,
    },
};

/// A row of one of the tables.
#[derive(Debug, Clone, PartialEq)]
pub enum OriginalRow {
    /// Of a counter or timer.
    Metric {
        /// Which of both.
        table: Table,
        /// Of what.
        key: Key,
        /// When, in milliseconds.
        at: i64,
        /// Its values.
        row: Box<MetricRow>,
        /// In what they are measured.
        units: Units,
    },
    /// A dashboard.
    Dashboard(Dashboard),
}

/// Reads a line; tells what is wrong with it, otherwise.
pub fn read(line: &[u8]) -> Result<OriginalRow, String> {
    let members: Map<String, Value> =
        serde_json::from_slice(line).map_err(|problem| format!("no JSON object: {problem}"))?;
    let text = |name: &str| match members.get(name) {
        Some(Value::String(text)) if !text.contains('\0') => Ok(text.clone()),
        _ => Err(format!("member `{name}` has to be a text")),
    };
    let table = text("table")?;
    if table == "dashboards" {
        let data = plain_json(&text("data")?);
        return Ok(OriginalRow::Dashboard(Dashboard { kind: text("type")?, name: text("name")?, data }));
    }
    let table = Table::named(&table).ok_or_else(|| {
        format!("table `{table}` is none of raw_counter_with_interval, raw_timer_with_interval, dashboards")
    })?;
    let time = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            times::parse(text).map(Some).ok_or_else(|| format!("member `{name}` is no time"))
        }
        Some(value) => {
            value.as_i64().map(Some).ok_or_else(|| format!("member `{name}` is no time in milliseconds"))
        }
    };
    let whole = |name: &str| match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or_else(|| format!("member `{name}` is no whole number")),
    };
    let key = Key {
        environment: text("environment")?,
        application: text("application")?,
        metric: text("metric_name")?,
    };
    let at = time("metric_timestamp")?.ok_or("member `metric_timestamp` is missing")?;
    let mut row = MetricRow {
        count: whole("count")?,
        previous_time: time("previous_metric_timestamp")?,
        previous_count: whole("previous_count")?,
        ..MetricRow::default()
    };
    let mut units = Units::default();
    if table == Table::Timer {
        for (name, measure) in MEASURES.into_iter().zip(&mut row.measures) {
            *measure = match members.get(name) {
                None | Some(Value::Null) => None,
                // What is no number in JSON stands as a text there.
                Some(Value::String(text)) => {
                    Some(text.parse().map_err(|_| format!("member `{name}` is no number"))?)
                }
                Some(value) => {
                    Some(value.as_f64().ok_or_else(|| format!("member `{name}` is no number"))? as f32)
                }
            };
        }
        units = Units { duration: text("duration_unit").ok(), rate: text("rate_unit").ok() };
    }
    Ok(OriginalRow::Metric { table, key, at, row: Box::new(row), units })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_tables_are_read() {
        let line = br#"{"table": "raw_timer_with_interval", "environment": "dev", "application": "a", "metric_name": "t",
            "metric_timestamp": "2017-02-16 04:31:23.500Z", "count": 9223372036854775807, "previous_count": null,
            "previous_metric_timestamp": "2017-02-16 04:31:04.000Z", "mean": 0.1, "max": "NaN", "rate_unit": "calls/second"}"#;
        let Ok(OriginalRow::Metric { table, at, row, units, .. }) = read(line) else { panic!("no row") };
        assert_eq!((table, at, row.count), (Table::Timer, 1_487_219_483_500, Some(i64::MAX)));
        assert_eq!((row.previous_time, row.previous_count), (Some(1_487_219_464_000), None));
        assert!(row.measures[0].is_some_and(f32::is_nan) && row.measures[1] == Some(0.1));
        assert_eq!((units.rate.as_deref(), units.duration), (Some("calls/second"), None));
        let line = br#"{"table": "dashboards", "type": "alert", "name": "n", "data": "{\"a\": NaN}"}"#;
        let dashboard = Dashboard { kind: "alert".into(), name: "n".into(), data: "{\"a\": null}".into() };
        assert_eq!(read(line), Ok(OriginalRow::Dashboard(dashboard)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (line, told) in [
            ("x", "no JSON object"),
            ("{}", "member `table`"),
            (r#"{"table": "raw_timer"}"#, "table `raw_timer` is none of"),
            (r#"{"table": "raw_counter_with_interval", "environment": "a"}"#, "member `application`"),
            (
                r#"{"table": "raw_counter_with_interval", "environment": "a", "application": "b", "metric_name": "c"}"#,
                "`metric_timestamp` is missing",
            ),
            (
                r#"{"table": "raw_counter_with_interval", "environment": "a", "application": "b", "metric_name": "c",
                    "metric_timestamp": 1, "count": 1.5}"#,
                "member `count` is no whole number",
            ),
        ] {
            let refused = read(line.as_bytes()).unwrap_err();
            assert!(refused.contains(told), "{line}: {refused}");
        }
    }
}
