//! OTLP metrics (contract metrics §14.5), named as Prometheus names them.

mod names;
mod points;

use std::{collections::BTreeMap, fmt::Write as _};

use opentelemetry_proto::tonic::{
    collector::metrics::v1::ExportMetricsServiceRequest,
    common::v1::{AnyValue, KeyValue, any_value},
    metrics::v1::{AggregationTemporality, Metric, ResourceMetrics, metric::Data},
};
use prost::Message as _;
use series::{LabelsBuilder, METRIC_NAME};

use super::BadBody;
use crate::batch::{Batch, Metadata, Points, SeriesLimits};

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`
    Protobuf,
    /// `application/json`
    Json,
}

/// Reads a body.
pub fn read(encoding: Encoding, body: &[u8], limits: &SeriesLimits) -> Result<Batch, BadBody> {
    let request = match encoding {
        Encoding::Protobuf => ExportMetricsServiceRequest::decode(body)
            .map_err(|problem| BadBody::new(format!("the body is no OTLP message: {problem}")))?,
        Encoding::Json => serde_json::from_slice(body)
            .map_err(|problem| BadBody::new(format!("the body is no OTLP JSON: {problem}")))?,
    };
    let mut batch = Batch::default();
    for resource in &request.resource_metrics {
        read_resource(&mut batch, resource, limits);
    }
    Ok(batch)
}

/// The labels that every series of a resource has, and the newest time of its samples.
struct Resource {
    labels: LabelsBuilder,
    newest: i64,
}

fn read_resource(batch: &mut Batch, metrics: &ResourceMetrics, limits: &SeriesLimits) {
    let attributes: BTreeMap<&str, String> = metrics
        .resource
        .iter()
        .flat_map(|resource| &resource.attributes)
        .filter_map(|pair| Some((pair.key.as_str(), text(pair.value.as_ref()?)?)))
        .collect();
    let get = |name: &str| attributes.get(name).map_or("", String::as_str);
    let job = match (get("service.namespace"), get("service.name")) {
        ("", name) => name.to_owned(),
        (space, name) => format!("{space}/{name}"),
    };
    let mut labels = LabelsBuilder::default();
    labels.set("job", &job).set("instance", get("service.instance.id"));
    let mut resource = Resource { labels, newest: i64::MIN };
    for metric in metrics.scope_metrics.iter().flat_map(|scope| &scope.metrics) {
        read_metric(batch, metric, &mut resource, limits);
    }
    let identifying = ["service.namespace", "service.name", "service.instance.id"];
    let mut info = resource.labels.clone();
    let mut told = false;
    for (name, value) in attributes.iter().filter(|(name, _)| !identifying.contains(name)) {
        told = true;
        info.set(&names::label(name), value);
    }
    if told && resource.newest > i64::MIN && !(job.is_empty() && get("service.instance.id").is_empty()) {
        info.set(METRIC_NAME, "target_info");
        let floats = vec![(resource.newest, 1.0)];
        batch.push(Points { labels: info.build(), floats, ..Points::default() }, limits);
    }
}

fn read_metric(batch: &mut Batch, metric: &Metric, resource: &mut Resource, limits: &SeriesLimits) {
    let Some(data) = &metric.data else { return };
    let (kind, temporality, count) = match data {
        Data::Gauge(gauge) => ("gauge", None, gauge.data_points.len()),
        Data::Sum(sum) => (
            if sum.is_monotonic { "counter" } else { "gauge" },
            Some(sum.aggregation_temporality),
            sum.data_points.len(),
        ),
        Data::Histogram(histogram) => {
            ("histogram", Some(histogram.aggregation_temporality), histogram.data_points.len())
        }
        Data::ExponentialHistogram(histogram) => {
            ("histogram", Some(histogram.aggregation_temporality), histogram.data_points.len())
        }
        Data::Summary(summary) => ("summary", None, summary.data_points.len()),
    };
    // Differences without a beginning are no counter: adding them up needs one place that sees them all.
    if temporality.is_some_and(|temporality| temporality != AggregationTemporality::Cumulative as i32) {
        let name = &metric.name;
        let reason = format!(
            "metric {name:?} refused: its temporality is not cumulative; set the exporter's preference to cumulative"
        );
        batch.refuse(count, reason);
        return;
    }
    let name = names::metric(&metric.name, &metric.unit, kind, matches!(data, Data::Gauge(_)));
    batch.metadata.push(Metadata {
        name: name.clone(),
        kind,
        help: metric.description.clone(),
        unit: names::unit(&metric.unit),
    });
    let mut add = |name: String, attributes: &[KeyValue], more: &[(&str, &str)], sample: points::At| {
        let mut labels = resource.labels.clone();
        for pair in attributes {
            if let Some(value) = pair.value.as_ref().and_then(text) {
                labels.set(&names::label(&pair.key), &value);
            }
        }
        for (label, value) in more {
            labels.set(label, value);
        }
        labels.set(METRIC_NAME, &name);
        resource.newest = resource.newest.max(sample.time);
        batch.push(sample.points(labels.build()), limits);
    };
    points::each(data, &name, &mut add);
}

/// An attribute as a label's value.
fn text(value: &AnyValue) -> Option<String> {
    Some(match value.value.as_ref()? {
        any_value::Value::StringValue(text) => text.clone(),
        any_value::Value::BoolValue(value) => value.to_string(),
        any_value::Value::IntValue(value) => value.to_string(),
        any_value::Value::DoubleValue(value) => promql::format_plain(*value),
        any_value::Value::BytesValue(bytes) => hex(bytes),
        any_value::Value::ArrayValue(array) => {
            let items: Vec<String> = array.values.iter().filter_map(text).collect();
            serde_json::to_string(&items).ok()?
        }
        _ => return None,
    })
}

/// Bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The answer to a body that was read: which samples were not kept.
pub fn answer(encoding: Encoding, batch_refused: &[crate::batch::Refused]) -> Vec<u8> {
    use opentelemetry_proto::tonic::collector::metrics::v1::{
        ExportMetricsPartialSuccess, ExportMetricsServiceResponse,
    };
    let rejected: usize = batch_refused.iter().map(|refused| refused.samples).sum();
    let reasons: Vec<&str> = batch_refused.iter().take(10).map(|refused| refused.reason.as_str()).collect();
    let partial_success = (rejected > 0).then(|| ExportMetricsPartialSuccess {
        rejected_data_points: i64::try_from(rejected).unwrap_or(i64::MAX),
        error_message: reasons.join("; "),
    });
    match (encoding, &partial_success) {
        (Encoding::Protobuf, _) => ExportMetricsServiceResponse { partial_success }.encode_to_vec(),
        (Encoding::Json, None) => b"{}".to_vec(),
        (Encoding::Json, Some(partial)) => serde_json::json!({"partialSuccess": {
            "rejectedDataPoints": partial.rejected_data_points.to_string(),
            "errorMessage": partial.error_message,
        }})
        .to_string()
        .into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(metric: &str) -> Batch {
        let body = format!(
            r#"{{"resourceMetrics": [{{"resource": {{"attributes": [
                {{"key": "service.name", "value": {{"stringValue": "shop"}}}},
                {{"key": "host.name", "value": {{"stringValue": "h1"}}}}]}},
              "scopeMetrics": [{{"metrics": [{metric}]}}]}}]}}"#
        );
        read(Encoding::Json, body.as_bytes(), &SeriesLimits::default()).unwrap()
    }

    fn names(batch: &Batch) -> Vec<String> {
        batch.series.iter().map(|points| points.labels.to_string()).collect()
    }

    #[test]
    fn a_cumulative_sum_is_a_counter_of_its_job() {
        let batch = json(
            r#"{"name": "http.requests", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
                {"timeUnixNano": "1700000000000000000", "asInt": "7",
                 "attributes": [{"key": "path", "value": {"stringValue": "/"}}]}]}}"#,
        );
        assert_eq!(
            names(&batch),
            [
                r#"{__name__="http_requests_total", job="shop", path="/"}"#,
                r#"{__name__="target_info", host_name="h1", job="shop"}"#
            ]
        );
        assert_eq!(batch.series[0].floats, [(1_700_000_000_000, 7.0)]);
    }

    #[test]
    fn differences_are_refused_and_the_answer_says_so() {
        let batch = json(
            r#"{"name": "d", "sum": {"aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [{"asInt": "7"}]}}"#,
        );
        assert_eq!(batch.samples(), 0);
        let answer = String::from_utf8(answer(Encoding::Json, &batch.refused)).unwrap();
        assert!(answer.contains(r#""rejectedDataPoints":"1""#) && answer.contains("cumulative"), "{answer}");
    }

    #[test]
    fn buckets_of_a_histogram_count_up() {
        let batch = json(
            r#"{"name": "latency", "unit": "ms", "histogram": {"aggregationTemporality": 2, "dataPoints": [
                {"timeUnixNano": "1000000", "count": "3", "sum": 12.5, "bucketCounts": ["1", "2"], "explicitBounds": [5]}]}}"#,
        );
        let values: Vec<_> = batch
            .series
            .iter()
            .map(|points| (points.labels.get("le").to_owned(), points.floats[0].1))
            .collect();
        assert_eq!(
            values[..4],
            [("5".to_owned(), 1.0), ("+Inf".to_owned(), 3.0), (String::new(), 12.5), (String::new(), 3.0)]
        );
        assert!(names(&batch)[0].contains("latency_milliseconds_bucket"));
    }

    #[test]
    fn an_empty_request_is_a_success_and_nonsense_is_not() {
        let empty = read(Encoding::Protobuf, b"", &SeriesLimits::default()).unwrap();
        assert!(answer(Encoding::Protobuf, &empty.refused).is_empty());
        assert!(read(Encoding::Json, b"[", &SeriesLimits::default()).is_err());
    }
}
