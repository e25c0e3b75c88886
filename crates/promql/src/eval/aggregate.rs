//! Many series into few.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash as _};

use series::{Kahan, Labels};

use super::{
    Cell, Evaluator, Grid, Result, Row,
    functions::{Mean, Notes, Total, by_value},
    quantile,
    rows::{Rows, is_metadata},
    text,
};
use crate::{
    EvalError,
    ast::{Aggregate, AggregateOp},
    format,
};

impl Evaluator<'_> {
    pub(super) fn aggregate(&mut self, aggregate: &Aggregate, pos: usize, grid: Grid) -> Result<Vec<Row>> {
        let params = match &aggregate.param {
            Some(param) if aggregate.op != AggregateOp::CountValues => self.scalar(param, grid)?,
            _ => Vec::new(),
        };
        let rows = self.vector(&aggregate.expr, grid)?;
        match aggregate.op {
            AggregateOp::CountValues => count_values(aggregate, &rows, grid),
            AggregateOp::Topk | AggregateOp::Bottomk | AggregateOp::Limitk | AggregateOp::LimitRatio => {
                self.choose(aggregate, pos, rows, &params)
            }
            _ => {
                if aggregate.op == AggregateOp::Quantile
                    && let Some(param) = &aggregate.param
                {
                    let mut notes = Notes { annotations: &mut self.annotations, pos: param.pos, metric: "" };
                    for quantile in &params {
                        notes.bad_quantile(*quantile);
                    }
                }
                self.reduce(aggregate, &rows, &params, grid)
            }
        }
    }

    /// One row for each group.
    fn reduce(
        &mut self,
        aggregate: &Aggregate,
        rows: &[Row],
        params: &[f64],
        grid: Grid,
    ) -> Result<Vec<Row>> {
        let mut out = Vec::new();
        for (labels, members) in groups(aggregate, rows) {
            self.check_stopped()?;
            let mut cells = Vec::with_capacity(grid.len);
            for step in 0..grid.len {
                let members = members.iter().map(|row| (&rows[*row].labels, &rows[*row].cells[step]));
                let param = params.get(step).copied().unwrap_or(f64::NAN);
                cells.push(self.one(aggregate, members.filter(|(_, cell)| cell.is_some()), param));
            }
            let drop_name = members.iter().any(|row| rows[*row].drop_name);
            out.push(Row { labels, cells, drop_name });
        }
        out.retain(|row| row.cells.iter().any(Cell::is_some));
        Ok(out)
    }

    /// The value of one group at one time.
    fn one<'r>(
        &mut self,
        aggregate: &Aggregate,
        mut members: impl Iterator<Item = (&'r Labels, &'r Cell)>,
        param: f64,
    ) -> Cell {
        let (op, pos) = (aggregate.op, aggregate.expr.pos);
        match op {
            AggregateOp::Group => members.next().map_or(Cell::None, |_| Cell::Float(1.0)),
            AggregateOp::Count => match members.count() {
                0 => Cell::None,
                count => Cell::Float(count as f64),
            },
            AggregateOp::Sum | AggregateOp::Avg => self.total(op == AggregateOp::Avg, pos, members),
            _ => {
                let mut values = Vec::new();
                let mut ignored = false;
                for (_, cell) in members {
                    match cell {
                        Cell::Float(value) => values.push(*value),
                        _ => ignored = true,
                    }
                }
                if ignored {
                    self.annotations.info(pos, format!("ignored histogram in {} aggregation", op.name()));
                }
                of_values(op, values, param).map_or(Cell::None, Cell::Float)
            }
        }
    }

    fn total<'r>(
        &mut self,
        mean: bool,
        pos: usize,
        members: impl Iterator<Item = (&'r Labels, &'r Cell)>,
    ) -> Cell {
        let (mut sum, mut average, mut floats) = (Kahan::default(), Mean::default(), 0);
        let mut histograms: Option<Total> = None;
        let mut incompatible = false;
        for (labels, cell) in members {
            match cell {
                Cell::Float(value) if floats == 0 && !mean => {
                    sum = Kahan::from(*value);
                    floats += 1;
                }
                Cell::Float(value) => {
                    floats += 1;
                    if mean { average.add(*value) } else { sum.add(*value) }
                }
                Cell::Histogram(histogram) if !incompatible => match &mut histograms {
                    None => histograms = Some(Total::new(histogram, mean)),
                    Some(total) => {
                        if total.add(histogram).is_err() {
                            incompatible = true;
                            let mut notes =
                                Notes { annotations: &mut self.annotations, pos, metric: labels.name() };
                            notes.mixed_buckets();
                        }
                    }
                },
                _ => {}
            }
        }
        match (floats, histograms) {
            (0, None) => Cell::None,
            (_, None) if mean => Cell::Float(average.value()),
            (_, None) => Cell::Float(sum.sum + sum.lost),
            (0, Some(_)) if incompatible => Cell::None,
            (0, Some(total)) => {
                let (histogram, conflict, reconciled) = total.finish();
                if conflict {
                    self.annotations.warn(pos, "conflicting counter resets during histogram aggregation");
                }
                if reconciled {
                    self.annotations
                        .info(pos, "mismatched custom buckets were reconciled during aggregation");
                }
                Cell::of(histogram)
            }
            (_, Some(_)) => {
                self.annotations.warn(pos, "encountered a mix of histograms and floats for aggregation");
                Cell::None
            }
        }
    }

    /// Some of the rows of each group.
    fn choose(
        &mut self,
        aggregate: &Aggregate,
        pos: usize,
        rows: Vec<Row>,
        params: &[f64],
    ) -> Result<Vec<Row>> {
        let op = aggregate.op;
        let most = params.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = params.iter().copied().fold(f64::INFINITY, f64::min);
        let nan = params.iter().any(|param| param.is_nan());
        if op == AggregateOp::LimitRatio {
            if nan {
                return Err(EvalError::new("Ratio value is NaN"));
            }
            let at = aggregate.param.as_ref().map_or(pos, |param| param.pos);
            for (ratio, cap) in [(most, 1.0), (least, -1.0)] {
                if (cap > 0.0 && ratio > cap) || (cap < 0.0 && ratio < cap) {
                    let got = format::message(ratio);
                    let text = format!("ratio value should be between -1 and 1, got {got}, capping to {cap}");
                    self.annotations.warn(at, text);
                }
            }
        } else {
            if nan {
                return Err(EvalError::new("Parameter value is NaN"));
            }
            if most < 1.0 {
                return Ok(Vec::new());
            }
            for (param, how) in [(least, "underflows"), (most, "overflows")] {
                if param.abs() >= i64::MAX as f64 {
                    let text = format!("Scalar value {} {how} int64", format::exponent(param));
                    return Err(EvalError::new(text));
                }
            }
        }
        let all = groups(aggregate, &rows);
        let mut kept = vec![vec![false; params.len()]; rows.len()];
        let mut order = Vec::new();
        for (_, members) in &all {
            for (step, param) in params.iter().enumerate() {
                let chosen = self.chosen(op, pos, &rows, members, step, *param);
                for row in &chosen {
                    kept[*row][step] = true;
                }
                order = if step == 0 { [order, chosen].concat() } else { order };
            }
        }
        let mut chosen: Vec<Option<Row>> = rows
            .into_iter()
            .zip(kept)
            .map(|(mut row, kept)| {
                for (cell, kept) in row.cells.iter_mut().zip(kept) {
                    if !kept {
                        *cell = Cell::None;
                    }
                }
                row.cells.iter().any(Cell::is_some).then_some(row)
            })
            .collect();
        // At one time the order is that of the choice.
        let first: Vec<Row> = order.into_iter().filter_map(|row| chosen[row].take()).collect();
        Ok(first.into_iter().chain(chosen.into_iter().flatten()).collect())
    }

    fn chosen(
        &mut self,
        op: AggregateOp,
        pos: usize,
        rows: &[Row],
        members: &[usize],
        step: usize,
        param: f64,
    ) -> Vec<usize> {
        let mut present: Vec<usize> =
            members.iter().copied().filter(|row| rows[*row].cells[step].is_some()).collect();
        if op == AggregateOp::LimitRatio {
            let ratio = param.clamp(-1.0, 1.0);
            present.retain(|row| {
                let offset = sampling_offset(&rows[*row].labels);
                if ratio >= 0.0 { offset < ratio } else { offset >= 1.0 + ratio }
            });
            return present;
        }
        if op != AggregateOp::Limitk {
            let numbers = present.len();
            present.retain(|row| rows[*row].cells[step].float().is_some());
            if present.len() < numbers {
                self.annotations.info(pos, format!("ignored histogram in {} aggregation", op.name()));
            }
            let value = |row: &usize| rows[*row].cells[step].float().unwrap_or(f64::NAN);
            present.sort_by(|one, two| by_value(value(one), value(two), op == AggregateOp::Topk));
        }
        present.truncate(if param < 1.0 { 0 } else { param as usize });
        present
    }
}

/// How often each value occurs.
fn count_values(aggregate: &Aggregate, rows: &[Row], grid: Grid) -> Result<Vec<Row>> {
    let label = match &aggregate.param {
        Some(param) => text(param)?,
        None => "",
    };
    if label.is_empty() {
        return Err(EvalError::new(format!("invalid label name {label:?}")));
    }
    let mut out = Rows::new(grid.len);
    for step in 0..grid.len {
        let mut counts: HashMap<Labels, f64> = HashMap::new();
        let mut seen = Vec::new();
        for row in rows {
            let value = match &row.cells[step] {
                Cell::None => continue,
                Cell::Float(value) => format::shortest(*value),
                Cell::Histogram(histogram) => histogram.to_string(),
            };
            let mut labels = row.labels.edit();
            labels.set(label, &value);
            let mut labels = group(aggregate, &labels.build());
            if !aggregate.without {
                let mut grouped = labels.edit();
                grouped.set(label, &value);
                labels = grouped.build();
            }
            let count = counts.entry(labels.clone()).or_insert(0.0);
            if *count == 0.0 {
                seen.push(labels);
            }
            *count += 1.0;
        }
        for labels in seen {
            let row = out.find(&labels, false);
            out.set(row, step, Cell::Float(counts[&labels]))?;
        }
    }
    Ok(out.finish())
}

/// The labels of the group of a series.
fn group(aggregate: &Aggregate, labels: &Labels) -> Labels {
    let listed = |name: &str| aggregate.labels.iter().any(|label| label == name);
    if aggregate.without {
        labels.filter(|name| !listed(name) && !is_metadata(name))
    } else {
        labels.filter(listed)
    }
}

/// The groups in the order of their first members.
fn groups(aggregate: &Aggregate, rows: &[Row]) -> Vec<(Labels, Vec<usize>)> {
    let mut by_labels: HashMap<Labels, usize> = HashMap::new();
    let mut groups: Vec<(Labels, Vec<usize>)> = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        let labels = group(aggregate, &row.labels);
        let next = groups.len();
        let at = *by_labels.entry(labels.clone()).or_insert(next);
        if at == next {
            groups.push((labels, Vec::new()));
        }
        groups[at].1.push(n);
    }
    groups
}

fn of_values(op: AggregateOp, mut values: Vec<f64>, param: f64) -> Option<f64> {
    let first = *values.first()?;
    Some(match op {
        AggregateOp::Min => values
            .into_iter()
            .fold(first, |least, value| if least > value || least.is_nan() { value } else { least }),
        AggregateOp::Max => values
            .into_iter()
            .fold(first, |most, value| if most < value || most.is_nan() { value } else { most }),
        AggregateOp::Quantile => quantile::of_values(param, &mut values),
        _ => {
            let mut mean = first;
            let mut squares = if first.is_finite() { 0.0 } else { f64::NAN };
            for (n, value) in values.iter().enumerate().skip(1) {
                let delta = value - mean;
                mean += delta / (n + 1) as f64;
                squares += delta * (value - mean);
            }
            let variance = squares / values.len() as f64;
            if op == AggregateOp::Stddev { variance.sqrt() } else { variance }
        }
    })
}

/// Where a series lies between 0 and 1 when some are to be chosen: always at the same place.
fn sampling_offset(labels: &Labels) -> f64 {
    let mut hasher =
        std::hash::BuildHasherDefault::<std::collections::hash_map::DefaultHasher>::default().build_hasher();
    labels.hash(&mut hasher);
    std::hash::Hasher::finish(&hasher) as f64 / u64::MAX as f64
}
