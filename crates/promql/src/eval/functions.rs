//! Functions by name.

mod clock;
mod histograms;
mod labels;
mod math;
mod over_time;
mod rates;
mod sort;
mod trend;

pub(super) use over_time::{Mean, Total};
pub(super) use sort::by_value;

use std::sync::Arc;

use series::{Histogram, Incompatible};

use super::{Cell, Evaluator, Grid, Result, Row, Window, text};
use crate::{
    Annotations, EvalError,
    ast::{Border, Expr, Kind, Type},
    format::message,
};

/// Functions that know borders that were completed.
const ANCHORED: [&str; 5] = ["changes", "delta", "increase", "rate", "resets"];
const SMOOTHED: [&str; 3] = ["delta", "increase", "rate"];

/// Where annotations about an argument belong, and the metric they are about.
pub(super) struct Notes<'a> {
    pub annotations: &'a mut Annotations,
    pub pos: usize,
    pub metric: &'a str,
}

impl Notes<'_> {
    pub(super) fn mixed_samples(&mut self) {
        let text = format!("encountered a mix of histograms and floats for metric name {:?}", self.metric);
        self.annotations.warn(self.pos, text);
    }

    pub(super) fn histograms_ignored(&mut self) {
        let text = format!(
            "ignored histograms in a range containing both floats and histograms for metric name {:?}",
            self.metric
        );
        self.annotations.info(self.pos, text);
    }

    pub(super) fn mixed_buckets(&mut self) {
        let text = format!(
            "vector contains a mix of histograms with exponential and custom buckets schemas for metric name {:?}",
            self.metric
        );
        self.annotations.warn(self.pos, text);
    }

    pub(super) fn not_a(&mut self, what: &str) {
        let text = format!("this native histogram metric is not a {what}: {:?}", self.metric);
        self.annotations.warn(self.pos, text);
    }

    pub(super) fn reconciled(&mut self, during: &str) {
        self.annotations.info(self.pos, format!("mismatched custom buckets were reconciled during {during}"));
    }

    /// Adds a histogram; `false` when the two do not fit.
    pub(super) fn add(&mut self, into: &mut Histogram, other: &Histogram) -> bool {
        self.combined(into.add(other), "addition")
    }

    pub(super) fn subtract(&mut self, into: &mut Histogram, other: &Histogram) -> bool {
        self.combined(into.subtract(other), "subtraction")
    }

    pub(super) fn combined(
        &mut self,
        how: std::result::Result<series::Combined, Incompatible>,
        during: &str,
    ) -> bool {
        let Ok(combined) = how else {
            self.mixed_buckets();
            return false;
        };
        if combined.bounds_reconciled {
            self.reconciled(during);
        }
        true
    }

    pub(super) fn bad_quantile(&mut self, quantile: f64) {
        if !(0.0..=1.0).contains(&quantile) {
            let text = format!("quantile value should be between 0 and 1, got {}", message(quantile));
            self.annotations.warn(self.pos, text);
        }
    }
}

impl Evaluator<'_> {
    /// A function whose value is a number at each time.
    pub(super) fn scalar_call(&mut self, name: &str, args: &[Expr], grid: Grid) -> Result<Vec<f64>> {
        match (name, args) {
            ("pi", _) => Ok(vec![std::f64::consts::PI; grid.len]),
            ("time", _) => Ok(grid.times().map(|time| time as f64 / 1000.0).collect()),
            ("scalar", [arg]) => {
                let rows = self.vector(arg, grid)?;
                let only = |step: usize| {
                    let mut floats = rows.iter().filter_map(|row| row.cells[step].float());
                    match (floats.next(), floats.next()) {
                        (Some(value), None) => value,
                        _ => f64::NAN,
                    }
                };
                Ok((0..grid.len).map(only).collect())
            }
            ("min_of" | "max_of", [left, right]) => {
                let pick = if name == "min_of" { math::min } else { math::max };
                let (left, right) = (self.scalar(left, grid)?, self.scalar(right, grid)?);
                Ok(left.into_iter().zip(right).map(|(left, right)| pick(left, right)).collect())
            }
            _ => Err(EvalError::new(format!("function {name:?} is not supported"))),
        }
    }

    /// A function whose value is a number or histogram of each series at each time.
    pub(super) fn vector_call(
        &mut self,
        name: &str,
        args: &[Expr],
        pos: usize,
        grid: Grid,
    ) -> Result<Vec<Row>> {
        if let Some(at) = args.iter().position(|arg| arg.ty() == Type::Matrix) {
            return self.over_windows(name, args, at, grid);
        }
        match (name, args) {
            ("vector", [arg]) => {
                let cells = self.scalar(arg, grid)?.into_iter().map(Cell::Float).collect();
                Ok(vec![Row { labels: series::Labels::default(), cells, drop_name: false }])
            }
            ("timestamp", [Expr { kind: Kind::Selector(selector), .. }]) => self.newest_times(selector, grid),
            ("timestamp", [arg]) => {
                let mut rows = self.vector(arg, grid)?;
                for row in &mut rows {
                    row.drop_name = true;
                    for (cell, time) in row.cells.iter_mut().zip(grid.times()) {
                        if cell.is_some() {
                            *cell = Cell::Float(time as f64 / 1000.0);
                        }
                    }
                }
                Ok(rows)
            }
            // Samples have no start times here.
            ("start_timestamp", _) => Ok(Vec::new()),
            ("absent", [arg]) => {
                let rows = self.vector(arg, grid)?;
                let present = |step: &usize| rows.iter().any(|row| row.cells[*step].is_some());
                let cells =
                    (0..grid.len).map(|step| if present(&step) { Cell::None } else { Cell::Float(1.0) });
                Ok(vec![Row { labels: labels::of_absent(arg), cells: cells.collect(), drop_name: false }])
            }
            ("label_replace", [arg, dst, replacement, src, regex]) => {
                let texts = [text(dst)?, text(replacement)?, text(src)?, text(regex)?];
                let replace = labels::Replace::new(texts)?;
                labels::replace(self.vector(arg, grid)?, &replace)
            }
            ("label_join", [arg, dst, separator, sources @ ..]) => {
                let sources = sources.iter().map(|source| text(source)).collect::<Result<Vec<_>>>()?;
                let (dst, separator) = (text(dst)?, text(separator)?);
                labels::join(self.vector(arg, grid)?, dst, separator, &sources)
            }
            ("info", [arg, more @ ..]) => self.info(arg, more.first(), grid),
            ("sort" | "sort_desc" | "sort_by_label" | "sort_by_label_desc", [arg, by @ ..]) => {
                let by = by.iter().map(|label| text(label)).collect::<Result<Vec<_>>>()?;
                let rows = self.vector(arg, grid)?;
                if !self.instant {
                    let text =
                        "sort is ineffective for range queries since results are always ordered by labels";
                    self.annotations.warn(pos, text);
                }
                Ok(sort::sorted(name, rows, &by))
            }
            ("histogram_quantile" | "histogram_quantiles" | "histogram_fraction", _) => {
                self.histogram_function(name, args, grid)
            }
            _ if name.starts_with("histogram_") => histograms::statistics(name, self.vector(&args[0], grid)?),
            _ => self.math_function(name, args, grid),
        }
    }

    /// A function of the samples of a stretch of time.
    fn over_windows(&mut self, name: &str, args: &[Expr], at: usize, grid: Grid) -> Result<Vec<Row>> {
        let arg = &args[at];
        let border = match &arg.kind {
            Kind::Range { selector, .. } => selector.border,
            _ => Border::Open,
        };
        let (what, known): (&str, &[&str]) = match border {
            Border::Open => ("", &[]),
            Border::Anchored => ("anchored", &ANCHORED),
            Border::Smoothed => ("smoothed", &SMOOTHED),
        };
        if border != Border::Open && !known.contains(&name) {
            let text =
                format!("{what} modifier can only be used with: {} - not with {name}", known.join(", "));
            return Err(EvalError::new(text));
        }
        let mut params = Vec::new();
        for (n, other) in args.iter().enumerate() {
            if n != at {
                params.push(self.scalar(other, grid)?);
            }
        }
        let mut rows = self.windows(arg, grid, |this, window, step| {
            let params: Vec<f64> = params.iter().map(|values| values[step]).collect();
            let mut notes = Notes { annotations: &mut this.annotations, pos: arg.pos, metric: window.name() };
            if let Some(param) = args.iter().find(|other| other.ty() == Type::Scalar)
                && name == "integral"
            {
                over_time::check_strategy(&params, param.pos, &mut notes);
            }
            of_window(name, window, &params, &mut notes)
        })?;
        if !matches!(name, "last_over_time" | "first_over_time") {
            for row in &mut rows {
                row.drop_name = true;
            }
        }
        if matches!(name, "rate" | "increase") {
            self.note_no_counters(&rows, arg.pos);
        }
        if name == "absent_over_time" {
            let present = |step: &usize| rows.iter().any(|row| row.cells[*step].is_some());
            let cells = (0..grid.len).map(|step| if present(&step) { Cell::None } else { Cell::Float(1.0) });
            return Ok(vec![Row { labels: labels::of_absent(arg), cells: cells.collect(), drop_name: true }]);
        }
        Ok(rows)
    }

    /// Notes series that are treated as counters and do not look like them.
    fn note_no_counters(&mut self, rows: &[Row], pos: usize) {
        for row in rows {
            let name = row.labels.name();
            let counter = ["_total", "_sum", "_count", "_bucket"].iter().any(|end| name.ends_with(end));
            if !name.is_empty() && !counter && row.cells.iter().any(|cell| cell.float().is_some()) {
                let text = format!(
                    "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {name:?}"
                );
                self.annotations.info(pos, text);
            }
        }
    }
}

fn of_window(name: &str, window: &Window<'_>, params: &[f64], notes: &mut Notes<'_>) -> Result<Cell> {
    let value = match name {
        "rate" => return Ok(rates::rate(window, true, true, notes)),
        "increase" => return Ok(rates::rate(window, true, false, notes)),
        "delta" => return Ok(rates::rate(window, false, false, notes)),
        "irate" => return Ok(rates::instant(window, true, notes)),
        "idelta" => return Ok(rates::instant(window, false, notes)),
        "resets" => rates::resets(window),
        "changes" => rates::changes(window),
        "deriv" => trend::deriv(window, notes),
        "predict_linear" => trend::predict(window, params[0], notes),
        "double_exponential_smoothing" => trend::smooth(window, params, notes)?,
        "absent_over_time" | "present_over_time" => Some(1.0),
        _ => return over_time::call(name, window, params, notes),
    };
    Ok(value.map_or(Cell::None, Cell::Float))
}

/// A histogram that may be changed.
fn owned(histogram: &Arc<Histogram>) -> Histogram {
    Histogram::clone(histogram)
}
