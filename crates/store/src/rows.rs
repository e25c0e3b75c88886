//! A batch of rows that enters one statement.

use crate::{IntoValue, Value};

/// Rows for a `{rows: …}` token, given column by column in the order of the token.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    pub(crate) columns: Vec<Vec<Value>>,
}

impl Rows {
    /// No columns yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next column. All columns must have the same number of values.
    #[must_use]
    pub fn column<T: IntoValue>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        self.columns.push(values.into_iter().map(IntoValue::into_value).collect());
        self
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
