//! Values that go into statements, and cells that come back.

use scylla::value::{CqlTimestamp, CqlValue, Row};

/// A text.
pub(crate) fn text(text: &str) -> CqlValue {
    CqlValue::Text(text.to_owned())
}

/// A time in milliseconds.
pub(crate) fn time(millis: i64) -> CqlValue {
    CqlValue::Timestamp(CqlTimestamp(millis))
}

/// A number of 64 bits.
pub(crate) fn bigint(number: i64) -> CqlValue {
    CqlValue::BigInt(number)
}

/// A number of 32 bits.
pub(crate) fn int(number: i32) -> CqlValue {
    CqlValue::Int(number)
}

/// Bytes.
pub(crate) fn blob(bytes: &[u8]) -> CqlValue {
    CqlValue::Blob(bytes.to_vec())
}

/// Several values.
pub(crate) fn list(values: impl Iterator<Item = CqlValue>) -> CqlValue {
    CqlValue::List(values.collect())
}

/// The cells of a row, from left to right.
pub(crate) struct Cells(std::vec::IntoIter<Option<CqlValue>>);

impl Cells {
    pub(crate) fn new(row: Row) -> Self {
        Self(row.columns.into_iter())
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        match self.0.next().flatten() {
            Some(CqlValue::Text(text) | CqlValue::Ascii(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&mut self) -> Option<i64> {
        match self.0.next().flatten() {
            Some(CqlValue::BigInt(number)) => Some(number),
            Some(CqlValue::Int(number)) => Some(number.into()),
            _ => None,
        }
    }

    pub(crate) fn float(&mut self) -> Option<f32> {
        match self.0.next().flatten() {
            Some(CqlValue::Float(number)) => Some(number),
            _ => None,
        }
    }

    /// A time in milliseconds.
    pub(crate) fn time(&mut self) -> Option<i64> {
        match self.0.next().flatten() {
            Some(CqlValue::Timestamp(CqlTimestamp(millis))) => Some(millis),
            _ => None,
        }
    }

    pub(crate) fn bytes(&mut self) -> Option<Vec<u8>> {
        match self.0.next().flatten() {
            Some(CqlValue::Blob(bytes)) => Some(bytes),
            _ => None,
        }
    }
}
