//! Functions of one number.

use super::clock;
use crate::{
    EvalError,
    ast::Expr,
    eval::{Cell, Evaluator, Grid, Result, Row},
};

/// The larger; infinity before NaN, NaN before the rest.
pub(super) fn max(one: f64, two: f64) -> f64 {
    if one == f64::INFINITY || two == f64::INFINITY {
        f64::INFINITY
    } else if one.is_nan() || two.is_nan() {
        f64::NAN
    } else {
        one.max(two)
    }
}

/// The smaller; minus infinity before NaN, NaN before the rest.
pub(super) fn min(one: f64, two: f64) -> f64 {
    -max(-one, -two)
}

impl Evaluator<'_> {
    pub(super) fn math_function(&mut self, name: &str, args: &[Expr], grid: Grid) -> Result<Vec<Row>> {
        let Some((first, params)) = args.split_first() else {
            // Without an argument: of the time of the evaluation.
            let part = clock::part(name).ok_or_else(|| unknown(name))?;
            let cells = grid.times().map(|time| Cell::Float(part(time.div_euclid(1000)))).collect();
            return Ok(vec![Row { labels: series::Labels::default(), cells, drop_name: false }]);
        };
        let mut rows = self.vector(first, grid)?;
        let mut values = Vec::new();
        for param in params {
            values.push(self.scalar(param, grid)?);
        }
        let of = function(name).ok_or_else(|| unknown(name))?;
        for row in &mut rows {
            row.drop_name = true;
            for (step, cell) in row.cells.iter_mut().enumerate() {
                let params: [f64; 2] = [0, 1].map(|n| values.get(n).map_or(f64::NAN, |values| values[step]));
                *cell = cell.float().and_then(|value| of(value, params)).map_or(Cell::None, Cell::Float);
            }
        }
        Ok(rows)
    }
}

fn unknown(name: &str) -> EvalError {
    EvalError::new(format!("function {name:?} is not supported"))
}

type Of = Box<dyn Fn(f64, [f64; 2]) -> Option<f64>>;

fn function(name: &str) -> Option<Of> {
    let one: fn(f64) -> f64 = match name {
        "abs" => f64::abs,
        "ceil" => f64::ceil,
        "floor" => f64::floor,
        "exp" => f64::exp,
        "sqrt" => f64::sqrt,
        "ln" => f64::ln,
        "log2" => f64::log2,
        "log10" => f64::log10,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" => f64::asin,
        "acos" => f64::acos,
        "atan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        "asinh" => f64::asinh,
        "acosh" => f64::acosh,
        "atanh" => f64::atanh,
        "rad" => f64::to_radians,
        "deg" => f64::to_degrees,
        "sgn" => |value| if value == 0.0 || value.is_nan() { value } else { value.signum() },
        "round" => {
            return Some(Box::new(|value, [nearest, _]| {
                let inverse = 1.0 / if nearest.is_nan() { 1.0 } else { nearest };
                Some((value * inverse + 0.5).floor() / inverse)
            }));
        }
        "clamp" => return Some(Box::new(|value, [least, most]| clamp(value, least, most))),
        "clamp_min" => return Some(Box::new(|value, [least, _]| clamp(value, least, f64::INFINITY))),
        "clamp_max" => return Some(Box::new(|value, [most, _]| clamp(value, f64::NEG_INFINITY, most))),
        _ => {
            let part = clock::part(name)?;
            return Some(Box::new(move |value, _| Some(part(value as i64))));
        }
    };
    Some(Box::new(move |value, _| Some(one(value))))
}

fn clamp(value: f64, least: f64, most: f64) -> Option<f64> {
    if most < least { None } else { Some(max(least, min(most, value))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, value: f64, params: [f64; 2]) -> Option<f64> {
        function(name).unwrap()(value, params)
    }

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(of("round", -0.5, [f64::NAN; 2]), Some(0.0));
        assert_eq!(of("round", 1.5, [f64::NAN; 2]), Some(2.0));
        assert_eq!(of("round", 7.0, [5.0, 0.0]), Some(5.0));
    }

    #[test]
    fn a_clamp_whose_borders_cross_has_no_value() {
        assert_eq!(of("clamp", 5.0, [0.0, 3.0]), Some(3.0));
        assert_eq!(of("clamp", 5.0, [3.0, 0.0]), None);
        assert!(of("clamp", 5.0, [f64::NAN, 3.0]).unwrap().is_nan());
    }

    #[test]
    fn the_sign_of_nothing_is_nothing() {
        assert_eq!(of("sgn", -7.0, [0.0; 2]), Some(-1.0));
        assert_eq!(of("sgn", 0.0, [0.0; 2]), Some(0.0));
        assert!(of("sgn", f64::NAN, [0.0; 2]).unwrap().is_nan());
    }
}
