//! Native histograms of the remote write protocol.

use series::{Histogram, ResetHint};

/// A stretch of buckets: how many indices after the last one, and how many buckets.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct Span {
    /// Distance from the end of the stretch before.
    #[prost(sint32, tag = "1")]
    pub offset: i32,
    /// How many buckets.
    #[prost(uint32, tag = "2")]
    pub length: u32,
}

/// A count as a whole number or a number.
#[derive(Clone, Copy, PartialEq, prost::Oneof)]
pub enum Count {
    /// Whole.
    #[prost(uint64, tag = "1")]
    Int(u64),
    /// A number.
    #[prost(double, tag = "2")]
    Float(f64),
}

/// The count around zero.
#[derive(Clone, Copy, PartialEq, prost::Oneof)]
pub enum ZeroCount {
    /// Whole.
    #[prost(uint64, tag = "6")]
    Int(u64),
    /// A number.
    #[prost(double, tag = "7")]
    Float(f64),
}

/// A histogram, in both versions of the protocol (1.0 has no custom values before Prometheus 2.55).
#[derive(Clone, PartialEq, prost::Message)]
pub struct NativeHistogram {
    /// All observations.
    #[prost(oneof = "Count", tags = "1, 2")]
    pub count: Option<Count>,
    /// Their sum.
    #[prost(double, tag = "3")]
    pub sum: f64,
    /// −53 or −4 … 8.
    #[prost(sint32, tag = "4")]
    pub schema: i32,
    /// Observations of at most this size are around zero.
    #[prost(double, tag = "5")]
    pub zero_threshold: f64,
    /// How many these are.
    #[prost(oneof = "ZeroCount", tags = "6, 7")]
    pub zero_count: Option<ZeroCount>,
    /// Where negative buckets are.
    #[prost(message, repeated, tag = "8")]
    pub negative_spans: Vec<Span>,
    /// Whole counts, each as the difference from the one before.
    #[prost(sint64, repeated, tag = "9")]
    pub negative_deltas: Vec<i64>,
    /// Counts.
    #[prost(double, repeated, tag = "10")]
    pub negative_counts: Vec<f64>,
    /// Where positive buckets are.
    #[prost(message, repeated, tag = "11")]
    pub positive_spans: Vec<Span>,
    /// Whole counts, each as the difference from the one before.
    #[prost(sint64, repeated, tag = "12")]
    pub positive_deltas: Vec<i64>,
    /// Counts.
    #[prost(double, repeated, tag = "13")]
    pub positive_counts: Vec<f64>,
    /// 0 unknown, 1 reset, 2 no reset, 3 gauge.
    #[prost(int32, tag = "14")]
    pub reset_hint: i32,
    /// Milliseconds.
    #[prost(int64, tag = "15")]
    pub timestamp: i64,
    /// Upper bounds of schema −53.
    #[prost(double, repeated, tag = "16")]
    pub custom_values: Vec<f64>,
}

/// The most buckets of one side.
const MOST_BUCKETS: usize = 20_000;

impl NativeHistogram {
    /// The histogram; an error says what does not fit.
    pub fn read(&self) -> Result<Histogram, String> {
        if self.schema != -53 && !(-4..=8).contains(&self.schema) {
            return Err(format!("histogram schema {} is not known: -53 or -4 to 8", self.schema));
        }
        let hint = match self.reset_hint {
            1 => ResetHint::Reset,
            2 => ResetHint::NotReset,
            3 => ResetHint::Gauge,
            _ => ResetHint::Unknown,
        };
        if self.custom_values.len() > MOST_BUCKETS || !self.custom_values.is_sorted() {
            return Err("custom values of a histogram must be sorted, and no more than 20000".to_owned());
        }
        let float = matches!(self.count, Some(Count::Float(_)));
        let side = |spans: &[Span], deltas: &[i64], counts: &[f64]| buckets(spans, deltas, counts, float);
        Ok(Histogram {
            schema: self.schema,
            hint,
            zero_threshold: self.zero_threshold,
            zero_count: match self.zero_count {
                Some(ZeroCount::Int(count)) => count as f64,
                Some(ZeroCount::Float(count)) => count,
                None => 0.0,
            },
            count: match self.count {
                Some(Count::Int(count)) => count as f64,
                Some(Count::Float(count)) => count,
                None => 0.0,
            },
            sum: self.sum,
            positive: side(&self.positive_spans, &self.positive_deltas, &self.positive_counts)?,
            negative: side(&self.negative_spans, &self.negative_deltas, &self.negative_counts)?,
            custom: self.custom_values.clone(),
        })
    }
}

fn buckets(spans: &[Span], deltas: &[i64], counts: &[f64], float: bool) -> Result<Vec<(i32, f64)>, String> {
    let mut values: Vec<f64> = counts.to_vec();
    if !float {
        let mut running = 0_i64;
        values = deltas
            .iter()
            .map(|delta| {
                running = running.wrapping_add(*delta);
                running as f64
            })
            .collect();
    }
    let wanted: usize = spans.iter().map(|span| span.length as usize).fold(0, usize::saturating_add);
    if wanted > MOST_BUCKETS || wanted != values.len() {
        return Err(format!("histogram spans tell of {wanted} buckets, and there are {}", values.len()));
    }
    let mut values = values.into_iter();
    let mut buckets = Vec::with_capacity(wanted);
    let mut index = 0_i32;
    for span in spans {
        index = index.wrapping_add(span.offset);
        for value in values.by_ref().take(span.length as usize) {
            buckets.push((index, value));
            index = index.wrapping_add(1);
        }
    }
    if !buckets.is_sorted_by(|one, two| one.0 < two.0) {
        return Err("histogram spans overlap".to_owned());
    }
    // An empty bucket says nothing.
    buckets.retain(|(_, count)| *count != 0.0);
    Ok(buckets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_deltas_become_buckets() {
        let native = NativeHistogram {
            count: Some(Count::Int(6)),
            positive_spans: vec![Span { offset: -1, length: 2 }, Span { offset: 2, length: 1 }],
            positive_deltas: vec![1, 1, 1],
            ..NativeHistogram::default()
        };
        assert_eq!(native.read().unwrap().positive, [(-1, 1.0), (0, 2.0), (3, 3.0)]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let spans = vec![Span { offset: 0, length: u32::MAX }];
        let huge = NativeHistogram { positive_spans: spans, ..NativeHistogram::default() };
        assert!(huge.read().unwrap_err().contains("buckets"));
        assert!(NativeHistogram { schema: 99, ..NativeHistogram::default() }.read().is_err());
    }
}
