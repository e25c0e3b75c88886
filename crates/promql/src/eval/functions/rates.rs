//! How much a series changes.

use std::sync::Arc;

use series::{Histogram, ResetHint};

use super::{Notes, owned};
use crate::{
    ast::Border,
    eval::{Cell, Window, extended},
};

/// `rate`, `increase` and `delta`: the change in the stretch, extrapolated to its borders unless these are completed.
pub(super) fn rate(window: &Window<'_>, counter: bool, each_second: bool, notes: &mut Notes<'_>) -> Cell {
    if window.is_mixed() {
        notes.mixed_samples();
        return Cell::None;
    }
    if window.border != Border::Open {
        return if window.histograms.is_empty() {
            extended::change(window, counter, each_second).map_or(Cell::None, Cell::Float)
        } else {
            extended::histogram_change(window, counter, each_second, notes).map_or(Cell::None, Cell::of)
        };
    }
    if window.len() < 2 {
        return Cell::None;
    }
    if window.histograms.is_empty() {
        let values = window.values;
        let (first, last) = (values[0], values[values.len() - 1]);
        let mut change = last - first;
        if counter {
            change += values.windows(2).filter(|pair| pair[1] < pair[0]).map(|pair| pair[0]).sum::<f64>();
        }
        let zero = (counter && change > 0.0 && first >= 0.0).then(|| first / change);
        let times = (window.times[0], window.times[window.times.len() - 1]);
        return Cell::Float(change * factor(window, times, counter, zero, each_second));
    }
    let Some(mut change) = histogram_change(window.histograms, counter, notes) else {
        return Cell::None;
    };
    let (first, last) = (&window.histograms[0], &window.histograms[window.histograms.len() - 1]);
    let zero = (counter && change.count > 0.0 && first.1.count >= 0.0).then(|| first.1.count / change.count);
    change.scale(factor(window, (first.0, last.0), counter, zero, each_second));
    Cell::of(change)
}

/// By what the change between the first and the last sample is multiplied. A series that begins or ends inside the stretch is
/// taken to go on for half the distance of its samples; a counter not below zero, which is `zero` times the sampled time away.
fn factor(
    window: &Window<'_>,
    (first, last): (i64, i64),
    counter: bool,
    zero: Option<f64>,
    each_second: bool,
) -> f64 {
    let seconds = |from: i64, to: i64| (to - from) as f64 / 1000.0;
    let sampled = seconds(first, last);
    let between = sampled / (window.len() - 1) as f64;
    let threshold = between * 1.1;
    let mut to_start = seconds(window.from, first);
    let mut to_end = seconds(last, window.to);
    if to_start >= threshold {
        to_start = between / 2.0;
    }
    if counter {
        to_start = zero.map_or(to_start, |zero| to_start.min(sampled * zero));
    }
    if to_end >= threshold {
        to_end = between / 2.0;
    }
    let factor = if sampled == 0.0 { 1.0 } else { (sampled + to_start + to_end) / sampled };
    if each_second { factor / window.seconds() } else { factor }
}

/// The change from the first to the last histogram, what was lost by resets added.
fn histogram_change(
    points: &[(i64, Arc<Histogram>)],
    counter: bool,
    notes: &mut Notes<'_>,
) -> Option<Histogram> {
    let gauge = |histogram: &Histogram| histogram.hint == ResetHint::Gauge;
    let (first, last) = (&points[0].1, &points[points.len() - 1].1);
    if counter && (gauge(first) || gauge(last)) {
        notes.not_a("counter");
    }
    // After a reset right behind the first histogram nobody needs it, nor that its buckets fit.
    let second = &points[1].1;
    let mut before = if counter && second.is_reset_after(first) {
        Arc::new(Histogram { schema: second.schema, custom: second.custom.clone(), ..Histogram::default() })
    } else {
        first.clone()
    };
    let custom = before.is_custom();
    if last.is_custom() != custom {
        notes.mixed_buckets();
        return None;
    }
    let mut schema = before.schema.min(last.schema);
    if counter {
        for (_, histogram) in &points[1..points.len() - 1] {
            if gauge(histogram) {
                notes.not_a("counter");
            }
            if histogram.is_custom() != custom {
                notes.mixed_buckets();
                return None;
            }
            schema = schema.min(histogram.schema);
        }
    }
    let mut change = last.to_schema(schema);
    if !notes.subtract(&mut change, &before) {
        return None;
    }
    if counter {
        for (_, histogram) in &points[1..] {
            if histogram.is_reset_after(&before) && !notes.add(&mut change, &before) {
                return None;
            }
            before = histogram.clone();
        }
    } else if !gauge(first) || !gauge(last) {
        notes.not_a("gauge");
    }
    change.hint = ResetHint::Gauge;
    change.compact();
    Some(change)
}

/// A time, a number, and a histogram in its place.
type Last<'a> = (i64, f64, Option<&'a Arc<Histogram>>);

/// The last two samples in the order of their times, each with its histogram if it is one.
fn last_two<'a>(window: &Window<'a>) -> Option<[Last<'a>; 2]> {
    let floats =
        window.times.iter().zip(window.values).rev().take(2).map(|(time, value)| (*time, *value, None));
    let histograms = window.histograms.iter().rev().take(2).map(|(time, native)| (*time, 0.0, Some(native)));
    let mut all: Vec<_> = floats.chain(histograms).collect();
    all.sort_by_key(|sample| sample.0);
    let [.., before, last] = all[..] else { return None };
    Some([before, last])
}

/// `irate` and `idelta`: the change between the last two samples.
pub(super) fn instant(window: &Window<'_>, counter: bool, notes: &mut Notes<'_>) -> Cell {
    let Some([before, last]) = last_two(window) else { return Cell::None };
    let seconds = (last.0 - before.0) as f64 / 1000.0;
    if seconds == 0.0 {
        return Cell::None;
    }
    match (before.2, last.2) {
        (None, None) => {
            let change = if counter && last.1 < before.1 { last.1 } else { last.1 - before.1 };
            Cell::Float(if counter { change / seconds } else { change })
        }
        (Some(first), Some(second)) => {
            let gauges = [first, second].map(|histogram| histogram.hint == ResetHint::Gauge);
            if counter && gauges.contains(&true) {
                notes.not_a("counter");
            }
            if !counter && gauges.contains(&false) {
                notes.not_a("gauge");
            }
            let mut change = owned(second);
            if (!counter || !second.is_reset_after(first)) && !notes.subtract(&mut change, first) {
                return Cell::None;
            }
            change.hint = ResetHint::Gauge;
            change.compact();
            if counter {
                change.divide(seconds);
            }
            Cell::of(change)
        }
        _ => {
            notes.mixed_samples();
            Cell::None
        }
    }
}

/// How often something happened between two samples of the window, floats and histograms in the order of their times.
fn count(window: &Window<'_>, happened: impl Fn(&Cell, &Cell) -> bool) -> Option<f64> {
    let mut floats = window.times.iter().copied().zip(window.values).peekable();
    let mut histograms = window.histograms.iter().peekable();
    let mut samples = Vec::with_capacity(window.len());
    loop {
        match (floats.peek(), histograms.peek()) {
            (Some((time, value)), other) if other.is_none_or(|(later, _)| time < later) => {
                samples.push((*time, Cell::Float(**value)));
                floats.next();
            }
            (_, Some((time, histogram))) => {
                samples.push((*time, Cell::Histogram(histogram.clone())));
                histograms.next();
            }
            _ => break,
        }
    }
    if window.border == Border::Anchored {
        // What counts begins with the last sample at or before the stretch.
        let inside = samples.partition_point(|(time, _)| *time <= window.from);
        if inside == samples.len() {
            return None;
        }
        samples.drain(..inside.saturating_sub(1));
    }
    let times = samples.windows(2).filter(|pair| happened(&pair[0].1, &pair[1].1)).count();
    Some(times as f64)
}

/// How often a counter began anew.
pub(super) fn resets(window: &Window<'_>) -> Option<f64> {
    count(window, |before, now| match (before, now) {
        (Cell::Float(before), Cell::Float(now)) => now < before,
        (Cell::Histogram(before), Cell::Histogram(now)) => now.is_reset_after(before),
        _ => true,
    })
}

/// How often the value changed.
pub(super) fn changes(window: &Window<'_>) -> Option<f64> {
    count(window, |before, now| match (before, now) {
        (Cell::Float(before), Cell::Float(now)) => before != now && !(before.is_nan() && now.is_nan()),
        (Cell::Histogram(before), Cell::Histogram(now)) => before != now,
        _ => true,
    })
}
