//! Functions that change what series are called.

use regex::Regex;
use series::{Labels, LabelsBuilder, METRIC_NAME, MatchOp};

use crate::{
    EvalError,
    ast::{Expr, Kind},
    eval::{Result, Row, rows},
};

/// What `label_replace` is told.
pub(super) struct Replace {
    dst: String,
    replacement: String,
    src: String,
    regex: Regex,
}

impl Replace {
    pub(super) fn new([dst, replacement, src, regex]: [&str; 4]) -> Result<Self> {
        let compiled = Regex::new(&format!("^(?s:{regex})$"))
            .map_err(|_| EvalError::new(format!("invalid regular expression in label_replace(): {regex}")))?;
        if dst.is_empty() {
            return Err(EvalError::new(format!("invalid destination label name in label_replace(): {dst}")));
        }
        Ok(Self { dst: dst.into(), replacement: replacement.into(), src: src.into(), regex: compiled })
    }
}

pub(super) fn replace(mut rows: Vec<Row>, how: &Replace) -> Result<Vec<Row>> {
    for row in &mut rows {
        if let Some(found) = how.regex.captures(row.labels.get(&how.src)) {
            let mut value = String::new();
            found.expand(&how.replacement, &mut value);
            rename(row, &how.dst, &value);
        }
    }
    rows::merged(rows)
}

pub(super) fn join(mut rows: Vec<Row>, dst: &str, separator: &str, sources: &[&str]) -> Result<Vec<Row>> {
    if sources.contains(&"") {
        return Err(EvalError::new("invalid source label name in label_join(): "));
    }
    if dst.is_empty() {
        return Err(EvalError::new("invalid destination label name in label_join(): "));
    }
    for row in &mut rows {
        let value: Vec<&str> = sources.iter().map(|source| row.labels.get(source)).collect();
        let value = value.join(separator);
        rename(row, dst, &value);
    }
    rows::merged(rows)
}

fn rename(row: &mut Row, label: &str, value: &str) {
    let mut labels = row.labels.edit();
    labels.set(label, value);
    row.labels = labels.build();
    if label == METRIC_NAME {
        row.drop_name = false;
    }
}

/// What is called absent: the labels that the selector fixes, each by one condition.
pub(super) fn of_absent(arg: &Expr) -> Labels {
    let (Kind::Selector(selector) | Kind::Range { selector, .. }) = &arg.kind else {
        return Labels::default();
    };
    let mut labels = LabelsBuilder::default();
    let mut seen: Vec<&str> = Vec::new();
    for matcher in selector.matchers.iter().filter(|matcher| !rows::is_metadata(&matcher.name)) {
        if matcher.op == MatchOp::Equal && !seen.contains(&&*matcher.name) {
            labels.set(&matcher.name, &matcher.value);
            seen.push(&matcher.name);
        } else {
            labels.set(&matcher.name, "");
        }
    }
    labels.build()
}
