//! `PromQL`: reads an expression and evaluates it over series that are given.
//!
//! Floor 2 of the house, pure: no I/O and no clock. Who has the samples reads the expression, asks which series it needs
//! ([`Query::selections`]), fetches them, and has it evaluated:
//!
//! ```
//! use promql::{Limits, Output, Query, Times};
//! let query = Query::new("1 + 1", Times::instant(4_000)).unwrap();
//! assert!(query.selections().is_empty());
//! let answer = query.evaluate(&[], &Limits::default()).unwrap();
//! assert!(matches!(answer.output, Output::Scalar(ref values) if values == &[2.0]));
//! ```
//!
//! The language is that of Prometheus 3.16 with its experimental parts: stretches of time are open on the left, names are
//! removed when the evaluation ends, sums are compensated.
//!
//! # To add a function
//! A line in `function.rs`, and its arm in the file of `eval/functions/` that it belongs to.

#![expect(clippy::float_cmp, reason = "the language compares numbers exactly")]

mod annotation;
mod ast;
mod duration;
mod error;
mod eval;
mod format;
mod function;
mod lex;
mod parse;
mod query;
mod thinned;

pub use annotation::{Annotations, Level};
pub use ast::{Expr, Type};
pub use duration::parse as parse_duration;
pub use error::{EvalError, ParseError};
pub use eval::{Cell, Limits, Output, Row};
pub use format::{exponent as format_float, push_exponent as push_float, shortest as format_plain};
pub use parse::{parse, parse_selector};
pub use query::{Query, QueryResult, Selection, Series, Times};
pub use thinned::{Reading, Weight};
