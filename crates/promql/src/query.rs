//! An expression at a time.

use std::sync::Arc;

use series::{Histogram, Labels, Matcher, thin::Record};

use crate::{
    Annotations, EvalError, Limits, Output, ParseError,
    ast::{At, Border, Expr, Kind, Selector, Shift, Type},
    duration::Frame,
    eval, parse,
    thinned::{Reading, Weight},
};

/// How far back the newest sample of a series is looked for, in milliseconds.
const LOOKBACK: i64 = 300_000;

/// How far apart the steps of a subquery are that names none, in milliseconds.
const SUBQUERY_STEP: i64 = 60_000;

/// The times of an evaluation, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// The first.
    pub start: i64,
    /// The last.
    pub end: i64,
    /// How far apart they are; more than 0 for a range.
    pub step: i64,
    /// How far back the newest sample of a series is looked for.
    pub lookback: i64,
    /// How far apart the steps of a subquery are that names none.
    pub subquery_step: i64,
    range: bool,
}

impl Times {
    /// One time.
    pub fn instant(at: i64) -> Self {
        Self { start: at, end: at, step: 1, lookback: LOOKBACK, subquery_step: SUBQUERY_STEP, range: false }
    }

    /// Times from `start` to `end`, `step` apart.
    pub fn range(start: i64, end: i64, step: i64) -> Self {
        Self { start, end, step: step.max(1), range: true, ..Self::instant(start) }
    }
}

/// Series that an expression needs.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Which.
    pub matchers: Vec<Matcher>,
    /// Samples from this time on, in milliseconds.
    pub from: i64,
    /// Samples up to this time.
    pub to: i64,
    /// Which number of records of thinned samples.
    pub reading: Reading,
}

/// The samples of a series by time. A time has a number or a histogram.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// What the series is called.
    pub labels: Labels,
    /// The times of the numbers.
    pub times: Vec<i64>,
    /// The numbers.
    pub values: Vec<f64>,
    /// Histograms and their times.
    pub histograms: Vec<(i64, Arc<Histogram>)>,
    /// Samples that were thinned: [`read_as`](Self::read_as) makes numbers of them.
    pub records: Vec<Record>,
    /// For what each number stands; nothing when all are samples.
    pub weights: Vec<Weight>,
}

/// What comes out.
#[derive(Debug)]
pub struct QueryResult {
    /// The values.
    pub output: Output,
    /// What the caller should know beside them.
    pub annotations: Annotations,
}

/// An expression that was read and is bound to times.
#[derive(Debug)]
pub struct Query {
    expr: Expr,
    times: Times,
    selections: Vec<Selection>,
}

impl Query {
    /// Reads an expression. For a range it must be a scalar or an instant vector.
    pub fn new(text: &str, times: Times) -> Result<Self, ParseError> {
        let mut expr = parse::parse(text)?;
        if times.range && !matches!(expr.ty(), Type::Scalar | Type::Vector) {
            let what = format!(
                "invalid expression type {:?} for range query, must be Scalar or instant Vector",
                expr.ty().name()
            );
            return Err(ParseError::at(0, what));
        }
        let step = if times.start == times.end { 0 } else { times.step };
        let frame = Frame { start: times.start, end: times.end, step };
        bind(&mut expr, frame, if times.range { times.step } else { 0 })?;
        let mut selections = Vec::new();
        let whole = Window { from: times.start, to: times.end };
        select(&mut expr, whole, Reading::Mean, &times, &mut selections);
        Ok(Self { expr, times, selections })
    }

    /// The series that it needs: [`evaluate`](Self::evaluate) takes them in this order.
    pub fn selections(&self) -> &[Selection] {
        &self.selections
    }

    /// Evaluates it over the series of its selections.
    pub fn evaluate(&self, series: &[Vec<Series>], limits: &Limits<'_>) -> Result<QueryResult, EvalError> {
        eval::evaluate(&self.expr, self.times, self.times.range, series, limits)
    }
}

/// Replaces what depends on the query by its value: computed lengths, `start()`, `end()` and the like.
fn bind(expr: &mut Expr, frame: Frame, step: i64) -> Result<(), ParseError> {
    let pos = expr.pos;
    let lengths = Frame { step, ..frame };
    let bind_shift = |shift: &mut Shift| {
        shift.at = shift.at.map(|at| match at {
            At::Start => At::Time(frame.start),
            At::End => At::Time(frame.end),
            at @ At::Time(_) => at,
        });
        shift.offset.as_mut().map_or(Ok(()), |offset| offset.resolve(lengths, pos, true))
    };
    match &mut expr.kind {
        Kind::Selector(selector) => bind_shift(&mut selector.shift)?,
        Kind::Range { selector, range } => {
            bind_shift(&mut selector.shift)?;
            range.resolve(lengths, pos, false)?;
        }
        Kind::Subquery { range, step, shift, .. } => {
            bind_shift(shift)?;
            range.resolve(lengths, pos, false)?;
            if let Some(step) = step {
                step.resolve(lengths, pos, false)?;
            }
        }
        Kind::Call { function, .. } => {
            let seconds = match function.name {
                "start" => Some(frame.start as f64 / 1000.0),
                "end" => Some(frame.end as f64 / 1000.0),
                "range" => Some((frame.end - frame.start) as f64 / 1000.0),
                "step" => Some(frame.step as f64 / 1000.0),
                _ => None,
            };
            if let Some(seconds) = seconds {
                expr.kind = Kind::Number(seconds);
            }
        }
        _ => {}
    }
    for part in expr.parts_mut() {
        bind(part, frame, step)?;
    }
    Ok(())
}

/// The times at which an expression is evaluated.
#[derive(Debug, Clone, Copy)]
struct Window {
    from: i64,
    to: i64,
}

impl Window {
    fn shifted(self, shift: &Shift) -> Self {
        let offset = shift.offset.as_ref().map_or(0, crate::ast::Span::millis);
        match shift.at {
            Some(At::Time(at)) => Self { from: at.saturating_sub(offset), to: at.saturating_sub(offset) },
            _ => Self { from: self.from.saturating_sub(offset), to: self.to.saturating_sub(offset) },
        }
    }

    fn widened(self, before: i64, after: i64) -> Self {
        Self { from: self.from.saturating_sub(before), to: self.to.saturating_add(after) }
    }
}

/// Gives each selector its number and notes which samples it needs.
fn select(expr: &mut Expr, window: Window, reading: Reading, times: &Times, into: &mut Vec<Selection>) {
    let mut note = |selector: &mut Selector, window: Window, reading: Reading| {
        selector.id = into.len();
        let Window { from, to } = window;
        into.push(Selection { matchers: selector.matchers.clone(), from, to, reading });
    };
    match &mut expr.kind {
        Kind::Selector(selector) => {
            let after = if selector.border == Border::Smoothed { times.lookback } else { 0 };
            let window = window.shifted(&selector.shift).widened(times.lookback, after);
            note(selector, window, Reading::Mean);
        }
        Kind::Range { selector, range } => {
            let (before, after) = match selector.border {
                Border::Open => (0, 0),
                Border::Anchored => (times.lookback, 0),
                Border::Smoothed => (times.lookback, times.lookback),
            };
            let window =
                window.shifted(&selector.shift).widened(range.millis().saturating_add(before), after);
            note(selector, window, reading);
        }
        Kind::Subquery { expr, range, shift, .. } => {
            let window = window.shifted(shift).widened(range.millis(), 0);
            select(expr, window, Reading::Mean, times, into);
        }
        Kind::Call { function, args } if function.name == "info" => {
            eval::select_info(args, window.from, window.to, times.lookback, |selector, from, to| {
                note(selector, Window { from, to }, Reading::Mean);
            });
            if let Some(first) = args.first_mut() {
                select(first, window, Reading::Mean, times, into);
            }
        }
        kind => {
            let reading = match kind {
                Kind::Call { function, .. } => Reading::of_function(function.name),
                _ => reading,
            };
            for part in expr.parts_mut() {
                select(part, window, reading, times, into);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(text: &str, times: Times) -> Vec<(i64, i64)> {
        let query = Query::new(text, times).unwrap();
        query.selections().iter().map(|selection| (selection.from, selection.to)).collect()
    }

    #[test]
    fn a_selector_asks_for_the_samples_that_it_looks_at() {
        let at = Times::instant(1_000_000);
        assert_eq!(windows("up", at), [(700_000, 1_000_000)]);
        assert_eq!(windows("rate(up[1m] offset 10s)", at), [(930_000, 990_000)]);
        assert_eq!(windows("up @ 500", at), [(200_000, 500_000)]);
        assert_eq!(
            windows("sum_over_time(up[2m:30s] offset 1m) + up", Times::range(1_000_000, 2_000_000, 10)),
            [(520_000, 1_940_000), (700_000, 2_000_000)]
        );
    }

    #[test]
    fn a_range_needs_a_value_for_each_time() {
        assert!(Query::new("up[5m]", Times::range(0, 10, 1)).is_err());
        assert!(Query::new("up[5m]", Times::instant(0)).is_ok());
    }

    #[test]
    fn lengths_may_follow_from_the_query() {
        assert_eq!(
            windows("rate(up[step() * 2])", Times::range(100_000, 200_000, 10_000)),
            [(80_000, 200_000)]
        );
        assert!(Query::new("rate(up[5m - 10m])", Times::instant(0)).is_err());
    }
}
