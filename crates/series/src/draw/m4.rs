//! M4: the first, last, smallest and largest sample of every pixel column. A line through them is drawn like one through all.

use argminmax::ArgMinMax as _;

/// The indices of at most four samples for each of `columns` equal parts of the time from `start` to `end`, in order.
/// Times are sorted.
pub fn m4(times: &[i64], values: &[f64], start: i64, end: i64, columns: usize) -> Vec<usize> {
    let columns = columns.max(1);
    if times.len() <= columns.saturating_mul(4) {
        return (0..times.len()).collect();
    }
    let span = (i128::from(end) - i128::from(start)).max(1);
    let mut kept = Vec::with_capacity(columns * 4);
    let mut from = 0;
    for column in 1..=columns {
        let to = if column == columns {
            times.len()
        } else {
            let before = |time: &i64| {
                (i128::from(*time) - i128::from(start)) * (columns as i128) < span * column as i128
            };
            from + times[from..].partition_point(before)
        };
        if from < to {
            let part = &values[from..to];
            let (least, most) = part.argminmax();
            let mut four = [from, from + least.min(most), from + least.max(most), to - 1];
            four.sort_unstable();
            for index in four {
                if kept.last() != Some(&index) {
                    kept.push(index);
                }
            }
        }
        from = to;
    }
    kept
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_spike_of_one_sample_stays() {
        let times: Vec<i64> = (0..10_000).collect();
        let mut values = vec![0.0; 10_000];
        values[4321] = 9.0;
        let kept = m4(&times, &values, 0, 10_000, 100);
        assert!(kept.contains(&4321) && kept.len() <= 400);
    }

    proptest! {
        #[test]
        fn every_column_keeps_its_ends_and_extremes(
            values in prop::collection::vec(-1e6_f64..1e6, 1..800), columns in 1_usize..40,
        ) {
            let times: Vec<i64> = (0..values.len() as i64).map(|n| n * 7).collect();
            let end = values.len() as i64 * 7;
            let kept = m4(&times, &values, 0, end, columns);
            prop_assert!(kept.is_sorted() && kept.len() <= (columns * 4).max(values.len().min(columns * 4)));
            let column = |index: usize| (i128::from(times[index]) * columns as i128 / i128::from(end)) as usize;
            for wanted in 0..columns {
                let all: Vec<f64> = (0..values.len()).filter(|n| column(*n) == wanted).map(|n| values[n]).collect();
                let some: Vec<f64> =
                    kept.iter().filter(|n| column(**n) == wanted).map(|n| values[*n]).collect();
                let extremes = |of: &[f64]| {
                    (of.iter().copied().fold(f64::INFINITY, f64::min), of.iter().copied().fold(f64::NEG_INFINITY, f64::max))
                };
                prop_assert_eq!(extremes(&all), extremes(&some));
                prop_assert_eq!((all.first(), all.last()), (some.first(), some.last()));
            }
        }
    }
}
