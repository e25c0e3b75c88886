//! Old samples reduced to one record for each interval that keeps minimum, maximum, sum and count, exactly.

use crate::{Kahan, is_stale};

/// What is kept of the samples of one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Record {
    /// Where the interval begins, in milliseconds since 1970.
    pub start: i64,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// The sum of the values.
    pub sum: f64,
    /// How many there were.
    pub count: u64,
    /// The first value.
    pub first: f64,
    /// The last value.
    pub last: f64,
    /// By how much a counter with these values grew, resets taken into account.
    pub increase: f64,
}

/// Reduces samples in the order of their times to intervals of `width` milliseconds (at least 1), counted from 1970. NaN
/// counts only where nothing else was measured; markers of an end are no values.
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
                record.increase += if value < record.last { value } else { value - record.last };
                record.last = value;
            }
            _ => {
                sum = Kahan::from(value);
                records.push(Record {
                    start,
                    min: value,
                    max: value,
                    sum: value,
                    count: 1,
                    first: value,
                    last: value,
                    increase: 0.0,
                });
            }
        }
    }
    records
}

/// The records of a coarser interval from those of a finer one that divides it.
pub fn coarsen(records: &[Record], width: i64) -> Vec<Record> {
    let width = width.max(1);
    let mut coarse: Vec<Record> = Vec::new();
    for record in records {
        let start = record.start.div_euclid(width).saturating_mul(width);
        match coarse.last_mut() {
            Some(last) if last.start == start => {
                let step = if record.first < last.last { record.first } else { record.first - last.last };
                last.min = last.min.min(record.min);
                last.max = last.max.max(record.max);
                last.sum += record.sum;
                last.count += record.count;
                last.increase += step + record.increase;
                last.last = record.last;
            }
            _ => coarse.push(Record { start, ..*record }),
        }
    }
    coarse
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::stale;

    #[test]
    fn a_reset_of_a_counter_is_not_a_decrease() {
        let records = thin(&[0, 1, 2, 3], &[5.0, 8.0, 2.0, 3.0], 10);
        assert_eq!((records.len(), records[0].increase), (1, 6.0));
    }

    #[test]
    fn the_marker_of_an_end_is_no_value() {
        assert_eq!(thin(&[0, 1], &[1.0, stale()], 10)[0].count, 1);
    }

    proptest! {
        #[test]
        fn minimum_maximum_sum_and_count_are_those_of_the_samples(
            steps in prop::collection::vec((1_i64..500, -1_000_000_i32..1_000_000), 1..300), width in 1_i64..5000,
        ) {
            let mut time = 0;
            let times: Vec<i64> = steps.iter().map(|(step, _)| { time += step; time }).collect();
            let values: Vec<f64> = steps.iter().map(|(_, value)| f64::from(*value)).collect();
            let fine = thin(&times, &values, width);
            for records in [coarsen(&fine, width * 4), fine] {
                prop_assert_eq!(records.iter().map(|record| record.count).sum::<u64>(), values.len() as u64);
                prop_assert_eq!(records.iter().map(|record| record.sum).sum::<f64>(), values.iter().sum::<f64>());
                let least = records.iter().map(|record| record.min).fold(f64::INFINITY, f64::min);
                let most = records.iter().map(|record| record.max).fold(f64::NEG_INFINITY, f64::max);
                prop_assert_eq!(least, values.iter().copied().fold(f64::INFINITY, f64::min));
                prop_assert_eq!(most, values.iter().copied().fold(f64::NEG_INFINITY, f64::max));
            }
        }
    }
}
