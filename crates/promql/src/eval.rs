//! Evaluation: an expression over series, at all times of a grid at once.

mod aggregate;
mod binary;
mod extended;
mod functions;
mod info;
mod quantile;
mod rows;
mod select;
mod subquery;
mod window;

use std::sync::Arc;

use series::{Histogram, Labels};

use crate::{
    Annotations, EvalError, QueryResult, Series, Times,
    ast::{At, Expr, Kind, Type},
};

pub(crate) use info::select_info;
use window::Window;

/// What an evaluation may take.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// The most samples that are held at once.
    pub samples: usize,
    /// Asked now and then: whether to stop.
    pub stopped: Option<&'a (dyn Fn() -> bool + Sync)>,
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Self { samples: 50_000_000, stopped: None }
    }
}

impl std::fmt::Debug for Limits<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Limits").field("samples", &self.samples).finish_non_exhaustive()
    }
}

/// The value of a series at a time.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// None.
    None,
    /// A number.
    Float(f64),
    /// A histogram.
    Histogram(Arc<Histogram>),
}

impl Cell {
    /// Whether there is a value.
    pub fn is_some(&self) -> bool {
        !matches!(self, Self::None)
    }

    fn float(&self) -> Option<f64> {
        if let Self::Float(value) = self { Some(*value) } else { None }
    }

    fn of(histogram: Histogram) -> Self {
        Self::Histogram(Arc::new(histogram))
    }
}

/// A series of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What it is called.
    pub labels: Labels,
    /// Its value at each time.
    pub cells: Vec<Cell>,
    /// Whether it loses its name when the evaluation ends.
    pub(crate) drop_name: bool,
}

/// The values of an expression.
#[derive(Debug)]
pub enum Output {
    /// A number at each time.
    Scalar(Vec<f64>),
    /// A text.
    String(String),
    /// Series with a value at each time. At one time they are in the order of the expression, else by labels.
    Vector(Vec<Row>),
    /// Series with the samples of a stretch of time.
    Matrix(Vec<Series>),
}

/// The times of an evaluation: the first, the distance, and how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grid {
    start: i64,
    step: i64,
    len: usize,
}

impl Grid {
    fn new(start: i64, end: i64, step: i64) -> Self {
        let len = if end < start { 0 } else { (end - start) / step + 1 };
        Self { start, step, len: usize::try_from(len).unwrap_or(0) }
    }

    fn at(self, index: usize) -> i64 {
        self.start + self.step * index as i64
    }

    fn times(self) -> impl Iterator<Item = i64> {
        (0..self.len).map(move |index| self.at(index))
    }

    /// Only its first time.
    fn first(self) -> Self {
        Self { len: self.len.min(1), ..self }
    }
}

type Result<T> = std::result::Result<T, EvalError>;

struct Evaluator<'a> {
    series: &'a [Vec<Series>],
    times: Times,
    limits: &'a Limits<'a>,
    /// Whether the whole query is at one time: results are not sorted then.
    instant: bool,
    held: usize,
    annotations: Annotations,
}

pub(crate) fn evaluate(
    expr: &Expr,
    times: Times,
    range: bool,
    series: &[Vec<Series>],
    limits: &Limits<'_>,
) -> Result<QueryResult> {
    let grid = Grid::new(times.start, times.end, times.step);
    let mut evaluator = Evaluator {
        series,
        times,
        limits,
        instant: grid.len <= 1,
        held: 0,
        annotations: Annotations::default(),
    };
    let output = match expr.ty() {
        Type::Matrix => Output::Matrix(evaluator.top_matrix(expr, grid)?),
        Type::String => Output::String(text(expr)?.to_owned()),
        Type::Scalar => Output::Scalar(evaluator.scalar(expr, grid)?),
        Type::Vector => {
            let mut rows = rows::without_dropped_names(evaluator.vector(expr, grid)?)?;
            rows.retain(|row| row.cells.iter().any(Cell::is_some));
            if range {
                rows.sort_by(|one, two| one.labels.cmp(&two.labels));
            }
            Output::Vector(rows)
        }
    };
    Ok(QueryResult { output, annotations: evaluator.annotations })
}

impl<'a> Evaluator<'a> {
    /// Counts samples that are held from now on.
    fn hold(&mut self, samples: usize) -> Result<()> {
        self.held = self.held.saturating_add(samples);
        if self.held > self.limits.samples { Err(EvalError::TooManySamples) } else { Ok(()) }
    }

    fn check_stopped(&self) -> Result<()> {
        if self.limits.stopped.is_some_and(|stopped| stopped()) { Err(EvalError::Stopped) } else { Ok(()) }
    }

    /// The series of a selector.
    fn selected(&self, id: usize) -> &'a [Series] {
        self.series.get(id).map_or(&[], Vec::as_slice)
    }

    /// The number at each time.
    fn scalar(&mut self, expr: &Expr, grid: Grid) -> Result<Vec<f64>> {
        self.hold(grid.len)?;
        match &expr.kind {
            Kind::Number(number) => Ok(vec![*number; grid.len]),
            Kind::Paren(inner) => self.scalar(inner, grid),
            Kind::Unary { negative, expr } => {
                let mut values = self.scalar(expr, grid)?;
                if *negative {
                    for value in &mut values {
                        *value = -*value;
                    }
                }
                Ok(values)
            }
            Kind::Binary(binary) => {
                let left = self.scalar(&binary.left, grid)?;
                let right = self.scalar(&binary.right, grid)?;
                Ok(left
                    .into_iter()
                    .zip(right)
                    .map(|(left, right)| binary::scalars(binary.op, left, right))
                    .collect())
            }
            Kind::Call { function, args } => self.scalar_call(function.name, args, grid),
            _ => Err(EvalError::new("a number is expected")),
        }
    }

    /// The series with their values at each time.
    fn vector(&mut self, expr: &Expr, grid: Grid) -> Result<Vec<Row>> {
        self.check_stopped()?;
        if grid.len == 0 {
            return Ok(Vec::new());
        }
        // What does not depend on the time is evaluated once.
        if grid.len > 1 && is_fixed(expr) {
            let mut rows = self.vector(expr, grid.first())?;
            self.hold(rows.len() * grid.len)?;
            for row in &mut rows {
                let cell = row.cells[0].clone();
                row.cells.resize(grid.len, cell);
            }
            return Ok(rows);
        }
        let rows = match &expr.kind {
            Kind::Selector(selector) => self.instant(selector, expr.pos, grid)?,
            Kind::Paren(inner) => return self.vector(inner, grid),
            Kind::Unary { negative, expr } => {
                let mut rows = self.vector(expr, grid)?;
                if *negative {
                    for row in &mut rows {
                        negate(row);
                    }
                }
                return Ok(rows);
            }
            Kind::Binary(binary) => self.binary(binary, expr.pos, grid)?,
            Kind::Aggregate(aggregate) => self.aggregate(aggregate, expr.pos, grid)?,
            Kind::Call { function, args } => self.vector_call(function.name, args, expr.pos, grid)?,
            _ => return Err(EvalError::new("an instant vector is expected")),
        };
        self.hold(rows.len() * grid.len)?;
        Ok(rows)
    }
}

/// The text of a string argument.
fn text(expr: &Expr) -> Result<&str> {
    match &expr.kind {
        Kind::String(own) => Ok(own),
        Kind::Paren(inner) => text(inner),
        _ => Err(EvalError::new("a string is expected")),
    }
}

fn negate(row: &mut Row) {
    row.drop_name = true;
    for cell in &mut row.cells {
        match cell {
            Cell::None => {}
            Cell::Float(value) => *value = -*value,
            Cell::Histogram(histogram) => Arc::make_mut(histogram).scale(-1.0),
        }
    }
}

/// Whether an expression has the same value at every time: all its selectors look at a fixed one.
fn is_fixed(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Number(_) | Kind::String(_) => true,
        Kind::Selector(selector) | Kind::Range { selector, .. } => {
            matches!(selector.shift.at, Some(At::Time(_)))
        }
        Kind::Subquery { shift, .. } => matches!(shift.at, Some(At::Time(_))),
        // `timestamp` of a selector is that of its sample.
        Kind::Call { function, args } if function.name == "timestamp" => {
            matches!(args.first(), Some(arg) if matches!(arg.kind, Kind::Selector(_)) && is_fixed(arg))
        }
        Kind::Call { function, args } => {
            !function.looks_at_the_clock(args.len()) && args.iter().all(is_fixed)
        }
        _ => expr.parts().into_iter().all(is_fixed),
    }
}
