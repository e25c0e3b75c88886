//! One row of a counter or timer.

use series::bins::Cell;

use crate::rules::columns::{Column, MEASURES};

/// What a metric is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Where it was measured.
    pub environment: String,
    /// Of what.
    pub application: String,
    /// What.
    pub metric: String,
}

/// The values of a row. Measures have the 32 bits of the original's columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetricRow {
    /// The running total.
    pub count: Option<i64>,
    /// The time of the row before, in milliseconds.
    pub previous_time: Option<i64>,
    /// The total of the row before.
    pub previous_count: Option<i64>,
    /// The values of [`MEASURES`].
    pub measures: [Option<f32>; MEASURES.len()],
}

impl MetricRow {
    /// The value in a column.
    pub fn cell(&self, column: Column) -> Cell {
        let int = |value: Option<i64>| value.map_or(Cell::Null, Cell::Int);
        match column {
            Column::Count => int(self.count),
            Column::PreviousCount => int(self.previous_count),
            Column::IntervalCount => match (self.count, self.previous_count) {
                (Some(count), Some(previous)) => Cell::Int(count.saturating_sub(previous)),
                _ => Cell::Null,
            },
            Column::Measure(n) => match self.measures.get(n) {
                Some(Some(value)) => Cell::Float(f64::from(*value)),
                _ => Cell::Null,
            },
        }
    }

    /// Its bytes: which values there are, then the values.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut present = 0_u32;
        let mut values = Vec::new();
        for (bit, value) in [self.count, self.previous_time, self.previous_count].into_iter().enumerate() {
            if let Some(value) = value {
                present |= 1 << bit;
                values.extend_from_slice(&value.to_le_bytes());
            }
        }
        for (bit, value) in self.measures.iter().enumerate() {
            if let Some(value) = value {
                present |= 8 << bit;
                values.extend_from_slice(&value.to_bits().to_le_bytes());
            }
        }
        [&present.to_le_bytes()[..], &values].concat()
    }

    /// A row from its bytes; `None` when they are none.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (present, mut rest) = bytes.split_first_chunk::<4>()?;
        let present = u32::from_le_bytes(*present);
        let mut row = Self::default();
        for (bit, value) in
            [&mut row.count, &mut row.previous_time, &mut row.previous_count].into_iter().enumerate()
        {
            if present & (1 << bit) != 0 {
                let (own, after) = rest.split_first_chunk::<8>()?;
                *value = Some(i64::from_le_bytes(*own));
                rest = after;
            }
        }
        for (bit, value) in row.measures.iter_mut().enumerate() {
            if present & (8 << bit) != 0 {
                let (own, after) = rest.split_first_chunk::<4>()?;
                *value = Some(f32::from_bits(u32::from_le_bytes(*own)));
                rest = after;
            }
        }
        Some(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_with_its_gaps() {
        let mut row = MetricRow { count: Some(-3), previous_count: Some(i64::MAX), ..MetricRow::default() };
        row.measures[0] = Some(0.1);
        row.measures[13] = Some(f32::NAN);
        let back = MetricRow::decode(&row.encode()).unwrap();
        assert_eq!((back.count, back.previous_time, back.previous_count), (Some(-3), None, Some(i64::MAX)));
        assert_eq!(back.cell(Column::Measure(0)), Cell::Float(0.100_000_001_490_116_12));
        assert!(back.measures[13].is_some_and(f32::is_nan) && back.measures[1].is_none());
        assert!(MetricRow::decode(&[1, 0, 0, 0, 5]).is_none());
    }
}
