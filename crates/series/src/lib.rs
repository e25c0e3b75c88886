//! Samples of metrics, and what is made of them.
//!
//! Floor 1 of the house, pure: values in, values out. Times are milliseconds since 1970 in an `i64`, as in Prometheus' wire;
//! values are `f64` or native histograms.
//!
//! * [`Labels`]: the name of a series, canonical and comparable; [`Matcher`] chooses among them.
//! * [`Histogram`]: a native histogram and its arithmetic.
//! * [`chunk`]: many samples of one series as few bytes.
//! * [`bins`]: rows of a table reduced to a wanted number, as the metrics UI server does it; days of a named time zone.
//! * [`draw`]: the points of a line that a screen can show (M4, `MinMaxLTTB`).
//! * [`thin`]: old samples reduced to minimum, maximum, sum and count, exactly.
//!
//! # To add a way of drawing
//! A file in `draw/` with one function from times and values to indices, and a line in [`draw`].

#![expect(clippy::float_cmp, reason = "values are compared bit by bit or as they were written")]

pub mod bins;
pub mod chunk;
pub mod draw;
mod histogram;
mod kahan;
mod labels;
mod matcher;
mod sample;
pub mod thin;
pub mod zone;

pub use histogram::{Bucket, Combined, Histogram, Incompatible, ResetHint, Running};
pub use kahan::Kahan;
pub use labels::{Labels, LabelsBuilder, METRIC_NAME};
pub use matcher::{BadMatcher, MatchOp, Matcher};
pub use sample::{STALE, Sample, Value, is_stale, stale};
