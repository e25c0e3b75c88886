//! Data points of OTLP as samples.

use std::sync::Arc;

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    metrics::v1::{
        ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
        exponential_histogram_data_point::Buckets, metric::Data, number_data_point::Value,
    },
};
use series::{Histogram, Labels, stale};

use crate::batch::Points;

/// The flag of a point that says that nothing was measured.
const NOTHING: u32 = 1;

/// The finest schema of native histograms.
const FINEST: i32 = 8;

/// The most buckets of one side.
const MOST_BUCKETS: usize = 20_000;

/// What was measured at a time.
pub(super) struct At {
    pub time: i64,
    value: Measured,
}

enum Measured {
    Number(f64),
    Histogram(Box<Histogram>),
}

impl At {
    fn number(nanos: u64, value: f64, flags: u32) -> Self {
        let value = if flags & NOTHING == 0 { value } else { stale() };
        Self { time: millis(nanos), value: Measured::Number(value) }
    }

    /// The sample under the name of its series.
    pub(super) fn points(self, labels: Labels) -> Points {
        let mut points = Points { labels, ..Points::default() };
        match self.value {
            Measured::Number(value) => points.floats.push((self.time, value)),
            Measured::Histogram(histogram) => points.histograms.push((self.time, Arc::new(*histogram))),
        }
        points
    }
}

fn millis(nanos: u64) -> i64 {
    i64::try_from(nanos / 1_000_000).unwrap_or(i64::MAX)
}

/// Takes a sample: name of the metric, attributes, further labels.
pub(super) type Take<'a> = dyn FnMut(String, &[KeyValue], &[(&str, &str)], At) + 'a;

/// Gives each sample of a metric to `take`.
pub(super) fn each(data: &Data, name: &str, take: &mut Take<'_>) {
    match data {
        Data::Gauge(gauge) => gauge.data_points.iter().for_each(|point| number(point, name, take)),
        Data::Sum(sum) => sum.data_points.iter().for_each(|point| number(point, name, take)),
        Data::Histogram(histogram) => {
            histogram.data_points.iter().for_each(|point| classic(point, name, take));
        }
        Data::ExponentialHistogram(histogram) => {
            histogram.data_points.iter().for_each(|point| native(point, name, take));
        }
        Data::Summary(summary) => summary.data_points.iter().for_each(|point| quantiles(point, name, take)),
    }
}

fn number(point: &NumberDataPoint, name: &str, take: &mut Take<'_>) {
    let value = match point.value {
        Some(Value::AsDouble(value)) => value,
        Some(Value::AsInt(value)) => value as f64,
        None => f64::NAN,
    };
    if point.value.is_some() || point.flags & NOTHING != 0 {
        take(name.to_owned(), &point.attributes, &[], At::number(point.time_unix_nano, value, point.flags));
    }
}

fn classic(point: &HistogramDataPoint, name: &str, take: &mut Take<'_>) {
    let at = |value| At::number(point.time_unix_nano, value, point.flags);
    let bounds = point.explicit_bounds.iter().copied().chain([f64::INFINITY]);
    let mut count = 0_u64;
    for (bound, own) in bounds.zip(&point.bucket_counts) {
        count = count.saturating_add(*own);
        let total = if bound.is_infinite() { point.count } else { count };
        let bound = promql::format_plain(bound);
        take(format!("{name}_bucket"), &point.attributes, &[("le", &bound)], at(total as f64));
    }
    if let Some(sum) = point.sum {
        take(format!("{name}_sum"), &point.attributes, &[], at(sum));
    }
    take(format!("{name}_count"), &point.attributes, &[], at(point.count as f64));
}

fn native(point: &ExponentialHistogramDataPoint, name: &str, take: &mut Take<'_>) {
    let side = |buckets: &Option<Buckets>| -> Vec<(i32, f64)> {
        let Some(buckets) = buckets else { return Vec::new() };
        // A bucket of OTLP is named by its lower bound, one of Prometheus by its upper one.
        let indexed = buckets.bucket_counts.iter().take(MOST_BUCKETS).enumerate();
        let named = indexed.map(|(n, count)| (buckets.offset.saturating_add(n as i32 + 1), *count as f64));
        named.filter(|(_, count)| *count != 0.0).collect()
    };
    let mut histogram = Histogram {
        schema: point.scale,
        zero_threshold: point.zero_threshold,
        zero_count: point.zero_count as f64,
        count: point.count as f64,
        sum: point.sum.unwrap_or_default(),
        positive: side(&point.positive),
        negative: side(&point.negative),
        ..Histogram::default()
    };
    if point.flags & NOTHING != 0 {
        histogram.sum = stale();
    }
    if point.scale < -4 {
        return;
    }
    let histogram = Box::new(if point.scale > FINEST { histogram.to_schema(FINEST) } else { histogram });
    let at = At { time: millis(point.time_unix_nano), value: Measured::Histogram(histogram) };
    take(name.to_owned(), &point.attributes, &[], at);
}

fn quantiles(point: &SummaryDataPoint, name: &str, take: &mut Take<'_>) {
    let at = |value| At::number(point.time_unix_nano, value, point.flags);
    for value in &point.quantile_values {
        let quantile = promql::format_plain(value.quantile);
        take(name.to_owned(), &point.attributes, &[("quantile", &quantile)], at(value.value));
    }
    take(format!("{name}_sum"), &point.attributes, &[], at(point.sum));
    take(format!("{name}_count"), &point.attributes, &[], at(point.count as f64));
}
