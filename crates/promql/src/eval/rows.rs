//! Rows of an answer in the making.

use std::collections::HashMap;

use series::{Labels, METRIC_NAME};

use super::{Cell, Result, Row};
use crate::EvalError;

/// Labels that say what a series is, and go when it becomes something else.
pub(super) fn is_metadata(name: &str) -> bool {
    matches!(name, METRIC_NAME | "__type__" | "__unit__")
}

/// Two series have one name and a value at one time.
pub(super) fn same_labels() -> EvalError {
    EvalError::new("vector cannot contain metrics with the same labelset")
}

/// Rows that are found by their labels.
pub(super) struct Rows {
    all: Vec<Row>,
    by_labels: HashMap<Labels, usize>,
    len: usize,
}

impl Rows {
    pub(super) fn new(len: usize) -> Self {
        Self { all: Vec::new(), by_labels: HashMap::new(), len }
    }

    /// The row with these labels; the first who asks decides whether it loses its name.
    pub(super) fn find(&mut self, labels: &Labels, drop_name: bool) -> usize {
        if let Some(at) = self.by_labels.get(labels) {
            return *at;
        }
        let at = self.all.len();
        self.by_labels.insert(labels.clone(), at);
        self.all.push(Row { labels: labels.clone(), cells: vec![Cell::None; self.len], drop_name });
        at
    }

    /// Sets a value that must not be there yet.
    pub(super) fn set(&mut self, row: usize, step: usize, cell: Cell) -> Result<()> {
        let own = &mut self.all[row].cells[step];
        if own.is_some() {
            return Err(same_labels());
        }
        *own = cell;
        Ok(())
    }

    pub(super) fn finish(self) -> Vec<Row> {
        let mut rows = self.all;
        rows.retain(|row| row.cells.iter().any(Cell::is_some));
        rows
    }
}

/// One row for each label set: those with equal labels become one, unless both have a value at one time.
pub(super) fn merged(rows: Vec<Row>) -> Result<Vec<Row>> {
    let mut by_labels: HashMap<Labels, usize> = HashMap::with_capacity(rows.len());
    let mut merged: Vec<Row> = Vec::with_capacity(rows.len());
    for row in rows {
        match by_labels.get(&row.labels) {
            None => {
                by_labels.insert(row.labels.clone(), merged.len());
                merged.push(row);
            }
            Some(at) => {
                for (own, cell) in merged[*at].cells.iter_mut().zip(row.cells) {
                    match (own.is_some(), cell.is_some()) {
                        (true, true) => return Err(same_labels()),
                        (false, true) => *own = cell,
                        _ => {}
                    }
                }
            }
        }
    }
    Ok(merged)
}

/// Takes the names away from rows that are to lose them.
pub(super) fn without_dropped_names(mut rows: Vec<Row>) -> Result<Vec<Row>> {
    for row in rows.iter_mut().filter(|row| row.drop_name) {
        row.labels = row.labels.filter(|name| !is_metadata(name));
    }
    merged(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, cells: &[Option<f64>]) -> Row {
        let cells = cells.iter().map(|cell| cell.map_or(Cell::None, Cell::Float)).collect();
        Row { labels: Labels::new([(METRIC_NAME, name), ("a", "1")]), cells, drop_name: true }
    }

    #[test]
    fn rows_that_lose_their_names_become_one_when_they_do_not_meet() {
        let one =
            without_dropped_names(vec![row("x", &[Some(1.0), None]), row("y", &[None, Some(2.0)])]).unwrap();
        assert_eq!(one.len(), 1);
        assert_eq!(one[0].cells, [Cell::Float(1.0), Cell::Float(2.0)]);
        assert!(without_dropped_names(vec![row("x", &[Some(1.0)]), row("y", &[Some(2.0)])]).is_err());
    }
}
