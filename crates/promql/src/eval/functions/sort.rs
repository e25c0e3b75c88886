//! The order of rows at one time.

use std::cmp::Ordering;

use crate::eval::{Cell, Row};

/// Rows in the order that a function of this name gives them; histograms have no order by value and go.
pub(super) fn sorted(name: &str, mut rows: Vec<Row>, by: &[&str]) -> Vec<Row> {
    match name {
        "sort" | "sort_desc" => {
            for cell in rows.iter_mut().flat_map(|row| &mut row.cells) {
                if matches!(cell, Cell::Histogram(_)) {
                    *cell = Cell::None;
                }
            }
            let value = |row: &Row| row.cells.first().and_then(Cell::float).unwrap_or(f64::NAN);
            rows.sort_by(|one, two| by_value(value(one), value(two), name == "sort_desc"));
        }
        _ => {
            rows.sort_by(|one, two| {
                let labels = by.iter().map(|label| natural(one.labels.get(label), two.labels.get(label)));
                let order = labels.fold(Ordering::Equal, Ordering::then);
                order.then_with(|| one.labels.cmp(&two.labels))
            });
            if name == "sort_by_label_desc" {
                rows.reverse();
            }
        }
    }
    rows
}

/// NaN comes last, whatever the direction.
pub(in crate::eval) fn by_value(one: f64, two: f64, descending: bool) -> Ordering {
    match (one.is_nan(), two.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        _ if descending => two.total_cmp(&one),
        _ => one.total_cmp(&two),
    }
}

/// Texts with numbers in them as people sort them: `a2` before `a10`.
fn natural(one: &str, two: &str) -> Ordering {
    let (mut one, mut two) = (one, two);
    while !one.is_empty() && !two.is_empty() {
        let ((left, rest), (right, other)) = (chunk(one), chunk(two));
        (one, two) = (rest, other);
        if left == right {
            continue;
        }
        let digits = |text: &str| text.starts_with(|char: char| char.is_ascii_digit());
        if digits(left) && digits(right) {
            let (short, long) = (left.trim_start_matches('0'), right.trim_start_matches('0'));
            let order = short.len().cmp(&long.len()).then_with(|| short.cmp(long));
            if order != Ordering::Equal {
                return order;
            }
        }
        return left.cmp(right);
    }
    one.len().cmp(&two.len())
}

/// The digits, or what is none, at the front of a text.
fn chunk(text: &str) -> (&str, &str) {
    let digit = text.starts_with(|char: char| char.is_ascii_digit());
    text.split_at(text.find(|char: char| char.is_ascii_digit() != digit).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_texts_are_compared_as_numbers() {
        let mut names = ["cpu10", "cpu2", "cpu", "cpu1", "1.10", "1.9"];
        names.sort_by(|one, two| natural(one, two));
        assert_eq!(names, ["1.9", "1.10", "cpu", "cpu1", "cpu2", "cpu10"]);
    }

    #[test]
    fn nan_is_last_in_both_directions() {
        for descending in [false, true] {
            let mut values = [f64::NAN, 1.0, 2.0];
            values.sort_by(|one, two| by_value(*one, *two, descending));
            assert!(values[2].is_nan());
        }
    }
}
