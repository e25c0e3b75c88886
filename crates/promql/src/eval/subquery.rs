//! The values of an expression at the steps of a stretch of time.

use std::sync::Arc;

use series::ResetHint;

use super::{Cell, Evaluator, Grid, Result, window::Stretch};
use crate::{Series, ast::Expr};

impl Evaluator<'_> {
    /// The series of a subquery over all windows of a grid, and whether each loses its name. Steps are whole multiples of
    /// `step` since 1970.
    pub(super) fn subquery(
        &mut self,
        expr: &Expr,
        stretch: Stretch,
        step: i64,
        grid: Grid,
    ) -> Result<Vec<(Series, bool)>> {
        if grid.len == 0 {
            return Ok(Vec::new());
        }
        let from = stretch.end(grid.start).saturating_sub(stretch.range);
        let to = stretch.end(grid.at(grid.len - 1));
        let start = (from.div_euclid(step) + 1).saturating_mul(step);
        let inner = Grid::new(start, to, step);
        self.hold(inner.len)?;
        // Annotations and errors know no difference between a query and a subquery, but the order of rows does.
        let rows = self.vector(expr, inner)?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let mut series = Series { labels: row.labels, ..Series::default() };
            for (time, cell) in inner.times().zip(row.cells) {
                match cell {
                    Cell::None => {}
                    Cell::Float(value) => {
                        series.times.push(time);
                        series.values.push(value);
                    }
                    Cell::Histogram(mut histogram) => {
                        // Steps leave samples out or show them twice: what one says of its predecessor is void.
                        if matches!(histogram.hint, ResetHint::Reset | ResetHint::NotReset) {
                            Arc::make_mut(&mut histogram).hint = ResetHint::Unknown;
                        }
                        series.histograms.push((time, histogram));
                    }
                }
            }
            all.push((series, row.drop_name));
        }
        Ok(all)
    }
}
