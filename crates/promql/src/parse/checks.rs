//! What the parts of an expression may be.

use crate::{
    ParseError,
    ast::{Binary, Card, Expr, Kind, Selector, Type},
    function::Function,
};

/// Refuses an expression one of whose parts is of the wrong kind.
pub(super) fn check(expr: &Expr) -> Result<(), ParseError> {
    let wrong = |text: String| Err(ParseError::at(expr.pos, text));
    match &expr.kind {
        Kind::Number(_) | Kind::String(_) => {}
        Kind::Selector(selector) | Kind::Range { selector, .. } => check_selector(selector, expr.pos)?,
        Kind::Paren(inner) => check(inner)?,
        Kind::Unary { expr: inner, .. } => {
            check(inner)?;
            if !matches!(inner.ty(), Type::Scalar | Type::Vector) {
                return wrong(format!(
                    "unary expression only allowed on expressions of type scalar or instant vector, got {:?}",
                    inner.ty().name()
                ));
            }
        }
        Kind::Subquery { expr: inner, .. } => {
            check(inner)?;
            if inner.ty() != Type::Vector {
                return wrong(format!(
                    "subquery is only allowed on instant vector, got {} instead",
                    inner.ty().name()
                ));
            }
        }
        Kind::Aggregate(aggregate) => {
            if let (Some(param), Some(wanted)) = (&aggregate.param, aggregate.op.param()) {
                check(param)?;
                expect(param, wanted, "aggregation parameter")?;
            }
            check(&aggregate.expr)?;
            expect(&aggregate.expr, Type::Vector, "aggregation expression")?;
        }
        Kind::Binary(binary) => check_binary(binary, expr.pos)?,
        Kind::Call { function, args } => check_call(function, args, expr.pos)?,
    }
    Ok(())
}

fn expect(expr: &Expr, wanted: Type, context: &str) -> Result<(), ParseError> {
    if expr.ty() == wanted {
        return Ok(());
    }
    let text = format!("expected type {} in {context}, got {}", wanted.name(), expr.ty().name());
    Err(ParseError::at(expr.pos, text))
}

fn check_selector(selector: &Selector, pos: usize) -> Result<(), ParseError> {
    if let Some(name) = &selector.name {
        let others = &selector.matchers[..selector.matchers.len() - 1];
        if let Some(twice) = others.iter().find(|matcher| *matcher.name == *series::METRIC_NAME) {
            let text = format!("metric name must not be set twice: {name:?} or {:?}", twice.value);
            return Err(ParseError::at(pos, text));
        }
    } else if selector.matchers.iter().all(|matcher| matcher.matches("")) {
        return Err(ParseError::at(pos, "vector selector must contain at least one non-empty matcher"));
    }
    Ok(())
}

fn check_binary(binary: &Binary, pos: usize) -> Result<(), ParseError> {
    let wrong = |text: String| Err(ParseError::at(pos, text));
    let Binary { op, left, right, bool, matching } = binary;
    check(left)?;
    check(right)?;
    let (one, two) = (left.ty(), right.ty());
    for side in [left, right] {
        if !matches!(side.ty(), Type::Scalar | Type::Vector) {
            let text = "binary expression must contain only scalar and instant vector types";
            return Err(ParseError::at(side.pos, text));
        }
    }
    if *bool && !op.compares() {
        return wrong("bool modifier can only be used on comparison operators".to_owned());
    }
    let scalars = one == Type::Scalar && two == Type::Scalar;
    if op.compares() && !bool && scalars {
        return wrong("comparisons between scalars must use BOOL modifier".to_owned());
    }
    if scalars && matches!(op, crate::ast::Op::TrimUpper | crate::ast::Op::TrimLower) {
        return wrong(format!("operator {:?} not allowed for Scalar operations", op.text()));
    }
    if let Some(label) = matching.labels.iter().find(|label| matching.on && matching.include.contains(label))
    {
        return wrong(format!("label {label:?} must not occur in ON and GROUP clause at once"));
    }
    let filled = matching.fill_left.is_some() || matching.fill_right.is_some();
    let scalar = one == Type::Scalar || two == Type::Scalar;
    if scalar && op.is_set() {
        return wrong(format!("set operator {:?} not allowed in binary scalar expression", op.text()));
    }
    if scalar && !matching.labels.is_empty() {
        return wrong("vector matching only allowed between instant vectors".to_owned());
    }
    if scalar && filled {
        return wrong("filling in missing series only allowed between instant vectors".to_owned());
    }
    if op.is_set() && matching.card != Card::OneToOne {
        return wrong(format!("no grouping allowed for {:?} operation", op.text()));
    }
    if op.is_set() && filled {
        return wrong("filling in missing series not allowed for set operators".to_owned());
    }
    Ok(())
}

fn check_call(function: &Function, args: &[Expr], pos: usize) -> Result<(), ParseError> {
    let Function { name, takes, variadic, .. } = function;
    let (got, most) = (args.len(), takes.len());
    let wrong = |text: String| Err(ParseError::at(pos, text));
    if *variadic == 0 && got != most {
        return wrong(format!("expected {most} argument(s) in call to {name:?}, got {got}"));
    }
    if *variadic != 0 {
        let least = most - 1;
        if got < least {
            return wrong(format!("expected at least {least} argument(s) in call to {name:?}, got {got}"));
        }
        if let Ok(more) = usize::try_from(*variadic)
            && got > least + more
        {
            return wrong(format!(
                "expected at most {} argument(s) in call to {name:?}, got {got}",
                least + more
            ));
        }
    }
    for (n, arg) in args.iter().enumerate() {
        // The labels that `info` adds are written as a selector, but none is evaluated.
        if *name == "info" && n == 1 {
            match &arg.kind {
                Kind::Selector(selector) if selector.name.is_none() => continue,
                Kind::Selector(_) => {
                    let text = "expected label selectors only, got vector selector instead";
                    return Err(ParseError::at(arg.pos, text));
                }
                _ => return Err(ParseError::at(arg.pos, "expected label selectors only")),
            }
        }
        check(arg)?;
        let context = format!("call to function {name:?}");
        if let Some(wanted) = takes.get(n).or(takes.last()) {
            expect(arg, *wanted, &context)?;
        }
    }
    Ok(())
}
