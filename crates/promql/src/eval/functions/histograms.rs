//! Functions of histograms, native and classic.

use std::collections::HashMap;

use series::{Histogram, Kahan, Labels};

use super::Notes;
use crate::{
    EvalError,
    annotation::Forced,
    ast::Expr,
    eval::{
        Cell, Evaluator, Grid, Result, Row,
        quantile::{self, NanNote},
        rows::Rows,
        text,
    },
    format::exponent,
};

/// The label of classic buckets.
const BOUND: &str = "le";

/// `histogram_count` and the like: of each native histogram a number.
pub(super) fn statistics(name: &str, mut rows: Vec<Row>) -> Result<Vec<Row>> {
    let of: fn(&Histogram) -> f64 = match name {
        "histogram_count" => |histogram| histogram.count,
        "histogram_sum" => |histogram| histogram.sum,
        "histogram_avg" => |histogram| histogram.sum / histogram.count,
        "histogram_stdvar" => variance,
        "histogram_stddev" => |histogram| variance(histogram).sqrt(),
        _ => return Err(EvalError::new(format!("function {name:?} is not supported"))),
    };
    for row in &mut rows {
        row.drop_name = true;
        for cell in &mut row.cells {
            *cell = match cell {
                Cell::Histogram(histogram) => Cell::Float(of(histogram)),
                _ => Cell::None,
            };
        }
    }
    Ok(rows)
}

/// The estimated variance: observations lie in the middle of their buckets.
fn variance(histogram: &Histogram) -> f64 {
    let mean = histogram.sum / histogram.count;
    let mut sum = Kahan::default();
    for bucket in histogram.buckets().filter(|bucket| bucket.count != 0.0) {
        let middle = if histogram.is_custom() {
            f64::midpoint(bucket.upper, bucket.lower)
        } else if bucket.lower <= 0.0 && bucket.upper >= 0.0 {
            0.0
        } else {
            (bucket.upper * bucket.lower).sqrt().copysign(bucket.upper)
        };
        sum.add(bucket.count * (middle - mean) * (middle - mean));
    }
    (sum.sum + sum.lost) / histogram.count
}

/// What is computed of each histogram.
enum Computation {
    /// One quantile; with a label, a series for each of several.
    Quantiles {
        label: Option<String>,
        values: Vec<Vec<f64>>,
    },
    Fraction {
        lower: Vec<f64>,
        upper: Vec<f64>,
    },
}

/// A row of the argument: of which classic histogram it is a bucket, and the bucket's bound; or why it is none.
struct BucketRow {
    group: Option<(usize, f64)>,
    bound: String,
}

impl Evaluator<'_> {
    pub(super) fn histogram_function(&mut self, name: &str, args: &[Expr], grid: Grid) -> Result<Vec<Row>> {
        let (wanted, arg, quantile_args): (Computation, &Expr, &[Expr]) = match (name, args) {
            ("histogram_quantile", [quantile, arg]) => {
                let values = vec![self.scalar(quantile, grid)?];
                (Computation::Quantiles { label: None, values }, arg, &args[..1])
            }
            ("histogram_quantiles", [arg, label, quantiles @ ..]) => {
                let mut values = Vec::new();
                for quantile in quantiles {
                    values.push(self.scalar(quantile, grid)?);
                }
                let label = Some(text(label)?.to_owned());
                (Computation::Quantiles { label, values }, arg, quantiles)
            }
            ("histogram_fraction", [lower, upper, arg]) => {
                let (lower, upper) = (self.scalar(lower, grid)?, self.scalar(upper, grid)?);
                (Computation::Fraction { lower, upper }, arg, &[])
            }
            _ => return Err(EvalError::new(format!("function {name:?} is not supported"))),
        };
        let rows = self.vector(arg, grid)?;
        let mut groups: Vec<Labels> = Vec::new();
        let mut by_labels: HashMap<Labels, usize> = HashMap::new();
        let parts: Vec<BucketRow> = rows
            .iter()
            .map(|row| {
                let bound = row.labels.get(BOUND).to_owned();
                let number = parse_bound(&bound);
                let group = number.map(|number| {
                    let labels = row.labels.filter(|name| name != BOUND);
                    let next = groups.len();
                    let group = *by_labels.entry(labels.clone()).or_insert(next);
                    if group == next {
                        groups.push(labels);
                    }
                    (group, number)
                });
                BucketRow { group, bound }
            })
            .collect();
        let mut out = Rows::new(grid.len);
        for step in 0..grid.len {
            self.check_stopped()?;
            if let Computation::Quantiles { values, .. } = &wanted {
                for (quantile, arg) in values.iter().zip(quantile_args) {
                    Notes { annotations: &mut self.annotations, pos: arg.pos, metric: "" }
                        .bad_quantile(quantile[step]);
                }
            }
            let mut buckets: Vec<Vec<quantile::Classic>> = vec![Vec::new(); groups.len()];
            for (row, part) in rows.iter().zip(&parts) {
                if let Cell::Float(count) = row.cells[step] {
                    match part.group {
                        Some((group, bound)) => buckets[group].push((bound, count)),
                        None => self.note_bad_bound(&part.bound, row.labels.name(), arg.pos),
                    }
                }
            }
            for row in &rows {
                let Cell::Histogram(histogram) = &row.cells[step] else { continue };
                if let Some(classic) = by_labels.get(&row.labels).filter(|group| !buckets[**group].is_empty())
                {
                    let of = of_metric(row.labels.name());
                    let text = format!("vector contains a mix of classic and native histograms{of}");
                    self.annotations.warn(arg.pos, text);
                    buckets[*classic].clear();
                    continue;
                }
                let mut notes =
                    Notes { annotations: &mut self.annotations, pos: arg.pos, metric: row.labels.name() };
                wanted.each(&row.labels, step, &mut out, |quantile, range| match range {
                    Some((lower, upper)) => fraction(lower, upper, histogram, &mut notes),
                    None => native_quantile(quantile, histogram, &mut notes),
                })?;
            }
            for (labels, buckets) in groups.iter().zip(buckets).filter(|(_, buckets)| !buckets.is_empty()) {
                let annotations = &mut self.annotations;
                wanted.each(labels, step, &mut out, |quantile, range| {
                    if let Some((lower, upper)) = range {
                        return quantile::fraction_of_classic(lower, upper, buckets.clone());
                    }
                    let (value, forced) = quantile::of_classic(quantile, buckets.clone());
                    if let Some(forced) = forced {
                        let at = grid.at(step);
                        let quantile::ForcedUp { least, most, diff } = forced;
                        let case = Forced { pos: arg.pos, first: at, last: at, least, most, diff, count: 1 };
                        annotations.forced(labels.name(), case);
                    }
                    value
                })?;
            }
        }
        Ok(out.finish())
    }

    fn note_bad_bound(&mut self, bound: &str, metric: &str, pos: usize) {
        let of = of_metric(metric);
        let text = format!("bucket label \"le\" is missing or has a malformed value of {bound:?}{of}");
        self.annotations.warn(pos, text);
    }
}

impl Computation {
    /// Computes what is wanted of one histogram, and keeps it under the labels that it gets.
    fn each(
        &self,
        labels: &Labels,
        step: usize,
        out: &mut Rows,
        mut of: impl FnMut(f64, Option<(f64, f64)>) -> f64,
    ) -> Result<()> {
        match self {
            Self::Fraction { lower, upper } => {
                let value = of(f64::NAN, Some((lower[step], upper[step])));
                let row = out.find(labels, true);
                out.set(row, step, Cell::Float(value))
            }
            Self::Quantiles { label, values } => {
                for quantile in values.iter().map(|values| values[step]) {
                    let value = of(quantile, None);
                    let row = match label {
                        None => out.find(labels, true),
                        Some(label) => {
                            let mut labels = labels.edit();
                            labels.set(label, &open_metrics(quantile));
                            out.find(&labels.build(), true)
                        }
                    };
                    out.set(row, step, Cell::Float(value))?;
                }
                Ok(())
            }
        }
    }
}

fn of_metric(metric: &str) -> String {
    if metric.is_empty() { String::new() } else { format!(" for metric name {metric:?}") }
}

/// A number of the `OpenMetrics` text: whole ones have a point.
fn open_metrics(value: f64) -> String {
    let text = exponent(value);
    if value.is_finite() && !text.contains(['.', 'e']) { text + ".0" } else { text }
}

fn parse_bound(bound: &str) -> Option<f64> {
    let number: f64 = match bound.to_ascii_lowercase().as_str() {
        "+inf" | "inf" => f64::INFINITY,
        "-inf" => f64::NEG_INFINITY,
        _ => bound.parse().ok()?,
    };
    (!number.is_nan()).then_some(number)
}

fn native_quantile(quantile: f64, histogram: &Histogram, notes: &mut Notes<'_>) -> f64 {
    let (value, note) = quantile::of_histogram(quantile, histogram);
    let how = match note {
        None => return value,
        Some(NanNote::Result) => "NaN",
        Some(NanNote::Skew) => "skewed higher",
    };
    let of = of_metric(notes.metric);
    let text = format!("input to histogram_quantile has NaN observations, result is {how}{of}");
    notes.annotations.info(notes.pos, text);
    value
}

fn fraction(lower: f64, upper: f64, histogram: &Histogram, notes: &mut Notes<'_>) -> f64 {
    let (value, nan) = quantile::fraction_of_histogram(lower, upper, histogram);
    if nan {
        let of = of_metric(notes.metric);
        let text = format!(
            "input to histogram_fraction has NaN observations, which are excluded from all fractions{of}"
        );
        notes.annotations.info(notes.pos, text);
    }
    value
}
