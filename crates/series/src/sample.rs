//! One value at one time.

use std::sync::Arc;

use crate::Histogram;

/// The bits of the value that says "this series has ended here". It is a NaN; only its bits tell it from others.
pub const STALE: u64 = 0x7ff0_0000_0000_0002;

/// Whether a value says that its series has ended.
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE
}

/// The value that says that its series has ended.
pub fn stale() -> f64 {
    f64::from_bits(STALE)
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Float(f64),
    /// A native histogram.
    Histogram(Arc<Histogram>),
}

impl Value {
    /// Whether it says that its series has ended.
    pub fn is_stale(&self) -> bool {
        match self {
            Self::Float(value) => is_stale(*value),
            Self::Histogram(histogram) => is_stale(histogram.sum),
        }
    }
}

/// One value at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Milliseconds since 1970.
    pub time: i64,
    /// What was measured.
    pub value: Value,
}

impl Sample {
    /// A number at a time.
    pub fn float(time: i64, value: f64) -> Self {
        Self { time, value: Value::Float(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bits_of_the_marker_end_a_series() {
        assert!(is_stale(stale()));
        assert!(!is_stale(f64::NAN));
        assert!(Value::Float(stale()).is_stale());
        let ended = Histogram { sum: stale(), ..Histogram::default() };
        assert!(Value::Histogram(Arc::new(ended)).is_stale());
    }
}
