//! Stretches of time whose borders are completed: `anchored` with the sample before, `smoothed` by interpolation.

use std::sync::Arc;

use series::{Histogram, ResetHint};

use super::{Cell, Evaluator, Grid, Row, Window, functions::Notes};
use crate::{
    Series,
    ast::{Border, Selector, Span},
};

type Point = (i64, f64);

/// The value between two points; a counter that fell began at zero.
fn between(one: Point, two: Point, at: i64, counter: bool) -> f64 {
    let begin = if counter && two.1 < one.1 { 0.0 } else { one.1 };
    begin + (two.1 - begin) * (at - one.0) as f64 / (two.0 - one.0) as f64
}

/// The values at both borders and the points between them. `None` when no sample lies behind the left one.
fn borders(
    times: &[i64],
    values: &[f64],
    (from, to): (i64, i64),
    smoothed: bool,
    counter: bool,
) -> Option<(f64, Vec<Point>, f64)> {
    let mut last = times.len().checked_sub(1)?;
    let mut first = times[..last].partition_point(|time| *time <= from).saturating_sub(1);
    if smoothed {
        last = times[..last].partition_point(|time| *time < to);
    }
    if times[last] <= from || (smoothed && times[first] > to) {
        return None;
    }
    let point = |at: usize| (times[at], values[at]);
    let left = if times[first] < from && smoothed {
        between(point(first), point(first + 1), from, counter)
    } else {
        values[first]
    };
    let right = if times[last] <= to || last == 0 {
        values[last]
    } else if smoothed {
        between(point(last - 1), point(last), to, counter)
    } else {
        values[last - 1]
    };
    first += usize::from(times[first] <= from);
    let end = last + usize::from(times[last] < to);
    let inner = (first..end.max(first)).map(point).collect();
    Some((left, inner, right))
}

/// The change of numbers in a stretch.
pub(super) fn change(window: &Window<'_>, counter: bool, each_second: bool) -> Option<f64> {
    let smoothed = window.border == Border::Smoothed;
    let (left, inner, right) =
        borders(window.times, window.values, (window.from, window.to), smoothed, counter)?;
    let mut change = right - left;
    if counter {
        let mut before = left;
        for value in inner.iter().map(|point| point.1).chain([right]) {
            if value < before {
                change += before;
            }
            before = value;
        }
    }
    Some(if each_second { change / window.seconds() } else { change })
}

/// The samples of a stretch with those at its borders.
pub(super) fn complete(series: &Series, from: i64, to: i64, border: Border) -> Series {
    let smoothed = border == Border::Smoothed;
    let mut complete = Series { labels: series.labels.clone(), ..Series::default() };
    // A stretch of numbers has both borders, whatever lies between them.
    let last = series.times.len().saturating_sub(1);
    let nothing = series.times.is_empty() || series.times[last] <= from;
    if nothing {
        return complete;
    }
    if let Some((left, inner, right)) = borders(&series.times, &series.values, (from, to), smoothed, false) {
        let points = [(from, left)].into_iter().chain(inner).chain([(to, right)]);
        (complete.times, complete.values) = points.unzip();
    }
    complete
}

/// The histogram between two points; a counter that fell began at nothing.
fn histogram_between(
    one: &(i64, Arc<Histogram>),
    two: &(i64, Arc<Histogram>),
    at: i64,
    counter: bool,
    notes: &mut Notes<'_>,
) -> Option<Histogram> {
    if at == one.0 {
        return Some(Histogram::clone(&one.1));
    }
    let mut result = Histogram::clone(&two.1);
    if at == two.0 {
        return Some(result);
    }
    let fraction = (at - one.0) as f64 / (two.0 - one.0) as f64;
    if counter && two.1.is_reset_after(&one.1) {
        result.scale(fraction);
        return Some(result);
    }
    if !notes.subtract(&mut result, &one.1) {
        return None;
    }
    result.scale(fraction);
    notes.add(&mut result, &one.1).then_some(result)
}

/// The change of histograms in a stretch.
pub(super) fn histogram_change(
    window: &Window<'_>,
    counter: bool,
    each_second: bool,
    notes: &mut Notes<'_>,
) -> Option<Histogram> {
    let (points, smoothed) = (window.histograms, window.border == Border::Smoothed);
    let mut last = points.len().checked_sub(1)?;
    let first = points[..last].partition_point(|point| point.0 <= window.from).saturating_sub(1);
    if smoothed {
        last = points[..last].partition_point(|point| point.0 < window.to);
    }
    if points[last].0 <= window.from || (smoothed && points[first].0 > window.to) {
        return None;
    }
    for (_, histogram) in &points[first..=last] {
        if histogram.is_custom() != points[first].1.is_custom() {
            notes.mixed_buckets();
            return None;
        }
        if counter && histogram.hint == ResetHint::Gauge {
            notes.not_a("counter");
        }
    }
    let left = if smoothed && points[first].0 < window.from {
        histogram_between(&points[first], &points[first + 1], window.from, counter, notes)?
    } else {
        Histogram::clone(&points[first].1)
    };
    let right = if smoothed && last > 0 && points[last].0 > window.to {
        histogram_between(&points[last - 1], &points[last], window.to, counter, notes)?
    } else {
        Histogram::clone(&points[last].1)
    };
    if !counter && [&left, &right].iter().any(|histogram| histogram.hint != ResetHint::Gauge) {
        notes.not_a("gauge");
    }
    let mut change = right.clone();
    if !notes.subtract(&mut change, &left) {
        return None;
    }
    if counter {
        // A reset that the left border was interpolated across is in its value already.
        let mut before = &left;
        let mut begin = first + 1;
        if smoothed && points[first].0 < window.from && points[first + 1].1.is_reset_after(&points[first].1) {
            before = &points[first + 1].1;
            begin += 1;
        }
        if begin <= last {
            for (_, histogram) in &points[begin..last] {
                if histogram.is_reset_after(before) && !notes.add(&mut change, before) {
                    return None;
                }
                before = histogram;
            }
            if right.is_reset_after(before) && !notes.add(&mut change, before) {
                return None;
            }
        }
    }
    if each_second {
        change.divide(window.seconds());
    }
    change.hint = ResetHint::Gauge;
    change.compact();
    Some(change)
}

/// The rows of a selector whose values are interpolated between the samples around each time.
pub(super) fn smoothed(
    evaluator: &mut Evaluator<'_>,
    selector: &Selector,
    pos: usize,
    grid: Grid,
) -> Vec<Row> {
    let fixed = super::window::fixed(&selector.shift);
    let offset = selector.shift.offset.as_ref().map_or(0, Span::millis);
    let lookback = evaluator.times.lookback;
    let mut rows = Vec::new();
    for series in evaluator.selected(selector.id) {
        let series = super::window::without_stale(series);
        let mut notes = Notes { annotations: &mut evaluator.annotations, pos, metric: series.labels.name() };
        let cells: Vec<Cell> = grid
            .times()
            .map(|time| {
                let at = fixed.unwrap_or(time).saturating_sub(offset);
                smoothed_at(&series, at, lookback, &mut notes)
            })
            .collect();
        if cells.iter().any(Cell::is_some) {
            rows.push(Row { labels: series.labels.clone(), cells, drop_name: false });
        }
    }
    rows
}

fn smoothed_at(series: &Series, at: i64, lookback: i64, notes: &mut Notes<'_>) -> Cell {
    let inside = |time: i64| time > at.saturating_sub(lookback) && time <= at.saturating_add(lookback);
    let floats: Vec<Point> = series
        .times
        .iter()
        .zip(&series.values)
        .filter(|(time, _)| inside(**time))
        .map(|(time, value)| (*time, *value))
        .collect();
    let histograms: Vec<_> = series.histograms.iter().filter(|point| inside(point.0)).cloned().collect();
    if !floats.is_empty() && !histograms.is_empty() {
        notes.mixed_samples();
        return Cell::None;
    }
    let next = floats.partition_point(|point| point.0 < at);
    match (next.checked_sub(1).map(|before| floats[before]), floats.get(next)) {
        (_, Some(exact)) if exact.0 == at => return Cell::Float(exact.1),
        (Some(before), Some(after)) => return Cell::Float(between(before, *after, at, false)),
        (Some(before), None) => return Cell::Float(before.1),
        _ => {}
    }
    let next = histograms.partition_point(|point| point.0 < at);
    match (next.checked_sub(1).map(|before| &histograms[before]), histograms.get(next)) {
        (_, Some(exact)) if exact.0 == at => Cell::Histogram(exact.1.clone()),
        (Some(before), Some(after)) => {
            if before.1.is_custom() != after.1.is_custom() {
                notes.mixed_buckets();
                return Cell::None;
            }
            let gauges = before.1.hint == ResetHint::Gauge && after.1.hint == ResetHint::Gauge;
            histogram_between(before, after, at, !gauges, notes).map_or(Cell::None, Cell::of)
        }
        (Some(before), None) => {
            Cell::of(Histogram { hint: ResetHint::Unknown, ..Histogram::clone(&before.1) })
        }
        _ => Cell::None,
    }
}
