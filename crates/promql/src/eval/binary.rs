//! Operators between two sides.

use std::collections::{HashMap, HashSet};

use series::{Histogram, Labels};

use super::{
    Cell, Evaluator, Grid, Result, Row,
    rows::{Rows, is_metadata},
};
use crate::{
    EvalError,
    ast::{Binary, Card, Matching, Op, Type},
};

/// No row.
const NONE: usize = usize::MAX;

/// The value of an operator between two numbers; comparisons give 1 or 0.
pub(super) fn scalars(op: Op, left: f64, right: f64) -> f64 {
    let (value, keep) = numbers(op, left, right);
    if op.compares() { f64::from(u8::from(keep)) } else { value }
}

/// The value, and whether a comparison holds.
fn numbers(op: Op, left: f64, right: f64) -> (f64, bool) {
    match op {
        Op::Add => (left + right, true),
        Op::Sub => (left - right, true),
        Op::Mul => (left * right, true),
        Op::Div => (left / right, true),
        Op::Mod => (left % right, true),
        Op::Pow => (left.powf(right), true),
        Op::Atan2 => (left.atan2(right), true),
        Op::Eq => (left, left == right),
        Op::NotEq => (left, left != right),
        Op::Less => (left, left < right),
        Op::Greater => (left, left > right),
        Op::LessEq => (left, left <= right),
        Op::GreaterEq => (left, left >= right),
        Op::TrimUpper | Op::TrimLower | Op::And | Op::Or | Op::Unless => (f64::NAN, false),
    }
}

impl Evaluator<'_> {
    pub(super) fn binary(&mut self, binary: &Binary, pos: usize, grid: Grid) -> Result<Vec<Row>> {
        match (binary.left.ty(), binary.right.ty()) {
            (Type::Vector, Type::Vector) => {
                let left = self.vector(&binary.left, grid)?;
                let right = self.vector(&binary.right, grid)?;
                if binary.op.is_set() {
                    return sets(binary, left, right, grid);
                }
                self.vectors(binary, pos, [&left, &right], grid)
            }
            (Type::Vector, _) => {
                let mut rows = self.vector(&binary.left, grid)?;
                let numbers = self.scalar(&binary.right, grid)?;
                self.with_scalar(binary, pos, &mut rows, &numbers, false);
                Ok(rows)
            }
            _ => {
                let numbers = self.scalar(&binary.left, grid)?;
                let mut rows = self.vector(&binary.right, grid)?;
                self.with_scalar(binary, pos, &mut rows, &numbers, true);
                Ok(rows)
            }
        }
    }

    fn with_scalar(&mut self, binary: &Binary, pos: usize, rows: &mut [Row], numbers: &[f64], swapped: bool) {
        for row in rows {
            row.drop_name |= binary.op.renames() || binary.bool;
            for (cell, number) in row.cells.iter_mut().zip(numbers) {
                if !cell.is_some() {
                    continue;
                }
                let own = std::mem::replace(cell, Cell::None);
                let number = Cell::Float(*number);
                let (left, right) = if swapped { (&number, &own) } else { (&own, &number) };
                let Some((value, keep)) = self.cells(binary.op, left, right, pos) else { continue };
                *cell = if binary.bool {
                    Cell::Float(f64::from(u8::from(keep)))
                } else if !keep {
                    Cell::None
                } else if binary.op.compares() {
                    own
                } else {
                    value
                };
            }
        }
    }

    /// The value of an operator between two values, and whether a comparison holds; `None` where the two do not fit.
    fn cells(&mut self, op: Op, left: &Cell, right: &Cell, pos: usize) -> Option<(Cell, bool)> {
        let scaled = |histogram: &Histogram, change: &dyn Fn(&mut Histogram)| {
            let mut result = histogram.clone();
            change(&mut result);
            result.compact();
            Some((Cell::of(result), true))
        };
        match (left, right, op) {
            (Cell::Float(left), Cell::Float(right), op) if !matches!(op, Op::TrimUpper | Op::TrimLower) => {
                let (value, keep) = numbers(op, *left, *right);
                return Some((Cell::Float(value), keep));
            }
            (Cell::Float(factor), Cell::Histogram(histogram), Op::Mul)
            | (Cell::Histogram(histogram), Cell::Float(factor), Op::Mul) => {
                return scaled(histogram, &|histogram| histogram.scale(*factor));
            }
            (Cell::Histogram(histogram), Cell::Float(divisor), Op::Div) => {
                return scaled(histogram, &|histogram| histogram.divide(*divisor));
            }
            (Cell::Histogram(histogram), Cell::Float(at), Op::TrimUpper) => {
                return Some((Cell::of(histogram.trim_above(*at)), true));
            }
            (Cell::Histogram(histogram), Cell::Float(at), Op::TrimLower) => {
                return Some((Cell::of(histogram.trim_below(*at)), true));
            }
            (Cell::Histogram(one), Cell::Histogram(two), Op::Eq) => return Some((left.clone(), one == two)),
            (Cell::Histogram(one), Cell::Histogram(two), Op::NotEq) => {
                return Some((left.clone(), one != two));
            }
            (Cell::Histogram(one), Cell::Histogram(two), Op::Add | Op::Sub) => {
                let mut result = Histogram::clone(one);
                let (combined, during) = if op == Op::Add {
                    (result.add(two), "addition")
                } else {
                    (result.subtract(two), "subtraction")
                };
                let Ok(combined) = combined else {
                    let text =
                        format!("incompatible bucket layout encountered for binary operator {}", op.text());
                    self.annotations.warn(pos, text);
                    return None;
                };
                if op == Op::Sub {
                    result.hint = series::ResetHint::Gauge;
                }
                if combined.conflicting_resets {
                    self.annotations
                        .warn(pos, format!("conflicting counter resets during histogram {during}"));
                }
                if combined.bounds_reconciled {
                    let text = format!("mismatched custom buckets were reconciled during {during}");
                    self.annotations.info(pos, text);
                }
                result.compact();
                return Some((Cell::of(result), true));
            }
            _ => {}
        }
        let kind = |cell: &Cell| if matches!(cell, Cell::Float(_)) { "float" } else { "histogram" };
        let (left, right, op) = (kind(left), kind(right), op.text());
        let text =
            format!("incompatible sample types encountered for binary operator {op:?}: {left} {op} {right}");
        self.annotations.info(pos, text);
        None
    }

    /// Arithmetic and comparisons between series that find each other.
    fn vectors(&mut self, binary: &Binary, pos: usize, sides: [&[Row]; 2], grid: Grid) -> Result<Vec<Row>> {
        let matching = &binary.matching;
        let swapped = matching.card == Card::OneToMany;
        let ([many, one], [fill_many, fill_one]) = if swapped {
            ([sides[1], sides[0]], [matching.fill_right, matching.fill_left])
        } else {
            (sides, [matching.fill_left, matching.fill_right])
        };
        let mut signatures = Signatures::default();
        let many_signatures: Vec<usize> =
            many.iter().map(|row| signatures.of(matching, &row.labels)).collect();
        let one_signatures: Vec<usize> = one.iter().map(|row| signatures.of(matching, &row.labels)).collect();
        let mut out = Rows::new(grid.len);
        let mut names: HashMap<(usize, usize), usize> = HashMap::new();
        for step in 0..grid.len {
            self.check_stopped()?;
            let mut found = vec![NONE; signatures.count()];
            for (n, row) in one.iter().enumerate().filter(|(_, row)| row.cells[step].is_some()) {
                let own = &mut found[one_signatures[n]];
                if *own != NONE {
                    return Err(duplicate(matching, &row.labels, &one[*own].labels, swapped));
                }
                *own = n;
            }
            let mut matched: Vec<HashSet<usize>> = vec![HashSet::new(); signatures.count()];
            let present = many.iter().enumerate().filter(|(_, row)| row.cells[step].is_some());
            let mut pairs: Vec<(usize, usize, usize)> =
                present.map(|(n, _)| (n, found[many_signatures[n]], many_signatures[n])).collect();
            pairs.retain(|pair| pair.1 != NONE || fill_one.is_some());
            if fill_many.is_some() {
                let taken: HashSet<usize> = pairs.iter().map(|pair| pair.2).collect();
                for (n, row) in one.iter().enumerate().filter(|(_, row)| row.cells[step].is_some()) {
                    let _ = row;
                    if !taken.contains(&one_signatures[n]) {
                        pairs.push((NONE, n, one_signatures[n]));
                    }
                }
            }
            for (left, right, signature) in pairs {
                let filled = |fill: Option<f64>| Cell::Float(fill.unwrap_or(f64::NAN));
                let many_cell = if left == NONE { filled(fill_many) } else { many[left].cells[step].clone() };
                let one_cell = if right == NONE { filled(fill_one) } else { one[right].cells[step].clone() };
                let (first, second) = if swapped { (&one_cell, &many_cell) } else { (&many_cell, &one_cell) };
                let Some((value, keep)) = self.cells(binary.op, first, second, pos) else { continue };
                let row = *names.entry((left, right)).or_insert_with(|| {
                    let key = |row: &Row| signature_labels(matching, &row.labels);
                    let (many_labels, one_labels) = match (many.get(left), one.get(right)) {
                        (Some(left), Some(right)) => (left.labels.clone(), right.labels.clone()),
                        (Some(left), None) => (left.labels.clone(), key(left)),
                        (None, Some(right)) => (key(right), right.labels.clone()),
                        (None, None) => (Labels::default(), Labels::default()),
                    };
                    out.find(&result_labels(binary, &many_labels, &one_labels), binary.bool)
                });
                if matching.card == Card::OneToOne && !matched[signature].is_empty() {
                    let text = "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";
                    return Err(EvalError::new(text));
                }
                if !matched[signature].insert(row) {
                    return Err(EvalError::new(
                        "multiple matches for labels: grouping labels must ensure unique matches",
                    ));
                }
                if binary.bool {
                    out.set(row, step, Cell::Float(f64::from(u8::from(keep))))?;
                } else if keep {
                    out.set(row, step, value)?;
                }
            }
        }
        Ok(out.finish())
    }
}

/// The labels by which series find each other, numbered.
#[derive(Default)]
struct Signatures(HashMap<Labels, usize>);

impl Signatures {
    fn of(&mut self, matching: &Matching, labels: &Labels) -> usize {
        let next = self.0.len();
        *self.0.entry(signature_labels(matching, labels)).or_insert(next)
    }

    fn count(&self) -> usize {
        self.0.len()
    }
}

fn signature_labels(matching: &Matching, labels: &Labels) -> Labels {
    let listed = |name: &str| matching.labels.iter().any(|label| label == name);
    if matching.on {
        labels.filter(listed)
    } else {
        labels.filter(|name| !listed(name) && !is_metadata(name))
    }
}

/// What the result of two series is called.
fn result_labels(binary: &Binary, many: &Labels, one: &Labels) -> Labels {
    let matching = &binary.matching;
    let mut labels = many.edit();
    if binary.op.renames() {
        labels.retain(|name| !is_metadata(name));
    }
    if matching.card == Card::OneToOne {
        labels.retain(|name| matching.labels.iter().any(|label| label == name) == matching.on);
    }
    for label in &matching.include {
        labels.set(label, one.get(label));
    }
    labels.build()
}

fn duplicate(matching: &Matching, one: &Labels, two: &Labels, swapped: bool) -> EvalError {
    let side = if swapped { "left" } else { "right" };
    let mut names = [one.to_string(), two.to_string()];
    names.sort();
    let group = signature_labels(matching, one);
    EvalError::new(format!(
        "found duplicate series for the match group {group} on the {side} hand-side of the operation: [{}, {}];many-to-many \
         matching not allowed: matching labels must be unique on one side",
        names[0], names[1],
    ))
}

/// `and`, `or` and `unless`.
fn sets(binary: &Binary, left: Vec<Row>, right: Vec<Row>, grid: Grid) -> Result<Vec<Row>> {
    let matching = &binary.matching;
    let mut signatures = Signatures::default();
    let left_signatures: Vec<usize> = left.iter().map(|row| signatures.of(matching, &row.labels)).collect();
    let right_signatures: Vec<usize> = right.iter().map(|row| signatures.of(matching, &row.labels)).collect();
    let present = |rows: &[Row], of: &[usize]| {
        let mut present = vec![vec![false; grid.len]; signatures.count()];
        for (row, signature) in rows.iter().zip(of) {
            for (seen, cell) in present[*signature].iter_mut().zip(&row.cells) {
                *seen |= cell.is_some();
            }
        }
        present
    };
    let keep = |rows: &mut [Row], of: &[usize], present: &[Vec<bool>], wanted: bool| {
        for (row, signature) in rows.iter_mut().zip(of) {
            for (cell, present) in row.cells.iter_mut().zip(&present[*signature]) {
                if *present != wanted {
                    *cell = Cell::None;
                }
            }
        }
    };
    let (mut left, mut right) = (left, right);
    match binary.op {
        Op::Or => {
            let present = present(&left, &left_signatures);
            keep(&mut right, &right_signatures, &present, false);
            let mut out = Rows::new(grid.len);
            for row in left.into_iter().chain(right) {
                if !row.cells.iter().any(Cell::is_some) {
                    continue;
                }
                let at = out.find(&row.labels, row.drop_name);
                for (step, cell) in row.cells.into_iter().enumerate().filter(|(_, cell)| cell.is_some()) {
                    out.set(at, step, cell)?;
                }
            }
            return Ok(out.finish());
        }
        op => keep(&mut left, &left_signatures, &present(&right, &right_signatures), op == Op::And),
    }
    left.retain(|row| row.cells.iter().any(Cell::is_some));
    Ok(left)
}
