//! Old samples reduced to one record for each interval that keeps minimum, maximum, sum and count, exactly.

use crate::{Kahan, is_stale};

/// What is kept of the samples of one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Where the interval begins, in milliseconds since 1970.
    pub start: i64,
    /// How long it is, in milliseconds.
    pub width: i64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The sum of the values.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
    /// The last value.
    pub last: f64,
    /// When it was measured.
    pub last_at: i64,
}

impl Record {
    /// The time that the record stands for: the last one of its interval, so that a stretch of whole intervals has it.
    pub fn time(&self) -> i64 {
        self.start.saturating_add(self.width - 1)
    }

    /// The mean of the values.
    pub fn mean(&self) -> f64 {
        self.sum / self.count as f64
    }

    /// Takes in another record of the same interval.
    fn join(&mut self, other: &Self) {
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
        self.count += other.count;
        if other.last_at >= self.last_at {
            (self.last, self.last_at) = (other.last, other.last_at);
        }
    }
}

/// Reduces samples in the order of their times to intervals of `width` milliseconds (at least 1), counted from 1970. NaN is the
/// smallest and largest value only where nothing else was measured; markers of an end are no values.
pub fn thin(times: &[i64], values: &[f64], width: i64) -> Vec<Record> {
    let width = width.max(1);
    let mut records: Vec<Record> = Vec::new();
    let mut sum = Kahan::default();
    for (time, value) in times.iter().zip(values).filter(|(_, value)| !is_stale(**value)) {
        let start = time.div_euclid(width).saturating_mul(width);
        let value = *value;
        match records.last_mut() {
            Some(record) if record.start == start => {
                sum.add(value);
                record.sum = sum.total();
                record.min = record.min.min(value);
                record.max = record.max.max(value);
                record.count += 1;
                (record.last, record.last_at) = (value, *time);
            }
            _ => {
                sum = Kahan::from(value);
                records.push(Record {
                    start,
                    width,
                    min: value,
                    max: value,
                    sum: value,
                    count: 1,
                    last: value,
                    last_at: *time,
                });
            }
        }
    }
    records
}

/// Records by time, those of one interval as one.
pub fn merged(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by_key(|record| (record.time(), record.width));
    records.dedup_by(|later, kept| {
        let same = (later.start, later.width) == (kept.start, kept.width);
        if same {
            kept.join(later);
        }
        same
    });
    records
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stale;

    #[test]
    fn the_marker_of_an_end_is_no_value() {
        assert_eq!(thin(&[0, 1], &[1.0, stale()], 10)[0].count, 1);
    }

    #[test]
    fn a_record_stands_at_the_end_of_its_interval() {
        let records = thin(&[-1, 0, 7], &[1.0, 2.0, 4.0], 10);
        assert_eq!(records.iter().map(Record::time).collect::<Vec<_>>(), [-1, 9]);
        assert_eq!((records[1].mean(), records[1].last, records[1].last_at), (3.0, 4.0, 7));
    }

    proptest! {
        #[test]
        fn minimum_maximum_sum_and_count_are_those_of_the_samples(
            steps in prop::collection::vec((1_i64..500, -1_000_000_i32..1_000_000), 1..300),
            width in 1_i64..5000,
            cut in 0_usize..300,
        ) {
            let mut time = 0;
            let times: Vec<i64> = steps.iter().map(|(step, _)| { time += step; time }).collect();
            let values: Vec<f64> = steps.iter().map(|(_, value)| f64::from(*value)).collect();
            let whole = thin(&times, &values, width);
            // What comes later is joined with what was there.
            let cut = cut.min(times.len());
            let (late, early) = (thin(&times[..cut], &values[..cut], width), thin(&times[cut..], &values[cut..], width));
            prop_assert_eq!(&merged([early, late].concat()), &whole);
            prop_assert_eq!(whole.iter().map(|record| record.count).sum::<u64>(), values.len() as u64);
            prop_assert_eq!(whole.iter().map(|record| record.sum).sum::<f64>(), values.iter().sum::<f64>());
            let least = whole.iter().map(|record| record.min).fold(f64::INFINITY, f64::min);
            let most = whole.iter().map(|record| record.max).fold(f64::NEG_INFINITY, f64::max);
            prop_assert_eq!(least, values.iter().copied().fold(f64::INFINITY, f64::min));
            prop_assert_eq!(most, values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
        }
    }
}
