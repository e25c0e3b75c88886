//! The functions: their names, and what they take and give.

use crate::ast::Type;

/// A function.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// What it takes; the last may be left out or repeated, as `variadic` says.
    pub takes: &'static [Type],
    /// 0: exactly `takes`; n: the last at most n times, or not at all; −1: as often as you like.
    pub variadic: i8,
    /// What it gives.
    pub returns: Type,
}

const S: Type = Type::Scalar;
const T: Type = Type::String;
const V: Type = Type::Vector;
const M: Type = Type::Matrix;

const fn function(name: &'static str, takes: &'static [Type], returns: Type) -> Function {
    Function { name, takes, variadic: 0, returns }
}

const fn variadic(name: &'static str, takes: &'static [Type], variadic: i8, returns: Type) -> Function {
    Function { name, takes, variadic, returns }
}

static FUNCTIONS: &[Function] = &[
    function("abs", &[V], V),
    function("absent", &[V], V),
    function("absent_over_time", &[M], V),
    function("acos", &[V], V),
    function("acosh", &[V], V),
    function("asin", &[V], V),
    function("asinh", &[V], V),
    function("atan", &[V], V),
    function("atanh", &[V], V),
    function("avg_over_time", &[M], V),
    function("ceil", &[V], V),
    function("changes", &[M], V),
    function("clamp", &[V, S, S], V),
    function("clamp_max", &[V, S], V),
    function("clamp_min", &[V, S], V),
    function("cos", &[V], V),
    function("cosh", &[V], V),
    function("count_over_time", &[M], V),
    variadic("day_of_month", &[V], 1, V),
    variadic("day_of_week", &[V], 1, V),
    variadic("day_of_year", &[V], 1, V),
    variadic("days_in_month", &[V], 1, V),
    function("deg", &[V], V),
    function("delta", &[M], V),
    function("deriv", &[M], V),
    function("double_exponential_smoothing", &[M, S, S], V),
    function("end", &[], S),
    function("exp", &[V], V),
    function("first_over_time", &[M], V),
    function("floor", &[V], V),
    function("histogram_avg", &[V], V),
    function("histogram_count", &[V], V),
    function("histogram_fraction", &[S, S, V], V),
    function("histogram_quantile", &[S, V], V),
    variadic("histogram_quantiles", &[V, T, S, S], 9, V),
    function("histogram_stddev", &[V], V),
    function("histogram_stdvar", &[V], V),
    function("histogram_sum", &[V], V),
    variadic("hour", &[V], 1, V),
    function("idelta", &[M], V),
    function("increase", &[M], V),
    variadic("info", &[V, V], 1, V),
    variadic("integral", &[M, S], 1, V),
    function("irate", &[M], V),
    variadic("label_join", &[V, T, T, T], -1, V),
    function("label_replace", &[V, T, T, T, T], V),
    function("last_over_time", &[M], V),
    function("ln", &[V], V),
    function("log10", &[V], V),
    function("log2", &[V], V),
    function("mad_over_time", &[M], V),
    function("max_of", &[S, S], S),
    function("max_over_time", &[M], V),
    function("min_of", &[S, S], S),
    function("min_over_time", &[M], V),
    variadic("minute", &[V], 1, V),
    variadic("month", &[V], 1, V),
    function("pi", &[], S),
    function("predict_linear", &[M, S], V),
    function("present_over_time", &[M], V),
    function("quantile_over_time", &[S, M], V),
    function("rad", &[V], V),
    function("range", &[], S),
    function("rate", &[M], V),
    function("resets", &[M], V),
    variadic("round", &[V, S], 1, V),
    function("scalar", &[V], S),
    function("sgn", &[V], V),
    function("sin", &[V], V),
    function("sinh", &[V], V),
    function("sort", &[V], V),
    variadic("sort_by_label", &[V, T], -1, V),
    variadic("sort_by_label_desc", &[V, T], -1, V),
    function("sort_desc", &[V], V),
    function("sqrt", &[V], V),
    function("start", &[], S),
    function("start_timestamp", &[V], V),
    function("stddev_over_time", &[M], V),
    function("stdvar_over_time", &[M], V),
    function("step", &[], S),
    function("sum_over_time", &[M], V),
    function("tan", &[V], V),
    function("tanh", &[V], V),
    function("time", &[], S),
    function("timestamp", &[V], V),
    function("ts_of_first_over_time", &[M], V),
    function("ts_of_last_over_time", &[M], V),
    function("ts_of_max_over_time", &[M], V),
    function("ts_of_min_over_time", &[M], V),
    function("vector", &[S], V),
    variadic("year", &[V], 1, V),
];

impl Function {
    /// The function with a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok().map(|at| &FUNCTIONS[at])
    }

    /// Whether its value depends on the time of the evaluation even when what it takes does not.
    pub(crate) fn looks_at_the_clock(&self, args: usize) -> bool {
        match self.name {
            "time" | "timestamp" | "start_timestamp" | "predict_linear" | "info" => true,
            "days_in_month" | "day_of_month" | "day_of_week" | "day_of_year" | "hour" | "minute"
            | "month" | "year" => args == 0,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_every_function_is_found() {
        assert!(FUNCTIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(Function::named("rate").map(|function| function.returns), Some(Type::Vector));
        assert!(Function::named("holt_winters").is_none());
    }
}
