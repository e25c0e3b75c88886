//! Prometheus remote write 1.0 and 2.0 (contract metrics §14.4).

use std::sync::Arc;

use prost::{Message as _, bytes::Bytes};
use series::{Labels, METRIC_NAME};

use super::{BadBody, native::NativeHistogram};
use crate::{
    batch::{Batch, Metadata, Points, SeriesLimits},
    rules::metric_kind_number,
};

/// Which protocol a body speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 1.0
    One,
    /// 2.0
    Two,
}

/// The protocol of a content type; `None` for one that is neither.
pub fn version(content_type: Option<&str>) -> Option<Version> {
    let Some(text) = content_type else { return Some(Version::One) };
    let mut parts = text.split(';').map(str::trim);
    if !parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/x-protobuf")) {
        return None;
    }
    let mut version = Version::One;
    for part in parts {
        match part.split_once('=').map(|(name, value)| (name.trim(), value.trim())) {
            Some(("proto", "prometheus.WriteRequest")) => version = Version::One,
            Some(("proto", "io.prometheus.write.v2.Request")) => version = Version::Two,
            Some(("proto", _)) => return None,
            _ => {}
        }
    }
    Some(version)
}

/// What a body brings, and how many exemplars it had (they are not kept).
#[derive(Debug, Default)]
pub struct Written {
    /// The samples.
    pub batch: Batch,
    /// How many numbers it had that are to be stored.
    pub floats: usize,
    /// How many histograms.
    pub histograms: usize,
    /// How many exemplars.
    pub exemplars: usize,
}

/// Reads an unpacked body.
pub fn read(version: Version, body: Vec<u8>, limits: &SeriesLimits) -> Result<Written, BadBody> {
    let body = Bytes::from(body);
    match version {
        Version::One => read_one(&wire::WriteRequest::decode(body).map_err(bad)?, limits),
        Version::Two => read_two(&wire::Request::decode(body).map_err(bad)?, limits),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn bad(problem: prost::DecodeError) -> BadBody {
    BadBody::new(format!("the body is no message of the remote write protocol: {problem}"))
}

fn read_one(request: &wire::WriteRequest, limits: &SeriesLimits) -> Result<Written, BadBody> {
    let mut written = Written::default();
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for series in &request.timeseries {
        pairs.clear();
        for label in &series.labels {
            pairs.push((text(&label.name)?, text(&label.value)?));
        }
        let samples = series.samples.iter().map(|sample| (sample.timestamp, sample.value)).collect();
        add(&mut written, &pairs, samples, &series.histograms, limits);
        written.exemplars += series.exemplars.len();
    }
    for metadata in &request.metadata {
        written.batch.metadata.push(Metadata {
            name: metadata.metric_family_name.clone(),
            kind: metric_kind_number(metadata.kind),
            help: metadata.help.clone(),
            unit: metadata.unit.clone(),
        });
    }
    Ok(written)
}

fn text(bytes: &Bytes) -> Result<&str, BadBody> {
    std::str::from_utf8(bytes)
        .map_err(|problem| BadBody::new(format!("a label of the body is no UTF-8 text: {problem}")))
}

fn read_two(request: &wire::Request, limits: &SeriesLimits) -> Result<Written, BadBody> {
    if request.symbols.first().is_some_and(|first| !first.is_empty()) {
        return Err(BadBody::new("the first symbol must be the empty text"));
    }
    let symbol = |at: u32| request.symbols.get(at as usize).map(String::as_str);
    let mut written = Written::default();
    for series in &request.timeseries {
        let count = series.samples.len() + series.histograms.len();
        let names: Option<Vec<&str>> = series.labels_refs.iter().map(|at| symbol(*at)).collect();
        let Some(names) = names.filter(|names| names.len().is_multiple_of(2)) else {
            written
                .batch
                .refuse(count, "label references of a series are odd in number or beyond the symbols");
            continue;
        };
        let pairs: Vec<(&str, &str)> = names.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
        let name = pairs.iter().find(|(name, _)| *name == METRIC_NAME).map_or("", |(_, value)| value);
        if !series.samples.is_empty() && !series.histograms.is_empty() {
            written.batch.refuse(count, format!("series {name:?} has both samples and histograms"));
            continue;
        }
        let samples = series.samples.iter().map(|sample| (sample.timestamp, sample.value)).collect();
        add(&mut written, &pairs, samples, &series.histograms, limits);
        written.exemplars += series.exemplars.len();
        if let Some(metadata) = &series.metadata
            && metadata.kind != 0
        {
            let text = |at| symbol(at).unwrap_or_default().to_owned();
            written.batch.metadata.push(Metadata {
                name: name.to_owned(),
                kind: metric_kind_number(metadata.kind),
                help: text(metadata.help_ref),
                unit: text(metadata.unit_ref),
            });
        }
    }
    Ok(written)
}

/// Adds a series, or notes why it is refused.
fn add(
    written: &mut Written,
    pairs: &[(&str, &str)],
    floats: Vec<(i64, f64)>,
    histograms: &[NativeHistogram],
    limits: &SeriesLimits,
) {
    let count = floats.len() + histograms.len();
    if count == 0 {
        return;
    }
    let labels = Labels::new(pairs.iter().copied());
    if let Some(reason) = wrong_labels(pairs, &labels) {
        written.batch.refuse(count, reason);
        return;
    }
    let mut points = Points { labels, floats, ..Points::default() };
    for histogram in histograms {
        match histogram.read() {
            Ok(read) => points.histograms.push((histogram.timestamp, Arc::new(read))),
            Err(reason) => written.batch.refuse(1, format!("series {}: {reason}", points.labels)),
        }
    }
    let (floats, histograms, refused) =
        (points.floats.len(), points.histograms.len(), written.batch.refused.len());
    written.batch.push(points, limits);
    if written.batch.refused.len() == refused {
        written.floats += floats;
        written.histograms += histograms;
    }
}

fn wrong_labels(pairs: &[(&str, &str)], labels: &Labels) -> Option<String> {
    if pairs.iter().any(|(name, _)| name.is_empty()) {
        return Some(format!("series {labels} has a label without a name"));
    }
    if pairs.is_sorted_by(|(one, _), (two, _)| one < two) {
        return None;
    }
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(format!("series {labels} has label {:?} twice", twice[0]))
}

/// The messages of both protocols; what nobody reads is left out.
pub mod wire {
    #![expect(missing_docs, reason = "the names of the protocol")]

    use prost::bytes::Bytes;

    use super::NativeHistogram;

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct WriteRequest {
        #[prost(message, repeated, tag = "1")]
        pub timeseries: Vec<TimeSeries>,
        #[prost(message, repeated, tag = "3")]
        pub metadata: Vec<MetricMetadata>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct TimeSeries {
        #[prost(message, repeated, tag = "1")]
        pub labels: Vec<Label>,
        #[prost(message, repeated, tag = "2")]
        pub samples: Vec<Sample>,
        #[prost(message, repeated, tag = "3")]
        pub exemplars: Vec<Exemplar>,
        #[prost(message, repeated, tag = "4")]
        pub histograms: Vec<NativeHistogram>,
    }

    /// Both are texts; they stay in the body that they came in.
    #[derive(Clone, PartialEq, Eq, prost::Message)]
    pub struct Label {
        #[prost(bytes = "bytes", tag = "1")]
        pub name: Bytes,
        #[prost(bytes = "bytes", tag = "2")]
        pub value: Bytes,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub struct Sample {
        #[prost(double, tag = "1")]
        pub value: f64,
        #[prost(int64, tag = "2")]
        pub timestamp: i64,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub struct Exemplar {
        #[prost(double, tag = "2")]
        pub value: f64,
    }

    #[derive(Clone, PartialEq, Eq, prost::Message)]
    pub struct MetricMetadata {
        #[prost(int32, tag = "1")]
        pub kind: i32,
        #[prost(string, tag = "2")]
        pub metric_family_name: String,
        #[prost(string, tag = "4")]
        pub help: String,
        #[prost(string, tag = "5")]
        pub unit: String,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Request {
        #[prost(string, repeated, tag = "4")]
        pub symbols: Vec<String>,
        #[prost(message, repeated, tag = "5")]
        pub timeseries: Vec<TimeSeriesTwo>,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct TimeSeriesTwo {
        #[prost(uint32, repeated, tag = "1")]
        pub labels_refs: Vec<u32>,
        #[prost(message, repeated, tag = "2")]
        pub samples: Vec<Sample>,
        #[prost(message, repeated, tag = "3")]
        pub histograms: Vec<NativeHistogram>,
        #[prost(message, repeated, tag = "4")]
        pub exemplars: Vec<Exemplar>,
        #[prost(message, optional, tag = "5")]
        pub metadata: Option<MetadataTwo>,
    }

    #[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
    pub struct MetadataTwo {
        #[prost(int32, tag = "1")]
        pub kind: i32,
        #[prost(uint32, tag = "3")]
        pub help_ref: u32,
        #[prost(uint32, tag = "4")]
        pub unit_ref: u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(name: &str, value: &str) -> wire::Label {
        wire::Label { name: name.to_owned().into(), value: value.to_owned().into() }
    }

    fn one(labels: Vec<wire::Label>) -> Written {
        let samples = vec![wire::Sample { value: 1.0, timestamp: 5 }];
        let series = wire::TimeSeries { labels, samples, ..wire::TimeSeries::default() };
        let request = wire::WriteRequest { timeseries: vec![series], ..wire::WriteRequest::default() };
        read(Version::One, request.encode_to_vec(), &SeriesLimits::default()).unwrap()
    }

    #[test]
    fn content_types_name_the_protocol() {
        assert_eq!(version(None), Some(Version::One));
        assert_eq!(version(Some("application/x-protobuf")), Some(Version::One));
        assert_eq!(
            version(Some("application/x-protobuf;proto=io.prometheus.write.v2.Request")),
            Some(Version::Two)
        );
        assert_eq!(version(Some("application/x-protobuf;proto=x")), None);
        assert_eq!(version(Some("application/json")), None);
    }

    #[test]
    fn a_bad_series_is_refused_and_named() {
        assert_eq!(one(vec![label("__name__", "up")]).floats, 1);
        let twice = one(vec![label("__name__", "up"), label("a", "1"), label("a", "2")]);
        assert!(twice.floats == 0 && twice.batch.refused[0].reason.contains("twice"));
        assert!(one(vec![label("job", "x")]).batch.refused[0].reason.contains("__name__"));
    }

    #[test]
    fn labels_are_texts() {
        let label = wire::Label { name: Bytes::from_static(b"\xff"), value: Bytes::new() };
        let series = wire::TimeSeries { labels: vec![label], ..wire::TimeSeries::default() };
        let request = wire::WriteRequest { timeseries: vec![series], ..wire::WriteRequest::default() };
        let refused = read(Version::One, request.encode_to_vec(), &SeriesLimits::default()).unwrap_err();
        assert!(refused.0.contains("UTF-8"), "{refused}");
    }

    #[test]
    fn version_two_refers_to_its_symbols() {
        let series = |refs: Vec<u32>| wire::TimeSeriesTwo {
            labels_refs: refs,
            samples: vec![wire::Sample { value: 2.0, timestamp: 7 }],
            metadata: Some(wire::MetadataTwo { kind: 1, help_ref: 3, unit_ref: 0 }),
            ..wire::TimeSeriesTwo::default()
        };
        let symbols = ["", "__name__", "up_total", "help"].map(String::from).to_vec();
        let request = wire::Request { symbols, timeseries: vec![series(vec![1, 2]), series(vec![1, 99])] };
        let written = read(Version::Two, request.encode_to_vec(), &SeriesLimits::default()).unwrap();
        assert_eq!((written.floats, written.batch.refused.len()), (1, 1));
        assert_eq!(written.batch.metadata[0].kind, "counter");
    }

    #[test]
    fn what_is_no_message_is_refused() {
        assert!(read(Version::One, b"\xff\xff".to_vec(), &SeriesLimits::default()).is_err());
    }
}
