//! The samples of one series that a function looks at.

use std::sync::Arc;

use series::{Histogram, Labels, is_stale};

use super::{Cell, Evaluator, Grid, Result, Row};
use crate::{
    Series, Weight,
    ast::{At, Border, Expr, Kind, Shift, Span},
};

/// The samples of one series in a stretch of time that is open on the left. With a completed border the samples begin and end
/// earlier and later, and the borders do not.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'a> {
    pub labels: &'a Labels,
    pub times: &'a [i64],
    pub values: &'a [f64],
    pub histograms: &'a [(i64, Arc<Histogram>)],
    /// For what each number stands; nothing when all are samples.
    pub weights: &'a [Weight],
    /// Where the stretch begins, not included.
    pub from: i64,
    /// Where it ends, included.
    pub to: i64,
    /// The time of the evaluation.
    pub at: i64,
    pub border: Border,
}

impl Window<'_> {
    pub(super) fn len(&self) -> usize {
        self.times.len() + self.histograms.len()
    }

    /// How many samples the numbers stand for.
    pub(super) fn numbers(&self) -> f64 {
        if self.weights.is_empty() {
            return self.values.len() as f64;
        }
        self.weights.iter().map(|weight| weight.count).sum::<u64>() as f64
    }

    /// How long the stretch is, in seconds.
    pub(super) fn seconds(&self) -> f64 {
        (self.to - self.from) as f64 / 1000.0
    }

    pub(super) fn name(&self) -> &str {
        self.labels.name()
    }

    pub(super) fn is_mixed(&self) -> bool {
        !self.times.is_empty() && !self.histograms.is_empty()
    }
}

/// When windows end, relative to the times of the evaluation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    at: Option<i64>,
    offset: i64,
    pub range: i64,
    pub border: Border,
    lookback: i64,
}

impl Stretch {
    pub(super) fn new(shift: &Shift, range: &Span, border: Border, lookback: i64) -> Self {
        Self {
            at: fixed(shift),
            offset: shift.offset.as_ref().map_or(0, Span::millis),
            range: range.millis(),
            border,
            lookback,
        }
    }

    /// Where the window of a time ends.
    pub(super) fn end(&self, time: i64) -> i64 {
        self.at.unwrap_or(time).saturating_sub(self.offset)
    }

    /// Which samples the window of a time has: from (not included), to.
    pub(super) fn samples(&self, time: i64) -> (i64, i64) {
        let end = self.end(time);
        let begin = end.saturating_sub(self.range);
        match self.border {
            Border::Open => (begin, end),
            Border::Anchored => (begin.saturating_sub(self.lookback), end),
            Border::Smoothed => (begin.saturating_sub(self.lookback), end.saturating_add(self.lookback)),
        }
    }
}

pub(super) fn fixed(shift: &Shift) -> Option<i64> {
    match shift.at {
        Some(At::Time(at)) => Some(at),
        _ => None,
    }
}

/// The samples of a series without the markers of its ends.
pub(super) fn without_stale(series: &Series) -> std::borrow::Cow<'_, Series> {
    let stale = series.values.iter().any(|value| is_stale(*value))
        || series.histograms.iter().any(|(_, histogram)| is_stale(histogram.sum));
    if !stale {
        return std::borrow::Cow::Borrowed(series);
    }
    let kept = series.times.iter().zip(&series.values).filter(|(_, value)| !is_stale(**value));
    let (times, values) = kept.map(|(time, value)| (*time, *value)).unzip();
    let weights = series.weights.iter().zip(&series.values).filter(|(_, value)| !is_stale(**value));
    let weights = weights.map(|(weight, _)| *weight).collect();
    let histograms =
        series.histograms.iter().filter(|(_, histogram)| !is_stale(histogram.sum)).cloned().collect();
    std::borrow::Cow::Owned(Series {
        labels: series.labels.clone(),
        times,
        values,
        histograms,
        weights,
        ..Series::default()
    })
}

impl Evaluator<'_> {
    /// Gives `function` the window of each series and time that has samples; what it returns are the values of the rows.
    pub(super) fn windows(
        &mut self,
        arg: &Expr,
        grid: Grid,
        mut function: impl FnMut(&mut Self, &Window<'_>, usize) -> Result<Cell>,
    ) -> Result<Vec<Row>> {
        match &arg.kind {
            Kind::Range { selector, range } => {
                let stretch = Stretch::new(&selector.shift, range, selector.border, self.times.lookback);
                let mut rows = Vec::new();
                for series in self.selected(selector.id) {
                    let series = without_stale(series);
                    rows.extend(self.over_series(&series, false, stretch, grid, &mut function)?);
                }
                Ok(rows)
            }
            Kind::Subquery { expr, range, step, shift } => {
                let stretch = Stretch::new(shift, range, Border::Open, self.times.lookback);
                let step = step.as_ref().map_or(self.times.subquery_step, Span::millis).max(1);
                let mut rows = Vec::new();
                for (series, drop_name) in self.subquery(expr, stretch, step, grid)? {
                    rows.extend(self.over_series(&series, drop_name, stretch, grid, &mut function)?);
                }
                Ok(rows)
            }
            _ => Err(crate::EvalError::new("a range vector is expected")),
        }
    }

    fn over_series(
        &mut self,
        series: &Series,
        drop_name: bool,
        stretch: Stretch,
        grid: Grid,
        function: &mut impl FnMut(&mut Self, &Window<'_>, usize) -> Result<Cell>,
    ) -> Result<Option<Row>> {
        self.check_stopped()?;
        let mut cells = vec![Cell::None; grid.len];
        let mut any = false;
        let (mut floats, mut histograms) = (Edges::default(), Edges::default());
        for (step, time) in grid.times().enumerate() {
            let (from, to) = stretch.samples(time);
            let times = floats.between(from, to, series.times.len(), |index| series.times[index]);
            let native =
                histograms.between(from, to, series.histograms.len(), |index| series.histograms[index].0);
            let end = stretch.end(time);
            let window = Window {
                labels: &series.labels,
                times: &series.times[times.clone()],
                values: &series.values[times.clone()],
                weights: series.weights.get(times).unwrap_or_default(),
                histograms: &series.histograms[native],
                from: end.saturating_sub(stretch.range),
                to: end,
                at: time,
                border: stretch.border,
            };
            if window.len() > 0 {
                cells[step] = function(self, &window, step)?;
                any |= cells[step].is_some();
            }
        }
        Ok(any.then(|| Row { labels: series.labels.clone(), cells, drop_name }))
    }
}

/// Where the last window began and ended: the next one is not before it.
#[derive(Debug, Default)]
struct Edges {
    begin: usize,
    end: usize,
}

impl Edges {
    fn between(
        &mut self,
        from: i64,
        to: i64,
        len: usize,
        time: impl Fn(usize) -> i64,
    ) -> std::ops::Range<usize> {
        while self.begin < len && time(self.begin) <= from {
            self.begin += 1;
        }
        self.end = self.end.max(self.begin);
        while self.end < len && time(self.end) <= to {
            self.end += 1;
        }
        self.begin..self.end
    }
}
