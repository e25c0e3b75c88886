//! `MinMaxLTTB`: the extremes of small parts are chosen first, then of these the ones that make the largest triangles.

use argminmax::ArgMinMax as _;

/// How many samples for each wanted point are chosen first.
const RATIO: usize = 4;

/// The indices of `points` samples (at least 2) that keep the shape of the line. Times are sorted; NaN is not among the values.
pub fn minmaxlttb(times: &[i64], values: &[f64], points: usize) -> Vec<usize> {
    let points = points.max(2);
    if times.len() <= points.saturating_mul(RATIO) {
        return lttb(times, values, points);
    }
    let chosen = extremes(values, points * RATIO / 2);
    let times: Vec<i64> = chosen.iter().map(|index| times[*index]).collect();
    let values: Vec<f64> = chosen.iter().map(|index| values[*index]).collect();
    lttb(&times, &values, points).into_iter().map(|index| chosen[index]).collect()
}

/// The first and the last sample, and the smallest and the largest of each of `parts` equal parts between them.
fn extremes(values: &[f64], parts: usize) -> Vec<usize> {
    let inner = values.len() - 2;
    let mut chosen = vec![0];
    for part in 0..parts {
        let (from, to) = (1 + inner * part / parts, 1 + inner * (part + 1) / parts);
        if from < to {
            let part = &values[from..to];
            let (least, most) = part.argminmax();
            chosen.push(from + least.min(most));
            if least != most {
                chosen.push(from + least.max(most));
            }
        }
    }
    chosen.push(values.len() - 1);
    chosen
}

/// The indices of `points` samples (at least 2), each making the largest triangle with the one before and the mean of the part
/// after (Steinarsson, 2013).
pub fn lttb(times: &[i64], values: &[f64], points: usize) -> Vec<usize> {
    let (length, points) = (times.len(), points.max(2));
    if length <= points {
        return (0..length).collect();
    }
    let border = |part: usize| 1 + (length - 2) * part / (points - 2).max(1);
    let origin = times[0];
    let at = |index: usize| ((times[index] - origin) as f64, values[index]);
    let mut kept = vec![0];
    let mut before = 0;
    for part in 0..points - 2 {
        let (from, to) = (border(part), border(part + 1));
        let next = if part + 1 < points - 2 { to..border(part + 2) } else { length - 1..length };
        let share = next.len() as f64;
        let (mean_time, mean) =
            next.map(at).fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / share, sum.1 + point.1 / share));
        let (time, value) = at(before);
        let area = |index: usize| {
            let point = at(index);
            ((time - mean_time) * (point.1 - value) - (time - point.0) * (mean - value)).abs()
        };
        let mut best = (from, -1.0);
        for index in from..to {
            let area = area(index);
            if area > best.1 {
                best = (index, area);
            }
        }
        before = best.0;
        kept.push(before);
    }
    kept.push(length - 1);
    kept
}

#[cfg(test)]
mod tests {
    use minmaxlttb::{Binning, Point};
    use proptest::prelude::*;

    use super::*;

    fn line(length: usize) -> (Vec<i64>, Vec<f64>) {
        let times: Vec<i64> = (0..length as i64).collect();
        let values =
            times.iter().map(|time| (*time as f64 / 37.0).sin() * 10.0 + (time % 11) as f64).collect();
        (times, values)
    }

    #[test]
    fn the_extremes_of_a_long_line_stay() {
        let (times, mut values) = line(100_000);
        values[77_777] = 500.0;
        values[33_333] = -500.0;
        let kept = minmaxlttb(&times, &values, 400);
        assert_eq!(kept.len(), 400);
        assert!(kept.contains(&77_777) && kept.contains(&33_333));
    }

    proptest! {
        #[test]
        fn as_many_points_as_wanted_in_order_with_both_ends(
            values in prop::collection::vec(-1e3_f64..1e3, 3..500), points in 2_usize..60,
        ) {
            let times: Vec<i64> = (0..values.len() as i64).collect();
            let kept = minmaxlttb(&times, &values, points);
            prop_assert_eq!(kept.len(), points.min(values.len()));
            prop_assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert_eq!((kept[0], kept[kept.len() - 1]), (0, values.len() - 1));
        }

        #[test]
        fn triangles_are_as_large_as_those_of_another_implementation(
            values in prop::collection::vec(-1e3_f64..1e3, 30..300), points in 4_usize..25,
        ) {
            let times: Vec<i64> = (0..values.len() as i64).collect();
            let theirs: Vec<Point> =
                times.iter().zip(&values).map(|(time, value)| Point::new(*time as f64, *value)).collect();
            let theirs = minmaxlttb::lttb(&theirs, points, Binning::ByCount).unwrap();
            let spread = |line: &[f64]| line.windows(2).map(|pair| (pair[0] - pair[1]).abs()).sum::<f64>();
            let ours: Vec<f64> = lttb(&times, &values, points).into_iter().map(|index| values[index]).collect();
            let theirs: Vec<f64> = theirs.iter().map(Point::y).collect();
            prop_assert_eq!(ours.len(), theirs.len());
            prop_assert!(spread(&ours) > 0.6 * spread(&theirs), "{} beside {}", spread(&ours), spread(&theirs));
        }
    }
}
