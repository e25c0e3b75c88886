//! Samples of a series that came in pieces, made one list.

use std::sync::Arc;

use promql::Series;
use series::{
    Histogram, Labels,
    thin::{self, Record},
};

use super::pack::Samples;

/// Samples of one kind in the order they came: those of a later piece count.
#[derive(Debug)]
pub(super) struct Pieces<T>(Vec<(i64, Vec<(i64, T)>)>);

impl<T> Default for Pieces<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone> Pieces<T> {
    pub(super) fn push(&mut self, seq: i64, samples: Vec<(i64, T)>) {
        if !samples.is_empty() {
            self.0.push((seq, samples));
        }
    }

    /// The samples between two times, the second one excluded.
    pub(super) fn within(&self, from: i64, to: Option<i64>) -> Self {
        let inside = |time: i64| time >= from && to.is_none_or(|to| time < to);
        let mut cut = Self::default();
        for (seq, samples) in &self.0 {
            cut.push(*seq, samples.iter().filter(|sample| inside(sample.0)).cloned().collect());
        }
        cut
    }

    /// The number of the last piece that came; nothing when there is none.
    pub(super) fn newest(&self) -> Option<i64> {
        self.0.iter().map(|(seq, _)| *seq).max()
    }

    /// The time of the first sample.
    pub(super) fn first(&self) -> Option<i64> {
        self.0.iter().flat_map(|(_, samples)| samples).map(|sample| sample.0).min()
    }

    /// One list by time; of several samples at one time the last one that came.
    pub(super) fn merged(mut self) -> Vec<(i64, T)> {
        self.0.sort_by_key(|(seq, _)| *seq);
        let mut all: Vec<(i64, T)> = self.0.into_iter().flat_map(|(_, samples)| samples).collect();
        if !all.is_sorted_by(|one, two| one.0 < two.0) {
            // Stable: what came later stays behind.
            all.sort_by_key(|sample| sample.0);
            let mut kept: Vec<(i64, T)> = Vec::with_capacity(all.len());
            for sample in all {
                match kept.last_mut() {
                    Some(last) if last.0 == sample.0 => *last = sample,
                    _ => kept.push(sample),
                }
            }
            all = kept;
        }
        all
    }
}

/// Numbers and histograms of a series, and records of what was thinned.
#[derive(Debug, Default)]
pub(super) struct Collected {
    pub floats: Pieces<f64>,
    pub histograms: Pieces<Arc<Histogram>>,
    pub records: Vec<Record>,
}

impl Collected {
    pub(super) fn push(&mut self, seq: i64, samples: Samples) {
        match samples {
            Samples::Floats(samples) => self.floats.push(seq, samples),
            Samples::Histograms(samples) => self.histograms.push(seq, samples),
            Samples::Records(records) => self.records.extend(records),
        }
    }

    /// The series that they are.
    pub(super) fn into_series(self, labels: Labels) -> Series {
        let (times, values) = self.floats.merged().into_iter().unzip();
        let (histograms, records) = (self.histograms.merged(), thin::merged(self.records));
        Series { labels, times, values, histograms, records, ..Series::default() }
    }

    /// The records of its numbers before a time and of what was thinned before, and the numbers that are left.
    pub(super) fn thinned(self, to: i64, width: i64) -> (Vec<Record>, Vec<(i64, f64)>) {
        let mut samples = self.floats.merged();
        let left = samples.split_off(samples.partition_point(|sample| sample.0 < to));
        let (times, values): (Vec<i64>, Vec<f64>) = samples.into_iter().unzip();
        (thin::merged([self.records, thin::thin(&times, &values, width)].concat()), left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_samples_at_one_time_the_last_one_counts() {
        let mut pieces = Pieces::default();
        pieces.push(9, vec![(5, 'c'), (1, 'd')]);
        pieces.push(2, vec![(1, 'a'), (5, 'b'), (7, 'e')]);
        assert_eq!(pieces.merged(), [(1, 'd'), (5, 'c'), (7, 'e')]);
    }
}
