//! Rows of the log: the samples of one group commit.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use series::Histogram;

use super::StoreError;

/// The most bytes that a row may take unpacked.
const MOST_BYTES: usize = 256 << 20;

/// The samples of a series in a row of the log.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry {
    pub series: i64,
    pub floats: Vec<(i64, f64)>,
    pub histograms: Vec<(i64, Arc<Histogram>)>,
}

impl Entry {
    fn times(&self) -> impl Iterator<Item = i64> {
        let floats = self.floats.iter().map(|sample| sample.0);
        floats.chain(self.histograms.iter().map(|sample| sample.0))
    }
}

/// The first and the last time of samples; nothing when there are none.
pub(super) fn span(entries: &[Entry]) -> Option<(i64, i64)> {
    let times = || entries.iter().flat_map(Entry::times);
    Some((times().min()?, times().max()?))
}

/// The most rows that are kept decoded.
const KEPT: usize = 512;

/// Rows that were decoded, by their keys. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Decoded<K>(Arc<Mutex<HashMap<K, Arc<Vec<Entry>>>>>);

impl<K> Default for Decoded<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash> Decoded<K> {
    /// The row with this key, when it is kept.
    pub(super) fn get(&self, key: &K) -> Option<Arc<Vec<Entry>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Decodes a row and keeps it.
    pub(super) fn put(&self, key: K, body: &[u8]) -> Result<Arc<Vec<Entry>>, StoreError> {
        let entries = Arc::new(decode(body)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, entries.clone());
        Ok(entries)
    }
}

/// The body of a row.
pub(super) fn encode(entries: &[Entry]) -> Result<Vec<u8>, StoreError> {
    let mut plain = Vec::new();
    for entry in entries {
        plain.extend_from_slice(&entry.series.to_le_bytes());
        plain.extend_from_slice(&(entry.floats.len() as u32).to_le_bytes());
        plain.extend_from_slice(&(entry.histograms.len() as u32).to_le_bytes());
        let mut before = 0_i64;
        for (time, value) in &entry.floats {
            plain.extend_from_slice(&time.wrapping_sub(before).to_le_bytes());
            plain.extend_from_slice(&value.to_bits().to_le_bytes());
            before = *time;
        }
        for (time, histogram) in &entry.histograms {
            plain.extend_from_slice(&time.to_le_bytes());
            histogram.write(&mut plain);
        }
    }
    let mut body = (plain.len() as u32).to_le_bytes().to_vec();
    body.extend(zstd::bulk::compress(&plain, 1).map_err(|_| bad())?);
    Ok(body)
}

fn bad() -> StoreError {
    StoreError::Log
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], StoreError> {
    let (head, rest) = bytes.split_first_chunk::<N>().ok_or_else(bad)?;
    *bytes = rest;
    Ok(*head)
}

/// What a body holds.
pub(super) fn decode(body: &[u8]) -> Result<Vec<Entry>, StoreError> {
    let mut rest = body;
    let length = u32::from_le_bytes(take(&mut rest)?) as usize;
    if length > MOST_BYTES {
        return Err(bad());
    }
    let plain = zstd::bulk::decompress(rest, length).map_err(|_| bad())?;
    if plain.len() != length {
        return Err(bad());
    }
    let mut rest = plain.as_slice();
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let series = i64::from_le_bytes(take(&mut rest)?);
        let floats = u32::from_le_bytes(take(&mut rest)?);
        let histograms = u32::from_le_bytes(take(&mut rest)?);
        let mut entry = Entry { series, ..Entry::default() };
        let mut time = 0_i64;
        for _ in 0..floats {
            time = time.wrapping_add(i64::from_le_bytes(take(&mut rest)?));
            entry.floats.push((time, f64::from_bits(u64::from_le_bytes(take(&mut rest)?))));
        }
        for _ in 0..histograms {
            let time = i64::from_le_bytes(take(&mut rest)?);
            entry.histograms.push((time, Arc::new(Histogram::read(&mut rest).ok_or_else(bad)?)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_back_what_was_put_in() {
        let entries = vec![
            Entry { series: 7, floats: vec![(-5, 1.5), (i64::MAX, f64::INFINITY)], ..Entry::default() },
            Entry { series: 8, histograms: vec![(3, Arc::new(Histogram::default()))], ..Entry::default() },
        ];
        assert_eq!((span(&entries), span(&[Entry::default()])), (Some((-5, i64::MAX)), None));
        let body = encode(&entries).unwrap();
        assert_eq!(decode(&body).unwrap(), entries);
        assert!((0..body.len()).all(|end| decode(&body[..end]).is_err()));
    }
}
