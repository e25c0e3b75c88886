//! Influx line protocol (contract metrics §14.6).

use influxdb_line_protocol::{FieldValue, ParsedLine, parse_lines};
use series::{LabelsBuilder, METRIC_NAME};

use crate::batch::{Batch, Points, SeriesLimits};

/// How long a unit of a time is, in nanoseconds; `None` for a name that is no precision.
pub fn precision(name: Option<&str>) -> Option<i128> {
    Some(match name.unwrap_or("ns") {
        "n" | "ns" | "" => 1,
        "u" | "us" | "µ" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Reads lines; those that cannot be read are noted with their numbers. `now` (milliseconds) is the time of points that have
/// none.
pub fn read(text: &str, precision: i128, now: i64, limits: &SeriesLimits) -> Batch {
    let mut batch = Batch::default();
    for (n, line) in lines(text) {
        match parse_lines(line.trim_end_matches(' ')).next() {
            None => {}
            Some(Ok(parsed)) => {
                if let Err(problem) = add(&mut batch, &parsed, precision, now, limits) {
                    batch.refuse(1, format!("line {n}: {problem}"));
                }
            }
            Some(Err(problem)) => batch.refuse(1, format!("line {n}: {problem}")),
        }
    }
    batch
}

/// The lines with their numbers. A line may go on in the next where a text in quotes does.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut rest, mut number) = (text, 1);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (mut quoted, mut escaped, mut end) = (false, false, rest.len());
        let comment = rest.trim_start().starts_with('#');
        // Quotes mean something among fields only, and those come after the first space that is not escaped.
        let mut fields = false;
        for (at, byte) in rest.bytes().enumerate() {
            match byte {
                b'\n' if !quoted => {
                    end = at;
                    break;
                }
                b'"' if fields && !escaped && !comment => quoted = !quoted,
                b' ' if !escaped => fields = true,
                _ => {}
            }
            escaped = byte == b'\\' && !escaped;
        }
        let line = rest[..end].trim_end_matches('\r');
        let own = number;
        number += 1 + rest[..end].matches('\n').count();
        rest = rest.get(end + 1..).unwrap_or_default();
        Some((own, line))
    })
}

fn add(
    batch: &mut Batch,
    line: &ParsedLine<'_>,
    precision: i128,
    now: i64,
    limits: &SeriesLimits,
) -> Result<(), String> {
    let measurement = line.series.measurement.as_str();
    let time = match line.timestamp {
        None => now,
        Some(time) => i64::try_from(i128::from(time) * precision / 1_000_000)
            .map_err(|_| format!("timestamp {time} is too far away"))?,
    };
    let mut labels = LabelsBuilder::default();
    for (name, value) in line.series.tag_set.iter().flatten() {
        if !labels.get(name.as_str()).is_empty() {
            return Err(format!("tag {:?} is there twice", name.as_str()));
        }
        labels.set(name.as_str(), value.as_str());
    }
    for (field, value) in &line.field_set {
        let value = match value {
            FieldValue::I64(value) => *value as f64,
            FieldValue::U64(value) => *value as f64,
            FieldValue::F64(value) if value.is_finite() => *value,
            FieldValue::F64(value) => return Err(format!("field {:?} is {value}", field.as_str())),
            FieldValue::Boolean(value) => f64::from(u8::from(*value)),
            // Texts are no samples.
            FieldValue::String(_) => continue,
        };
        let mut labels = labels.clone();
        labels.set(METRIC_NAME, &format!("{measurement}_{}", field.as_str()));
        let points = Points { labels: labels.build(), floats: vec![(time, value)], ..Points::default() };
        batch.push(points, limits);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(text: &str) -> Batch {
        read(text, 1, 42, &SeriesLimits::default())
    }

    #[test]
    fn every_number_of_a_line_is_a_sample() {
        let batch = batch("cpu,host=a\\ b usage=0.5,count=3i,up=t,text=\"x,y\" 1700000000000000000\n");
        let names: Vec<_> = batch.series.iter().map(|points| points.labels.to_string()).collect();
        assert_eq!(
            names,
            [
                r#"{__name__="cpu_usage", host="a b"}"#,
                r#"{__name__="cpu_count", host="a b"}"#,
                r#"{__name__="cpu_up", host="a b"}"#
            ]
        );
        assert_eq!(batch.series[0].floats, [(1_700_000_000_000, 0.5)]);
    }

    #[test]
    fn a_bad_line_is_named_and_the_others_stay() {
        let batch = batch("a v=1\nnonsense\n# c\nb,t=1,t=2 v=1\nc v=2");
        assert_eq!((batch.series.len(), batch.refused.len()), (2, 2));
        assert!(
            batch.refused[0].reason.starts_with("line 2:") && batch.refused[1].reason.starts_with("line 4:")
        );
        assert_eq!(batch.series[0].floats, [(42, 1.0)]);
    }

    #[test]
    fn a_text_may_go_over_lines() {
        let batch = batch("a t=\"one\ntwo\",v=1 1\nb v=2 2");
        assert_eq!((batch.series.len(), batch.refused.len()), (2, 0));
    }

    #[test]
    fn times_have_the_precision_that_is_named() {
        let batch = read("a v=1 90", precision(Some("s")).unwrap(), 0, &SeriesLimits::default());
        assert_eq!(batch.series[0].floats[0].0, 90_000);
        assert!(precision(Some("fortnights")).is_none());
    }
}
