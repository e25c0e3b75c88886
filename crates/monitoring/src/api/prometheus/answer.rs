//! Answers of the query API.

use std::fmt::Write as _;

use axum::response::Response;
use http::StatusCode;
use promql::{Cell, Level, Output, QueryResult, Times, format_float, push_float};
use serde::Serialize;
use series::{Histogram, Labels};

/// `{"status":"success","data":…}`.
pub fn success(data: &impl Serialize) -> Response {
    let data = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    web::json_response(StatusCode::OK, "application/json", format!(r#"{{"status":"success","data":{data}}}"#))
}

/// The answer to a query. `range`: at many times.
pub fn values(answer: &QueryResult, times: &Times, range: bool, limit: usize, text: &str) -> Response {
    let mut out = String::with_capacity(4096);
    out.push_str(r#"{"status":"success","data":{"resultType":""#);
    let kind = match (&answer.output, range) {
        (Output::Scalar(_), false) => "scalar",
        (Output::String(_), _) => "string",
        (Output::Vector(_), false) => "vector",
        _ => "matrix",
    };
    out.push_str(kind);
    out.push_str(r#"","result":"#);
    let at = |step: usize| times.start + times.step * step as i64;
    match &answer.output {
        Output::Scalar(values) if range => {
            out.push_str(r#"[{"metric":{},"values":["#);
            for (step, value) in values.iter().enumerate() {
                pair(&mut out, step, at(step), *value);
            }
            out.push_str("]}]");
        }
        Output::Scalar(values) => pair(&mut out, 0, at(0), values.first().copied().unwrap_or(f64::NAN)),
        Output::String(value) => {
            let value = serde_json::to_string(value).unwrap_or_default();
            let _ = write!(out, "[{},{value}]", Seconds(times.start));
        }
        Output::Vector(rows) => {
            out.push('[');
            let shown = rows.len().min(limit);
            for (n, row) in rows.iter().take(limit).enumerate() {
                if n == 1 {
                    // Most series of an answer are as long as its first one.
                    out.reserve(out.len().saturating_mul(shown));
                }
                begin(&mut out, n, &row.labels);
                if range {
                    let floats = row.cells.iter().enumerate().filter_map(|(step, cell)| match cell {
                        Cell::Float(value) => Some((at(step), *value)),
                        _ => None,
                    });
                    let histograms = row.cells.iter().enumerate().filter_map(|(step, cell)| match cell {
                        Cell::Histogram(histogram) => Some((at(step), &**histogram)),
                        _ => None,
                    });
                    samples(&mut out, floats, histograms);
                } else {
                    match row.cells.first() {
                        Some(Cell::Float(value)) => {
                            out.push_str(r#","value":"#);
                            pair(&mut out, 0, at(0), *value);
                        }
                        Some(Cell::Histogram(value)) => {
                            out.push_str(r#","histogram":"#);
                            native(&mut out, at(0), value);
                        }
                        _ => {}
                    }
                }
                out.push('}');
            }
            out.push(']');
        }
        Output::Matrix(matrix) => {
            out.push('[');
            for (n, series) in matrix.iter().take(limit).enumerate() {
                begin(&mut out, n, &series.labels);
                let floats = series.times.iter().copied().zip(series.values.iter().copied());
                samples(&mut out, floats, series.histograms.iter().map(|(time, native)| (*time, &**native)));
                out.push('}');
            }
            out.push(']');
        }
    }
    out.push('}');
    for (level, name) in [(Level::Warning, "warnings"), (Level::Info, "infos")] {
        let texts = answer.annotations.texts(level, text);
        if !texts.is_empty() {
            let texts = serde_json::to_string(&texts).unwrap_or_default();
            let _ = write!(out, r#","{name}":{texts}"#);
        }
    }
    out.push('}');
    web::json_response(StatusCode::OK, "application/json", out)
}

/// The beginning of a series: its labels.
fn begin(out: &mut String, n: usize, labels: &Labels) {
    if n > 0 {
        out.push(',');
    }
    out.push_str(r#"{"metric":"#);
    out.push_str(&labels_json(labels));
}

/// Labels as an object.
pub fn labels_json(labels: &Labels) -> String {
    let mut out = String::from("{");
    for (n, (name, value)) in labels.iter().enumerate() {
        let comma = if n == 0 { "" } else { "," };
        let text = |text| serde_json::to_string(text).unwrap_or_default();
        let _ = write!(out, "{comma}{}:{}", text(name), text(value));
    }
    out.push('}');
    out
}

fn samples<'h>(
    out: &mut String,
    floats: impl Iterator<Item = (i64, f64)>,
    histograms: impl Iterator<Item = (i64, &'h Histogram)>,
) {
    let mut count = 0;
    for (time, value) in floats {
        if count == 0 {
            out.push_str(r#","values":["#);
        }
        pair(out, count, time, value);
        count += 1;
    }
    if count > 0 {
        out.push(']');
    }
    count = 0;
    for (time, histogram) in histograms {
        out.push_str(if count == 0 { r#","histograms":["# } else { "," });
        native(out, time, histogram);
        count += 1;
    }
    if count > 0 {
        out.push(']');
    }
}

fn pair(out: &mut String, n: usize, time: i64, value: f64) {
    if n > 0 {
        out.push(',');
    }
    let _ = write!(out, r#"[{},""#, Seconds(time));
    push_float(out, value);
    out.push_str(r#""]"#);
}

fn native(out: &mut String, time: i64, histogram: &Histogram) {
    let (count, sum) = (format_float(histogram.count), format_float(histogram.sum));
    let _ = write!(out, r#"[{},{{"count":"{count}","sum":"{sum}""#, Seconds(time));
    let mut first = true;
    for bucket in histogram.buckets().filter(|bucket| bucket.count != 0.0) {
        let borders = match (bucket.lower_inclusive, bucket.upper_inclusive) {
            (false, true) => 0,
            (true, false) => 1,
            (false, false) => 2,
            (true, true) => 3,
        };
        out.push_str(if first { r#","buckets":["# } else { "," });
        first = false;
        let [lower, upper, count] = [bucket.lower, bucket.upper, bucket.count].map(format_float);
        let _ = write!(out, r#"[{borders},"{lower}","{upper}","{count}"]"#);
    }
    out.push_str(if first { "}]" } else { "]}]" });
}

/// A time in seconds, with its milliseconds where there are any.
struct Seconds(i64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, millis) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        match millis % 1000 {
            0 => write!(out, "{sign}{}", millis / 1000),
            rest => write!(out, "{sign}{}.{rest:03}", millis / 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_with_three_digits_where_needed() {
        let text = |millis| Seconds(millis).to_string();
        assert_eq!([text(0), text(-60_000), text(1_500), text(-1_005)], ["0", "-60", "1.500", "-1.005"]);
    }
}
