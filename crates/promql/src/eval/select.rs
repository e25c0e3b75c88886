//! The newest sample of each series.

use super::{Cell, Evaluator, Grid, Result, Row, extended, window};
use crate::{
    Series,
    ast::{Border, Expr, Kind, Selector, Span},
};

/// Looks for the newest sample at times that go up.
#[derive(Debug, Default)]
struct Cursor {
    floats: usize,
    histograms: usize,
}

impl Cursor {
    /// The newest sample at `time` that is younger than `lookback`, unless it marks the end of the series.
    fn newest(&mut self, series: &Series, time: i64, lookback: i64) -> Option<(i64, Cell)> {
        while series.times.get(self.floats).is_some_and(|at| *at <= time) {
            self.floats += 1;
        }
        while series.histograms.get(self.histograms).is_some_and(|(at, _)| *at <= time) {
            self.histograms += 1;
        }
        let float = self.floats.checked_sub(1).map(|at| (series.times[at], series.values[at]));
        let histogram = self.histograms.checked_sub(1).map(|at| &series.histograms[at]);
        // A record of thinned samples holds until the next one.
        let width =
            self.floats.checked_sub(1).and_then(|at| series.weights.get(at)).map_or(0, |own| own.width);
        let oldest = time.saturating_sub(lookback.max(width));
        match (float, histogram) {
            (Some((at, value)), other) if other.is_none_or(|(later, _)| *later < at) => {
                (at > oldest && !series::is_stale(value)).then_some((at, Cell::Float(value)))
            }
            (_, Some((at, histogram))) => (*at > oldest && !series::is_stale(histogram.sum))
                .then(|| (*at, Cell::Histogram(histogram.clone()))),
            _ => None,
        }
    }
}

impl Evaluator<'_> {
    /// The rows of a selector.
    pub(super) fn instant(&mut self, selector: &Selector, pos: usize, grid: Grid) -> Result<Vec<Row>> {
        if selector.border == Border::Smoothed {
            return Ok(extended::smoothed(self, selector, pos, grid));
        }
        self.newest(selector, grid, |_, cell| cell)
    }

    /// The time of the newest sample of each series in place of its value, in seconds.
    pub(super) fn newest_times(&mut self, selector: &Selector, grid: Grid) -> Result<Vec<Row>> {
        let mut rows = self.newest(selector, grid, |at, _| Cell::Float(at as f64 / 1000.0))?;
        for row in &mut rows {
            row.drop_name = true;
        }
        Ok(rows)
    }

    fn newest(
        &mut self,
        selector: &Selector,
        grid: Grid,
        read: impl Fn(i64, Cell) -> Cell,
    ) -> Result<Vec<Row>> {
        let fixed = window::fixed(&selector.shift);
        let offset = selector.shift.offset.as_ref().map_or(0, Span::millis);
        let mut rows = Vec::new();
        for series in self.selected(selector.id) {
            self.check_stopped()?;
            let mut cursor = Cursor::default();
            let mut any = false;
            let cells: Vec<Cell> = grid
                .times()
                .map(|time| {
                    let time = fixed.unwrap_or(time).saturating_sub(offset);
                    let found = cursor.newest(series, time, self.times.lookback);
                    any |= found.is_some();
                    found.map_or(Cell::None, |(at, cell)| read(at, cell))
                })
                .collect();
            if any {
                self.hold(grid.len)?;
                rows.push(Row { labels: series.labels.clone(), cells, drop_name: false });
            }
        }
        Ok(rows)
    }

    /// The samples of a whole expression that is a range vector.
    pub(super) fn top_matrix(&mut self, expr: &Expr, grid: Grid) -> Result<Vec<Series>> {
        match &expr.kind {
            Kind::Paren(inner) => self.top_matrix(inner, grid),
            Kind::Range { selector, range } => {
                let stretch =
                    window::Stretch::new(&selector.shift, range, selector.border, self.times.lookback);
                let (from, to) = stretch.samples(grid.start);
                let mut matrix = Vec::new();
                for series in self.selected(selector.id) {
                    let series = window::without_stale(series);
                    let mut cut = cut(&series, from, to);
                    if selector.border != Border::Open {
                        if !cut.histograms.is_empty() {
                            let what =
                                if selector.border == Border::Anchored { "anchored" } else { "smoothed" };
                            return Err(crate::EvalError::new(format!(
                                "{what} modifier is not supported with histograms"
                            )));
                        }
                        let end = stretch.end(grid.start);
                        cut =
                            extended::complete(&cut, end.saturating_sub(stretch.range), end, selector.border);
                    }
                    if !cut.times.is_empty() || !cut.histograms.is_empty() {
                        self.hold(cut.times.len() + cut.histograms.len())?;
                        matrix.push(cut);
                    }
                }
                Ok(matrix)
            }
            Kind::Subquery { expr, range, step, shift } => {
                let stretch = window::Stretch::new(shift, range, Border::Open, self.times.lookback);
                let step = step.as_ref().map_or(self.times.subquery_step, Span::millis).max(1);
                let mut rows = Vec::new();
                for (series, drop_name) in self.subquery(expr, stretch, step, grid)? {
                    let labels = if drop_name {
                        series.labels.filter(|name| !super::rows::is_metadata(name))
                    } else {
                        series.labels.clone()
                    };
                    rows.push(Series { labels, ..series });
                }
                let mut names: Vec<_> = rows.iter().map(|series| &series.labels).collect();
                names.sort_unstable();
                if names.windows(2).any(|pair| pair[0] == pair[1]) {
                    return Err(super::rows::same_labels());
                }
                Ok(rows)
            }
            _ => Err(crate::EvalError::new("a range vector is expected")),
        }
    }
}

/// The samples between two times, the first not included.
fn cut(series: &Series, from: i64, to: i64) -> Series {
    let inside = |times: &dyn Fn(i64) -> usize| times(from)..times(to).max(times(from));
    let floats = inside(&|border| series.times.partition_point(|time| *time <= border));
    let histograms = inside(&|border| series.histograms.partition_point(|(time, _)| *time <= border));
    Series {
        labels: series.labels.clone(),
        times: series.times[floats.clone()].to_vec(),
        values: series.values[floats].to_vec(),
        histograms: series.histograms[histograms].to_vec(),
        ..Series::default()
    }
}
