//! Samples of a series as chunks, and back.

use std::sync::Arc;

use series::{Histogram, chunk, thin::Record};

use super::{Range, StoreError};

/// The most samples of a chunk.
pub(super) const CHUNK: usize = 1_440;

/// The most histograms of one.
const HISTOGRAMS: usize = 120;

/// A chunk to be written.
#[derive(Debug)]
pub(super) struct NewChunk {
    pub series: i64,
    pub first: i64,
    pub seq: i64,
    pub kind: i64,
    pub last: i64,
    pub samples: i64,
    pub body: Vec<u8>,
}

/// The samples of a stored chunk.
#[derive(Debug)]
pub(super) enum Samples {
    Floats(Vec<(i64, f64)>),
    Histograms(Vec<(i64, Arc<Histogram>)>),
    /// Samples that were thinned.
    Records(Vec<Record>),
}

/// What a series has at a time: a number or a histogram.
pub(super) trait Sample: Clone {
    /// Which of them.
    const KIND: chunk::Kind;

    /// Samples of this kind.
    fn samples(list: Vec<(i64, Self)>) -> Samples;

    /// The list that samples are; empty when they are of the other kind.
    fn list(samples: Samples) -> Vec<(i64, Self)>;
}

impl Sample for f64 {
    const KIND: chunk::Kind = chunk::Kind::Floats;

    fn samples(list: Vec<(i64, Self)>) -> Samples {
        Samples::Floats(list)
    }

    fn list(samples: Samples) -> Vec<(i64, Self)> {
        if let Samples::Floats(list) = samples { list } else { Vec::new() }
    }
}

impl Sample for Arc<Histogram> {
    const KIND: chunk::Kind = chunk::Kind::Histograms;

    fn samples(list: Vec<(i64, Self)>) -> Samples {
        Samples::Histograms(list)
    }

    fn list(samples: Samples) -> Vec<(i64, Self)> {
        if let Samples::Histograms(list) = samples { list } else { Vec::new() }
    }
}

impl Samples {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Floats(samples) => samples.len(),
            Self::Histograms(samples) => samples.len(),
            Self::Records(records) => records.len(),
        }
    }

    /// Keeps those at times that are wanted.
    pub(super) fn retain(&mut self, mut wanted: impl FnMut(i64) -> bool) {
        match self {
            Self::Floats(samples) => samples.retain(|sample| wanted(sample.0)),
            Self::Histograms(samples) => samples.retain(|sample| wanted(sample.0)),
            Self::Records(records) => records.retain(|record| wanted(record.time())),
        }
    }

    /// Keeps those that a question about a range needs: of records also what holds into it.
    pub(super) fn retain_for(&mut self, range: Range) {
        match self {
            Self::Records(records) => records.retain(|record| {
                record.time() <= range.to && record.time().saturating_add(record.width) > range.from
            }),
            samples => samples.retain(|time| time >= range.from && time <= range.to),
        }
    }

    /// As chunks of a series.
    pub(super) fn chunks(&self, series: i64, seq: i64) -> Result<Vec<NewChunk>, StoreError> {
        match self {
            Self::Floats(samples) => float_chunks(series, seq, samples),
            Self::Histograms(samples) => histogram_chunks(series, seq, samples),
            Self::Records(records) => record_chunks(series, seq, records),
        }
    }
}

pub(super) fn samples_of(kind: i64, body: &[u8]) -> Result<Samples, StoreError> {
    match chunk::Kind::from_code(kind) {
        Some(chunk::Kind::Floats) => {
            let (times, values) = chunk::decode_floats(body)?;
            Ok(Samples::Floats(times.into_iter().zip(values).collect()))
        }
        Some(chunk::Kind::Histograms) => {
            let samples = chunk::decode(chunk::Kind::Histograms, body)?.into_iter();
            let histograms = samples.filter_map(|sample| match sample.value {
                series::Value::Histogram(histogram) => Some((sample.time, histogram)),
                series::Value::Float(_) => None,
            });
            Ok(Samples::Histograms(histograms.collect()))
        }
        Some(chunk::Kind::Records) => Ok(Samples::Records(chunk::decode_records(body)?)),
        None => Err(StoreError::Log),
    }
}

pub(super) fn record_chunks(series: i64, seq: i64, records: &[Record]) -> Result<Vec<NewChunk>, StoreError> {
    let chunk = |part: &[Record]| {
        let times: Vec<i64> = part.iter().map(Record::time).collect();
        let body = chunk::encode_records(part)?;
        Ok(new_chunk(series, seq, chunk::Kind::Records, &times, body))
    };
    records.chunks(CHUNK).map(chunk).collect()
}

pub(super) fn float_chunks(
    series: i64,
    seq: i64,
    samples: &[(i64, f64)],
) -> Result<Vec<NewChunk>, StoreError> {
    let chunk = |part: &[(i64, f64)]| {
        let (times, values): (Vec<i64>, Vec<f64>) = part.iter().copied().unzip();
        let body = chunk::encode_floats(&times, &values)?;
        Ok(new_chunk(series, seq, chunk::Kind::Floats, &times, body))
    };
    samples.chunks(CHUNK).map(chunk).collect()
}

pub(super) fn histogram_chunks(
    series: i64,
    seq: i64,
    samples: &[(i64, Arc<Histogram>)],
) -> Result<Vec<NewChunk>, StoreError> {
    let chunk = |part: &[(i64, Arc<Histogram>)]| {
        let (times, histograms): (Vec<i64>, Vec<Arc<Histogram>>) = part.iter().cloned().unzip();
        let body = chunk::encode_histograms(&times, &histograms)?;
        Ok(new_chunk(series, seq, chunk::Kind::Histograms, &times, body))
    };
    samples.chunks(HISTOGRAMS).map(chunk).collect()
}

fn new_chunk(series: i64, seq: i64, kind: chunk::Kind, times: &[i64], body: Vec<u8>) -> NewChunk {
    let first = times.first().copied().unwrap_or_default();
    let last = times.last().copied().unwrap_or_default();
    NewChunk { series, first, seq, kind: kind.code(), last, samples: times.len() as i64, body }
}
