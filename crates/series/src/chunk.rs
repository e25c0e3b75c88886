//! Many samples of one series as few bytes.
//!
//! Numbers are two columns under `pco`: times and values, bit for bit (a NaN keeps its payload). Histograms are their times, and
//! their bytes one behind the other under `zstd`. Records of thinned samples are a column for each of their parts under `pco`. A
//! chunk holds one kind.

use std::sync::Arc;

use pco::{ChunkConfig, standalone};

use crate::{Histogram, Sample, Value, thin::Record};

/// The most samples of a chunk.
pub const MOST: usize = 1 << 16;

/// The most bytes that the histograms of a chunk may take unpacked.
const MOST_BYTES: usize = 64 << 20;

/// `pco` level: above it the bytes are as many and the time is more.
const LEVEL: usize = 4;

/// The bytes are no chunk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a chunk of samples cannot be read: {0}")]
pub struct BadChunk(String);

/// What a chunk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers.
    Floats,
    /// Native histograms.
    Histograms,
    /// Records of thinned samples.
    Records,
}

impl Kind {
    /// The code that stands beside a stored chunk.
    pub fn code(self) -> i64 {
        match self {
            Self::Floats => 1,
            Self::Histograms => 2,
            Self::Records => 3,
        }
    }

    /// The kind with a code.
    pub fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Floats),
            2 => Some(Self::Histograms),
            3 => Some(Self::Records),
            _ => None,
        }
    }
}

fn config() -> ChunkConfig {
    ChunkConfig::default().with_compression_level(LEVEL)
}

/// The bytes of numbers at times.
pub fn encode_floats(times: &[i64], values: &[f64]) -> Result<Vec<u8>, BadChunk> {
    let times = packed(times)?;
    let values = packed(values)?;
    let mut bytes = Vec::with_capacity(4 + times.len() + values.len());
    bytes.extend_from_slice(&(times.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&times);
    bytes.extend_from_slice(&values);
    Ok(bytes)
}

/// The numbers of a chunk and their times.
pub fn decode_floats(bytes: &[u8]) -> Result<(Vec<i64>, Vec<f64>), BadChunk> {
    let (times, values) = parts(bytes)?;
    let times: Vec<i64> = unpacked(times)?;
    let values: Vec<f64> = unpacked(values)?;
    if times.len() != values.len() {
        return Err(BadChunk(format!("{} times and {} values", times.len(), values.len())));
    }
    Ok((times, values))
}

/// The bytes of histograms at times.
pub fn encode_histograms(times: &[i64], histograms: &[Arc<Histogram>]) -> Result<Vec<u8>, BadChunk> {
    let times = packed(times)?;
    let mut plain = Vec::new();
    for histogram in histograms {
        histogram.write(&mut plain);
    }
    let packed = zstd::bulk::compress(&plain, 3).map_err(|problem| BadChunk(problem.to_string()))?;
    let mut bytes = (times.len() as u32).to_le_bytes().to_vec();
    bytes.extend_from_slice(&times);
    bytes.extend_from_slice(&packed);
    Ok(bytes)
}

/// The bytes of records.
pub fn encode_records(records: &[Record]) -> Result<Vec<u8>, BadChunk> {
    let whole = |read: fn(&Record) -> i64| packed(&records.iter().map(read).collect::<Vec<_>>());
    let number = |read: fn(&Record) -> f64| packed(&records.iter().map(read).collect::<Vec<_>>());
    let columns = [
        whole(|record| record.start)?,
        whole(|record| record.width)?,
        number(|record| record.min)?,
        number(|record| record.max)?,
        number(|record| record.sum)?,
        whole(|record| record.count as i64)?,
        number(|record| record.last)?,
        whole(|record| record.last_at)?,
    ];
    let mut bytes = Vec::new();
    for column in columns {
        bytes.extend_from_slice(&(column.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&column);
    }
    Ok(bytes)
}

/// The records of a chunk.
pub fn decode_records(bytes: &[u8]) -> Result<Vec<Record>, BadChunk> {
    let mut rest = bytes;
    let mut column = || {
        let (column, behind) = parts(rest)?;
        rest = behind;
        Ok(column)
    };
    let starts: Vec<i64> = unpacked(column()?)?;
    let widths: Vec<i64> = unpacked(column()?)?;
    let (min, max, sum): (Vec<f64>, Vec<f64>, Vec<f64>) =
        (unpacked(column()?)?, unpacked(column()?)?, unpacked(column()?)?);
    let counts: Vec<i64> = unpacked(column()?)?;
    let last: Vec<f64> = unpacked(column()?)?;
    let last_at: Vec<i64> = unpacked(column()?)?;
    let lengths = [widths.len(), min.len(), max.len(), sum.len(), counts.len(), last.len(), last_at.len()];
    if lengths.iter().any(|length| *length != starts.len()) {
        return Err(BadChunk(format!("{} records with columns of {lengths:?}", starts.len())));
    }
    let record = |n: usize| Record {
        start: starts[n],
        width: widths[n],
        min: min[n],
        max: max[n],
        sum: sum[n],
        count: counts[n].max(1) as u64,
        last: last[n],
        last_at: last_at[n],
    };
    Ok((0..starts.len()).map(record).collect())
}

/// The samples of a chunk; records are none.
pub fn decode(kind: Kind, bytes: &[u8]) -> Result<Vec<Sample>, BadChunk> {
    match kind {
        Kind::Records => Err(BadChunk("records are no samples".to_owned())),
        Kind::Floats => {
            let (times, values) = decode_floats(bytes)?;
            Ok(times.into_iter().zip(values).map(|(time, value)| Sample::float(time, value)).collect())
        }
        Kind::Histograms => {
            let (times, histograms) = parts(bytes)?;
            let times: Vec<i64> = unpacked(times)?;
            let plain = zstd::bulk::decompress(histograms, MOST_BYTES)
                .map_err(|problem| BadChunk(problem.to_string()))?;
            let mut rest = plain.as_slice();
            let sample = |time| {
                let histogram = Histogram::read(&mut rest)
                    .ok_or_else(|| BadChunk("a histogram is cut short".to_owned()))?;
                Ok(Sample { time, value: Value::Histogram(Arc::new(histogram)) })
            };
            times.into_iter().map(sample).collect()
        }
    }
}

fn parts(bytes: &[u8]) -> Result<(&[u8], &[u8]), BadChunk> {
    let short = || BadChunk("it is cut short".to_owned());
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(short)?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(short)
}

fn packed<T: pco::data_types::Number>(column: &[T]) -> Result<Vec<u8>, BadChunk> {
    standalone::simple_compress(column, &config()).map_err(|problem| BadChunk(problem.to_string()))
}

fn unpacked<T: pco::data_types::Number>(bytes: &[u8]) -> Result<Vec<T>, BadChunk> {
    let column = standalone::simple_decompress(bytes).map_err(|problem| BadChunk(problem.to_string()))?;
    if column.len() > MOST {
        return Err(BadChunk(format!("{} samples", column.len())));
    }
    Ok(column)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stale;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn every_bit_comes_back(samples in prop::collection::vec((any::<i64>(), any::<u64>()), 0..300)) {
            let times: Vec<i64> = samples.iter().map(|sample| sample.0).collect();
            let values: Vec<f64> = samples.iter().map(|sample| f64::from_bits(sample.1)).collect();
            let (again, back) = decode_floats(&encode_floats(&times, &values).unwrap()).unwrap();
            prop_assert_eq!(again, times);
            prop_assert!(back.iter().zip(&values).all(|(one, two)| one.to_bits() == two.to_bits()));
        }

        #[test]
        fn foreign_bytes_are_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(Kind::Floats, &bytes);
            let _ = decode(Kind::Histograms, &bytes);
            let _ = decode_records(&bytes);
        }
    }

    #[test]
    fn records_come_back_and_are_refused_when_they_are_cut_short() {
        let times: Vec<i64> = (0..5_000).map(|n| n * 15_000).collect();
        let values: Vec<f64> = times.iter().map(|time| (time % 7_919) as f64 / 3.0).collect();
        let records = crate::thin::thin(&times, &values, 3_600_000);
        let bytes = encode_records(&records).unwrap();
        assert_eq!(decode_records(&bytes).unwrap(), records);
        assert!((0..bytes.len()).all(|end| decode_records(&bytes[..end]).is_err()));
    }

    #[test]
    fn a_counter_takes_about_a_byte_for_a_sample() {
        let times: Vec<i64> = (0..720).map(|n| 1_700_000_000_000 + n * 15_000).collect();
        let values: Vec<f64> = (0..720_i32).map(|n| f64::from(n * n % 977 + n * 40)).collect();
        let bytes = encode_floats(&times, &values).unwrap();
        assert!(bytes.len() < 720 * 2, "{} bytes", bytes.len());
    }

    #[test]
    fn histograms_come_back_with_the_marker_of_the_end() {
        let one =
            Arc::new(Histogram { count: 1.0, sum: 2.0, positive: vec![(1, 1.0)], ..Histogram::default() });
        let end = Arc::new(Histogram { sum: stale(), ..Histogram::default() });
        let bytes = encode_histograms(&[1, 2], &[one.clone(), end]).unwrap();
        let samples = decode(Kind::Histograms, &bytes).unwrap();
        assert_eq!(samples[0].value, Value::Histogram(one));
        assert!(samples[1].value.is_stale());
    }
}
