//! Histograms as bytes, for chunks.

use super::{Histogram, ResetHint};

/// The most buckets or bounds that a stored histogram may have.
const MOST: usize = 1 << 16;

impl Histogram {
    /// Appends its bytes.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(match self.hint {
            ResetHint::Unknown => 0,
            ResetHint::Reset => 1,
            ResetHint::NotReset => 2,
            ResetHint::Gauge => 3,
        });
        out.extend_from_slice(&self.schema.to_le_bytes());
        for number in [self.zero_threshold, self.zero_count, self.count, self.sum] {
            out.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        for side in [&self.positive, &self.negative] {
            out.extend_from_slice(&(side.len() as u32).to_le_bytes());
            for (index, count) in side {
                out.extend_from_slice(&index.to_le_bytes());
                out.extend_from_slice(&count.to_bits().to_le_bytes());
            }
        }
        out.extend_from_slice(&(self.custom.len() as u32).to_le_bytes());
        for bound in &self.custom {
            out.extend_from_slice(&bound.to_bits().to_le_bytes());
        }
    }

    /// Reads one from the front of `bytes`; `None` when they are not what [`write`](Self::write) wrote.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let hint = match take::<1>(bytes)?[0] {
            0 => ResetHint::Unknown,
            1 => ResetHint::Reset,
            2 => ResetHint::NotReset,
            3 => ResetHint::Gauge,
            _ => return None,
        };
        let schema = i32::from_le_bytes(take(bytes)?);
        let [zero_threshold, zero_count, count, sum] =
            [number(bytes)?, number(bytes)?, number(bytes)?, number(bytes)?];
        let mut sides = [Vec::new(), Vec::new()];
        for side in &mut sides {
            for _ in 0..length(bytes)? {
                side.push((i32::from_le_bytes(take(bytes)?), number(bytes)?));
            }
        }
        let mut custom = Vec::new();
        for _ in 0..length(bytes)? {
            custom.push(number(bytes)?);
        }
        let [positive, negative] = sides;
        Some(Self { schema, hint, zero_threshold, zero_count, count, sum, positive, negative, custom })
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (head, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*head)
}

fn number(bytes: &mut &[u8]) -> Option<f64> {
    Some(f64::from_bits(u64::from_le_bytes(take(bytes)?)))
}

fn length(bytes: &mut &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(take(bytes)?) as usize;
    (length <= MOST).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_the_same_histogram() {
        let histogram = Histogram {
            schema: 3,
            hint: ResetHint::Gauge,
            zero_threshold: 0.001,
            zero_count: 2.0,
            count: 7.0,
            sum: f64::NAN,
            positive: vec![(-3, 1.0), (8, 2.0)],
            negative: vec![(0, 2.0)],
            custom: vec![1.5],
        };
        let mut bytes = Vec::new();
        histogram.write(&mut bytes);
        let mut rest = bytes.as_slice();
        assert_eq!(Histogram::read(&mut rest), Some(histogram));
        assert!(rest.is_empty());
        assert!((0..bytes.len()).all(|end| Histogram::read(&mut &bytes[..end]).is_none()));
    }
}
