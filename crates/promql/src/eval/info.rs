//! `info`: labels of info metrics joined to the series they describe.

use std::collections::{HashMap, HashSet};

use series::{Labels, METRIC_NAME, MatchOp, Matcher};

use super::{
    Evaluator, Grid, Result, Row,
    rows::{Rows, is_metadata},
};
use crate::{
    EvalError,
    ast::{At, Expr, Kind, Selector, Shift, Span},
};

/// The labels by which an info series says what it describes.
const IDENTIFYING: [&str; 2] = ["instance", "job"];

/// Where the first selector of an expression looks, when all look at the same time.
fn reference(expr: &Expr) -> (Option<i64>, i64) {
    fn walk(expr: &Expr, outer: &Shift, found: &mut Vec<(Option<i64>, i64)>, free: &mut bool) -> bool {
        match &expr.kind {
            Kind::Selector(selector) | Kind::Range { selector, .. } => {
                let mut at = super::window::fixed(&selector.shift);
                let mut offset = selector.shift.offset.as_ref().map_or(0, Span::millis);
                if at.is_none() {
                    at = super::window::fixed(outer);
                    offset += outer.offset.as_ref().map_or(0, Span::millis);
                }
                found.push((at, offset));
                true
            }
            Kind::Subquery { expr, shift, .. } => {
                let at = super::window::fixed(shift);
                let mut offset = shift.offset.as_ref().map_or(0, Span::millis);
                let mut fixed = at;
                if at.is_none() {
                    fixed = super::window::fixed(outer);
                    offset += outer.offset.as_ref().map_or(0, Span::millis);
                }
                let shift = Shift { at: fixed.map(At::Time), offset: Some(Span::Millis(offset)) };
                walk(expr, &shift, found, free)
            }
            Kind::Number(_) | Kind::String(_) => false,
            Kind::Call { function, args } if function.name == "info" => {
                args.first().is_some_and(|arg| walk(arg, outer, found, free))
            }
            _ => {
                let mut any = false;
                for part in expr.parts() {
                    if matches!(part.ty(), crate::Type::Vector | crate::Type::Matrix) {
                        any |= walk(part, outer, found, free);
                    }
                }
                *free |= !any;
                any
            }
        }
    }
    let (mut found, mut free) = (Vec::new(), false);
    walk(expr, &Shift::default(), &mut found, &mut free);
    let Some(first) = found.first().copied() else { return (None, 0) };
    let time = |(at, offset): (Option<i64>, i64)| at.map_or((false, offset), |at| (true, at - offset));
    if free || found.iter().any(|other| time(*other) != time(first)) { (None, 0) } else { first }
}

/// Completes the arguments of `info` with the selector of its info series, and tells `note` what that needs.
pub(crate) fn select_info(
    args: &mut Vec<Expr>,
    from: i64,
    to: i64,
    lookback: i64,
    note: impl FnOnce(&mut Selector, i64, i64),
) {
    let Some(first) = args.first() else { return };
    let (at, offset) = reference(first);
    let pos = first.pos;
    if args.len() == 1 {
        args.push(Expr { pos, kind: Kind::Selector(Selector::default()) });
    }
    if let Some(Expr { kind: Kind::Selector(selector), .. }) = args.get_mut(1) {
        selector.shift = Shift { at: at.map(At::Time), offset: Some(Span::Millis(offset)) };
        let own = selector.matchers.clone();
        let names: Vec<Matcher> =
            own.iter().filter(|matcher| *matcher.name == *METRIC_NAME).cloned().collect();
        selector.matchers.retain(|matcher| *matcher.name != *METRIC_NAME);
        selector.matchers.extend(name_matchers(names));
        let (from, to) = at.map_or((from, to), |at| (at, at));
        note(selector, from - offset - lookback, to - offset);
        selector.matchers = own;
    }
}

/// Which metrics are info metrics: those that are named, or all whose names end so, or `target_info`.
fn name_matchers(mut named: Vec<Matcher>) -> Vec<Matcher> {
    if named.is_empty() {
        return vec![Matcher::equal(METRIC_NAME, "target_info")];
    }
    if !named.iter().any(|matcher| matches!(matcher.op, MatchOp::Equal | MatchOp::Regex))
        && let Ok(any) = Matcher::new(METRIC_NAME, MatchOp::Regex, ".+_info")
    {
        named.insert(0, any);
    }
    named
}

fn identity(labels: &Labels) -> Labels {
    labels.filter(|name| IDENTIFYING.contains(&name))
}

impl Evaluator<'_> {
    pub(super) fn info(&mut self, arg: &Expr, selector: Option<&Expr>, grid: Grid) -> Result<Vec<Row>> {
        let base = self.vector(arg, grid)?;
        let Some(Expr { kind: Kind::Selector(selector), .. }) = selector else { return Ok(base) };
        let (names, wanted): (Vec<Matcher>, Vec<Matcher>) =
            selector.matchers.iter().cloned().partition(|matcher| *matcher.name == *METRIC_NAME);
        let names = name_matchers(names);
        let wanted_labels: HashSet<&str> = wanted.iter().map(|matcher| &*matcher.name).collect();
        let required = wanted.iter().any(|matcher| !matcher.matches(""));
        let is_info = |labels: &Labels| names.iter().all(|matcher| matcher.matches(labels.name()));
        if self.selected(selector.id).iter().any(|series| !series.histograms.is_empty()) {
            return Err(EvalError::new("info sample should be float"));
        }
        // An info series counts with the time of its sample: the newer one of two wins.
        let infos = self.newest_times(selector, grid)?;
        let mut out = Rows::new(grid.len);
        for step in 0..grid.len {
            let mut newest: HashMap<(&str, Labels), (f64, &Row)> = HashMap::new();
            for info in &infos {
                let Some(at) = info.cells[step].float() else { continue };
                let key = (info.labels.name(), identity(&info.labels));
                let used = |row: &&Row| {
                    row.cells[step].is_some() && !is_info(&row.labels) && identity(&row.labels) == key.1
                };
                if key.1.is_empty() || !base.iter().any(|row| used(&row)) {
                    continue;
                }
                match newest.get(&key) {
                    Some((other, row)) if *other == at => {
                        return Err(EvalError::new(format!(
                            "found duplicate series for info metric: existing {} @ {}, new {} @ {}",
                            row.labels,
                            (other * 1000.0) as i64,
                            info.labels,
                            (at * 1000.0) as i64
                        )));
                    }
                    Some((other, _)) if *other > at => {}
                    _ => {
                        newest.insert(key, (at, info));
                    }
                }
            }
            let mut metrics: Vec<&str> = newest.keys().map(|(name, _)| *name).collect();
            metrics.sort_unstable();
            metrics.dedup();
            for row in base.iter().filter(|row| row.cells[step].is_some()) {
                let mut labels = row.labels.edit();
                if !is_info(&row.labels) {
                    let own = identity(&row.labels);
                    let found: Vec<&Row> = metrics
                        .iter()
                        .filter_map(|name| newest.get(&(name, own.clone())).map(|(_, row)| *row))
                        .collect();
                    if found.is_empty() && required {
                        continue;
                    }
                    add_labels(&mut labels, &row.labels, &found, &wanted_labels)?;
                }
                let at = out.find(&labels.build(), row.drop_name);
                out.set(at, step, row.cells[step].clone())?;
            }
        }
        Ok(out.finish())
    }
}

fn add_labels(
    labels: &mut series::LabelsBuilder,
    own: &Labels,
    infos: &[&Row],
    wanted: &HashSet<&str>,
) -> Result<()> {
    let mut added: HashMap<&str, &str> = HashMap::new();
    for (name, value) in infos.iter().flat_map(|info| info.labels.iter()) {
        if is_metadata(name) || (!wanted.is_empty() && !wanted.contains(name)) {
            continue;
        }
        if added.get(name).is_some_and(|other| *other != value) {
            return Err(EvalError::new(format!("conflicting label: {name}")));
        }
        if own.get(name).is_empty() {
            added.insert(name, value);
            labels.set(name, value);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_names_the_info_metric_is_that_of_targets() {
        assert_eq!(name_matchers(Vec::new())[0].value.as_ref(), "target_info");
        let not = Matcher::new(METRIC_NAME, MatchOp::NotEqual, "x_info").unwrap();
        assert_eq!(name_matchers(vec![not])[0].value.as_ref(), ".+_info");
    }

    #[test]
    fn the_reference_is_that_of_the_first_selector_when_all_agree() {
        let of = |text: &str| reference(&crate::parse(text).unwrap());
        assert_eq!(of("a offset 1m"), (None, 60_000));
        assert_eq!(of("a @ 5"), (Some(5000), 0));
        assert_eq!(of("a offset 1m + b"), (None, 0));
        assert_eq!(of("vector(1) + a @ 5"), (None, 0));
    }
}
